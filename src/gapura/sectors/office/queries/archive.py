"""Folders from their closing to their end, as archivists of the same office see them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit, list_units_merged_into
from gapura.kernel.identity.types import AccessDenied, UnknownUnit
from gapura.kernel.records.queries import list_holds
from gapura.sectors.office.models import Destruction, Folder, FolderHold, FolderTerm, OfficialDocument, Transfer
from gapura.sectors.office.permissions import is_archivist
from gapura.sectors.office.queries.classification import find_unit_task
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import ArchiveRules, Custody, DocumentStatus, Fate, FolderState, Proposal

RECORDS_CLASS = "official-record"
_MOST_LISTED = 200


def get_archive_rules() -> ArchiveRules:
    """What the country says about hand-over, committees and holds."""
    return _rules_of(settings.GAPURA_JURISDICTION)


@cache
def _rules_of(country: str) -> ArchiveRules:
    said: dict[str, Any] = load(country).read("office", "archive.yaml")
    return ArchiveRules(
        national_archive=said["national_archive"]["agency"],
        members=said["committee"]["members"],
        paper=(said["committee"]["paper"]["form"], said["committee"]["paper"]["task"]),
        consent_from_years=said["consent"]["from_years"],
        laws={name: said[name]["law"] for name in ("national_archive", "committee", "consent")},
        holds={one["code"]: one["title"] for one in said["holds"]},
    )


def list_folders(actor: Actor) -> QuerySet[Folder]:
    """The folders of the archivist's office, for a page to narrow down and order. Raises AccessDenied."""
    if not is_archivist(actor):
        raise AccessDenied
    return Folder.objects.filter(agency_code=actor.agency_code, office_code=actor.office_code or "")


def access_folder(actor: Actor, code: str) -> Folder:
    """A folder of the archivist's office. Raises AccessDenied, also when there is none."""
    folder = list_folders(actor).filter(code=code).select_related("term").first()
    if folder is None:
        raise AccessDenied
    return folder


def access_transfer(actor: Actor, code: str) -> Transfer:
    """A hand-over of a folder of the archivist's office. Raises AccessDenied."""
    transfer = Transfer.objects.filter(code=code, folder__in=list_folders(actor)).select_related("folder__term").first()
    if transfer is None:
        raise AccessDenied
    return transfer


def access_destruction(actor: Actor, code: str) -> Destruction:
    """A list of the archivist's office, or one on whose committee the official's post is. Raises AccessDenied."""
    rows = Destruction.objects.filter(code=code, agency_code=actor.agency_code)
    found = rows.first()
    if found is None:
        raise AccessDenied
    is_own = is_archivist(actor) and found.office_code == (actor.office_code or "")
    if not is_own and not found.members.filter(post_code=actor.post_code).exists():
        raise AccessDenied
    return found


def list_years(actor: Actor) -> list[dict[str, Any]]:
    """Units and years with open folders, oldest first: what may be closed, with how many folders."""
    rows = list_folders(actor).filter(state=FolderState.OPEN).values("unit_code", "year")
    return [dict(row) for row in rows.annotate(folders=Count("pk")).order_by("year", "unit_code")]


def access_unit(actor: Actor, unit_code: str) -> str:
    """The unit's code, if it is of the archivist's office. Raises AccessDenied."""
    try:
        unit = get_unit(unit_code)
    except UnknownUnit:
        raise AccessDenied from None
    own = (actor.agency_code, actor.office_code or "")
    if not is_archivist(actor) or (unit.agency_code, unit.office_code) != own:
        raise AccessDenied
    return unit_code


def get_closing_report(unit_code: str, year: int) -> dict[str, Any]:
    """What closing the unit's year finds: folders and counts by task and status, drafts left, records in no folder."""
    documents = OfficialDocument.objects.filter(unit_code__in=list_units_merged_into(unit_code))
    registered = documents.filter(status=DocumentStatus.REGISTERED, year=year)
    folders = list(Folder.objects.filter(unit_code=unit_code, year=year, state=FolderState.OPEN).order_by("code"))
    filed = OfficialDocument.objects.filter(folder__in=folders)
    by_task = Counter(dict(filed.order_by().values_list("task_code").annotate(Count("pk"))))
    by_status = dict(documents.filter(created_at__year=year).order_by().values_list("status").annotate(Count("pk")))
    drafts = documents.filter(status__in=[DocumentStatus.DRAFT, DocumentStatus.ON_LINE], created_at__year__lte=year)
    return {
        "unit": unit_code,
        "year": year,
        "folders": [{"code": one.code, "task": one.task_code, "retention": one.retention} for one in folders],
        "documents": sum(by_task.values()),
        "by_task": [{"task": task, "documents": number} for task, number in sorted(by_task.items())],
        "by_status": dict(sorted(by_status.items())),
        "open_drafts": _listed(drafts),
        "unfiled": _listed(registered.filter(folder__isnull=True)),
    }


def _listed(documents: QuerySet[OfficialDocument]) -> list[dict[str, str]]:
    """What everybody may know of them: of what is secret not the title."""
    rows = documents.order_by("code").values_list("code", "title", "number", "security")[:_MOST_LISTED]
    ordinary = ordinary_class()
    return [
        {"code": code, "title": title if security == ordinary else security, "number": number}
        for code, title, number, security in rows
    ]


def list_holds_of(folder: Folder) -> list[FolderHold]:
    """What holds the folder now, oldest first."""
    return list(folder.holds.filter(lifted_at__isnull=True).order_by("set_at", "pk"))


def find_hold(folder: Folder) -> str:
    """Why nothing of the folder may be destroyed now, in a few words; empty when nothing holds it.

    Holds of records management count as well: on the whole class, or on a person who wrote in the folder.
    """
    if own := list_holds_of(folder):
        return own[0].reference
    for hold in list_holds():
        if hold.retention_class == RECORDS_CLASS:
            return hold.reference
        person = hold.person_number
        if person and OfficialDocument.objects.filter(folder=folder, drafter_person=person).exists():
            return hold.reference
    return ""


def list_due(actor: Actor, kind: Proposal, *, today: date) -> QuerySet[FolderTerm]:
    """Terms of folders for which ``kind`` is due, the longest overdue first. Raises AccessDenied."""
    return due_terms(kind, today=today).filter(folder__in=list_folders(actor)).select_related("folder")


def due_terms(kind: Proposal, *, today: date) -> QuerySet[FolderTerm]:
    """The same for the whole house."""
    standing = FolderTerm.objects.filter(destroyed_at__isnull=True, folder__state=FolderState.CLOSED)
    over = standing.filter(inactive_until__lte=today)
    due = {
        Proposal.CENTER: standing.filter(custody=Custody.UNIT, active_until__lte=today, inactive_until__gt=today),
        Proposal.NATIONAL: over.filter(fate=Fate.PERMANENT, folder__transfer__isnull=True),
        Proposal.DESTROY: over.filter(fate=Fate.DESTROY),
        Proposal.APPRAISE: over.filter(fate=Fate.APPRAISE),
    }[kind]
    return due.order_by("inactive_until", "pk")


def list_destructions(actor: Actor) -> QuerySet[Destruction]:
    """Lists of the archivist's office, newest first."""
    rows = Destruction.objects.filter(agency_code=actor.agency_code, office_code=actor.office_code or "")
    return rows.order_by("-proposed_at", "-pk")


def title_of_task(code: str, language: str) -> str:
    """What a person calls a unit task."""
    task = find_unit_task(code)
    return str(task.title.get(language) or code) if task else code


def filter_folders(rows: QuerySet[Folder], given: dict[str, Any]) -> QuerySet[Folder]:
    """Folders with these words in title or code, of the unit, year and state that were chosen."""
    if words := given.get("words"):
        rows = rows.filter(Q(title__icontains=words) | Q(code__icontains=words) | Q(documents__title__icontains=words))
    chosen = {name: given[name] for name in ("unit_code", "year", "state") if given.get(name)}
    return rows.filter(**chosen).distinct()


def list_units_with_folders(actor: Actor) -> Sequence[str]:
    """Codes of units that have folders, for a choice."""
    return list(list_folders(actor).order_by("unit_code").values_list("unit_code", flat=True).distinct())
