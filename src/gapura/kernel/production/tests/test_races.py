"""Several processes at once: one order for a person, one person for a seat, one handing over."""

from functools import partial

import pytest

from gapura.kernel.cases.testing import official, resident
from gapura.kernel.payments.testing import at_once
from gapura.kernel.production.actions import book_visit, hand_over
from gapura.kernel.production.models import FingerprintVisit
from gapura.kernel.production.queries import list_slots
from gapura.kernel.production.testing import NOW, CardOrder, CardPiece, CardStep, make_card, make_order, make_ready_card
from gapura.kernel.production.types import AlreadyInProduction, CannotBookVisit, CannotHandOver
from gapura.sectors.immigration.testing import PassportEntry

pytestmark = pytest.mark.django_db(transaction=True)
ANI, BUDI, CITRA = "3171014205900001", "3171010105880002", "3171014101800003"


def order() -> None:
    try:
        make_order(ANI)
    except AlreadyInProduction:
        assert CardOrder.objects.filter(holder=ANI).exists()


def test_many_applications_at_once_bring_one_passport() -> None:
    assert at_once(*[order] * 4) == [0, 0, 0, 0]
    assert CardOrder.objects.count() == CardPiece.objects.count() == 1
    assert PassportEntry.objects.filter(superseded_at__isnull=True).count() == 1


def book(card: CardOrder) -> None:
    try:
        at = list_slots(card, now=NOW)[0].starts_at
        book_visit(actor=resident(card.holder), number=card.number, starts_at=at, now=NOW)
    except CannotBookVisit:
        assert FingerprintVisit.objects.count() >= 2


def test_a_seat_is_given_to_one_person() -> None:
    cards = [make_card(person, fingerprints=True) for person in (ANI, BUDI, CITRA)]
    assert at_once(*[partial(book, card) for card in cards]) == [0, 0, 0]
    seats = list(FingerprintVisit.objects.values_list("starts_at", "seat"))
    assert len(seats) == len(set(seats)) >= 2


def give(card: CardOrder) -> None:
    try:
        hand_over(actor=official("civil.registrar"), number=card.number, now=NOW)
    except CannotHandOver:
        assert CardOrder.objects.get(pk=card.pk).status == "collected"


def test_two_officials_hand_one_card_over_once() -> None:
    card = make_ready_card(ANI)
    assert at_once(*[partial(give, card)] * 3) == [0, 0, 0]
    assert CardStep.objects.filter(order=card, said="collected").count() == 1
