"""Ending deliveries: by their sender at once, by the clock, by too many wrong codes."""

from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish
from gapura.kernel.wallet.actions.trail import record
from gapura.kernel.wallet.events import DeliveryEnded
from gapura.kernel.wallet.models import Delivery
from gapura.kernel.wallet.permissions import is_sender
from gapura.kernel.wallet.rules import LIVE, state_after
from gapura.kernel.wallet.types import EndReason


def stop_delivery(*, actor: Actor, number: str, now: datetime) -> Delivery:
    """Let nothing be given from now on, not even to a page that opened it before. Stopping twice changes nothing.

    Raises AccessDenied to all but the sender. Publishes DeliveryEnded.
    """
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().filter(number=number).first()
        if delivery is None or not is_sender(actor, delivery):
            raise AccessDenied
        if delivery.is_standing(now):
            end(actor, delivery, "stop", EndReason.STOPPED, now)
    return delivery


def expire_deliveries(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Write down which deliveries the clock has ended (they gave nothing since); returns how many."""
    over = Delivery.objects.filter(state__in=sorted(LIVE), expires_at__lte=now).order_by("expires_at", "pk")
    with transaction.atomic():
        expired = list(over.select_for_update()[:limit])
        for delivery in expired:
            end(actor, delivery, "expire", None, delivery.expires_at)
    return len(expired)


def end(actor: Actor, delivery: Delivery, action: str, reason: EndReason | None, at: datetime) -> None:
    """End the locked delivery by an action of the table, in the caller's transaction."""
    delivery.state = state_after(action, delivery.state)
    delivery.ended_at, delivery.end_reason = at, reason or ""
    delivery.save(update_fields=["state", "ended_at", "end_reason"])
    word = reason or delivery.state
    record(actor, "wallet.ended", delivery, reason=word)
    publish(DeliveryEnded(number=delivery.number, holder=delivery.holder, reason=word))
