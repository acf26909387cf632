"""Sent to a registered receiver: to an agency's officials in the role, to a company while its register says who."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from gapura.kernel.audit.queries import list_events
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.documents.queries import Document
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.wallet.actions import open_delivery, stop_delivery
from gapura.kernel.wallet.queries import access_sent, get_terms, list_openings, list_received, list_sent
from gapura.kernel.wallet.testing import (
    CLERK,
    COMPANY,
    DIRECTOR,
    HOLDER,
    HOUSE,
    NOW,
    PERSON,
    Delivery,
    Opening,
    receiver_of,
    send,
)
from gapura.kernel.wallet.types import CannotOpen, CannotSend

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_the_agencys_official_opens_it_and_the_holder_learns_which_post(paper: Document) -> None:
    delivery = send(paper)
    assert list_received(CLERK, now=NOW) == [delivery]
    assert open_delivery(actor=CLERK, number=delivery.number, attempt="page", now=NOW) == paper
    [opening] = list_openings(access_sent(HOLDER, delivery.number))
    assert (opening.opened_by, opening.label) == (CLERK.reference, CLERK.label)
    [message] = list_messages(PERSON)
    assert message.kind == "delivery_opened"
    assert "Religious Affairs Office opened" in message.body
    opened = next(e for e in list_events(case_number=paper.case_number) if e.action == "wallet.opened")
    assert (opened.actor_reference, opened.subject) == (CLERK.reference, PERSON)


def test_a_double_click_sends_once_and_downloads_once(paper: Document) -> None:
    assert send(paper) == send(paper)
    assert Delivery.objects.count() == 1
    for _click in range(2):
        open_delivery(actor=CLERK, number=send(paper).number, attempt="page", now=NOW)
    assert (Opening.objects.count(), len(list_messages(PERSON))) == (1, 1)
    with pytest.raises(CannotSend, match="other words"):
        send(paper, receiver="djp")


@pytest.mark.parametrize(
    "actor",
    [
        receiver_of("djp"),
        official("exchange.applicant", agency="kua", office=""),
        replace(CLERK, person_number=None),
        resident("3171010101800009"),
        DIRECTOR,
        HOLDER,
    ],
    ids=["another agency", "no receiver", "unproven", "a stranger", "a company", "the holder"],
)
def test_nobody_else_opens_it(paper: Document, actor: object) -> None:
    delivery = send(paper)
    with pytest.raises(AccessDenied):
        open_delivery(actor=actor, number=delivery.number, attempt="page", now=NOW)
    assert not Opening.objects.exists()


def test_nobody_but_the_holder_sees_what_was_sent(paper: Document) -> None:
    delivery = send(paper)
    assert list_sent(HOLDER) == [delivery]
    for actor in (CLERK, resident("3171010101800009"), replace(HOLDER, principal=COMPANY, mandate="company")):
        assert list_sent(actor) == []
        with pytest.raises(AccessDenied):
            access_sent(actor, delivery.number)
        with pytest.raises(AccessDenied):
            stop_delivery(actor=actor, number=delivery.number, now=NOW)


def test_stopped_expired_and_revoked_papers_are_not_given_and_it_is_said(paper: Document) -> None:
    stopped, expired, revoked = (send(paper, send_key=key) for key in "abc")
    stop_delivery(actor=HOLDER, number=stopped.number, now=NOW)
    for delivery, now in ((stopped, NOW), (expired, NOW + 7 * DAY)):
        with pytest.raises(CannotOpen, match="stopped"):
            open_delivery(actor=CLERK, number=delivery.number, attempt="page", now=now)
    assert set(list_received(CLERK, now=NOW)) == {expired, revoked}
    assert list_received(CLERK, now=NOW + 7 * DAY) == []
    revoke_document(actor=HOUSE, code=paper.code, reason="Corrected", now=NOW)
    with pytest.raises(CannotOpen, match="revoked"):
        open_delivery(actor=CLERK, number=revoked.number, attempt="page", now=NOW)
    assert not Opening.objects.exists()


def test_a_receiver_opens_it_as_often_as_the_country_says(paper: Document) -> None:
    delivery = send(paper)
    for attempt in range(get_terms().receiver_openings):
        open_delivery(actor=CLERK, number=delivery.number, attempt=f"page {attempt}", now=NOW)
    with pytest.raises(CannotOpen, match="as often"):
        open_delivery(actor=CLERK, number=delivery.number, attempt="one more", now=NOW)


@pytest.mark.parametrize("wrong", [{"receiver": "nobody"}, {"days": 2}, {"purpose": ""}])
def test_terms_that_the_country_does_not_offer_send_nothing(paper: Document, wrong: dict[str, object]) -> None:
    with pytest.raises(CannotSend):
        send(paper, **wrong)
    with pytest.raises(AccessDenied):
        send(paper, actor=resident("3171010101800009"))
    assert not Delivery.objects.exists()


@pytest.fixture
def register(paper: Document) -> Iterator[MemoryProvider]:
    """A business register that knows who represents the company."""
    stand_all_agreements()
    with memory_providers("business.representation") as providers:
        provider = providers["business.representation"]
        provider.answers["is-representative-of", COMPANY] = True
        yield provider


def test_a_company_opens_it_while_the_register_names_its_representative(
    paper: Document, register: MemoryProvider
) -> None:
    delivery = send(paper, receiver="sekar-kedaton")
    assert list_received(DIRECTOR, now=NOW) == [delivery]
    assert open_delivery(actor=DIRECTOR, number=delivery.number, attempt="page", now=NOW) == paper
    assert "Sekar Kedaton" in list_messages(PERSON)[0].body
    register.answers["is-representative-of", COMPANY] = False  # ended yesterday, the session does not know it yet
    with pytest.raises(AccessDenied):
        open_delivery(actor=DIRECTOR, number=delivery.number, attempt="page 2", now=NOW + DAY)
    proxy = replace(DIRECTOR, mandate="proxy:K7Q2M9XW31F")
    with pytest.raises(AccessDenied):
        open_delivery(actor=proxy, number=delivery.number, attempt="page 3", now=NOW)
    assert Opening.objects.count() == 1
