"""What the holder of a card, and whoever asked for it, is told on the way."""

from datetime import datetime, timedelta

from gapura.foundation.clock import local_day
from gapura.foundation.codes import grouped
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_office_title, get_service
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.production.models import CardOrder
from gapura.kernel.production.types import OrderStatus

_OF_A_STATE = {
    OrderStatus.READY: MessageKind.CARD_READY,
    OrderStatus.COLLECTED: MessageKind.CARD_IN_FORCE,
    OrderStatus.DELIVERED: MessageKind.CARD_IN_FORCE,
}


def tell_of_move(*, actor: Actor, number: str, status: OrderStatus, now: datetime) -> bool:
    """A message when the card lies ready or is in its holder's hands; what has gone on since is not told any more."""
    kind = _OF_A_STATE.get(status)
    order = CardOrder.objects.filter(number=number, status=status).first()
    if kind is None or order is None:
        return False
    tell(actor, order, kind, now)
    return True


def tell(actor: Actor, order: CardOrder, kind: MessageKind, now: datetime) -> None:
    """A message of ``kind`` about the order to its holder and its applicant."""
    title = get_service(order.service_code, on=local_day(order.approved_at, "UTC")).title
    office = get_office_title(order.agency_code, order.office_code)
    last_day = order.expires_on - timedelta(days=1) if order.expires_on else None
    words = {"code": grouped(order.number), "day": last_day.isoformat() if last_day else ""}
    words |= {f"service_{language}": said for language, said in title.items()}
    words |= {f"office_{language}": said for language, said in office.items()}
    for recipient in sorted({order.holder, order.applicant}):
        send_message(actor=actor, recipient=recipient, kind=kind, context=words, case_number=order.case_number, now=now)
