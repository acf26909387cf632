"""Several readers at one delivery: sent once, opened as often as allowed, and never after a stop."""

from functools import partial

import pytest

from gapura.foundation.testing import at_once
from gapura.kernel.documents.queries import Document
from gapura.kernel.outbox.testing import OutboxEvent
from gapura.kernel.wallet.actions import Link, open_delivery, open_link, stop_delivery
from gapura.kernel.wallet.queries import access_opened
from gapura.kernel.wallet.testing import CLERK, HOLDER, HOUSE, NOW, Delivery, Opening, link, other_code, send
from gapura.kernel.wallet.types import CannotOpen, LinkLeadsNowhere, WrongCode

pytestmark = pytest.mark.django_db(transaction=True)


def open_it(made: Link, attempt: str) -> None:
    open_link(actor=HOUSE, token=made.token, code=made.code, attempt=attempt, now=NOW)


def guess(made: Link) -> None:
    with pytest.raises((WrongCode, LinkLeadsNowhere)):
        open_link(actor=HOUSE, token=made.token, code=other_code(made), attempt="guess", now=NOW)


def events_of(delivery: Delivery) -> list[str]:
    """What was published of it, in the order in which processes held its row."""
    rows = OutboxEvent.objects.filter(payload__number=delivery.number).order_by("pk")
    return [row.event_class.rpartition(".")[2] for row in rows]


def test_the_same_form_arrives_four_times_at_once_and_there_is_one_delivery(paper: Document) -> None:
    assert at_once(*[partial(send, paper)] * 4) == [None] * 4
    assert Delivery.objects.count() == 1


def test_four_pages_open_a_link_for_one_and_one_of_them_gets_it(paper: Document) -> None:
    made = link(paper)
    refusals = at_once(*[partial(open_it, made, f"page {number}") for number in range(4)])
    assert [type(one) for one in refusals if one] == [LinkLeadsNowhere] * 3
    assert (Opening.objects.count(), Delivery.objects.get().opening_count) == (1, 1)


def test_eight_guessers_have_five_tries_together(paper: Document) -> None:
    made = link(paper)
    assert at_once(*[partial(guess, made)] * 8) == [None] * 8
    delivery = Delivery.objects.get()
    assert (delivery.wrong_codes, delivery.state, delivery.end_reason) == (5, "revoked", "guessed")


@pytest.mark.parametrize("by_link", [True, False])
def test_stopped_while_it_is_opened_nothing_is_given_after_the_stop(paper: Document, by_link: bool) -> None:
    for turn in range(4):
        made = link(paper, openings=5, send_key=f"link {turn}")
        delivery = made.delivery if by_link else send(paper, send_key=f"form {turn}")
        opens = [
            partial(open_it, made, f"page {page}")
            if by_link
            else partial(open_delivery, actor=CLERK, number=delivery.number, attempt=f"page {page}", now=NOW)
            for page in range(2)
        ]
        stop = partial(stop_delivery, actor=HOLDER, number=delivery.number, now=NOW)
        refusals = at_once(opens[0], stop, opens[1])
        delivery.refresh_from_db()
        assert (refusals[1], delivery.state) == (None, "revoked")
        assert delivery.opening_count == Opening.objects.filter(delivery=delivery).count() == refusals.count(None) - 1
        assert events_of(delivery)[-1] == "DeliveryEnded"
        with pytest.raises(CannotOpen):
            access_opened(made.token if by_link else "", "page 0", now=NOW)


def test_stopped_from_four_pages_at_once_it_ends_once(paper: Document) -> None:
    for turn in range(3):
        delivery = send(paper, send_key=f"form {turn}")
        stop = partial(stop_delivery, actor=HOLDER, number=delivery.number, now=NOW)
        assert at_once(*[stop] * 4) == [None] * 4
        assert events_of(delivery) == ["DeliverySent", "DeliveryEnded"]
