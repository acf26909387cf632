"""What the worker does with letters: bring them to the other office, bring the answer back, try again while it is down.

A letter to another house travels as a signed, logged message (kernel.nodes); the code it arrives under makes a second
try harmless. No database lock is held while the network is waited for.
"""

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.queries import check_sealed_file, find_signer_name
from gapura.kernel.nodes.actions import send_message
from gapura.kernel.nodes.queries import find_own_subsystem, find_service_of
from gapura.kernel.nodes.types import BadRegistry, MessageRefused, NoNode, OutgoingRequest, Subsystem
from gapura.sectors.office.actions.letter_posting import send_letter
from gapura.sectors.office.actions.marks import mark_dispatch
from gapura.sectors.office.actions.raising import as_raising, raise_arrival
from gapura.sectors.office.actions.receipt import ask_back, receive_document, refuse_parcel
from gapura.sectors.office.models import Dispatch, IncomingLetter, OfficialDocument, SecurityChange
from gapura.sectors.office.parcels import LARGEST_PARCEL, Parcel, as_letter, compose_parcel
from gapura.sectors.office.types import CannotReceive, CannotSendLetter, DispatchMark, DispatchState, IncomingState

SERVICE = "office.letters"
"""What an agency's house answers is called after the agency, for a service has one house: ``office.letters.djp``."""
ANSWER_SECONDS = 15.0
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
_ENDS: Mapping[str, DispatchMark] = {
    IncomingState.RETURNED: DispatchMark.RETURNED,
    IncomingState.PASSED_ON: DispatchMark.PASSED_ON,
    IncomingState.WITHDRAWN: DispatchMark.WITHDRAWN,
}
_ON_THE_WAY = (DispatchState.WAITING, DispatchState.SENT)
_UNREACHABLE = (MessageRefused, NoNode, BadRegistry)


class Unreachable(Exception):
    """The other house does not answer, or not now; the letter waits. ``str()`` says why."""


def carry_dispatch(*, actor: Actor, code: str, now: datetime) -> Dispatch | None:
    """Bring the letter, or that it is asked back, to where it goes; twice is once. None where nothing is to carry.

    While the other house cannot be reached the letter waits and is tried again, with pauses up to an hour, for ever.
    """
    dispatch = Dispatch.objects.select_related("document").filter(code=code, next_try_at__isnull=False).first()
    if dispatch is None:
        return None
    due = dispatch.next_try_at
    try:
        if dispatch.state in (DispatchState.WAITING, DispatchState.SENT) and dispatch.raised_id is None:
            _bring(actor, dispatch, now)
        if dispatch.raised_id is not None:
            tell_raised(actor=actor, dispatch=dispatch, now=now)
        if dispatch.recall_reason and dispatch.state != DispatchState.WITHDRAWN:
            _ask_back(actor, dispatch, now)
    except Unreachable as problem:
        return _wait(dispatch, str(problem), now)
    # What was asked meanwhile stays due.
    Dispatch.objects.filter(pk=dispatch.pk, next_try_at=due).update(next_try_at=None, problem="")
    dispatch.refresh_from_db()
    return dispatch


def list_codes_to_carry(now: datetime, *, limit: int = 200) -> list[str]:
    """Dispatches whose next try is due, the longest waiting first."""
    due = Dispatch.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    return list(due.values_list("code", flat=True)[:limit])


def take_in_parcel(*, actor: Actor, parcel: Parcel, now: datetime) -> Mapping[str, str]:
    """Check the seal and take the letter in, or refuse it and log why; what is answered to the carrier."""
    if IncomingLetter.objects.filter(agency_code=parcel.to_agency, code=parcel.code).exists():
        return _arrived(IncomingLetter.objects.get(agency_code=parcel.to_agency, code=parcel.code))
    signer, problem = _judge(parcel, now)
    if problem:
        refuse_parcel(
            actor=actor,
            code=parcel.code,
            agency_code=parcel.to_agency,
            sender_agency=parcel.from_agency,
            why=problem,
        )
        return {"outcome": "refused", "why": problem, "at": now.isoformat()}
    try:
        letter = receive_document(
            actor=actor, letter=as_letter(parcel), sealed_by=parcel.sealed_by, seal_signer=signer, now=now
        )
    except CannotReceive as refusal:
        return {"outcome": "refused", "why": str(refusal), "at": now.isoformat()}
    return _arrived(letter)


def _judge(parcel: Parcel, now: datetime) -> tuple[str, str]:
    """Who sealed it, and what is wrong. A paper or a person's letter that is passed on was sealed by no office."""
    if not parcel.sealed_by:
        return "", ""
    check = check_sealed_file(parcel.sealed, now)
    expected = find_signer_name(parcel.sealed_by, now)
    if not check.valid:
        return check.signer, check.reason
    if expected is not None and check.signer != expected:
        return check.signer, f"The seal is that of {check.signer}, not of {parcel.sealed_by}."
    return check.signer, ""


def note_news(*, actor: Actor, news: Mapping[str, str], receiver_agency: str, now: datetime) -> bool:
    """What a receiving office did, noted at the dispatch. False where it is known, or is no news of theirs to tell."""
    with transaction.atomic():
        found = Dispatch.objects.select_for_update().filter(code=news["code"], to_agency=receiver_agency)
        dispatch = found.first()
        if dispatch is None:
            return False
        return mark_dispatch(
            actor=actor,
            dispatch=dispatch,
            mark=DispatchMark(news["mark"]),
            at=datetime.fromisoformat(news["at"]),
            now=now,
            by_label=news["by_label"],
            note=news["note"],
            number=news["number"],
        )


def tell_sender(*, actor: Actor, agency_code: str, code: str, now: datetime) -> None:
    """Bring all that was done with a letter to the house that sent it; what is known there changes nothing.

    While that house cannot be reached the news waits and is tried again.
    """
    letter = IncomingLetter.objects.select_related("document").get(agency_code=agency_code, code=code)
    rows = IncomingLetter.objects.filter(
        pk=letter.pk, news_due_at=letter.news_due_at
    )  # what was decided since stays due
    try:
        elsewhere = find_house(letter.sender_agency)
        for news in _news_of(letter):
            if elsewhere is None:
                note_news(actor=actor, news=news, receiver_agency=agency_code, now=now)
            else:
                _send(agency_code, elsewhere, {"kind": "news", **news}, now)
    except Unreachable:
        again = now + pause_after(letter.news_tries)
        rows.update(news_due_at=again, news_tries=letter.news_tries + 1)
    else:
        rows.update(news_due_at=None, news_tries=0)


def list_news_to_tell(now: datetime, *, limit: int = 200) -> list[tuple[str, str]]:
    """Letters of which a sender's house could not be told: agency and code, the longest waiting first."""
    due = IncomingLetter.objects.filter(news_due_at__lte=now).order_by("news_due_at", "pk")
    return list(due.values_list("agency_code", "code")[:limit])


def _news_of(letter: IncomingLetter) -> Iterator[Mapping[str, str]]:
    number = letter.document.number if letter.document else ""

    def say(mark: DispatchMark, at: datetime | None, by_label: str, note: str) -> Mapping[str, str]:
        assert at is not None
        return {
            "code": letter.code,
            "mark": mark.value,
            "at": at.isoformat(),
            "by_label": by_label,
            "note": note,
            "number": number,
        }

    if letter.document is not None:
        yield say(DispatchMark.ACCEPTED, letter.document.registered_at, letter.document.drafter_label, "")
    if letter.recall_refused_at is not None:
        yield say(
            DispatchMark.RECALL_REFUSED, letter.recall_refused_at, letter.recall_refused_by_label, letter.recall_answer
        )
    if letter.state in _ENDS:
        yield say(_ENDS[letter.state], letter.decided_at, letter.decided_by_label, letter.reason)


def _bring(actor: Actor, dispatch: Dispatch, now: datetime) -> None:
    document = dispatch.document
    if not dispatch.to_agency:
        _bring_to_people(actor, dispatch, document, now)
        return
    parcel = compose_parcel(document, dispatch)
    elsewhere = find_house(dispatch.to_agency)
    if elsewhere is None:
        with transaction.atomic():
            locked = _lock(dispatch)
            if locked.state in (DispatchState.WAITING, DispatchState.SENT) and locked.raised_id is None:
                _mark_brought(actor, locked, take_in_parcel(actor=actor, parcel=parcel, now=now), now, now)
    else:
        answer = _bring_to_house(dispatch, elsewhere, parcel, now)
        if answer is None:
            return
        with transaction.atomic():
            _mark_brought(actor, _lock(dispatch), answer, now, now)
    dispatch.refresh_from_db()


def _bring_to_house(dispatch: Dispatch, to: Subsystem, parcel: Parcel, now: datetime) -> Mapping[str, str] | None:
    """What the other house says; None where the letter was asked back before it left."""
    content = parcel.model_dump(mode="json")
    if len(json.dumps(content)) > LARGEST_PARCEL:
        return {"outcome": "refused", "why": _("It is too large to travel."), "at": now.isoformat()}
    if not _begin_try(dispatch):
        return None
    return _send(dispatch.agency_code, to, {"kind": "letter", "parcel": content}, now)


def _begin_try(dispatch: Dispatch) -> bool:
    """Commit that the letter may have left the house from now on: who asks it back then asks the receiver."""
    with transaction.atomic():
        locked = _lock(dispatch)
        if locked.state not in (DispatchState.WAITING, DispatchState.SENT) or locked.raised_id is not None:
            return False
        locked.tries += 1
        locked.save(update_fields=["tries"])
    return True


def _bring_to_people(actor: Actor, dispatch: Dispatch, document: OfficialDocument, now: datetime) -> None:
    with transaction.atomic():
        locked = _lock(dispatch)
        if locked.state != DispatchState.WAITING:
            return
        try:
            send_letter(actor=actor, document=document, person=dispatch.to_person, company=dispatch.to_company, now=now)
        except CannotSendLetter as refusal:
            mark_dispatch(actor=actor, dispatch=locked, mark=DispatchMark.RETURNED, at=now, now=now, note=str(refusal))
            return
        for mark in (DispatchMark.SENT, DispatchMark.ARRIVED):
            mark_dispatch(actor=actor, dispatch=locked, mark=mark, at=now, now=now)


def _mark_brought(
    actor: Actor, dispatch: Dispatch, answer: Mapping[str, str], sent_at: datetime, now: datetime
) -> None:
    """Sent, and either arrived or refused, with the times of both houses; in the caller's transaction."""
    at = datetime.fromisoformat(answer["at"])
    mark_dispatch(actor=actor, dispatch=dispatch, mark=DispatchMark.SENT, at=sent_at, now=now)
    if answer["outcome"] == "arrived":
        mark_dispatch(actor=actor, dispatch=dispatch, mark=DispatchMark.ARRIVED, at=at, now=now)
    else:
        mark_dispatch(actor=actor, dispatch=dispatch, mark=DispatchMark.RETURNED, at=at, now=now, note=answer["why"])


def _ask_back(actor: Actor, dispatch: Dispatch, now: datetime) -> None:
    if dispatch.recall_told_at is not None or not dispatch.to_agency:
        return
    elsewhere = find_house(dispatch.to_agency)
    if elsewhere is None:
        ask_back(
            actor=actor,
            agency_code=dispatch.to_agency,
            sender_agency=dispatch.agency_code,
            code=dispatch.code,
            reason=dispatch.recall_reason,
            now=now,
        )
    else:
        asked = {"kind": "recall", "code": dispatch.code, "reason": dispatch.recall_reason}
        _send(dispatch.agency_code, elsewhere, asked, now)
    Dispatch.objects.filter(pk=dispatch.pk).update(recall_told_at=now)


def tell_raised(*, actor: Actor, dispatch: Dispatch, now: datetime) -> None:
    """Tell the receiving office that the class is higher now, with the sealed note. Raises Unreachable.

    What never arrived there does not leave any more.
    """
    assert dispatch.raised_id is not None, "there is something to tell"
    change = SecurityChange.objects.select_related("document").get(pk=dispatch.raised_id)
    raising, elsewhere = as_raising(change), find_house(dispatch.to_agency)
    if elsewhere is None:
        outcome = raise_arrival(
            actor=actor,
            agency_code=dispatch.to_agency,
            sender_agency=dispatch.agency_code,
            code=dispatch.code,
            raising=raising,
            now=now,
        )
    else:
        told = asdict(raising) | {"note": b64encode(raising.note).decode()}
        outcome = _send(dispatch.agency_code, elsewhere, {"kind": "raised", "code": dispatch.code, **told}, now)[
            "outcome"
        ]
    with transaction.atomic():
        locked = _lock(dispatch)
        if locked.raised_id != change.pk:
            return  # raised once more meanwhile: that is told next
        locked.raised = None
        if locked.next_try_at == dispatch.next_try_at:  # what was asked meanwhile stays due
            locked.next_try_at = None
            locked.problem = ""
        locked.save(update_fields=["raised", "next_try_at", "problem"])
        never_left = outcome == "unknown" and locked.state in _ON_THE_WAY
        mark = DispatchMark.WITHDRAWN if never_left else DispatchMark.CLASS_RAISED
        mark_dispatch(actor=actor, dispatch=locked, mark=mark, at=now, now=now, note=change.reason)
        record_event(
            actor=actor,
            action="office.class_told",
            object_ref=f"dispatch:{dispatch.code}",
            detail={"after": change.after, "outcome": outcome, "note": hashlib.sha256(raising.note).hexdigest()},
        )
    dispatch.refresh_from_db()


def find_house(agency_code: str) -> Subsystem | None:
    """The other node that takes letters for the agency; None: this house does. Raises Unreachable."""
    try:
        return find_service_of(agency_code, service_of(agency_code))
    except (NoNode, BadRegistry) as error:
        raise Unreachable(str(error)) from error


def service_of(agency_code: str) -> str:
    """The service under which an agency's house takes letters, as the member registry names it."""
    return f"{SERVICE}.{agency_code}"


def _send(own_agency: str, to: Subsystem, content: Mapping[str, Any], now: datetime) -> Mapping[str, str]:
    """One try, under an id of its own. Raises Unreachable, also when the answer is not one."""
    try:
        client = find_own_subsystem(own_agency)
        if client is None:
            raise Unreachable(f"{own_agency} has no subsystem on this node; it cannot send letters to others.")
        body = json.dumps(content).encode()
        request = OutgoingRequest(client.id, to.id, service_of(to.agency), body, secrets.token_hex(16))
        answer = json.loads(send_message(request, now=now, seconds=ANSWER_SECONDS))
        datetime.fromisoformat(answer["at"])
        return {str(name): str(value) for name, value in answer.items()}
    except (*_UNREACHABLE, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"{to.id}: {error}") from error


def _arrived(letter: IncomingLetter) -> dict[str, str]:
    return {"outcome": "arrived", "why": "", "at": letter.arrived_at.isoformat()}


def _lock(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.select_for_update().get(pk=dispatch.pk)


def _wait(dispatch: Dispatch, problem: str, now: datetime) -> Dispatch:
    dispatch.refresh_from_db()
    dispatch.tries = max(dispatch.tries, 1)
    dispatch.problem, dispatch.next_try_at = problem[:300], now + pause_after(dispatch.tries - 1)
    dispatch.save(update_fields=["tries", "problem", "next_try_at"])
    return dispatch


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries."""
    return min(_FIRST_PAUSE * (1 << min(tries, 10)), _LONGEST_PAUSE)
