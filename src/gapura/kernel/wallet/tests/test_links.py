"""A link with its code: opened, counted, told, closed by guessing, ended by clock and sender."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gapura.kernel.audit.queries import list_events
from gapura.kernel.cases.testing import resident
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.documents.queries import Document
from gapura.kernel.documents.types import VerificationOutcome
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.wallet.actions import Link, expire_deliveries, open_link, stop_delivery
from gapura.kernel.wallet.actions.opening import OpenedLink
from gapura.kernel.wallet.queries import access_opened, get_paper_states, leads_somewhere
from gapura.kernel.wallet.testing import (
    HOLDER,
    HOUSE,
    NOW,
    PERSON,
    Delivery,
    Opening,
    issue_paper,
    link,
    other_code,
)
from gapura.kernel.wallet.types import CannotOpen, CannotSend, LinkLeadsNowhere, WrongCode

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def open_it(made: Link, code: str | None = None, attempt: str = "page", now: datetime = NOW) -> OpenedLink:
    return open_link(actor=HOUSE, token=made.token, code=code or made.code, attempt=attempt, now=now)


def kinds() -> list[str]:
    return [message.kind for message in list_messages(PERSON)]


def test_link_and_code_open_the_paper_once_and_the_holder_is_told(paper: Document) -> None:
    made = link(paper)
    opened = open_it(made)
    assert opened.is_given
    assert access_opened(made.token, "page", now=NOW + 9 * MINUTE) == paper
    assert kinds() == ["link_opened"]
    events = [event.action for event in list_events(case_number=paper.case_number)]
    assert {"wallet.sent", "wallet.opened"} <= set(events)
    assert get_paper_states([paper], now=NOW) == {paper.code: "opened"}


def test_the_same_page_sent_twice_is_one_opening_and_a_replay_from_another_is_refused(paper: Document) -> None:
    made = link(paper)
    open_it(made)
    assert open_it(made).is_given
    assert Opening.objects.count() == 1
    with pytest.raises(LinkLeadsNowhere):
        open_it(made, attempt="another page")
    with pytest.raises(LinkLeadsNowhere):
        open_it(made, now=NOW + 10 * MINUTE)  # the page is too old to count as the same
    with pytest.raises(CannotOpen):
        access_opened(made.token, "another page", now=NOW)
    with pytest.raises(CannotOpen):
        access_opened(made.token, "page", now=NOW + 10 * MINUTE)


def test_as_many_openings_as_the_holder_chose_and_no_more(paper: Document) -> None:
    made = link(paper, openings=3)
    for attempt in "abc":
        assert open_it(made, attempt=attempt).is_given
    assert not leads_somewhere(made.token, now=NOW)
    with pytest.raises(LinkLeadsNowhere):
        open_it(made, attempt="d")
    assert Delivery.objects.get().opening_count == 3


def test_the_same_form_shows_the_same_link_and_stores_neither_secret(paper: Document) -> None:
    made, again = link(paper), link(paper)
    assert (made.token, made.code, made.delivery) == (again.token, again.code, again.delivery)
    stored = str(Delivery.objects.values().get())
    assert made.token not in stored
    assert made.code not in {str(value) for value in Delivery.objects.values().get().values()}
    assert link(paper, send_key="another form").token != made.token
    with pytest.raises(CannotSend, match="other words"):
        link(issue_paper(case_number="GP-2026-0002"))


def test_five_wrong_codes_close_the_link_and_the_holder_makes_a_new_one_at_once(paper: Document) -> None:
    made = link(paper)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as refusal:
            open_it(made, other_code(made))
        assert refusal.value.tries_left == left
    with pytest.raises(LinkLeadsNowhere):
        open_it(made, other_code(made))
    with pytest.raises(LinkLeadsNowhere):
        open_it(made)  # the right code is too late
    assert (made.delivery.number, "guessed") == (Delivery.objects.get().number, Delivery.objects.get().end_reason)
    assert kinds() == ["link_closed"]
    assert open_it(link(paper, send_key="second form")).is_given


def test_four_wrong_codes_leave_the_right_one_working(paper: Document) -> None:
    made = link(paper)
    for _left in range(4):
        with pytest.raises(WrongCode):
            open_it(made, other_code(made))
    assert open_it(made, f" {made.code[:3]}-{made.code[3:]} ").is_given


def test_the_clock_ends_a_link_before_any_worker_writes_it_down(paper: Document) -> None:
    made = link(paper, days=1)
    assert leads_somewhere(made.token, now=NOW + DAY - MINUTE)
    assert not leads_somewhere(made.token, now=NOW + DAY)
    with pytest.raises(LinkLeadsNowhere):
        open_it(made, now=NOW + DAY)
    assert expire_deliveries(actor=HOUSE, now=NOW + DAY - MINUTE) == 0
    assert expire_deliveries(actor=HOUSE, now=NOW + DAY) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.ended_at) == ("expired", NOW + DAY)


def test_no_term_reaches_beyond_the_papers_own_validity(paper: Document) -> None:
    short = issue_paper(valid_until=date(2026, 3, 4), case_number="GP-2026-0002")
    made = link(short, days=30)
    assert made.delivery.expires_at == datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # midnight in Jakarta
    assert link(paper, days=30, send_key="long").delivery.expires_at == NOW + 30 * DAY


def test_after_a_stop_nothing_is_given_not_even_to_the_page_that_opened_it(paper: Document) -> None:
    made = link(paper, openings=3)
    open_it(made)
    assert access_opened(made.token, "page", now=NOW) == paper
    stop_delivery(actor=HOLDER, number=made.delivery.number, now=NOW)
    with pytest.raises(CannotOpen):
        access_opened(made.token, "page", now=NOW)
    for attempt in ("page", "another"):
        with pytest.raises(LinkLeadsNowhere):
            open_it(made, attempt=attempt)
    with pytest.raises(CannotSend, match="has ended"):
        link(paper, openings=3)
    assert stop_delivery(actor=HOLDER, number=made.delivery.number, now=NOW + DAY).ended_at == NOW


def test_a_paper_revoked_in_between_is_said_and_not_given(paper: Document) -> None:
    made = link(paper, openings=3)
    open_it(made)
    revoke_document(actor=HOUSE, code=paper.code, reason="Corrected", now=NOW)
    opened = open_it(made)
    assert (opened.is_given, opened.verification.outcome) == (False, VerificationOutcome.REVOKED)
    assert not open_it(made, attempt="another").is_given
    assert Opening.objects.count() == 1
    with pytest.raises(CannotOpen):
        access_opened(made.token, "page", now=NOW)
    with pytest.raises(WrongCode):
        open_it(made, other_code(made))  # without the code nothing is said
    with pytest.raises(CannotSend, match="no longer valid"):
        link(paper, send_key="second form")


@pytest.mark.parametrize("harm", ["", "x", "\N{SNOWMAN}", "cut", "long", "changed"])
def test_a_tampered_link_leads_nowhere_whatever_the_code(paper: Document, harm: str) -> None:
    made = link(paper)
    first = "7" if made.token[0] != "7" else "8"
    harmed = {"cut": made.token[:-1], "long": made.token + "0", "changed": first + made.token[1:]}
    token = harmed.get(harm, harm)
    assert token != made.token
    assert not leads_somewhere(token, now=NOW)
    with pytest.raises(LinkLeadsNowhere):
        open_link(actor=HOUSE, token=token, code=made.code, attempt="page", now=NOW)
    assert leads_somewhere(made.token.lower(), now=NOW)  # typed by hand it still leads there


def test_only_the_holder_makes_and_stops_links(paper: Document) -> None:
    stranger = resident("3171010101800009")
    with pytest.raises(AccessDenied):
        link(paper, actor=stranger)
    made = link(paper)
    with pytest.raises(AccessDenied):
        stop_delivery(actor=stranger, number=made.delivery.number, now=NOW)
    assert leads_somewhere(made.token, now=NOW)


@pytest.mark.parametrize("wrong", [{"openings": 2}, {"days": 365}, {"purpose": "  "}])
def test_terms_that_the_country_does_not_offer_make_no_link(paper: Document, wrong: dict[str, object]) -> None:
    with pytest.raises(CannotSend):
        link(paper, **wrong)
    assert not Delivery.objects.exists()
