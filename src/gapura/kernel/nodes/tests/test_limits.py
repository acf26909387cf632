"""The time of the message port is shared fairly: who floods is told when to come back, and nobody else waits for it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from gapura.kernel.nodes.actions import send_message
from gapura.kernel.nodes.limits import AHEAD_SECONDS, ASKING_SECONDS, LOGGED_REFUSALS, FairTime
from gapura.kernel.nodes.testing import NOW, MessageRecord, Network
from gapura.kernel.nodes.tests.conftest import Echo
from gapura.kernel.nodes.tests.test_messages import BANK, REQUEST
from gapura.kernel.nodes.types import Fault, IncomingRequest, MemberId, MessageRefused, SubsystemId, TooManyMessages

SHOP = SubsystemId(MemberId("ID", "GOV", "SHOP"), "TILL")


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.GAPURA_RATE_LIMITS = True


@pytest.fixture
def slow(network: Network, echo: Echo, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Each answer takes a tenth of a second of the port's time."""
    read = echo.open

    def open_slowly(request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        network.seconds += 0.1
        return read(request, now)

    monkeypatch.setattr(echo, "open", open_slowly)
    return network


_numbers = iter(range(100_000))


def ask(network: Network, code: str, client: SubsystemId) -> bytes:
    with network.at(code):
        request = replace(REQUEST, client=client, id=f"message-{next(_numbers)}")
        return send_message(request, now=NOW, seconds=1)


def flood(network: Network) -> Fault | None:
    """Ask as the bank without a pause; the refusal that it got, if it got one."""
    try:
        for _ in range(20):
            ask(network, "BANK", BANK)
    except MessageRefused as refusal:
        return refusal.fault
    return None


def test_who_asks_alone_may_use_all_the_time(slow: Network) -> None:
    assert flood(slow) is None


def test_who_floods_while_another_asks_is_told_when_to_come_back_and_the_other_is_not(slow: Network) -> None:
    ask(slow, "SHOP", SHOP)
    assert flood(slow) == Fault.TOO_MANY
    rows = MessageRecord.objects.filter(direction="received").count()
    again = slow.deliver(slow.wire[-1], "REGISTER", NOW)
    assert (again.status, again.headers["x-road-error"]) == (429, Fault.TOO_MANY)
    assert again.headers["retry-after"] == "1"
    assert json.loads(again.body)["detail"] == slow.wire[-1].headers["x-road-id"]
    assert MessageRecord.objects.filter(direction="received").count() == rows, "a refused flood writes nothing"
    for _ in range(3):
        ask(slow, "SHOP", SHOP)
    slow.seconds += 1
    ask(slow, "BANK", BANK)


def test_nobody_uses_up_the_share_of_another_by_writing_its_name(slow: Network) -> None:
    ask(slow, "SHOP", SHOP)
    ask(slow, "BANK", BANK)
    forged = replace(slow.wire[-1], body=b"{}")
    for _ in range(20):
        assert slow.deliver(forged, "REGISTER", NOW).status == 401
    ask(slow, "BANK", BANK)


def test_a_flood_of_refusals_is_not_a_flood_of_writes(network: Network, echo: Echo) -> None:
    ask(network, "BANK", BANK)
    forged = replace(network.wire[0], body=b"{}")
    answers = [network.deliver(forged, "REGISTER", NOW) for _ in range(LOGGED_REFUSALS.times + 5)]
    logged = MessageRecord.objects.filter(fault=Fault.INVALID_SIGNATURE, kind="request").count()
    assert logged == LOGGED_REFUSALS.times
    assert {one.headers["x-road-error"] for one in answers} == {Fault.INVALID_SIGNATURE}
    assert "gapura-signature" in answers[0].headers
    assert "gapura-signature" not in answers[-1].headers


def test_without_limits_a_load_test_may_flood(slow: Network, settings: Any) -> None:
    settings.GAPURA_RATE_LIMITS = False
    ask(slow, "SHOP", SHOP)
    assert flood(slow) is None


class Process:
    """Answers one message at a time; knows how long each member was served."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.fair = FairTime(lambda: self.seconds)
        self.served: dict[str, float] = {}

    def serve(self, member: str, work: float) -> None:
        try:
            self.fair.require_share(member)
            with self.fair.taking(member):
                self.seconds += work
                self.served[member] = self.served.get(member, 0) + work
        except TooManyMessages:
            self.seconds += 0.001


def test_two_that_flood_are_served_alike_whatever_their_questions_cost() -> None:
    process = Process()
    while process.seconds < 60:
        process.serve("cheap", 0.01)
        process.serve("costly", 0.2)
    assert process.served["costly"] <= 30 + 2 * AHEAD_SECONDS
    alone = Process()
    while alone.seconds < 60:
        alone.serve("costly", 0.2)
    assert alone.served["costly"] >= 59.9


def test_who_no_longer_asks_no_longer_has_a_share() -> None:
    process = Process()
    process.serve("early", 0.1)
    process.seconds += ASKING_SECONDS
    for _ in range(100):
        process.serve("late", 0.1)
    assert process.served["late"] == pytest.approx(10)
