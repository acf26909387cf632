"""What happens across a counter: a time for fingerprints, the fingerprints, the card."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.production.actions.orders import lock_order, move_order
from gapura.kernel.production.actions.pieces import hand_over_piece
from gapura.kernel.production.models import CardOrder, CardPiece, FingerprintVisit
from gapura.kernel.production.permissions import can_follow, works_at_counter_of
from gapura.kernel.production.queries import access_order, find_present_piece, list_slots
from gapura.kernel.production.types import CannotBookVisit, CannotHandOver, OrderNotFound, OrderStatus


def book_visit(*, actor: Actor, number: str, starts_at: datetime, now: datetime) -> FingerprintVisit:
    """A time at the counter for the holder's fingerprints; booked again, the earlier time is free for others.

    Raises OrderNotFound, CannotBookVisit.
    """
    order = access_order(actor, number)
    if not can_follow(actor, order):
        raise OrderNotFound(number)
    with transaction.atomic():
        order = lock_order(number)
        if order.status != OrderStatus.FINGERPRINTS:
            raise CannotBookVisit(_("No fingerprints are needed for this document any more."))
        if starts_at not in {slot.starts_at for slot in list_slots(order, now=now)}:
            raise CannotBookVisit(_("This time is no longer free. Choose another one."))
        visit = _take_seat(order, starts_at)
        record_event(
            actor=actor,
            action="production.book",
            subject=order.holder,
            object_ref=f"card-order:{order.number}",
            case_number=order.case_number,
            detail={"starts_at": starts_at.isoformat()},
        )
        return visit


def _take_seat(order: CardOrder, starts_at: datetime) -> FingerprintVisit:
    """The first free seat; two who take the same one at once are told apart by the database."""
    where = {"agency_code": order.agency_code, "office_code": order.office_code, "starts_at": starts_at}
    for seat in range(get_limit("visits_at_once")):
        try:
            with transaction.atomic():
                visit, _is_new = FingerprintVisit.objects.update_or_create(
                    order=order, defaults={**where, "seat": seat}
                )
                return visit
        except IntegrityError:
            continue
    raise CannotBookVisit(_("This time is no longer free. Choose another one."))


def take_fingerprints(*, actor: Actor, number: str, now: datetime) -> CardOrder:
    """An official took them: the card is made. Raises OrderNotFound, CannotHandOver."""
    order, piece = _at_counter(actor, number, OrderStatus.FINGERPRINTS)
    with transaction.atomic():
        order = lock_order(number)
        if order.status != OrderStatus.FINGERPRINTS:
            raise CannotHandOver(_("Somebody was faster: the fingerprints are taken."))
        move_order(order, piece, OrderStatus.ORDERED, actor, now)
        return order


def hand_over(*, actor: Actor, number: str, now: datetime) -> CardOrder:
    """An official compared face and photo and handed the card over: it is in force from this moment.

    Raises OrderNotFound, CannotHandOver.
    """
    _at_counter(actor, number, OrderStatus.READY)
    with transaction.atomic():
        order = lock_order(number)
        piece = find_present_piece(order)
        if order.status != OrderStatus.READY or piece is None:
            raise CannotHandOver(_("Somebody was faster: this document is not here any more."))
        hand_over_piece(actor, order, piece, OrderStatus.COLLECTED, now)
        return order


def _at_counter(actor: Actor, number: str, status: OrderStatus) -> tuple[CardOrder, CardPiece]:
    order = access_order(actor, number)
    if not works_at_counter_of(actor, order):
        raise OrderNotFound(number)
    piece = find_present_piece(order)
    if order.status != status or piece is None:
        raise CannotHandOver(_("This document is not at your counter, or not any more."))
    return order, piece
