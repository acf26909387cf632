"""Letters that come in: taken in once, accepted or returned, passed on, asked back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit, get_unit_today, list_posts, list_posts_of_unit, list_units
from gapura.kernel.identity.types import AccessDenied, UnknownUnit
from gapura.kernel.outbox.actions import publish
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.answers import end_assignments
from gapura.sectors.office.actions.filing import file_letter
from gapura.sectors.office.actions.letter_posting import follow_letter
from gapura.sectors.office.events import LetterDecided
from gapura.sectors.office.models import IncomingLetter, OfficialDocument
from gapura.sectors.office.parcels import digest_of, pack_letter
from gapura.sectors.office.queries.classification import find_unit_task
from gapura.sectors.office.queries.dispatches import access_incoming, is_registrar_of
from gapura.sectors.office.queries.terms import get_terms
from gapura.sectors.office.types import (
    REGISTRAR,
    AssignmentEnd,
    CameBy,
    CannotReceive,
    DispatchMark,
    IncomingState,
    LetterState,
    ReceivedLetter,
)

DISTRIBUTE = "office.distribute"
_MARKS = {
    IncomingState.ACCEPTED: DispatchMark.ACCEPTED,
    IncomingState.RETURNED: DispatchMark.RETURNED,
    IncomingState.PASSED_ON: DispatchMark.PASSED_ON,
    IncomingState.WITHDRAWN: DispatchMark.WITHDRAWN,
}


def receive_document(
    *, actor: Actor, letter: ReceivedLetter, sealed_by: str = "", seal_signer: str = "", now: datetime
) -> IncomingLetter:
    """Take a letter in and put it before who decides about it. The same code again changes nothing.

    The caller has checked the seal and who brought it. A unit that was merged gives it to its successor; an unknown
    unit gives it to the agency's mail room. Raises CannotReceive when the agency has no units at all.
    """
    with transaction.atomic():
        known = IncomingLetter.objects.filter(agency_code=letter.agency_code, code=letter.code).first()
        if known is not None:
            return known
        unit_code, office_code = _place_of(letter)
        parcel = pack_letter(letter)
        taken, is_new = IncomingLetter.objects.get_or_create(
            agency_code=letter.agency_code,
            code=letter.code,
            defaults={
                "office_code": office_code,
                "unit_code": unit_code,
                "came_by": letter.came_by.value,
                "sender_agency": letter.sender_agency,
                "sender_unit": letter.sender_unit,
                "sender_person": letter.sender_person,
                "sender_company": letter.sender_company,
                "sender_label": letter.sender_label[:200],
                "their_number": letter.their_number,
                "their_date": letter.their_date,
                "title": letter.title[:200],
                "urgent": letter.urgent,
                "parcel": parcel,
                "parcel_digest": digest_of(parcel),
                "sealed_by": sealed_by,
                "seal_signer": seal_signer[:200],
                "arrived_at": now,
            },
        )
        if is_new:
            _put_before(taken, _deciders(taken), now)
            _record(actor, taken, "office.letter_arrived", digest=taken.parcel_digest, by=letter.came_by.value)
    return taken


def refuse_parcel(*, actor: Actor, code: str, agency_code: str, sender_agency: str, why: str) -> None:
    """Write into the log that a letter was not taken in because its seal or bytes are not what they should be."""
    record_event(
        actor=actor,
        action="office.letter_refused",
        object_ref=f"incoming:{code}",
        detail={"to": agency_code, "from": sender_agency, "why": why[:300]},
    )


def accept_letter(
    *,
    actor: Actor,
    code: str,
    task_code: str,
    unit_code: str = "",
    title: str = "",
    answer_due_on: date | None = None,
    wants_answer: bool = True,
    now: datetime,
) -> OfficialDocument:
    """Enter the letter in the unit's register of what came in, under a task; from then on it is a record of the unit.

    ``unit_code``: for another unit than the one addressed. Accepted twice it has one number.
    Raises AccessDenied, CannotReceive, CannotRegister.
    """
    access_incoming(actor, code)
    with transaction.atomic():
        letter = _lock(actor, code)
        if letter.document is not None:
            return letter.document
        _require_arrived(letter)
        letter.unit_code = _chosen_unit(letter, unit_code)
        if find_unit_task(task_code) is None:
            raise CannotReceive(_("Choose the task that the letter belongs to."))
        document = file_letter(actor=actor, letter=letter, task_code=task_code, title=title, now=now)
        letter.document = document
        letter.parcel = None
        if wants_answer:
            today = local_day(now, settings.TIME_ZONE)
            letter.answer_due_on = answer_due_on or get_terms().answer_due_on(today, urgent=letter.urgent)
        _decide(actor, letter, IncomingState.ACCEPTED, "", now, number=document.number)
        _put_before(letter, _deciders(letter), now)
    return document


def return_letter(*, actor: Actor, code: str, reason: str, now: datetime) -> IncomingLetter:
    """Send a letter back unaccepted, saying why. It took no number. Raises AccessDenied, CannotReceive."""
    access_incoming(actor, code)
    if not reason.strip():
        raise CannotReceive(_("Say why it goes back; the sender reads it."))
    with transaction.atomic():
        letter = _lock(actor, code)
        if letter.state == IncomingState.RETURNED:
            return letter
        _require_arrived(letter)
        _decide(actor, letter, IncomingState.RETURNED, reason, now)
    return letter


def move_letter(*, actor: Actor, code: str, unit_code: str, now: datetime) -> IncomingLetter:
    """Give a letter that nobody accepted yet to the right unit of the agency. Raises AccessDenied, CannotReceive."""
    access_incoming(actor, code)
    with transaction.atomic():
        letter = _lock(actor, code)
        _require_arrived(letter)
        close_work(kind=DISTRIBUTE, object_ref=_ref(letter), now=now)
        unit = _chosen_unit(letter, unit_code)
        letter.unit_code, letter.office_code = unit, get_unit(unit).office_code
        letter.save()
        _put_before(letter, _deciders(letter), now)
        _record(actor, letter, "office.letter_moved", unit=unit)
    return letter


def pass_letter_on(*, actor: Actor, code: str, to_label: str, note: str, now: datetime) -> IncomingLetter:
    """Note that an accepted letter was sent on to the agency it belongs to: nobody here has more to do with it.

    The caller dispatches the document in the same transaction. Raises AccessDenied, CannotReceive.
    """
    with transaction.atomic():
        letter = _lock(actor, code)
        if letter.state != IncomingState.ACCEPTED or letter.document is None:
            raise CannotReceive(_("Only a letter that was accepted can be passed on to another agency."))
        letter.passed_to_label = to_label[:200]
        letter.answered_at = letter.answered_at or now
        end_assignments(letter.document, AssignmentEnd.PASSED_ON, note=to_label, now=now)
        _decide(actor, letter, IncomingState.PASSED_ON, f"{to_label}. {note}".strip(" ."), now)
    return letter


def ask_back(
    *, actor: Actor, agency_code: str, sender_agency: str, code: str, reason: str, now: datetime
) -> IncomingLetter | None:
    """The sender asks for the letter back; whoever has it decides. Twice is once.

    None when no letter of theirs came here under this code.
    """
    with transaction.atomic():
        theirs = IncomingLetter.objects.filter(agency_code=agency_code, sender_agency=sender_agency, code=code)
        letter = theirs.select_for_update().first()
        if letter is None or letter.recall_asked_at is not None:
            return letter
        if letter.state in (IncomingState.RETURNED, IncomingState.WITHDRAWN):
            return letter
        letter.recall_asked_at, letter.recall_reason = now, reason[:300]
        letter.save()
        _put_before(letter, _deciders(letter), now)
        _record(actor, letter, "office.letter_asked_back", reason=letter.recall_reason)
    return letter


def withdraw_arrival(
    *,
    actor: Actor,
    agency_code: str,
    code: str,
    came_by: CameBy = CameBy.PORTAL,
    reason: str = "",
    now: datetime,
) -> bool:
    """Its sender took back a letter that nobody accepted yet. False where it never came, or was decided."""
    with transaction.atomic():
        letters = IncomingLetter.objects.filter(agency_code=agency_code, came_by=came_by, code=code)
        letter = letters.select_for_update().first()
        if letter is None or letter.state != IncomingState.ARRIVED:
            return False
        letter.parcel = None
        _decide(actor, letter, IncomingState.WITHDRAWN, reason, now)
    return True


def answer_recall(*, actor: Actor, code: str, agreed: bool, reason: str, now: datetime) -> IncomingLetter:
    """Give the letter back, or keep it and say why. What was numbered keeps its number. Raises CannotReceive."""
    access_incoming(actor, code)
    if not agreed and not reason.strip():
        raise CannotReceive(_("Say why you keep it; the sender reads it."))
    with transaction.atomic():
        letter = _lock(actor, code)
        if letter.recall_asked_at is None or letter.recall_refused_at is not None:
            raise CannotReceive(_("Nobody asks for this letter back now."))
        if letter.state not in (IncomingState.ARRIVED, IncomingState.ACCEPTED):
            raise CannotReceive(_("This letter has left the office already."))
        if agreed:
            if letter.document is not None:
                end_assignments(letter.document, AssignmentEnd.WITHDRAWN, note=letter.recall_reason, now=now)
            letter.parcel = None
            _decide(actor, letter, IncomingState.WITHDRAWN, reason, now)
        else:
            letter.recall_refused_at, letter.recall_refused_by_label = now, actor.label[:120]
            letter.recall_answer = reason.strip()[:300]
            letter.save()
            _record(actor, letter, "office.recall_refused", reason=reason[:300])
            _tell(actor, letter, DispatchMark.RECALL_REFUSED, reason, now)
            if letter.state == IncomingState.ACCEPTED:
                close_work(kind=DISTRIBUTE, object_ref=_ref(letter), now=now)
    return letter


def record_paper(
    *,
    actor: Actor,
    unit_code: str,
    title: str,
    sender_label: str,
    their_number: str,
    their_date: date | None,
    scan: bytes,
    urgent: bool = False,
    key: str = "",
    now: datetime,
) -> IncomingLetter:
    """Take in a letter that came on paper, with its scan (a PDF that was judged harmless). ``key``: the form, once.

    Raises AccessDenied to who does not register for the unit, CannotReceive.
    """
    if unit_code not in {unit.code for unit in list_units(agency_code=actor.agency_code or "")}:
        raise AccessDenied
    unit = get_unit(unit_code)
    judged = IncomingLetter(agency_code=unit.agency_code, office_code=unit.office_code, unit_code=unit_code)
    if not is_registrar_of(actor, judged):
        raise AccessDenied
    letter = ReceivedLetter(
        code=key or new_code(11),
        agency_code=unit.agency_code,
        unit_code=unit_code,
        came_by=CameBy.PAPER,
        title=title,
        sender_label=sender_label,
        their_number=their_number,
        their_date=their_date,
        language=settings.LANGUAGE_CODE,
        urgent=urgent,
        sealed=scan,
    )
    return receive_document(actor=actor, letter=letter, now=now)


def _place_of(letter: ReceivedLetter) -> tuple[str, str]:
    """The unit that gets it today and its office; no unit where none is named or known."""
    if letter.unit_code:
        try:
            unit = get_unit_today(letter.unit_code)
            if unit.agency_code == letter.agency_code:
                return unit.code, unit.office_code
        except UnknownUnit:
            pass
    units = [one for one in list_units(agency_code=letter.agency_code) if one.ended_on is None]
    if not units:
        raise CannotReceive(_("That agency has no units here that could take a letter in."))
    return "", next((one.office_code for one in units if not one.parent), units[0].office_code)


def _deciders(letter: IncomingLetter) -> Sequence[Holder]:
    """The registrars of the office; without them who leads the unit or the office's first one; else the whole unit."""
    agency, office = letter.agency_code, letter.office_code
    if any(REGISTRAR in post.roles for post in list_posts(agency_code=agency, office_code=office)):
        return [Holder.role(agency, office, REGISTRAR)]
    ranks = list_ranks()
    top = [unit.code for unit in list_units(agency_code=agency, office_code=office) if not unit.parent]
    for unit in [letter.unit_code, *top]:
        posts = list_posts_of_unit(unit) if unit else []
        leaders = [post for post in posts if post.rank in ranks and ranks[post.rank].leads]
        if leaders:
            return [Holder.post(agency, post.code) for post in leaders]
    return [Holder.unit(agency, unit) for unit in [letter.unit_code, *top] if unit][:1]


def _put_before(letter: IncomingLetter, holders: Sequence[Holder], now: datetime) -> None:
    for holder in holders:
        open_work(
            kind=DISTRIBUTE,
            object_ref=_ref(letter),
            holder=holder,
            title=letter.title,
            path=f"/desk/office/incoming/{letter.code}/",
            sender=letter.sender_label[:120],
            due_on=letter.answer_due_on,
            urgent=letter.urgent,
            now=now,
        )


def _lock(actor: Actor, code: str) -> IncomingLetter:
    letter = IncomingLetter.objects.select_for_update().get(code=code, agency_code=actor.agency_code or "")
    if not is_registrar_of(actor, letter):
        raise AccessDenied
    return letter


def _require_arrived(letter: IncomingLetter) -> None:
    if letter.state != IncomingState.ARRIVED:
        raise CannotReceive(_("Somebody else has decided about this letter meanwhile. Load the page again."))


def _chosen_unit(letter: IncomingLetter, unit_code: str) -> str:
    chosen = unit_code or letter.unit_code
    living = {unit.code for unit in list_units(agency_code=letter.agency_code) if unit.ended_on is None}
    if chosen not in living:
        raise CannotReceive(_("Choose the unit of this agency that the letter is for."))
    return chosen


def _decide(
    actor: Actor, letter: IncomingLetter, state: IncomingState, reason: str, now: datetime, number: str = ""
) -> None:
    letter.state, letter.reason = state.value, reason.strip()[:300]
    letter.decided_at, letter.decided_by_label = now, actor.label[:120]
    letter.save()
    close_work(kind=DISTRIBUTE, object_ref=_ref(letter), now=now)
    _record(actor, letter, f"office.letter_{state.name.lower()}", reason=letter.reason, number=number)
    _tell(actor, letter, _MARKS[state], letter.reason, now, number)


def _tell(actor: Actor, letter: IncomingLetter, mark: DispatchMark, note: str, now: datetime, number: str = "") -> None:
    """Let the sender know: an office by event, a person or company in their letters."""
    if letter.came_by == CameBy.OFFICE:
        letter.news_due_at = now
        letter.save(update_fields=["news_due_at"])
        publish(
            LetterDecided(
                code=letter.code,
                agency_code=letter.agency_code,
                sender_agency=letter.sender_agency,
                mark=mark.value,
                number=number,
            )
        )
    elif letter.came_by == CameBy.PORTAL and mark in _FOLLOWED:
        follow_letter(actor=actor, code=letter.code, state=_FOLLOWED[mark], note=note or number, now=now)


_FOLLOWED = {
    DispatchMark.ACCEPTED: LetterState.ACCEPTED,
    DispatchMark.RETURNED: LetterState.RETURNED,
    DispatchMark.PASSED_ON: LetterState.HANDLED,
}


def _ref(letter: IncomingLetter) -> str:
    return f"incoming:{letter.code}"


def _record(actor: Actor, letter: IncomingLetter, action: str, **detail: str) -> None:
    record_event(actor=actor, action=action, object_ref=_ref(letter), detail=detail)
