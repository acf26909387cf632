"""When a register is corrected, everybody who had fetched the wrong value is told, and the person is told who."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.texts import in_language
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import approve_case_within
from gapura.kernel.cases.queries import access_case, list_available_actions
from gapura.kernel.cases.types import CaseNotFound, CaseStatus
from gapura.kernel.catalogue.queries import get_agency_title
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.queries import list_accesses_since
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish
from gapura.kernel.records.events import AgencyToldOfCorrection
from gapura.kernel.records.models import CorrectionNotice
from gapura.kernel.records.queries import get_declaration
from gapura.kernel.records.queries.tables import get_model
from gapura.kernel.records.types import CORRECTION
from gapura.kernel.registers.plugin import RegisterEntry

_TIMES = frozenset({"id", "recorded_at", "superseded_at", "source_kind", "source_reference"})


def approve_correction_case(*, actor: Actor, number: str, subject: str, through: str, now: datetime) -> bool:
    """Approve the person's request that a register correction answers, in the transaction that writes it.

    ``actor`` is the second pair of eyes: one decision, of the approval kind ``through``, grants both. False where
    ``number`` is no such request of ``subject`` that this official may approve now, for instance a correction that
    nobody asked for. Raises CannotDecideApproval where it could be approved only later: by then nothing is to correct.
    """
    try:
        case = access_case(actor, number)
    except CaseNotFound:
        return False
    if case.service_code != CORRECTION or case.subject != subject:
        return False
    if case.status in (CaseStatus.SUPPLEMENT, CaseStatus.APPEALED):
        raise CannotDecideApproval(
            _("The request that this answers is not in review: it waits for the applicant, or for an appeal.")
        )
    if "approve" not in list_available_actions(actor, case, through=through):
        return False
    approve_case_within(actor=actor, number=number, note=_("The register is corrected."), now=now, through=through)
    return True


def pass_on_correction(*, actor: Actor, register: str, subject: str, source: str, now: datetime) -> list[str]:
    """Tell every agency that fetched a corrected value, and the person which they are; the agencies' codes.

    ``register`` is the table's label, ``source`` the case or act that corrected it. Only agencies that were given
    one of the corrected fields since the register first held the wrong value, and not the register's own keeper.
    Safe to repeat. Publishes AgencyToldOfCorrection for each.
    """
    declaration = get_declaration(register)
    columns, since = _corrected(register, subject, source)
    if since is None:
        return []
    latest = {
        access.consumer: access
        for access in list_accesses_since(subject, declaration.feeds, since=since)
        if access.consumer != access.provider and _gave(access.evidence_type, access.fields, columns)
    }
    with transaction.atomic():
        for consumer, access in sorted(latest.items()):
            notice = CorrectionNotice(
                consumer=consumer,
                subject=subject,
                register=declaration.table,
                source=source,
                columns=sorted(columns),
                last_access=access.access_id,
                last_access_at=access.requested_at,
                told_at=now,
            )
            CorrectionNotice.objects.bulk_create([notice], ignore_conflicts=True)
            publish(AgencyToldOfCorrection(consumer, subject, declaration.table, sorted(columns), source))
        if latest:
            _tell_person(actor, subject, source, sorted(latest), now)
        record_event(
            actor=actor,
            action="records.correction_passed_on",
            subject=subject,
            object_ref=declaration.table,
            case_number=source,
            detail={"agencies": sorted(latest), "columns": sorted(columns)},
        )
    return sorted(latest)


def _corrected(register: str, subject: str, source: str) -> tuple[set[str], datetime | None]:
    """The columns this act corrected, and since when the register had held what was wrong."""
    model: Any = get_model(register)
    own = {model.subject_fields[0]: subject}
    columns: set[str] = set()
    since: datetime | None = None
    for entry in model.objects.filter(**own, source_reference=source).order_by("pk"):
        for wrong in model.objects.filter(**own, superseded_at=entry.recorded_at).order_by("pk"):
            differing = _differing(wrong, entry)
            if differing:
                columns |= differing
                since = min(since or wrong.recorded_at, wrong.recorded_at)
    return columns, since


def _differing(wrong: RegisterEntry, right: RegisterEntry) -> set[str]:
    names = [column.attname for column in wrong._meta.concrete_fields if column.attname not in _TIMES]
    return {name for name in names if getattr(wrong, name) != getattr(right, name)}


def _gave(evidence_type: str, fields: Collection[str], columns: set[str]) -> bool:
    """Whether a corrected column was among what was given; a column no field is called after counts as given."""
    known = find_evidence_type(evidence_type)
    unnamed = columns - known.field_codes if known else columns
    return bool(fields) and bool(unnamed or columns & set(fields))


def _tell_person(actor: Actor, subject: str, source: str, consumers: list[str], now: datetime) -> None:
    titles = [in_language(get_agency_title(code), settings.LANGUAGE_CODE) for code in consumers]
    send_message(
        actor=actor,
        recipient=subject,
        kind=MessageKind.CORRECTION_PASSED_ON,
        context={"case_number": source, "agencies": "; ".join(titles)},
        case_number=source,
        now=now,
    )
