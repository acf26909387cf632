"""Sending pieces to the factory and writing down what it tells of them. The key is committed before it is called."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.production.actions.orders import draw_piece, end_piece, lock_order, move_order, note_step
from gapura.kernel.production.events import CardHandedOver
from gapura.kernel.production.models import CardOrder, CardPiece
from gapura.kernel.production.plugin import CardFactory, find_factory, get_keeper
from gapura.kernel.production.queries import find_open_order, find_present_piece, get_design
from gapura.kernel.production.rules import LEFT_THE_FACTORY, SCRAPS, in_order, next_look, target_of
from gapura.kernel.production.types import (
    Delivery,
    FactoryUnavailable,
    OrderStatus,
    PieceOrder,
    PieceStatus,
    Stage,
    StageReport,
    UnknownAtFactory,
)

_log = logging.getLogger(__name__)
_STOP_AGAIN = timedelta(minutes=5)


def look_after_orders(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Send what is to be made and ask what became of the rest; one that fails does not hold up the others.

    Call outside any transaction. How many were answered.
    """
    due = CardOrder.objects.filter(next_look_at__lte=now).order_by("next_look_at")
    answered = 0
    for order in list(due[:limit]):
        later = next_look(order.moved_at, now)
        CardOrder.objects.filter(pk=order.pk, next_look_at__isnull=False).update(next_look_at=later)
        try:
            answered += _look_after(actor, order, now)
        except FactoryUnavailable as error:
            _log.warning("Card order %s: the factory does not answer (%s); asked again later.", order.number, error)
    return answered


def _look_after(actor: Actor, order: CardOrder, now: datetime) -> bool:
    piece, factory = find_present_piece(order), _factory_of(order)
    if piece is None:
        return False
    if piece.sent_at is None:
        factory.order(_told(order, piece))
        CardPiece.objects.filter(pk=piece.pk).update(sent_at=now)
    try:
        reports = factory.report(piece.reference)
    except UnknownAtFactory:
        CardPiece.objects.filter(pk=piece.pk).update(sent_at=None)  # sent once more with the next look
        return False
    record_reports(actor=actor, reference=piece.reference, reports=reports, now=now)
    return True


def _told(order: CardOrder, piece: CardPiece) -> PieceOrder:
    return PieceOrder(
        reference=piece.reference,
        size=get_design(order.service_code).size,
        document_number=piece.document_number,
        zone=tuple(piece.zone),
        full_name=order.full_name,
        photo=order.photo,
        address=order.address,
    )


def _factory_of(order: CardOrder) -> CardFactory:
    factory = find_factory(order.factory)
    if factory is None:
        raise FactoryUnavailable(f"{order.factory} is not set up here.")
    return factory


def record_reports(*, actor: Actor, reference: str, reports: Sequence[StageReport], now: datetime) -> OrderStatus:
    """Write down what is new in the reports, in one transaction under the order's lock; the rest was heard before.

    What is told of a piece that is waste already changes nothing: its number is cancelled, whoever holds it.
    """
    with transaction.atomic():
        order = lock_order(CardOrder.objects.values_list("number", flat=True).get(pk=_order_of(reference)))
        for report in in_order(tuple(reports)):
            piece = find_present_piece(order)
            if piece is None or piece.reference != reference or piece.status != PieceStatus.LIVE:
                break
            _record(actor, order, piece, report.stage, now)
        return OrderStatus(order.status)


def _order_of(reference: str) -> int:
    return int(CardPiece.objects.values_list("order_id", flat=True).get(reference=reference))


def _record(actor: Actor, order: CardOrder, piece: CardPiece, stage: Stage, now: datetime) -> None:
    target = target_of(stage, order.status)
    if target is None or not _fits(stage, order):
        return
    if stage in SCRAPS:
        _replace_piece(actor, order, piece, stage, now)
    elif target is OrderStatus.DELIVERED:
        hand_over_piece(actor, order, piece, target, now)
    else:
        move_order(order, piece, target, actor, now)


def _fits(stage: Stage, order: CardOrder) -> bool:
    """Nothing is delivered that was to be picked up, and nothing lies at the counter that was to be sent."""
    if stage is Stage.READY:
        return order.delivery == Delivery.PICK_UP
    return stage not in (Stage.SHIPPED, Stage.DELIVERED) or order.delivery == Delivery.POST


def _replace_piece(actor: Actor, order: CardOrder, piece: CardPiece, stage: Stage, now: datetime) -> None:
    """Waste takes its number with it: the next piece has one of its own, so that a lost one is never valid."""
    end_piece(piece, PieceStatus.SCRAPPED, now)
    note_step(order, piece, stage, actor, now)
    get_keeper(order.kind).cancel(
        actor=actor, document_number=piece.document_number, case_number=order.case_number, now=now
    )
    move_order(order, draw_piece(actor, order, now), OrderStatus.ORDERED, actor, now)


def hand_over_piece(actor: Actor, order: CardOrder, piece: CardPiece, status: OrderStatus, now: datetime) -> None:
    """The holder has it: order, piece and register entry move together. Publishes CardHandedOver."""
    end_piece(piece, PieceStatus.HANDED_OVER, now)
    move_order(order, piece, status, actor, now)
    get_keeper(order.kind).make_valid(
        actor=actor, document_number=piece.document_number, case_number=order.case_number, now=now
    )
    publish(CardHandedOver(order.number, order.case_number, order.holder, order.kind, piece.document_number))


def give_up_piece(*, actor: Actor, holder: str, kind: str, now: datetime) -> list[str]:
    """A person misses what left the factory: it is waste, and made again under a new number. The numbers that ended."""
    with transaction.atomic():
        found = find_open_order(holder, kind)
        if found is None:
            return []
        order = lock_order(found.number)
        piece = find_present_piece(order)
        if order.status not in LEFT_THE_FACTORY or piece is None:
            return []
        _replace_piece(actor, order, piece, Stage.LOST, now)
        return [piece.document_number]


def send_stops(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Tell factories which pieces are waste, until they have heard it. How many heard."""
    due = CardPiece.objects.filter(stop_due_at__lte=now).select_related("order").order_by("stop_due_at")
    told = 0
    for piece in list(due[:limit]):
        CardPiece.objects.filter(pk=piece.pk).update(stop_due_at=now + _STOP_AGAIN)
        try:
            _factory_of(piece.order).stop(piece.reference)
        except FactoryUnavailable as error:
            _log.warning("Card piece %s: the factory does not hear that it is waste (%s).", piece.reference, error)
            continue
        with transaction.atomic():
            CardPiece.objects.filter(pk=piece.pk).update(stop_due_at=None)
            reference = f"card-order:{piece.order.number}"
            record_event(actor=actor, action="production.stop", object_ref=reference, detail={"piece": piece.reference})
        told += 1
    return told
