"""Cards that come to their end: by the clock, of which their holder is told in time, and with their holder's life."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.production.actions.messages import tell
from gapura.kernel.production.actions.orders import stop_order
from gapura.kernel.production.models import CardOrder
from gapura.kernel.production.plugin import get_keeper, list_keepers
from gapura.kernel.production.queries import find_present_piece
from gapura.kernel.production.rules import OVER
from gapura.kernel.production.types import CardVerdict
from gapura.kernel.registers.types import Source


def end_cards_of(*, actor: Actor, holder: str, source: Source, now: datetime) -> int:
    """After a death: nothing more is made for the person, and no card of theirs is in force. How many ended.

    Safe to repeat.
    """
    ended = 0
    with transaction.atomic():
        for keeper in list_keepers():
            ended += stop_order(actor=actor, holder=holder, kind=keeper.kind, now=now) is not None
            numbers = keeper.end_all(actor=actor, holder=holder, source=source, now=now)
            ended += len(numbers)
            for number in numbers:
                record_event(
                    actor=actor,
                    action="production.end",
                    subject=holder,
                    object_ref=f"card:{number}",
                    detail={"source": source.reference},
                )
    return ended


def tell_of_endings(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Tell holders, once, that a card in force will expire within the country's days. How many were told."""
    today = local_day(now, settings.TIME_ZONE)
    ending = CardOrder.objects.filter(
        status__in=sorted(OVER),
        end_told_at__isnull=True,
        expires_on__gt=today,
        expires_on__lte=today + timedelta(days=get_limit("card_ending_days")),
    )
    numbers = list(ending.order_by("pk").values_list("number", flat=True)[:limit])
    return sum(_tell_of_ending(actor, number, now) for number in numbers)


def _tell_of_ending(actor: Actor, number: str, now: datetime) -> bool:
    with transaction.atomic():
        order = CardOrder.objects.select_for_update().get(number=number)
        if order.end_told_at is not None:
            return False
        order.end_told_at = now
        order.save(update_fields=["end_told_at"])
        if not _is_in_force(order, now):
            return False
        tell(actor, order, MessageKind.CARD_ENDS, now)
        return True


def _is_in_force(order: CardOrder, now: datetime) -> bool:
    """Lost, replaced or ended cards need no reminder."""
    piece = find_present_piece(order)
    if piece is None:
        return False
    today = local_day(now, settings.TIME_ZONE)
    keeper = get_keeper(order.kind)
    verdict = keeper.judge(document_number=piece.document_number, issued_on=order.issued_on, today=today)
    return verdict is CardVerdict.VALID
