"""Opening what was handed on: by link and code, or by its registered receiver."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.documents.queries import Document, find_document, verify_code
from gapura.kernel.documents.types import Verification
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import confirm_mandate
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish
from gapura.kernel.wallet.actions.ending import end
from gapura.kernel.wallet.actions.trail import record, words_of
from gapura.kernel.wallet.events import DeliveryOpened
from gapura.kernel.wallet.models import Delivery, Opening
from gapura.kernel.wallet.queries import access_received, find_receiver, get_terms, is_fetchable, is_genuine
from gapura.kernel.wallet.rules import attempt_digest, code_digest, state_after, token_digest
from gapura.kernel.wallet.types import CannotOpen, EndReason, LinkLeadsNowhere, WrongCode


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What link and code led to. Only a genuine paper is given; of another it is said what it is."""

    delivery: Delivery
    verification: Verification

    @property
    def is_given(self) -> bool:
        return self.verification.is_genuine


@as_house("who has link and code was given both by the holder; the delivery judges")
def open_link(*, actor: Actor, token: str, code: str, attempt: str, now: datetime) -> OpenedLink:
    """Open a link with its code, for the page with the key ``attempt``; the same page again is no new opening.

    Tells the holder. A paper that is no longer valid is not given and counts as no opening. Raises WrongCode, or
    LinkLeadsNowhere: also when this was one wrong code too many. Publishes DeliveryOpened.
    """
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().filter(token_digest=token_digest(token)).first()
        fits = hmac.compare_digest(code_digest(token, code), delivery.code_digest if delivery else "")
        is_again = _is_opened_by(delivery, attempt, now)
        if delivery is None or not delivery.is_standing(now):
            raise LinkLeadsNowhere
        if not is_again:
            if delivery.is_used_up:
                raise LinkLeadsNowhere
            if fits and is_genuine(delivery.document_code, now):
                _give(actor, delivery, attempt, "", now)
        if not fits:
            _count_wrong_code(actor, delivery, now)
    if not fits:
        raise _refusal(delivery)
    today = local_day(now, settings.TIME_ZONE)
    return OpenedLink(delivery, verify_code(delivery.document_code, today=today))


def open_delivery(*, actor: Actor, number: str, attempt: str, now: datetime) -> Document:
    """The paper, for the agency's official or the company's representative; tells the holder who opened it.

    Asks the business register whether the mandate stands: must run outside a transaction. Raises AccessDenied,
    CannotOpen. Publishes DeliveryOpened.
    """
    delivery = access_received(actor, number)
    if delivery.receiver_company:
        _confirm_company(actor, delivery, now)
    return _open_received(actor, delivery.pk, attempt, now)


@as_house("a receiver opens the paper of another agency that its holder sent them")
def _open_received(actor: Actor, pk: int, attempt: str, now: datetime) -> Document:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=pk)
        if not delivery.is_standing(now):
            raise CannotOpen(_("This was stopped by its sender, or its term is over."))
        document = find_document(delivery.document_code)
        if document is None or not is_genuine(delivery.document_code, now):
            raise CannotOpen(
                _("This document was revoked or replaced, so it is not given any more. Ask its holder for the new one.")
            )
        if not _is_opened_by(delivery, attempt, now):
            if delivery.is_used_up:
                raise CannotOpen(_("This was opened as often as it may be. Ask its holder to send it again."))
            _give(actor, delivery, attempt, actor.reference, now)
    return document


def _is_opened_by(delivery: Delivery | None, attempt: str, now: datetime) -> bool:
    """Whether the page with this key was given the paper already, a few minutes ago. Asks even where nothing can be."""
    openings = Opening.objects.filter(delivery_id=delivery.pk if delivery else 0)
    earlier = openings.filter(attempt_digest=attempt_digest(attempt)).order_by("-pk").first()
    return earlier is not None and is_fetchable(earlier, now)


def _give(actor: Actor, delivery: Delivery, attempt: str, opened_by: str, now: datetime) -> None:
    """Count and tell one opening of the locked delivery, in the caller's transaction."""
    Opening.objects.create(
        delivery=delivery,
        attempt_digest=attempt_digest(attempt),
        opened_at=now,
        opened_by=opened_by,
        label=actor.label if delivery.receiver_agency else "",
    )
    delivery.state = state_after("open", delivery.state)
    delivery.opening_count += 1
    delivery.save(update_fields=["state", "opening_count"])
    record(actor, "wallet.opened", delivery, times=delivery.opening_count)
    receiver = find_receiver(delivery.receiver)
    send_message(
        actor=actor,
        recipient=delivery.holder,
        kind=MessageKind.LINK_OPENED if delivery.is_link else MessageKind.DELIVERY_OPENED,
        context=words_of(delivery, receiver.title if receiver else None),
        case_number=delivery.case_number,
        now=now,
    )
    publish(
        DeliveryOpened(
            number=delivery.number,
            document_code=delivery.document_code,
            holder=delivery.holder,
            receiver=delivery.receiver,
        )
    )


def _count_wrong_code(actor: Actor, delivery: Delivery, now: datetime) -> None:
    """One more wrong code; the last one allowed closes the link and tells the holder."""
    delivery.wrong_codes += 1
    delivery.save(update_fields=["wrong_codes"])
    record(actor, "wallet.code_refused", delivery, times=delivery.wrong_codes)
    if delivery.wrong_codes < get_terms().wrong_codes:
        return
    end(actor, delivery, "close", EndReason.GUESSED, now)
    send_message(
        actor=actor,
        recipient=delivery.holder,
        kind=MessageKind.LINK_CLOSED,
        context=words_of(delivery),
        case_number=delivery.case_number,
        now=now,
    )


def _refusal(delivery: Delivery) -> WrongCode | LinkLeadsNowhere:
    tries_left = get_terms().wrong_codes - delivery.wrong_codes
    return WrongCode(tries_left) if tries_left > 0 else LinkLeadsNowhere()


def _confirm_company(actor: Actor, delivery: Delivery, now: datetime) -> None:
    try:
        confirm_mandate(
            actor=actor,
            principal=delivery.receiver_company,
            relation=Relation.COMPANY,
            service=None,
            case_number=delivery.number,
            now=now,
        )
    except NotMandated as refusal:
        raise AccessDenied from refusal
