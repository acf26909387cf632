"""Sending a registered document to offices, people and companies, and asking it back. The worker carries it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import enqueue_job
from gapura.sectors.office.actions.answers import stop_answer_clock
from gapura.sectors.office.actions.carrying import Unreachable, find_house
from gapura.sectors.office.actions.marks import mark_dispatch
from gapura.sectors.office.actions.receipt import pass_letter_on
from gapura.sectors.office.models import Dispatch, DispatchStep, OfficialDocument
from gapura.sectors.office.permissions import can_dispatch
from gapura.sectors.office.queries.dispatches import access_dispatch, access_incoming
from gapura.sectors.office.queries.documents import access_document, own_units
from gapura.sectors.office.queries.terms import get_terms
from gapura.sectors.office.queries.weights import weigh_letter
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import (
    CannotDispatch,
    DispatchMark,
    DispatchReceiver,
    DispatchState,
    DocumentStatus,
)

CARRY_JOB = "office.carry"
_SETTLED = (DispatchState.RETURNED, DispatchState.PASSED_ON, DispatchState.WITHDRAWN)
_ON_ITS_WAY = (DispatchState.WAITING, DispatchState.SENT)


def dispatch_document(
    *, actor: Actor, document: OfficialDocument, receivers: Sequence[DispatchReceiver], now: datetime
) -> list[Dispatch]:
    """Let the registered, sealed document go to all of ``receivers``. To whom it is on its way already it goes once.

    Where it replies to a letter, that one is answered and its clock stops. Raises AccessDenied, CannotDispatch.
    """
    document = access_document(actor, document.code)
    if not can_dispatch(actor, document, own_units=own_units(actor)):
        raise AccessDenied
    _require_ready(document, receivers)
    with transaction.atomic():
        made = [_begin(actor, document, receiver, None, now) for receiver in receivers]
        if document.reply_to_id:
            stop_answer_clock(actor=actor, document_id=document.reply_to_id, reply=document, now=now)
    return made


def send_again(*, actor: Actor, code: str, now: datetime) -> Dispatch:
    """Send what was returned once more, as another dispatch that follows the first. Twice is once.

    Raises AccessDenied, CannotDispatch.
    """
    access_dispatch(actor, code)
    with transaction.atomic():
        first = Dispatch.objects.select_for_update().select_related("document").get(code=code)
        if not can_dispatch(actor, first.document, own_units=own_units(actor)):
            raise AccessDenied
        if first.state not in (DispatchState.RETURNED, DispatchState.WITHDRAWN):
            raise CannotDispatch(_("Only what came back can be sent again."))
        receiver = DispatchReceiver(
            first.receiver_label, first.to_agency, first.to_unit, first.to_person, first.to_company
        )
        return _begin(actor, first.document, receiver, first, now)


def recall_dispatch(*, actor: Actor, code: str, reason: str, now: datetime) -> Dispatch:
    """Ask the document back. What still waits here simply stays; of what has arrived the receiver decides.

    Raises AccessDenied, CannotDispatch.
    """
    access_dispatch(actor, code)
    if not reason.strip():
        raise CannotDispatch(_("Say why you ask it back; the receiver reads it."))
    with transaction.atomic():
        dispatch = Dispatch.objects.select_for_update().select_related("document").get(code=code)
        if not can_dispatch(actor, dispatch.document, own_units=own_units(actor)):
            raise AccessDenied
        if dispatch.state in _SETTLED:
            raise CannotDispatch(_("It came back already, or was passed on; there is nothing to ask back."))
        if dispatch.to_person or dispatch.to_company:
            _require_here(dispatch)
        dispatch.recall_reason = reason.strip()[:300]
        words = {"by_label": actor.label, "note": dispatch.recall_reason}
        if dispatch.state == DispatchState.WAITING and not dispatch.tries:
            dispatch.next_try_at = None
            mark_dispatch(actor=actor, dispatch=dispatch, mark=DispatchMark.WITHDRAWN, at=now, now=now, **words)
            return dispatch
        dispatch.next_try_at = now
        mark_dispatch(actor=actor, dispatch=dispatch, mark=DispatchMark.RECALL_ASKED, at=now, now=now, **words)
        _let_carry(dispatch)
    return dispatch


def pass_on_document(*, actor: Actor, code: str, receiver: DispatchReceiver, note: str = "", now: datetime) -> Dispatch:
    """Send the accepted letter ``code`` on to the agency it belongs to, with the seal it came with. Twice is once.

    Its number here stays; nobody here has more to do with it. Raises AccessDenied, CannotReceive, CannotDispatch.
    """
    letter = access_incoming(actor, code)
    if not receiver.agency_code or receiver.agency_code == letter.agency_code:
        raise CannotDispatch(_("Choose the other agency that the letter is for; within your own, hand it out."))
    with transaction.atomic():
        if letter.document and (sent := letter.document.dispatches.filter(to_agency=receiver.agency_code).first()):
            return sent
        letter = pass_letter_on(actor=actor, code=code, to_label=receiver.label, note=note, now=now)
        assert letter.document is not None
        return _begin(actor, letter.document, receiver, None, now)


def _require_here(dispatch: Dispatch) -> None:
    if dispatch.state not in _ON_ITS_WAY or dispatch.tries:
        raise CannotDispatch(_("People and companies have read it by now. Write another letter that corrects it."))


def _require_ready(document: OfficialDocument, receivers: Sequence[DispatchReceiver]) -> None:
    if document.status != DocumentStatus.REGISTERED:
        raise CannotDispatch(_("Only a document that was approved and has its number can be sent."))
    if not document.sealed:
        raise CannotDispatch(_("The document is not sealed yet, so nobody could trust it. Try again in a minute."))
    if not receivers:
        raise CannotDispatch(_("Name at least one receiver."))
    _require_light(document, receivers)
    most = get_terms().most_receivers
    if len(receivers) > most:
        raise CannotDispatch(_("Send to at most %(most)s receivers at a time.") % {"most": most})


def _require_light(document: OfficialDocument, receivers: Sequence[DispatchReceiver]) -> None:
    """What is too large for the network would come back; it is said before anything is sent."""
    if (weight := weigh_letter(document)).fits:
        return
    for receiver in receivers:
        if receiver.agency_code and _is_elsewhere(receiver.agency_code):
            names = ", ".join(file.name for file in weight.too_large) or document.title
            raise CannotDispatch(
                _("Too large to travel to %(receiver)s: %(files)s. Write a letter without these, and hand them over.")
                % {"receiver": receiver.label, "files": names}
            )


def _is_elsewhere(agency_code: str) -> bool:
    try:
        return find_house(agency_code) is not None
    except Unreachable:
        return True


def _begin(
    actor: Actor, document: OfficialDocument, to: DispatchReceiver, follows: Dispatch | None, now: datetime
) -> Dispatch:
    if OfficialDocument.objects.select_for_update().get(pk=document.pk).security != ordinary_class():
        raise CannotDispatch(
            _("A document of this class does not leave the agency from here. Hand it over sealed, and note to whom.")
        )
    target = {
        "to_agency": to.agency_code,
        "to_unit": to.unit_code,
        "to_person": to.person,
        "to_company": to.company,
    }
    running = Dispatch.objects.filter(document=document, **target).exclude(state__in=_SETTLED).first()
    if running is not None:
        return running
    dispatch = Dispatch.objects.create(
        code=new_code(11),
        document=document,
        follows=follows,
        agency_code=document.agency_code,
        unit_code=document.unit_code,
        receiver_label=to.label[:200],
        state_at=now,
        sent_by_post=actor.post_code or "",
        sent_by_label=actor.label[:120],
        next_try_at=now,
        **target,
    )
    DispatchStep.objects.create(
        dispatch=dispatch, mark=DispatchMark.WAITING, at=now, known_at=now, by_label=actor.label[:200]
    )
    _let_carry(dispatch)
    record_event(
        actor=actor,
        action="office.dispatch_waiting",
        object_ref=f"dispatch:{dispatch.code}",
        detail={"document": document.code, "receiver": to.label, "follows": follows.code if follows else ""},
    )
    return dispatch


def _let_carry(dispatch: Dispatch) -> None:
    enqueue_job(name=CARRY_JOB, arguments={"code": dispatch.code}, key=f"{CARRY_JOB}:{dispatch.code}")
