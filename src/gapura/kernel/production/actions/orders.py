"""An order begins with an approved case, in the same transaction, and may be stopped while it is on its way."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.mrz import Holder, write_zone
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.production.events import OrderMoved
from gapura.kernel.production.models import CardOrder, CardPiece, CardStep
from gapura.kernel.production.plugin import get_keeper
from gapura.kernel.production.queries import find_open_order, find_present_piece, get_design
from gapura.kernel.production.rules import AT_FACTORY, end_of_term
from gapura.kernel.production.types import (
    AlreadyInProduction,
    CardDesign,
    CardFacts,
    Delivery,
    NewOrder,
    OrderStatus,
    PieceStatus,
)


def place_order(*, actor: Actor, order: NewOrder, now: datetime) -> CardOrder:
    """Have a card made, in the caller's transaction: earlier ones end, the new one is written down as ordered.

    The same case again gives the same order. Raises AlreadyInProduction: of one kind only one is on its way to a
    person, however many ask at once.
    """
    earlier = CardOrder.objects.filter(case_number=order.case_number).first()
    if earlier is not None:
        return earlier
    design = get_design(order.service_code)
    try:
        with transaction.atomic():
            placed = _store(order, design, now)
    except IntegrityError as clash:
        if find_open_order(order.holder.number, design.kind) is None:
            raise
        raise AlreadyInProduction(_("Such a document is already on its way to this person.")) from clash
    piece = draw_piece(actor, placed, now)
    note_step(placed, piece, placed.status, actor, now)
    return placed


def _store(order: NewOrder, design: CardDesign, now: datetime) -> CardOrder:
    waits, today, holder = order.needs_fingerprints, local_day(now, settings.TIME_ZONE), order.holder
    return CardOrder.objects.create(
        number=new_code(15),
        case_number=order.case_number,
        service_code=order.service_code,
        kind=design.kind,
        agency_code=order.agency_code,
        office_code=order.office_code,
        counter_role=design.counter_role,
        factory=design.factory,
        holder=holder.number,
        applicant=order.applicant,
        full_name=holder.full_name,
        birth_on=holder.birth_on,
        sex=holder.sex,
        nationality=holder.nationality,
        photo=order.photo,
        delivery=order.delivery,
        address=dict(holder.address) if order.delivery is Delivery.POST else {},
        status=OrderStatus.FINGERPRINTS if waits else OrderStatus.ORDERED,
        issued_on=today,
        expires_on=end_of_term(today, design.years),
        asked_at=order.asked_at,
        approved_at=now,
        moved_at=now,
        next_look_at=None if waits else now,
    )


def draw_piece(actor: Actor, order: CardOrder, now: datetime) -> CardPiece:
    """What is to be made next for a locked order, under a number that no piece ever carried; the register knows it."""
    design = get_design(order.service_code)
    number = _draw_number(design)
    holder = Holder(order.full_name, order.birth_on, order.sex, order.nationality)
    zone = write_zone(design.size, design.letters, design.state, number, holder, order.expires_on)
    piece = CardPiece.objects.create(
        reference=new_code(15),
        order=order,
        document_number=number,
        zone=list(zone),
        status=PieceStatus.LIVE,
        drawn_at=now,
    )
    card = CardFacts(
        document_number=number,
        holder=order.holder,
        variety=design.variety,
        issued_on=order.issued_on,
        expires_on=order.expires_on,
        agency_code=order.agency_code,
        office_code=order.office_code,
    )
    get_keeper(order.kind).begin(actor=actor, card=card, case_number=order.case_number, now=now)
    return piece


def _draw_number(design: CardDesign) -> str:
    keeper = get_keeper(design.kind)
    while True:
        number = design.series + str(secrets.randbelow(10**design.digits)).zfill(design.digits)
        if not keeper.knows_number(number):
            return number


def move_order(order: CardOrder, piece: CardPiece, status: OrderStatus, actor: Actor, now: datetime) -> None:
    """Take a locked order to another state; what the post needed to know ends with the journey."""
    order.status, order.moved_at = status, now
    order.next_look_at = now if status in AT_FACTORY else None
    if order.is_over:
        order.address = {}
    order.save(update_fields=["status", "moved_at", "next_look_at", "address"])
    note_step(order, piece, status, actor, now)


def note_step(order: CardOrder, piece: CardPiece, said: str, actor: Actor, now: datetime) -> None:
    """What happened, for the timeline, the log and whoever listens."""
    CardStep.objects.create(order=order, reference=piece.reference, said=said, at=now, by=actor.label)
    record_event(
        actor=actor,
        action="production.move",
        subject=order.holder,
        object_ref=f"card-order:{order.number}",
        case_number=order.case_number,
        detail={"said": said, "piece": piece.reference},
    )
    publish(OrderMoved(order.number, order.case_number, order.holder, order.status))


def end_piece(piece: CardPiece, status: PieceStatus, now: datetime) -> None:
    """Nothing will be made of it any more, or it is in its holder's hands. Waste is told to the factory."""
    piece.status, piece.ended_at = status, now
    if status is not PieceStatus.HANDED_OVER and piece.sent_at is not None:
        piece.stop_due_at = now
    piece.save(update_fields=["status", "ended_at", "stop_due_at"])


def lock_order(number: str) -> CardOrder:
    """The order, held until the transaction ends."""
    return CardOrder.objects.select_for_update().get(number=number)


def stop_order(*, actor: Actor, holder: str, kind: str, now: datetime) -> CardOrder | None:
    """End what is on its way to a person, if anything is: nothing is made, and its number is cancelled."""
    with transaction.atomic():
        found = find_open_order(holder, kind)
        if found is None:
            return None
        order = lock_order(found.number)
        piece = find_present_piece(order)
        if order.is_over or piece is None:
            return None
        end_piece(piece, PieceStatus.STOPPED, now)
        number, case = piece.document_number, order.case_number
        get_keeper(kind).cancel(actor=actor, document_number=number, case_number=case, now=now)
        move_order(order, piece, OrderStatus.STOPPED, actor, now)
        return order
