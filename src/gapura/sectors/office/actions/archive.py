"""Closing a unit's year, judging its folders anew, holding them, and taking them to the records center."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import canonical_bytes, digest
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import ROW_DIGEST, Actor
from gapura.kernel.documents.actions import seal_file
from gapura.sectors.office.models import Appraisal, Folder, FolderHold, FolderTerm, OfficialDocument, YearClosing
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.queries.archive import access_folder, access_unit, get_closing_report
from gapura.sectors.office.queries.classification import find_unit_task, list_retention_classes
from gapura.sectors.office.types import ARCHIVIST, CannotArchive, ClosingStatus, Custody, FolderState, HoldGround

CLOSING, APPRAISAL, LIFTING = "office.year_closing", "office.appraisal", "office.hold_lifting"


def propose_closing(*, actor: Actor, unit_code: str, year: int, now: datetime) -> YearClosing:
    """Ask another archivist to close the unit's year, on the report of what is there. Nothing is closed yet.

    Raises AccessDenied; CannotArchive while the year runs, while a registered document lies in no folder, when nothing
    is open, when the clock is behind the records, and when the year waits for a decision already.
    """
    access_unit(actor, unit_code)
    report = get_closing_report(unit_code, year)
    _check_closable(report, year, now)
    with transaction.atomic():
        values = {
            "report": report,
            "agency_code": actor.agency_code,
            "office_code": actor.office_code or "",
            "proposed_by_label": actor.label,
            "proposed_at": now,
        }
        closing, _is_new = YearClosing.objects.update_or_create(
            unit_code=unit_code,
            year=year,
            status=ClosingStatus.PROPOSED,
            defaults=values,
            create_defaults=values | {"code": new_code(11)},
        )
        title = _("Close %(year)s of %(unit)s: %(folders)s folders") % {
            "year": year,
            "unit": unit_code,
            "folders": len(report["folders"]),
        }
        payload = {"closing": closing.code, "report_sha256": _closed_digest(report)}
        _ask(actor, CLOSING, f"closing:{unit_code}/{year}", title, payload, now)
    return closing


def _check_closable(report: Mapping[str, Any], year: int, now: datetime) -> None:
    if year >= local_day(now, settings.TIME_ZONE).year:
        raise CannotArchive(_("The year %(year)s is not over. Close it when it is.") % {"year": year})
    if report["unfiled"]:
        numbers = ", ".join(one["number"] for one in report["unfiled"][:10])
        raise CannotArchive(_("These documents lie in no folder: %(numbers)s. File them first.") % {"numbers": numbers})
    if not report["folders"]:
        raise CannotArchive(_("Nothing of this year is open; it was closed already or nothing was filed."))
    codes = [one["code"] for one in report["folders"]]
    newest = OfficialDocument.objects.filter(folder__code__in=codes, registered_at__gt=now)
    if newest.exists():
        raise CannotArchive(
            _("The clock of this house is behind the newest document of the folders. Have the clock set right first.")
        )


def close_year(*, actor: Actor, payload: Mapping[str, Any], now: datetime) -> YearClosing:
    """Close what was proposed, in the transaction of the approval: folders, their terms, the sealed report.

    Raises CannotDecideApproval when something was filed or opened since.
    """
    with transaction.atomic():
        closing = YearClosing.objects.select_for_update().get(code=payload["closing"])
        folders = _locked_folders(closing)
        report = get_closing_report(closing.unit_code, closing.year)
        if closing.status != ClosingStatus.PROPOSED or _closed_digest(report) != payload["report_sha256"]:
            raise CannotDecideApproval(_("Something changed since this was proposed. Deny it and propose it anew."))
        for folder in folders:
            _close(actor, folder, local_day(now, settings.TIME_ZONE))
        closing.status, closing.decided_by_label, closing.decided_at = ClosingStatus.CLOSED.value, actor.label, now
        closing.seal = seal_file(canonical_bytes(closing.report), agency_code=closing.agency_code)
        closing.save()
        record_event(
            actor=actor,
            action="office.year_closed",
            object_ref=f"closing:{closing.code}",
            detail={"unit": closing.unit_code, "year": closing.year, "report_sha256": payload["report_sha256"]},
        )
    return closing


def _closed_digest(report: Mapping[str, Any]) -> str:
    """Over what closing touches: a draft that somebody goes on writing does not call the closing into question."""
    return digest({name: report[name] for name in ("unit", "year", "folders", "documents", "by_task", "unfiled")}).hex()


def _locked_folders(closing: YearClosing) -> list[Folder]:
    rows = Folder.objects.select_for_update().filter(unit_code=closing.unit_code, year=closing.year)
    return list(rows.filter(state=FolderState.OPEN).order_by("code"))


def _close(actor: Actor, folder: Folder, on: date) -> None:
    folder.state, folder.closed_on = FolderState.CLOSED.value, on
    folder.save(update_fields=["state", "closed_on"])
    term = FolderTerm.objects.create(
        folder=folder,
        code=new_code(11),
        documents=OfficialDocument.objects.filter(folder=folder).count(),
        contents=contents_digest(folder),
        **_term_of(folder.retention, folder.year),
    )
    vouch(actor, "office.folder_closed", term)


def _term_of(retention: str, year: int) -> dict[str, Any]:
    """The columns of a term that follow from the class; the years run from the end of the folder's year."""
    found = list_retention_classes().get(retention)
    if found is None:
        raise CannotArchive(
            _("There is no retention class “%(code)s”. Have the folder appraised.") % {"code": retention}
        )
    active_until = date(year + 1 + found.active_years, 1, 1)
    return {
        "retention": found.code,
        "fate": found.fate,
        "law": found.law,
        "active_until": active_until,
        "inactive_until": date(active_until.year + found.inactive_years, 1, 1),
    }


def vouch(actor: Actor, action: str, term: FolderTerm, **detail: Any) -> None:
    """Write what happened with the digest of the row and all the folder holds: from now on an audit compares them."""
    told = {"folder": term.folder.code, **detail, ROW_DIGEST: term.logged_digest}
    record_event(actor=actor, action=action, object_ref=f"office-folder:{term.code}", detail=told)


def propose_appraisal(
    *, actor: Actor, folder_code: str, retention: str, task_code: str, reason: str, now: datetime
) -> None:
    """Ask another archivist to judge a closed folder anew: another retention class, another task, or both.

    Raises AccessDenied, CannotArchive.
    """
    folder = access_folder(actor, folder_code)
    term = _standing_term(folder)
    if not reason.strip():
        raise CannotArchive(_("Say why the folder is judged otherwise."))
    task = find_unit_task(task_code)
    if retention not in list_retention_classes() or task is None or not task.is_for(folder.agency_code):
        raise CannotArchive(_("There is no such class or task; choose from the lists."))
    if (retention, task_code) == (term.retention, folder.task_code):
        raise CannotArchive(_("The folder has this class and task already."))
    payload = {
        "term": term.code,
        "from": [term.retention, folder.task_code],
        "to": [retention, task_code],
        "reason": reason.strip()[:300],
        "by": actor.label,
    }
    title = _("Appraise %(folder)s: %(before)s becomes %(after)s") % {
        "folder": folder.code,
        "before": term.retention,
        "after": retention,
    }
    with transaction.atomic():
        _ask(actor, APPRAISAL, f"appraisal:{term.code}", title, payload, now)


def appraise_folder(*, actor: Actor, payload: Mapping[str, Any], now: datetime) -> Appraisal:
    """Carry out an approved appraisal. Raises CannotDecideApproval when the folder is no longer as it was proposed."""
    with transaction.atomic():
        term = locked_term(payload["term"])
        folder = term.folder
        if term.destroyed_at or payload["from"] != [term.retention, folder.task_code]:
            raise CannotDecideApproval(_("Something changed since this was proposed. Deny it and propose it anew."))
        before = (term.retention, term.fate, folder.task_code)
        for name, value in _term_of(payload["to"][0], folder.year).items():
            setattr(term, name, value)
        folder.retention, folder.task_code = payload["to"]
        folder.save(update_fields=["retention", "task_code"])
        term.save()
        appraisal = Appraisal.objects.create(
            folder=folder,
            retention_before=before[0],
            retention_after=term.retention,
            fate_before=before[1],
            fate_after=term.fate,
            task_before=before[2],
            task_after=folder.task_code,
            reason=payload["reason"],
            proposed_by_label=payload["by"],
            decided_by_label=actor.label,
            at=now,
        )
        vouch(actor, "office.folder_appraised", term, before=list(before), reason=payload["reason"])
    return appraisal


def hold_folder(*, actor: Actor, folder_code: str, ground: str, reference: str, now: datetime) -> FolderHold:
    """From commit on nothing of the folder is destroyed or dropped, not even by what runs already.

    Raises AccessDenied, CannotArchive.
    """
    if ground not in set(HoldGround) or not reference.strip():
        raise CannotArchive(_("Say which case, court or audit needs the folder, and its file."))
    with transaction.atomic():
        term = locked_term(_standing_term(access_folder(actor, folder_code)).code)
        if term.destroyed_at:
            raise CannotArchive(_("What was in the folder is no longer here; there is nothing to hold."))
        hold = FolderHold.objects.create(
            code=new_code(11),
            folder=term.folder,
            ground=ground,
            reference=reference.strip()[:120],
            set_by_label=actor.label,
            set_at=now,
        )
        record_event(
            actor=actor,
            action="office.folder_held",
            object_ref=f"folder-hold:{hold.code}",
            detail={"folder": folder_code, "ground": ground, "reference": hold.reference},
        )
    return hold


def propose_lifting(*, actor: Actor, code: str, reason: str, now: datetime) -> None:
    """Ask another archivist to lift a hold; until then it stands. Raises AccessDenied, CannotArchive."""
    hold = FolderHold.objects.filter(code=code, lifted_at__isnull=True).select_related("folder").first()
    if hold is None:
        raise CannotArchive(_("There is no such hold, or it was lifted already."))
    access_folder(actor, hold.folder.code)
    if not reason.strip():
        raise CannotArchive(_("Say why the folder is no longer needed."))
    payload = {"hold": code, "reason": reason.strip()[:300]}
    with transaction.atomic():
        _ask(actor, LIFTING, f"folder-hold:{code}", f"{hold.folder.code}: {hold.reference}", payload, now)


def lift_hold(*, actor: Actor, payload: Mapping[str, Any], now: datetime) -> None:
    """Lift the hold, in the transaction of the approval. Raises CannotDecideApproval when it is gone."""
    with transaction.atomic():
        values = {"lifted_at": now, "lifted_by_label": actor.label, "lifted_why": payload["reason"]}
        if not FolderHold.objects.filter(code=payload["hold"], lifted_at__isnull=True).update(**values):
            raise CannotDecideApproval(_("The hold was lifted already; deny this."))
        record_event(
            actor=actor,
            action="office.folder_hold_lifted",
            object_ref=f"folder-hold:{payload['hold']}",
            detail={"reason": payload["reason"]},
        )


def move_to_center(*, actor: Actor, folder_codes: Sequence[str], now: datetime) -> int:
    """The records center keeps these folders from now on, once their active years are over; how many moved.

    Raises AccessDenied, CannotArchive.
    """
    today = local_day(now, settings.TIME_ZONE)
    with transaction.atomic():
        for code in sorted(set(folder_codes)):
            term = locked_term(_standing_term(access_folder(actor, code)).code)
            if term.custody != Custody.UNIT or term.active_until > today:
                raise CannotArchive(_("The folder %(code)s stays with its unit for now.") % {"code": code})
            term.custody = Custody.CENTER.value
            term.save(update_fields=["custody"])
            vouch(actor, "office.folder_moved", term, custody=term.custody)
    return len(set(folder_codes))


def _standing_term(folder: Folder) -> FolderTerm:
    term = FolderTerm.objects.filter(folder=folder).first()
    if term is None:
        raise CannotArchive(_("The folder is still open. Close its year first."))
    return term


def locked_term(code: str) -> FolderTerm:
    """The term with its folder, whose row everybody locks who changes what becomes of it."""
    folder = Folder.objects.select_for_update().get(term__code=code)
    term = FolderTerm.objects.get(code=code)
    term.folder = folder
    return term


def _ask(actor: Actor, kind: str, object_ref: str, summary: str, payload: Mapping[str, Any], now: datetime) -> None:
    try:
        request_approval(
            actor=actor,
            kind=kind,
            object_ref=object_ref[:80],
            summary=summary[:200],
            payload=payload,
            role=ARCHIVIST,
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            now=now,
        )
    except CannotRequestApproval as error:
        raise CannotArchive(str(error)) from error
