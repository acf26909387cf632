"""Any order of sending, opening, guessing, stopping, revoking and waiting: no state is reached against the table."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.documents.queries import Document, find_document
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.wallet.actions import expire_deliveries, open_delivery, open_link, stop_delivery
from gapura.kernel.wallet.queries import access_opened, get_terms, is_genuine
from gapura.kernel.wallet.rules import LIVE, TRANSITIONS, paper_state, state_after
from gapura.kernel.wallet.testing import (
    CLERK,
    HOLDER,
    HOUSE,
    NOW,
    Delivery,
    Opening,
    issue_paper,
    link,
    other_code,
    send,
)
from gapura.kernel.wallet.types import CannotOpen, CannotSend, DeliveryState, LinkLeadsNowhere, PaperState, WrongCode

ALLOWED = {(source, target) for sources, target in TRANSITIONS.values() for source in sources}
PAGES = st.sampled_from(["page 1", "page 2"])


class WalletMachine(RuleBasedStateMachine):
    """One link and one delivery to an agency of one paper; time only goes forward."""

    @initialize(openings=st.sampled_from([1, 3]), days=st.sampled_from([1, 7]))
    def begin(self, openings: int, days: int) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = NOW
        self.paper = issue_paper()
        self.link = link(self.paper, openings=openings, days=days, send_key="link")
        self.sent = send(self.paper, days=days, send_key="sent")
        self.before = self.states()

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def states(self) -> dict[int, DeliveryState]:
        return {row.pk: DeliveryState(row.state) for row in Delivery.objects.order_by("pk")}

    def is_standing(self, delivery: Delivery) -> bool:
        return Delivery.objects.get(pk=delivery.pk).is_standing(self.now)

    @rule(page=PAGES)
    def open_link(self, page: str) -> None:
        standing, genuine = self.is_standing(self.link.delivery), is_genuine(self.paper.code, self.now)
        with suppress(LinkLeadsNowhere):
            opened = open_link(actor=HOUSE, token=self.link.token, code=self.link.code, attempt=page, now=self.now)
            assert standing
            assert opened.is_given == genuine

    @rule(page=PAGES)
    def fetch(self, page: str) -> None:
        standing, genuine = self.is_standing(self.link.delivery), is_genuine(self.paper.code, self.now)
        with suppress(CannotOpen):
            access_opened(self.link.token, page, now=self.now)
            assert standing
            assert genuine

    @rule()
    def guess(self) -> None:
        with pytest.raises((WrongCode, LinkLeadsNowhere)):
            open_link(actor=HOUSE, token=self.link.token, code=other_code(self.link), attempt="guess", now=self.now)

    @rule(page=PAGES)
    def open_at_desk(self, page: str) -> None:
        standing, genuine = self.is_standing(self.sent), is_genuine(self.paper.code, self.now)
        with suppress(CannotOpen):
            open_delivery(actor=CLERK, number=self.sent.number, attempt=page, now=self.now)
            assert standing
            assert genuine

    @rule(which=st.sampled_from(["link", "sent"]))
    def stop(self, which: str) -> None:
        delivery = self.link.delivery if which == "link" else self.sent
        stop_delivery(actor=HOLDER, number=delivery.number, now=self.now)
        assert not self.is_standing(delivery)

    @rule()
    def send_again(self) -> None:
        with suppress(CannotSend):
            assert link(self.paper, send_key="link", now=self.now).delivery == self.link.delivery

    @rule(minutes=st.sampled_from([5, 60, 24 * 60, 6 * 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def work(self) -> None:
        expire_deliveries(actor=HOUSE, now=self.now)

    @rule()
    def revoke(self) -> None:
        found = find_document(self.paper.code)
        if found is not None and found.status == DocumentStatus.VALID:
            revoke_document(actor=HOUSE, code=self.paper.code, reason="Corrected", now=self.now)

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        if not hasattr(self, "before"):
            return
        after = self.states()
        for key, state in after.items():
            assert state == self.before[key] or (self.before[key], state) in ALLOWED
        self.before = after

    @invariant()
    def what_is_counted_is_what_was_written(self) -> None:
        if not hasattr(self, "before"):
            return
        for delivery in Delivery.objects.order_by("pk"):
            assert delivery.opening_count == Opening.objects.filter(delivery=delivery).count()
            assert delivery.opening_count <= delivery.most_openings
            assert delivery.wrong_codes <= get_terms().wrong_codes
            assert not Opening.objects.filter(delivery=delivery, opened_at__gte=delivery.expires_at).exists()


@pytest.mark.django_db
def test_no_order_of_things_reaches_a_state_against_the_table() -> None:
    run_state_machine_as_test(
        WalletMachine,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_what_has_ended_stays_ended() -> None:
    for action in TRANSITIONS:
        for state in set(DeliveryState) - LIVE:
            with pytest.raises(ValueError, match=state):
                state_after(action, state)


@pytest.mark.parametrize(
    ("revoked", "expired", "deliveries", "state"),
    [
        (False, False, [], PaperState.HELD),
        (False, False, ["sent"], PaperState.SENT),
        (False, False, ["sent", "opened"], PaperState.OPENED),
        (False, True, ["opened"], PaperState.EXPIRED),
        (True, True, ["opened"], PaperState.REVOKED),
    ],
)
def test_a_paper_stands_where_the_furthest_of_its_deliveries_does(
    revoked: bool, expired: bool, deliveries: list[str], state: PaperState
) -> None:
    assert paper_state(revoked, expired, deliveries) is state


@pytest.mark.parametrize(
    "harm",
    [
        {"state": "gone"},
        {"state": "opened"},
        {"state": "revoked"},
        {"state": "expired"},
        {"opening_count": 1},
        {"opening_count": 2, "state": "opened"},
        {"receiver": "kua"},
        {"token_digest": None},
        {"code_digest": ""},
        {"expires_at": NOW},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(paper: Document, harm: dict[str, object]) -> None:
    delivery = link(paper).delivery
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**harm)
    Delivery.objects.filter(pk=delivery.pk).update(state="opened", opening_count=1)  # what can be is taken
