"""What anybody may ask of a card, what its holder is told, and what ends with a life."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.cases.testing import official
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending, publish
from gapura.kernel.production.actions import hand_over, tell_of_endings
from gapura.kernel.production.queries import verify_card
from gapura.kernel.production.testing import (
    NOW,
    WORKER,
    CardOrder,
    CardPiece,
    ServedFactory,
    demo_factory,
    make_card,
    make_order,
    make_ready_card,
)
from gapura.kernel.production.types import CardVerdict, Delivery, OrderStatus
from gapura.kernel.registers.events import PersonDied

pytestmark = pytest.mark.django_db
ANI, BUDI = "3171014205900001", "3171010105880002"
REGISTRAR = official("civil.registrar")
TODAY = date(2026, 5, 4)


@pytest.fixture(autouse=True)
def factory(tmp_path: Path) -> Iterator[ServedFactory]:
    with demo_factory(tmp_path) as served, clock.frozen(NOW):
        yield served


def number_of(order: CardOrder) -> str:
    return CardPiece.objects.get(order=order).document_number


def handed_over(person: str) -> CardOrder:
    order = make_ready_card(person)
    hand_over(actor=REGISTRAR, number=order.number, now=NOW)
    return order


def verdict(order: CardOrder, *, issued_on: date = TODAY, today: date = TODAY) -> CardVerdict:
    return verify_card(number_of(order), issued_on, today=today)


def messages_to(person: str) -> list[str]:
    deliver_pending()
    return [message.kind for message in reversed(list_messages(person))]


def test_a_card_is_in_force_once_it_was_handed_over_until_it_expires() -> None:
    order = make_ready_card(ANI)
    assert verdict(order) is CardVerdict.UNKNOWN
    hand_over(actor=REGISTRAR, number=order.number, now=NOW)
    assert verdict(order) is CardVerdict.VALID
    assert verdict(order, today=date(2036, 5, 3)) is CardVerdict.VALID
    assert verdict(order, today=date(2036, 5, 4)) is CardVerdict.ENDED


def test_a_number_alone_says_nothing() -> None:
    order = handed_over(ANI)
    assert verdict(order, issued_on=TODAY - timedelta(days=1)) is CardVerdict.UNKNOWN
    assert verify_card("X0000000", TODAY, today=TODAY) is CardVerdict.UNKNOWN


def test_anybody_asks_without_an_account_and_reads_nothing_about_the_holder() -> None:
    order, browser = handed_over(ANI), Client(headers={"Accept-Language": "en"})
    assert "Number of the card" in browser.get("/verify-card/").content.decode()
    number = number_of(order)
    sent = {"document_number": f"{number[0]} {number[1:].lower()}", "issued_on": "2026-05-04"}
    answer = browser.post("/verify-card/", sent)
    page = answer.content.decode()
    assert "In force" in page
    assert not [word for word in (order.full_name, ANI, order.number, order.case_number) if word in page]
    assert answer.headers["Cache-Control"]
    assert "Not known to us" in browser.post("/verify-card/", sent | {"issued_on": "2026-05-03"}).content.decode()
    wrong = browser.post("/verify-card/", {"document_number": "../../etc", "issued_on": "yesterday"}).content.decode()
    assert "cannot be a number of ours" in wrong
    assert "year-month-day" in wrong
    assert "/verify-card/" in browser.get("/verify/").content.decode()


def test_the_holder_is_told_when_it_lies_ready_and_when_it_was_handed_over() -> None:
    order = make_ready_card(ANI)
    assert messages_to(ANI) == ["card_ready"]
    hand_over(actor=REGISTRAR, number=order.number, now=NOW)
    assert messages_to(ANI) == ["card_ready", "card_in_force"]


def test_whoever_asked_for_it_is_told_as_well(factory: ServedFactory) -> None:
    make_order(ANI, delivery=Delivery.POST, applicant=BUDI)
    factory.wait(6)
    assert messages_to(BUDI) == messages_to(ANI) == ["card_in_force"]


def test_what_was_overtaken_is_not_told_any_more() -> None:
    order = make_ready_card(ANI)
    CardOrder.objects.filter(pk=order.pk).update(status=OrderStatus.STOPPED)
    assert messages_to(ANI) == []


def test_before_it_expires_the_holder_is_told_once() -> None:
    handed_over(ANI)
    messages_to(ANI)
    expires = NOW.replace(year=2036)
    assert tell_of_endings(actor=WORKER, now=expires - timedelta(days=181)) == 0
    assert tell_of_endings(actor=WORKER, now=expires - timedelta(days=180)) == 1
    assert tell_of_endings(actor=WORKER, now=expires - timedelta(days=179)) == 0
    assert messages_to(ANI)[-1:] == ["card_ends"]
    assert "2036-05-03" in list_messages(ANI)[0].body


def test_nobody_is_told_of_the_end_of_a_card_that_ended_before() -> None:
    order = handed_over(ANI)
    publish(PersonDied(ANI, "2026-05-04", "DEATH1"))
    deliver_pending()
    assert tell_of_endings(actor=WORKER, now=NOW.replace(year=2036) - timedelta(days=100)) == 0
    assert verdict(order) is CardVerdict.ENDED


def test_a_death_stops_what_is_made_and_ends_what_is_in_force() -> None:
    valid, under_way, of_another = handed_over(ANI), make_card(ANI), handed_over(BUDI)
    for _ in range(2):  # told twice, it is done once
        publish(PersonDied(ANI, "2026-05-04", "DEATH1"))
        deliver_pending()
    under_way.refresh_from_db()
    assert under_way.status == OrderStatus.STOPPED
    assert verdict(valid) is CardVerdict.ENDED
    assert verdict(under_way) is CardVerdict.ENDED
    assert verdict(of_another) is CardVerdict.VALID
