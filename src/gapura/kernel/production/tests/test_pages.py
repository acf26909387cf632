"""What people and counters see, and may do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.production.actions import book_visit, hand_over, take_fingerprints
from gapura.kernel.production.models import FingerprintVisit
from gapura.kernel.production.queries import access_order, list_orders_at_counter, list_slots
from gapura.kernel.production.testing import (
    NOW,
    CardPiece,
    ServedFactory,
    demo_factory,
    make_card,
    make_order,
    make_ready_card,
)
from gapura.kernel.production.types import CannotBookVisit, CannotHandOver, OrderNotFound

pytestmark = pytest.mark.django_db
ANI, BUDI, CITRA = "3171014205900001", "3171010105880002", "3171014101800003"
REGISTRAR = official("civil.registrar")


@pytest.fixture(autouse=True)
def factory(tmp_path: Path) -> Iterator[ServedFactory]:
    with demo_factory(tmp_path) as served, clock.frozen(NOW):
        yield served


@pytest.fixture
def ani() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, make_resident("ani", person_number=ANI))
    return client


def first_slot(order) -> datetime:
    return list_slots(order, now=NOW)[0].starts_at


def test_a_person_follows_the_card_and_reads_its_zone(ani: Client) -> None:
    order = make_card(ANI)
    assert order.full_name in ani.get("/cards/").content.decode()
    page = ani.get(f"/cards/{order.number}/").content.decode()
    assert "I&lt;IDN" in page
    assert CardPiece.objects.get(order=order).document_number in page
    assert "2 seconds went by" in page
    assert "For life" in page


def test_nobody_else_sees_it(ani: Client) -> None:
    order = make_card(BUDI)
    assert ani.get(f"/cards/{order.number}/").status_code == 404
    assert order.full_name not in ani.get("/cards/").content.decode()


def test_a_visit_is_booked_on_a_working_day_and_moved(ani: Client) -> None:
    order = make_card(ANI, fingerprints=True)
    slots = list_slots(order, now=NOW)
    assert slots[0].starts_at.isoformat() == "2026-05-05T08:00:00+07:00"
    assert {slot.on.isoweekday() for slot in slots} <= {1, 2, 3, 4, 5}
    for slot in (slots[0], slots[3]):
        answer = ani.post(f"/cards/{order.number}/", {"starts_at": slot.starts_at.isoformat()}, follow=True)
        assert "You are expected" in answer.content.decode()
    assert FingerprintVisit.objects.get().starts_at == slots[3].starts_at


def test_a_time_that_is_full_is_refused() -> None:
    orders = [make_card(person, fingerprints=True) for person in (ANI, BUDI, CITRA)]
    at = first_slot(orders[0])
    for order in orders[:2]:
        book_visit(actor=resident(order.holder), number=order.number, starts_at=at, now=NOW)
    assert first_slot(orders[2]) > at
    with pytest.raises(CannotBookVisit):
        book_visit(actor=resident(CITRA), number=orders[2].number, starts_at=at, now=NOW)
    with pytest.raises(CannotBookVisit):
        book_visit(actor=resident(CITRA), number=orders[2].number, starts_at=NOW + timedelta(minutes=7), now=NOW)


def test_strangers_book_nothing() -> None:
    order = make_card(ANI, fingerprints=True)
    for actor in (resident(BUDI), REGISTRAR):
        with pytest.raises(OrderNotFound):
            book_visit(actor=actor, number=order.number, starts_at=first_slot(order), now=NOW)


def test_the_counter_sees_its_own_and_nobody_hands_over_to_themselves() -> None:
    order = make_ready_card(ANI)
    assert [one.number for one in list_orders_at_counter(REGISTRAR)] == [order.number]
    for other in (
        official("civil.registrar", office="32.73"),
        official("civil.registrar", agency="kua"),
        official("civil.supervisor"),
        official("civil.registrar", person_number=ANI),
    ):
        assert list_orders_at_counter(other) == []
        with pytest.raises(OrderNotFound):
            hand_over(actor=other, number=order.number, now=NOW)
    with pytest.raises(OrderNotFound):
        hand_over(actor=resident(ANI), number=order.number, now=NOW)
    assert access_order(resident(ANI), order.number)


def test_what_is_handed_over_is_handed_over_once() -> None:
    order = make_ready_card(ANI)
    hand_over(actor=REGISTRAR, number=order.number, now=NOW)
    with pytest.raises(CannotHandOver):
        hand_over(actor=REGISTRAR, number=order.number, now=NOW)
    with pytest.raises(CannotHandOver):
        take_fingerprints(actor=REGISTRAR, number=order.number, now=NOW)


def test_what_was_to_be_sent_cannot_be_handed_over() -> None:
    order = make_order(ANI, service_code="civil.identity-card")
    with pytest.raises(CannotHandOver):
        hand_over(actor=REGISTRAR, number=order.number, now=NOW)


def test_an_official_takes_fingerprints_and_hands_over_on_the_page() -> None:
    client = Client(headers={"Accept-Language": "en"})
    account = make_official("registrar", post_code="dukcapil/31.71/registrar", roles=["civil.registrar"])
    sign_in(client, account, post_code="dukcapil/31.71/registrar")
    waiting, ready = make_card(BUDI, fingerprints=True), make_ready_card(ANI)
    page = client.get("/desk/cards/").content.decode()
    assert page.count("/desk/cards/") >= 2
    for order, now in ((waiting, "ordered"), (ready, "collected")):
        assert "I&lt;IDN" in (shown := client.get(f"/desk/cards/{order.number}/").content.decode()) or "P&lt;" in shown
        client.post(f"/desk/cards/{order.number}/")
        order.refresh_from_db()
        assert order.status == now
    assert "Nothing waits" in client.get("/desk/cards/").content.decode()
