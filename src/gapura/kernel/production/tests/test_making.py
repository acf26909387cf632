"""Pieces on their way through a factory that fails like a real one: exactly one valid card for each order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from gapura.kernel.production.actions import give_up_piece, record_reports, stop_order
from gapura.kernel.production.testing import (
    NOW,
    PACE,
    WORKER,
    Behavior,
    CardOrder,
    CardPiece,
    CardStep,
    ServedFactory,
    demo_factory,
    make_order,
)
from gapura.kernel.production.types import AlreadyInProduction, Delivery, Stage, StageReport
from gapura.sectors.immigration.testing import PASSPORT, PassportEntry, make_passport

pytestmark = pytest.mark.django_db
ANI, BUDI = "3171014205900001", "3171010105880002"
KIND = "immigration.passport"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ServedFactory]:
    with demo_factory(tmp_path) as served:
        yield served


def states(order: CardOrder) -> list[str]:
    return [step.said for step in CardStep.objects.filter(order=order).order_by("pk")]


def status(order: CardOrder) -> str:
    order.refresh_from_db()
    return order.status


def in_force(person: str = ANI) -> list[str]:
    """Numbers of passports that the register believes valid at the end of everything."""
    entries = PassportEntry.objects.filter(number=person, passport_status="valid", superseded_at__isnull=True)
    return list(entries.filter(valid_until__isnull=True).values_list("passport_number", flat=True))


def test_a_passport_that_is_sent_arrives_and_is_in_force_from_then_on(house: ServedFactory) -> None:
    order = make_order(ANI)
    assert in_force() == []
    house.wait(10)
    assert states(order) == ["ordered", "printing", "checked", "shipped", "delivered"]
    assert in_force() == house.factory.list_made()
    order.refresh_from_db()
    assert order.address == {}
    assert order.next_look_at is None


def test_a_passport_to_be_picked_up_waits_at_the_counter(house: ServedFactory) -> None:
    order = make_order(ANI, delivery=Delivery.PICK_UP)
    house.wait(10)
    assert states(order) == ["ordered", "printing", "checked", "ready"]
    assert in_force() == []
    assert order.address == {}


def test_the_earlier_passport_ends_when_the_new_one_is_ordered(house: ServedFactory) -> None:
    make_passport(ANI)
    make_order(ANI)
    assert in_force() == []
    house.wait(10)
    assert in_force() == house.factory.list_made() != [PASSPORT]


@pytest.mark.parametrize(
    ("behavior", "made"),
    [
        (Behavior.WELL, 1),
        (Behavior.MISPRINT, 2),
        (Behavior.LOST, 2),
        (Behavior.LOST_AND_FOUND, 2),
        (Behavior.DOUBLED, 1),
        (Behavior.DISORDERED, 1),
        (Behavior.FORGOTTEN, 1),
        (Behavior.LATE, 1),
    ],
)
def test_however_the_factory_fails_one_card_is_valid(house: ServedFactory, behavior: Behavior, made: int) -> None:
    house.factory.next_goes(behavior)
    order = make_order(ANI)
    house.wait(60)
    numbers = house.factory.list_made()
    assert status(order) == "delivered"
    assert len(numbers) == made
    assert in_force() == [numbers[-1]]
    assert CardPiece.objects.filter(order=order, status="handed-over").count() == 1


def test_a_factory_that_is_closed_is_asked_again_and_nothing_is_lost(house: ServedFactory) -> None:
    house.factory.next_goes(Behavior.DOWN)
    order = make_order(ANI)
    house.wait(5)
    assert states(order) == ["ordered"]
    house.factory.next_goes(Behavior.WELL)
    house.wait(60)
    assert status(order) == "delivered"


def test_a_lost_piece_that_turns_up_is_nobodys_passport(house: ServedFactory) -> None:
    house.factory.next_goes(Behavior.LOST)
    order = make_order(ANI)
    house.wait(60)
    waste, good = CardPiece.objects.filter(order=order).order_by("pk")
    late = [StageReport(Stage.DELIVERED, house.now)]
    record_reports(actor=WORKER, reference=waste.reference, reports=late, now=house.now)
    assert in_force() == [good.document_number]
    entry = PassportEntry.objects.get(passport_number=waste.document_number, superseded_at__isnull=True)
    assert entry.passport_status == "cancelled"


def test_the_same_report_told_twice_is_written_once(house: ServedFactory) -> None:
    order = make_order(ANI)
    house.wait(1)
    piece = CardPiece.objects.get(order=order)
    reports = [StageReport(Stage.SHIPPED, NOW + 3 * PACE), StageReport(Stage.PRINTING, NOW + PACE)]
    for _ in range(3):
        record_reports(actor=WORKER, reference=piece.reference, reports=reports, now=house.now)
    assert states(order) == ["ordered", "printing", "shipped"]


def test_one_kind_is_on_its_way_to_a_person_at_a_time(house: ServedFactory) -> None:
    make_order(ANI)
    with pytest.raises(AlreadyInProduction):
        make_order(ANI)
    make_order(BUDI)
    make_order(ANI, service_code="civil.identity-card")
    house.wait(10)
    make_order(ANI, now=house.now)


def test_the_database_keeps_a_second_valid_piece_out(house: ServedFactory) -> None:
    order = make_order(ANI)
    piece = CardPiece.objects.get(order=order)
    piece.pk, piece.reference, piece.document_number = None, "OTHER", "X0000001"
    with pytest.raises(IntegrityError), transaction.atomic():
        piece.save(force_insert=True)


def test_a_number_that_the_register_knows_is_never_drawn(house: ServedFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    make_passport(BUDI, "X0000007")
    drawn = iter([7, 7, 8])
    monkeypatch.setattr("gapura.kernel.production.actions.orders.secrets.randbelow", lambda _below: next(drawn))
    order = make_order(ANI)
    assert CardPiece.objects.get(order=order).document_number == "X0000008"
    assert PassportEntry.objects.get(passport_number="X0000007").number == BUDI


def test_what_is_missed_on_its_way_is_made_again_under_another_number(house: ServedFactory) -> None:
    order = make_order(ANI)
    assert give_up_piece(actor=WORKER, holder=ANI, kind=KIND, now=house.now) == []
    while status(order) != "shipped":
        house.wait()
    first = CardPiece.objects.get(order=order).document_number
    assert give_up_piece(actor=WORKER, holder=ANI, kind=KIND, now=house.now) == [first]
    house.wait(20)
    assert status(order) == "delivered"
    assert in_force() == [CardPiece.objects.get(order=order, status="handed-over").document_number]
    assert in_force() != [first]


@pytest.mark.parametrize("behavior", [Behavior.WELL, Behavior.DEAF])
def test_a_stopped_order_brings_nothing_even_from_a_deaf_factory(house: ServedFactory, behavior: Behavior) -> None:
    house.factory.next_goes(behavior)
    order = make_order(ANI)
    house.wait(2)
    stop_order(actor=WORKER, holder=ANI, kind=KIND, now=house.now)
    house.wait(20)
    assert status(order) == "stopped"
    assert in_force() == []
    assert CardPiece.objects.get(order=order).stop_due_at is None
