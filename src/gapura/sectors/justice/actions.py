"""Keeping the bars: opened under a ground, proposed by one keeper, decided by another person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.periods import add_months
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.justice.models import Reading
from gapura.sectors.justice.permissions import SUPERVISOR, can_keep
from gapura.sectors.justice.queries import (
    NUMBERED_BY,
    TABLES,
    BarEntry,
    access_reading,
    find_bar,
    get_ground,
    get_person_read,
    get_terms,
    list_bars,
)
from gapura.sectors.justice.types import BarAct, BarKind, BarProposal, CannotOpenReading, CannotProposeBar

BAR = "justice.bar"


def open_reading(*, actor: Actor, person_number: str, ground: str, letter: str, now: datetime) -> Reading:
    """Say on which ground, by which letter, a person's bars are opened; good for the keeper's day.

    Raises AccessDenied without the post; CannotOpenReading for the keeper's own bars or without a letter.
    """
    if not can_keep(actor):
        raise AccessDenied
    if person_number == actor.person_number:
        raise CannotOpenReading(_("Nobody opens what concerns themselves; another keeper has to."))
    if not letter.strip():
        raise CannotOpenReading(_("Name the letter or file that lets you open the register."))
    reading = Reading(
        number=f"JR{new_code(9)}",
        person_number=person_number,
        official=actor.reference,
        agency_code=actor.agency_code or "",
        ground=get_ground(ground).code,
        letter=letter.strip(),
        opened_at=now,
    )
    with transaction.atomic():
        reading.save(force_insert=True)
        _record(actor, reading, "justice.reading_opened")
    return reading


def read_bars(*, actor: Actor, reading_number: str, today: date) -> list[tuple[BarKind, BarEntry]]:
    """The person's bars, standing and ended. Each look is logged before it is given, with its ground.

    Raises AccessDenied for a reading that is not the actor's own of today.
    """
    reading = access_reading(actor, reading_number, today=today)
    _record(actor, reading, "justice.bars_read")
    return list_bars(reading.person_number)


def propose_bar(*, actor: Actor, reading_number: str, proposal: BarProposal, today: date, now: datetime) -> int:
    """Ask a supervisor of the keepers to enter, change or lift a bar; the id of the request.

    Raises AccessDenied as :func:`read_bars` does and for an entry that is not the person's; CannotProposeBar when it
    does not fit the register or waits for a decision already.
    """
    reading = access_reading(actor, reading_number, today=today)
    entry = find_bar(proposal.kind, reading.person_number, proposal.entry_id)
    if (proposal.act is BarAct.ENTER) is not (proposal.entry_id is None) or (proposal.entry_id and entry is None):
        raise AccessDenied
    _check(proposal, entry, today)
    try:
        request = request_approval(
            actor=actor,
            kind=BAR,
            object_ref=f"{proposal.kind}:{entry.pk if entry else proposal.bar_number}",
            summary=reading.number,
            payload=_payload(reading, proposal, entry),
            role=SUPERVISOR,
            agency_code=reading.agency_code,
            office_code=actor.office_code or "",
            now=now,
        )
    except CannotRequestApproval as error:
        raise CannotProposeBar(str(error)) from error
    return request.pk


def read_proposal(*, actor: Actor, proposal: Proposal) -> None:
    """Log a look at what was proposed before it is given, with the ground and letter of the reading behind it.

    Who may look is the approval's part: the keepers' supervisors, and who proposed it.
    """
    _record(actor, Reading.objects.get(pk=proposal.payload["reading"]), "justice.proposal_read")


def carry_out_bar(*, actor: Actor, proposal: Proposal, now: datetime) -> None:
    """Write what was approved, in the transaction of the approval.

    Raises CannotDecideApproval when it concerns who decides, or when the register has moved on since.
    """
    payload = proposal.payload
    person = get_person_read(payload["reading"])
    if actor.person_number == person:
        raise CannotDecideApproval(_("This concerns yourself; another supervisor has to decide."))
    try:
        with transaction.atomic():
            _write(actor, person, payload, now)
    except (CannotRecordEntry, IntegrityError) as error:
        raise CannotDecideApproval(
            _("The register has changed since; deny this and let the keeper look again.")
        ) from error


def _write(actor: Actor, person: str, payload: Mapping[str, Any], now: datetime) -> None:
    kind, act = BarKind(payload["kind"]), BarAct(payload["act"])
    from_day, until = (date.fromisoformat(day) if (day := payload[name]) else None for name in ("from", "until"))
    how: dict[str, Any] = {"actor": actor, "source": Source(SourceKind.CASE, payload["reading"]), "now": now}
    if act is BarAct.ENTER:
        named = {NUMBERED_BY[kind]: payload["bar_number"], "ordered_by": payload["ordered_by"]}
        period = {"valid_from": from_day, "valid_until": until}
        record_entry(entry=TABLES[kind](number=person, **named, **period), **how)
        return
    entry = find_bar(kind, person, payload["entry_id"])
    if entry is None:
        raise CannotRecordEntry("The entry is no longer believed.")
    if act is BarAct.LIFT and until is not None:
        end_entry(entry=entry, ended_on=until, **how)
        return
    correct_entry(entry=entry, changes={"ordered_by": payload["ordered_by"], "valid_until": until}, **how)


def _check(proposal: BarProposal, entry: BarEntry | None, today: date) -> None:
    if not proposal.letter.strip():
        raise CannotProposeBar(_("Name the order this rests on."))
    if proposal.act is BarAct.LIFT:
        _check_lifting(proposal, entry)
        return
    terms = get_terms(proposal.kind)
    if proposal.ordered_by not in terms.ordered_by:
        raise CannotProposeBar(_("This agency cannot order such a bar."))
    if entry is None and not (proposal.bar_number.strip() and proposal.valid_from):
        raise CannotProposeBar(_("Give the number of the order and the day from which it stands."))
    begins = entry.valid_from if entry else proposal.valid_from or today
    _check_term(proposal.valid_until, begins, terms.longest_months, today)
    if entry and (entry.ordered_by, entry.valid_until) == (proposal.ordered_by, proposal.valid_until):
        raise CannotProposeBar(_("The register says this already; there is nothing to change."))


def _check_term(until: date | None, begins: date, longest_months: int | None, today: date) -> None:
    """A term that is prolonged is counted from today."""
    if longest_months is None:
        if until is not None:
            raise CannotProposeBar(_("This bar stands until it is lifted; leave its last day empty."))
        return
    if until is None or until <= begins:
        raise CannotProposeBar(_("Give a last day after the first."))
    if until > add_months(max(begins, today), longest_months):
        raise CannotProposeBar(_("The law lets it stand for at most %(months)s months.") % {"months": longest_months})


def _check_lifting(proposal: BarProposal, entry: BarEntry | None) -> None:
    lifted_on = proposal.valid_until
    if entry is None or lifted_on is None or lifted_on <= entry.valid_from:
        raise CannotProposeBar(_("Give a day after the first day of the bar."))
    if entry.valid_until is not None and entry.valid_until <= lifted_on:
        raise CannotProposeBar(_("The bar ends before that day by itself."))


def _payload(reading: Reading, proposal: BarProposal, entry: BarEntry | None) -> dict[str, Any]:
    """By the reading, without the person's number: what names somebody is found for a copy of their data."""
    return {
        "act": proposal.act.value,
        "kind": proposal.kind.value,
        "reading": reading.number,
        "legal_ground": get_ground(reading.ground).legal_ground,
        "letter": proposal.letter.strip(),
        "entry_id": entry.pk if entry else None,
        "bar_number": getattr(entry, NUMBERED_BY[proposal.kind]) if entry else proposal.bar_number.strip(),
        "ordered_by": proposal.ordered_by or (entry.ordered_by if entry else ""),
        "from": _iso(entry.valid_from if entry else proposal.valid_from),
        "until": _iso(proposal.valid_until),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _record(actor: Actor, reading: Reading, action: str) -> None:
    """Without the person's number: the log of their own data does not tell them that somebody looks for them."""
    ground = {"ground": reading.ground, "letter": reading.letter}
    record_event(actor=actor, action=action, object_ref=f"reading:{reading.number}", detail=ground)
