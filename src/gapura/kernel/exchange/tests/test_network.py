"""Evidence from another node: the asker's code is the same, the holder judges by its own agreements, both log."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import ask_question, request_evidence, suspend_agreement
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.providers import earlier_answers
from gapura.kernel.exchange.providers.guarding import FAILURES_BEFORE_PAUSE, ProviderGuard
from gapura.kernel.exchange.providers.remote import RemoteProvider
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers
from gapura.kernel.exchange.tests.test_asking import CLERK, QUESTION, REQUEST, SUBJECT
from gapura.kernel.exchange.types import (
    AccessOutcome,
    ExchangeRefusal,
    FieldNotAgreed,
    NoAgreement,
    OpenRequest,
    ProviderUnavailable,
)
from gapura.kernel.nodes.testing import NOW, Network, handing_over

RESIDENCE = replace(REQUEST, evidence_type="civil.residence", fields=frozenset({"village"}))


@pytest.fixture
def register(tmp_path: Path, db: None) -> Iterator[tuple[Network, MemoryProvider]]:
    """The bank asks, the register answers; what the register's node finds is in memory."""
    network = Network(tmp_path)
    network.add("BANK", "LOANS", "bank")
    network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person", "civil.residence"))
    with memory_providers("civil.person", "civil.residence") as providers:
        providers["civil.person"].records[SUBJECT] = [{"full_name": "Siti", "religion": "islam"}]
        providers["civil.person"].answers["is-over-age", SUBJECT] = True
        providers["civil.residence"].records[SUBJECT] = [{"village": "Cideng"}]
        with handing_over(network), network.at("BANK"):
            yield network, providers["civil.person"]


Register = tuple[Network, MemoryProvider]


def test_evidence_and_answers_come_over_the_network_as_from_this_process(register: Register) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    evidence = request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    assert (evidence.record, evidence.provider, evidence.stale_since) == ({"full_name": "Siti"}, "dukcapil", None)
    assert ask_question(actor=CLERK, request=QUESTION, now=NOW).holds is True


def test_the_person_sees_the_access_at_the_holder_too(register: Register) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    there, here = list_accesses_to(SUBJECT, now=NOW)
    assert (here.actor_reference, here.case_number) == (CLERK.reference, "CASE1")
    assert there.actor_reference == f"system:BANK {CLERK.reference}"
    assert (there.consumer, there.fields, there.legal_ground) == ("bank", ["full_name"], "UU 1 ps. 1")


def test_a_request_that_comes_again_is_refused_before_anything_is_read_or_logged_of_it(register: Register) -> None:
    network, held = register
    agree("bank", "civil.person", "UU 1 ps. 1")
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    again = network.deliver(network.wire[0], "REGISTER", NOW)
    assert (again.status, again.headers["x-road-error"]) == (409, "Server.ServerProxy.DuplicateMessage")
    assert (len(held.asked), AccessRecord.objects.count()) == (1, 2)


def test_the_holder_refuses_by_its_own_copy_of_the_agreement(register: Register) -> None:
    network, held = register
    agreement = agree("bank", "civil.person", "UU 1 ps. 1")

    def suspended_there(message: object) -> object:
        suspend_agreement(actor=CLERK, code=agreement.code, now=NOW)
        return message

    network.tamper = suspended_there  # type: ignore[assignment]
    with pytest.raises(NoAgreement):
        request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    assert held.asked == []
    assert [one.outcome for one in AccessRecord.objects.order_by("pk")] == [AccessOutcome.FAILED, AccessOutcome.REFUSED]
    assert AccessRecord.objects.get(outcome=AccessOutcome.REFUSED).refusal == "no-agreement"


def test_a_consumer_without_a_subsystem_here_cannot_ask(register: Register) -> None:
    agree("shop", "civil.person", "UU 1 ps. 1")
    with pytest.raises(ProviderUnavailable, match="no subsystem"):
        request_evidence(actor=CLERK, request=replace(REQUEST, consumer="shop"), now=NOW)
    assert register[1].asked == []


def test_an_earlier_answer_serves_only_as_long_as_the_law_says_and_says_when_it_was_given(register: Register) -> None:
    network, _ = register
    assert earlier_answers.find_lawful_age("civil.residence") == timedelta(days=1)
    assert earlier_answers.find_lawful_age("civil.person") is None
    for evidence_type in ("civil.person", "civil.residence"):
        agree("bank", evidence_type, "UU 1 ps. 1")
    request_evidence(actor=CLERK, request=RESIDENCE, now=NOW)
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    network.is_cut = True
    later = NOW + timedelta(hours=20)
    served = request_evidence(actor=CLERK, request=RESIDENCE, now=later)
    assert (served.record, served.stale_since) == ({"village": "Cideng"}, NOW)
    for request, moment in (
        (REQUEST, later),
        (RESIDENCE, NOW + timedelta(hours=25)),
        (replace(RESIDENCE, subject="3171014501900002"), later),
    ):
        with pytest.raises(ProviderUnavailable):
            request_evidence(actor=CLERK, request=request, now=moment)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(guard: ProviderGuard) -> None:
    with pytest.raises(ProviderUnavailable, match="dead"):
        with guard.calling():
            raise ProviderUnavailable("dead")


def test_after_failures_in_a_row_nothing_is_asked_until_one_trial_succeeds() -> None:
    seconds = Seconds()
    guard = ProviderGuard("register", seconds)
    for _ in range(FAILURES_BEFORE_PAUSE):
        fail(guard)
    with pytest.raises(ProviderUnavailable, match="out of order"):
        with guard.calling():
            pytest.fail("asked during the pause")
    seconds.now = 6
    fail(guard)  # the trial; the pause begins again
    with pytest.raises(ProviderUnavailable, match="out of order"):
        with guard.calling():
            pytest.fail("asked during the pause")
    seconds.now = 12
    with guard.calling():  # the trial, and nobody beside it
        with pytest.raises(ProviderUnavailable, match="out of order"):
            with guard.calling():
                pytest.fail("two trials at once")
    with guard.calling():
        assert not guard.is_paused


def test_slow_answers_open_the_circuit_and_refusals_do_not() -> None:
    seconds = Seconds()
    guard = ProviderGuard("register", seconds)
    for _ in range(FAILURES_BEFORE_PAUSE * 2):
        with pytest.raises(ExchangeRefusal):
            with guard.calling():
                raise FieldNotAgreed("no")
    assert not guard.is_paused
    for _ in range(FAILURES_BEFORE_PAUSE):
        with guard.calling():
            seconds.now += 3
    assert guard.is_paused


def test_only_so_many_calls_to_one_provider_are_open_at_once() -> None:
    guard, other = ProviderGuard("slow"), ProviderGuard("healthy")
    with ExitStack() as open_calls:
        for _ in range(8):
            open_calls.enter_context(guard.calling())
        with pytest.raises(ProviderUnavailable, match="8 calls open"):
            with guard.calling():
                pytest.fail("a ninth call")
        with other.calling():
            pass
    with guard.calling():
        pass


def test_content_that_is_no_request_for_evidence_is_refused_and_nothing_is_read(register: Register) -> None:
    network, held = register
    agree("bank", "civil.person", "UU 1 ps. 1")
    provider = plugin.find_provider("civil.person")
    assert isinstance(provider, RemoteProvider)
    for wrong in (
        replace(REQUEST, fields=frozenset()),
        replace(REQUEST, legal_ground=""),
        replace(REQUEST, purpose={}),
        replace(REQUEST, subject="3171'; --"),
    ):
        with pytest.raises(ProviderUnavailable):
            provider.answer(OpenRequest(wrong, "access-0001", NOW, "dukcapil", None, "system:test"))
    assert (held.asked, network.wire) == ([], [])
