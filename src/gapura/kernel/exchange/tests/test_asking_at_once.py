"""Several nodes are asked at once; who asks sees the same answers and refusals as if it had waited for each in turn."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.utils import translation

from gapura.foundation.isolation import Scope, current_scope, scoped
from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import answer_requests, note_answer_times, open_requests
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.plugin import EvidenceSource
from gapura.kernel.exchange.testing import agree, memory_providers
from gapura.kernel.exchange.tests.test_asking import CLERK, NOW, REQUEST, SUBJECT
from gapura.kernel.exchange.types import (
    AccessOutcome,
    Answer,
    Evidence,
    FieldNotAgreed,
    Given,
    OpenRequest,
    ProviderUnavailable,
)

THREE = ("civil.person", "civil.residence", "civil.family")
FIELDS = {"civil.person": "full_name", "civil.residence": "village", "civil.family": "head_name"}
LONG = 5.0  # seconds; only a failing test waits as long


class Elsewhere(EvidenceSource):
    """A node that says what ``say`` returns or raises, on whatever thread it is asked."""

    agency_code = "holder"

    def __init__(self, evidence_type: str, say: Callable[[], object], holder: str = "") -> None:
        self.evidence_type = evidence_type
        self.asked_on: list[threading.Thread] = []
        self._say = say
        self._holder = holder or evidence_type

    def waits_for(self, opened: OpenRequest) -> str:
        return self._holder

    def answer(self, opened: OpenRequest) -> Given:
        self.asked_on.append(threading.current_thread())
        self._say()
        return Given(records=({FIELDS[self.evidence_type]: self.evidence_type},))


@contextmanager
def answering(*sources: EvidenceSource) -> Iterator[None]:
    before = dict(plugin._providers)
    for source in sources:
        agree("bank", source.evidence_type, "UU 1 ps. 1")
        plugin.register_provider(source)
    try:
        yield
    finally:
        plugin._providers.clear()
        plugin._providers.update(before)


def ask(*evidence_types: str) -> list[Evidence | Answer]:
    requests = [replace(REQUEST, evidence_type=one, fields=frozenset({FIELDS[one]})) for one in evidence_types]
    with transaction.atomic():
        opened = open_requests(actor=CLERK, requests=requests, now=NOW)
    return answer_requests(opened)


def told(answers: list[Evidence | Answer]) -> list[object]:
    records = [one.record for one in answers if isinstance(one, Evidence)]
    return [value for record in records if record for value in record.values()]


def times() -> list[int | None]:
    return list(AccessRecord.objects.order_by("pk").values_list("answered_in_ms", flat=True))


def outcomes() -> list[str]:
    return list(AccessRecord.objects.order_by("pk").values_list("outcome", flat=True))


@pytest.mark.django_db(transaction=True)
def test_nodes_wait_at_once_and_the_answers_keep_their_order() -> None:
    together = threading.Barrier(3, timeout=LONG)  # broken where one is asked after the other
    with answering(*(Elsewhere(one, together.wait) for one in THREE)):
        assert told(ask(*THREE)) == [*THREE]


@pytest.mark.django_db(transaction=True)
def test_how_long_each_took_is_told_in_coarse_steps_and_kept_where_the_asker_notes_it() -> None:
    def wait() -> None:
        threading.Event().wait(0.12)

    with answering(Elsewhere("civil.person", wait), Elsewhere("civil.residence", int)):
        answers = ask("civil.person", "civil.residence")
    assert [one.answered_in_ms for one in answers] == [200, 100]
    assert set(times()) == {None}
    note_answer_times(answers)
    assert times() == [200, 100]


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_logged_with_its_time_and_what_was_not_asked_has_none() -> None:
    def refuse() -> None:
        raise ProviderUnavailable("down")

    down, person = Elsewhere("civil.person", refuse), Elsewhere("civil.residence", int)
    for asked in (("civil.person", "civil.residence"), ("civil.person",)):  # on threads, and alone
        with answering(down, person), pytest.raises(ProviderUnavailable):
            ask(*asked)
    assert (outcomes(), times()) == (["failed", "asked", "failed"], [100, None, 100])


@pytest.mark.django_db(transaction=True)
def test_a_thread_has_the_context_of_whoever_asks_and_no_connection() -> None:
    seen: list[tuple[object, ...]] = []
    scope, together = Scope(agency="bank"), threading.Barrier(3, timeout=LONG)

    def look() -> None:
        together.wait()
        seen.append((current_scope(), translation.get_language(), connection.connection, connection.in_atomic_block))

    with answering(*(Elsewhere(one, look) for one in THREE)), scoped(scope), translation.override("ko"):
        ask(*THREE)
    assert seen == [(scope, "ko", None, False)] * 3


@pytest.mark.django_db(transaction=True)
def test_the_first_refusal_in_order_is_told_and_every_failure_is_logged() -> None:
    second_refused = threading.Event()

    def first() -> None:
        assert second_refused.wait(LONG)
        raise ProviderUnavailable("the first")

    def second() -> None:
        second_refused.set()
        raise FieldNotAgreed("the second")

    with answering(*(Elsewhere(one, say) for one, say in zip(THREE, (first, second, int), strict=True))):
        with pytest.raises(ProviderUnavailable, match="the first"):
            ask(*THREE)
    assert outcomes() == [AccessOutcome.FAILED, AccessOutcome.FAILED, AccessOutcome.ASKED]


@pytest.mark.django_db(transaction=True)
def test_a_node_is_asked_one_thing_after_the_other_and_nothing_after_a_refusal() -> None:
    together = threading.Barrier(2, timeout=LONG)

    def refuse() -> None:
        raise ProviderUnavailable("down")

    person, residence = Elsewhere(THREE[0], together.wait, "dukcapil"), Elsewhere(THREE[1], refuse, "dukcapil")
    with answering(person, residence, Elsewhere(THREE[2], together.wait)), pytest.raises(ProviderUnavailable):
        ask("civil.person", "civil.residence", "civil.person", "civil.family")
    assert person.asked_on == residence.asked_on  # once each, on one thread
    assert outcomes() == [AccessOutcome.ASKED, AccessOutcome.FAILED, AccessOutcome.ASKED, AccessOutcome.ASKED]


@pytest.mark.django_db(transaction=True)
def test_what_this_process_holds_is_read_by_whoever_asks_and_not_after_a_refusal() -> None:
    def refuse() -> None:
        raise ProviderUnavailable("down")

    with memory_providers("civil.person") as held:
        held["civil.person"].records[SUBJECT] = [{"full_name": "Siti"}]
        agree("bank", "civil.person", "UU 1 ps. 1")
        with answering(Elsewhere("civil.residence", int), Elsewhere("civil.family", int)):
            assert told(ask("civil.person", "civil.residence", "civil.family"))[0] == "Siti"
        with answering(Elsewhere("civil.residence", refuse), Elsewhere("civil.family", int)):
            with pytest.raises(ProviderUnavailable):
                ask("civil.residence", "civil.person", "civil.family")
    assert held["civil.person"].asked == [SUBJECT]


@pytest.mark.django_db(transaction=True)
def test_an_error_of_our_own_is_not_swallowed() -> None:
    with answering(Elsewhere("civil.person", lambda: 1 / 0), Elsewhere("civil.family", int)):
        with pytest.raises(ZeroDivisionError):
            ask("civil.person", "civil.family")


@pytest.mark.django_db
def test_in_a_transaction_everything_stays_with_its_connection() -> None:
    nodes = [Elsewhere(one, int) for one in THREE]
    with answering(*nodes):
        ask(*THREE)
    assert {thread for node in nodes for thread in node.asked_on} == {threading.current_thread()}


@pytest.mark.django_db(transaction=True)
def test_one_node_alone_needs_no_thread_and_none_is_left_behind() -> None:
    node = Elsewhere("civil.person", int)
    with answering(node, Elsewhere("civil.family", int)):
        ask("civil.person")
        assert node.asked_on == [threading.current_thread()]
        before = threading.active_count()
        ask("civil.person", "civil.family")
    assert threading.active_count() == before
    assert node.asked_on[1] is not threading.current_thread()
