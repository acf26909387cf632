"""Correcting a register with four eyes: a registrar proposes, a supervisor of the same office decides."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from gapura.foundation.jurisdictions import load
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.records.queries import list_correction_requests
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.civil.models import LookUp
from gapura.sectors.civil.permissions import SUPERVISOR
from gapura.sectors.civil.queries.codes import list_codes
from gapura.sectors.civil.queries.look_ups import access_look_up, is_correctable_by
from gapura.sectors.civil.queries.versions import access_entry, find_entry, get_facts
from gapura.sectors.civil.rules import CODE_LISTS, REGISTERS
from gapura.sectors.civil.types import CannotProposeCorrection, Correction

CORRECTION = "civil.correction"


def propose_correction(*, actor: Actor, look_up_number: str, correction: Correction, today: date, now: datetime) -> int:
    """Ask the supervisor of the office to correct an entry of the person looked up; the id of the request.

    Of a person who asked for corrections it has to say which request it answers, or none: what is answered does not
    stay open. Raises AccessDenied when the look-up is not the actor's, the person lives under another office or the
    entry is not theirs; CannotProposeCorrection when the value does not fit or changes nothing.
    """
    look_up = access_look_up(actor, look_up_number, today=today)
    if correction.register not in REGISTERS or not is_correctable_by(actor, look_up, today=today):
        raise AccessDenied
    entry = access_entry(look_up, correction.register, correction.entry_id)
    changes = _changes(entry, correction)
    _check_from(entry, correction.valid_from)
    case_number = find_case_answered(actor, look_up, correction.answers)
    payload = _payload(look_up, entry, correction, changes)
    return ask_supervisor(
        actor=actor,
        kind=CORRECTION,
        look_up=look_up,
        entry=entry,
        payload=payload,
        case_number=case_number,
        now=now,
    )


def find_case_answered(actor: Actor, look_up: LookUp, answers: str | None) -> str:
    """The request that the correction answers; without one the case that the look-up was opened for, empty for none.

    Raises CannotProposeCorrection when ``answers`` does not say which of those that wait, or names none of them.
    """
    unanswered = {case.number for case in list_correction_requests(actor, look_up.person_number)}
    if answers is None and unanswered and look_up.case_number not in unanswered:
        raise CannotProposeCorrection(
            _("This person has asked for a correction and waits for an answer. Say whether this answers it.")
        )
    if answers and answers not in unanswered:
        raise CannotProposeCorrection(_("This request was answered meanwhile. Load the page again."))
    if answers == "" and look_up.case_number in unanswered:
        return ""
    return answers or look_up.case_number


def ask_supervisor(
    *,
    actor: Actor,
    kind: str,
    look_up: LookUp,
    entry: RegisterEntry,
    payload: dict[str, Any],
    case_number: str,
    now: datetime,
) -> int:
    """Ask the supervisor of the office of a look-up to change an entry it found; the id of the request.

    Raises CannotProposeCorrection when the same is asked already.
    """
    try:
        request = request_approval(
            actor=actor,
            kind=kind,
            object_ref=f"{entry._meta.label_lower}:{entry.pk}",
            summary=load(settings.GAPURA_JURISDICTION).person_numbers.mask(look_up.person_number),
            payload=payload,
            role=SUPERVISOR,
            agency_code=look_up.agency_code,
            office_code=look_up.office_code,
            case_number=case_number,
            now=now,
        )
    except CannotRequestApproval as error:
        raise CannotProposeCorrection(str(error)) from error
    look_up.led_to_correction = True
    look_up.save(update_fields=["led_to_correction"])
    return request.pk


def carry_out_correction(*, actor: Actor, proposal: Proposal, now: datetime) -> None:
    """Write the approved correction, in the transaction of the approval.

    A fact that was wrong all along is corrected in every entry that repeats it; one that changed on a day
    begins a new entry there. Raises CannotDecideApproval when the register has moved on since.
    """
    payload = proposal.payload
    if actor.person_number == payload["person_number"]:
        raise CannotDecideApproval(_("These are your own data; another supervisor has to decide."))
    entry = find_entry(payload["register"], payload["entry_id"])
    if entry is None:
        raise CannotDecideApproval(
            _("The entry was corrected in the meantime; deny this and let the registrar look again.")
        )
    source = Source(SourceKind.CASE, proposal.case_number or payload["look_up"])
    changed_on = date.fromisoformat(payload["valid_from"]) if payload["valid_from"] else None
    try:
        with transaction.atomic():
            _write(actor, entry, payload["changes"], changed_on, source, now)
    except (CannotRecordEntry, IntegrityError) as error:
        raise CannotDecideApproval(
            _("The correction contradicts another entry; deny this and let the registrar look again.")
        ) from error


def _write(
    actor: Actor,
    entry: RegisterEntry,
    changes: Mapping[str, Any],
    changed_on: date | None,
    source: Source,
    now: datetime,
) -> None:
    values = {name: _column(entry, name).to_python(value) for name, value in changes.items()}
    if changed_on is not None and changed_on != entry.valid_from:
        record_entry(actor=actor, entry=_changed_copy(entry, values, changed_on), source=source, now=now)
        return
    for wrong in _entries_repeating(entry, values):
        moved = values | _birth_moves_beginning(wrong, values)
        correct_entry(actor=actor, entry=wrong, changes=moved, source=source, now=now)


def _entries_repeating(entry: RegisterEntry, values: Mapping[str, Any]) -> list[RegisterEntry]:
    """Believed entries of the same subject that hold the same wrong values: one error, one correction."""
    subject = {name: getattr(entry, name) for name in entry.subject_fields}
    wrong = {name: getattr(entry, name) for name in values}
    return list(type(entry).objects.filter(**subject, **wrong).known_at(None).order_by("valid_from"))


def _birth_moves_beginning(entry: RegisterEntry, values: Mapping[str, Any]) -> dict[str, Any]:
    """An entry that begins with the birth begins with the corrected birth."""
    if "birth_on" in values and entry.valid_from == getattr(entry, "birth_on", None):
        return {"valid_from": values["birth_on"]}
    return {}


def _changed_copy(entry: RegisterEntry, values: Mapping[str, Any], changed_on: date) -> RegisterEntry:
    facts = {f.attname: getattr(entry, f.attname) for f in entry._meta.concrete_fields if not f.primary_key}
    return type(entry)(**facts | dict(values) | {"valid_from": changed_on, "valid_until": None})


def _changes(entry: RegisterEntry, correction: Correction) -> dict[str, Any]:
    if correction.field not in REGISTERS[correction.register].correctable:
        raise CannotProposeCorrection(_("This field cannot be corrected here."))
    if not correction.evidence.strip():
        raise CannotProposeCorrection(_("Name the document or fact that proves the correct value."))
    columns = _columns(correction.field, correction.value.strip())
    values = {name: _cleaned(entry, name, value) for name, value in columns.items()}
    if all(getattr(entry, name) == value for name, value in values.items()):
        raise CannotProposeCorrection(_("The register says this already; there is nothing to correct."))
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def _columns(field: str, value: str) -> dict[str, str]:
    """The neighborhood is shown as one fact and stored as two."""
    if field != "neighbourhood":
        return {field: value}
    rt, _slash, rw = value.partition("/")
    return {"rt": rt.strip(), "rw": rw.strip()}


def _cleaned(entry: RegisterEntry, name: str, value: str) -> Any:
    if name in CODE_LISTS and value not in list_codes(name):
        raise CannotProposeCorrection(_("Choose a value of the code list."))
    try:
        return _column(entry, name).clean(value, entry)
    except ValidationError as error:
        raise CannotProposeCorrection(" ".join(error.messages)) from error


def _column(entry: RegisterEntry, name: str) -> "Field[Any, Any]":
    return next(column for column in entry._meta.concrete_fields if column.name == name)


def _check_from(entry: RegisterEntry, changed_on: date | None) -> None:
    if changed_on is None or changed_on == entry.valid_from:
        return
    if changed_on < entry.valid_from:
        raise CannotProposeCorrection(_("The day lies before this entry begins; choose the earlier entry."))
    if entry.valid_until is not None:
        raise CannotProposeCorrection(
            _("The entry has ended; a change within the past is entered as a correction of the whole entry.")
        )


def _payload(
    look_up: LookUp, entry: RegisterEntry, correction: Correction, changes: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "look_up": look_up.number,
        "person_number": look_up.person_number,
        "register": correction.register,
        "entry_id": entry.pk,
        "field": correction.field,
        "old": str(get_facts(entry)[correction.field]),
        "new": "/".join(str(value) for value in changes.values()),  # a neighborhood is two columns
        "changes": dict(changes),
        "evidence": correction.evidence.strip(),
        "valid_from": correction.valid_from.isoformat() if correction.valid_from else None,
    }
