"""Many questions in one signed message: each is judged, logged, answered and provable as if it had come alone."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import (
    LogNotCommitted,
    answer_each,
    answer_requests,
    open_requests,
    request_evidence_together,
    suspend_agreement,
)
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers
from gapura.kernel.exchange.tests.test_asking import CLERK, NOW, QUESTION, REQUEST, SUBJECT
from gapura.kernel.exchange.types import (
    AccessOutcome,
    Answer,
    Evidence,
    EvidenceRequest,
    ExchangeRefusal,
    FieldNotAgreed,
    NoAgreement,
    OpenRequest,
)
from gapura.kernel.nodes.actions import Answered, ReceivedMessage, receiving
from gapura.kernel.nodes.testing import MessageRecord, Network, handing_over, split_parts

OTHER = "3171014501900002"
GROUND = "UU 1 ps. 1"
RESIDENCE = replace(REQUEST, evidence_type="civil.residence", fields=frozenset({"village"}))
ASKED = [REQUEST, QUESTION, RESIDENCE, replace(REQUEST, subject=OTHER)]
Register = tuple[Network, dict[str, MemoryProvider]]


@pytest.fixture
def register(tmp_path: Path, db: None) -> Iterator[Register]:
    """The bank asks; the register answers two evidence types, and in bulk."""
    with network_of(tmp_path, "bulk") as found:
        yield found


def network_of(folder: Path, *more: str) -> "NetworkOf":
    return NetworkOf(folder, more)


class NetworkOf:
    def __init__(self, folder: Path, more: tuple[str, ...]) -> None:
        self.network = Network(folder)
        self.network.add("BANK", "LOANS", "bank")
        self.network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person", "civil.residence", *more))
        self._blocks = [handing_over(self.network), self.network.at("BANK")]
        self._memory = memory_providers("civil.person", "civil.residence")

    def __enter__(self) -> Register:
        providers = self._memory.__enter__()
        for block in self._blocks:
            block.__enter__()
        for subject, name in ((SUBJECT, "Siti"), (OTHER, "Budi")):
            providers["civil.person"].records[subject] = [{"full_name": name, "religion": "islam"}]
            providers["civil.residence"].records[subject] = [{"village": "Cideng"}]
        providers["civil.person"].answers["is-over-age", SUBJECT] = True
        for evidence_type in providers:
            agree("bank", evidence_type, GROUND)
        return self.network, providers

    def __exit__(self, *error: object) -> None:
        for block in reversed(self._blocks):
            block.__exit__(None, None, None)
        self._memory.__exit__(None, None, None)


def ask(requests: Sequence[EvidenceRequest] = ASKED) -> list[Evidence | Answer | ExchangeRefusal]:
    return request_evidence_together(actor=CLERK, requests=requests, now=NOW)


def ask_alone(request: EvidenceRequest) -> Evidence | Answer | ExchangeRefusal:
    with transaction.atomic():
        opened = open_requests(actor=CLERK, requests=[request], now=NOW)
    return answer_each(opened)[0]


def told(outcomes: Sequence[Evidence | Answer | ExchangeRefusal]) -> list[object]:
    """What was given, or the code of the refusal."""
    return [
        one.code if isinstance(one, ExchangeRefusal) else one.holds if isinstance(one, Answer) else list(one.records)
        for one in outcomes
    ]


def logged() -> list[tuple[object, ...]]:
    """What the access log says of every request, at both ends, but for ids."""
    columns = ("actor_reference", "consumer", "provider", "evidence_type", "fields", "question", "subject", "outcome")
    rows = AccessRecord.objects.values_list(*columns, "legal_ground", "purpose", "case_number", "refusal")
    return sorted(map(repr, rows))


def test_what_is_asked_together_is_answered_and_logged_as_if_each_had_been_asked_alone(register: Register) -> None:
    network, _ = register
    alone, log_alone = told([ask_alone(one) for one in ASKED]), logged()
    assert (len(network.wire), len(log_alone)) == (4, 8)
    AccessRecord.objects.all().delete()
    network.wire.clear()
    assert told(ask()) == alone == [[{"full_name": "Siti"}], True, [{"village": "Cideng"}], [{"full_name": "Budi"}]]
    assert (len(network.wire), logged()) == (1, log_alone)
    assert network.wire[0].path == "/r1/ID/GOV/REGISTER/CIVIL/bulk"


def test_the_person_sees_each_access_at_both_ends(register: Register) -> None:
    ask()
    about = list_accesses_to(SUBJECT, now=NOW)
    assert len(about) == 6
    assert {one.actor_reference for one in about} == {CLERK.reference, f"system:BANK {CLERK.reference}"}
    assert len(list_accesses_to(OTHER, now=NOW)) == 2


def test_whoever_asks_several_things_of_one_node_sends_one_message_without_saying_so(register: Register) -> None:
    network, _ = register
    with transaction.atomic():
        opened = open_requests(actor=CLERK, requests=ASKED, now=NOW)
    assert answer_requests(opened[:1]) + answer_requests(opened[1:]) == answer_requests(opened)
    assert len(network.wire) == 1
    with pytest.raises(NoAgreement):
        answer_requests(opened + _opened(replace(REQUEST, legal_ground="UU 2")))


def _opened(request: EvidenceRequest) -> list[OpenRequest]:
    return open_requests(actor=CLERK, requests=[request], now=NOW)


def test_a_holder_that_does_not_take_bulk_and_one_question_are_asked_as_ever(tmp_path: Path, db: None) -> None:
    with network_of(tmp_path) as (network, _):
        assert told(ask())[1] is True
        assert [one.path.rpartition("/")[2] for one in network.wire] == [one.evidence_type for one in ASKED]
    with network_of(tmp_path / "other", "bulk") as (network, _):
        ask([REQUEST])
        assert network.wire[0].path.endswith("/civil.person")


def test_providers_of_this_process_answer_the_same_call(db: None) -> None:
    with memory_providers("civil.person", "civil.residence") as providers:
        providers["civil.person"].records[SUBJECT] = [{"full_name": "Siti"}]
        providers["civil.residence"].is_down = True
        for evidence_type in providers:
            agree("bank", evidence_type, GROUND)
        assert told(ask([REQUEST, RESIDENCE, replace(REQUEST, legal_ground="UU 2")])) == [
            [{"full_name": "Siti"}],
            "provider-unavailable",
            "no-agreement",
        ]
    outcomes = AccessRecord.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [AccessOutcome.ASKED, AccessOutcome.FAILED, AccessOutcome.REFUSED]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_answered_inside_the_transaction_that_logs_it() -> None:
    with memory_providers("civil.person") as providers:
        agree("bank", "civil.person", GROUND)
        with transaction.atomic():
            opened = open_requests(actor=CLERK, requests=[REQUEST, QUESTION], now=NOW)
            with pytest.raises(LogNotCommitted):
                answer_each(opened)
        assert providers["civil.person"].asked == []
        assert len(answer_each(opened)) == 2


# What one question is refused for.


def test_a_refused_question_refuses_only_itself_with_the_code_it_has_alone(register: Register) -> None:
    network, held = register
    narrowed = [REQUEST, replace(REQUEST, fields=frozenset({"religion"})), RESIDENCE, QUESTION]

    def narrowed_there(message: ReceivedMessage) -> ReceivedMessage:
        agree("bank", "civil.person", GROUND, fields=["full_name"])
        suspend_agreement(actor=CLERK, code=f"bank:civil.residence:{GROUND}", now=NOW)
        return message

    network.tamper = narrowed_there
    answers: list[Answered] = []
    network.tamper_answer = lambda answer: answers.append(answer) or answer  # type: ignore[func-returns-value]
    outcomes = ask(narrowed)
    assert told(outcomes) == [[{"full_name": "Siti"}], FieldNotAgreed.code, NoAgreement.code, True]
    parts = [json.loads(line) for line in split_parts(answers[0].body)]
    assert [one["status"] for one in parts] == [200, 403, 403, 200]
    denied = {"type": "Server.ServerProxy.AccessDenied", "detail": "field-not-agreed"}
    assert denied.items() <= parts[1]["error"].items()
    assert held["civil.residence"].asked == []
    here = AccessRecord.objects.filter(actor_reference=CLERK.reference).order_by("pk")
    assert [one.outcome for one in here] == ["asked", "failed", "failed", "asked"]
    there = AccessRecord.objects.exclude(actor_reference=CLERK.reference).order_by("pk")
    assert [one.refusal for one in there] == ["", "field-not-agreed", "no-agreement", ""]


def test_what_cannot_be_said_in_a_message_is_left_out_of_it_and_fails_alone(register: Register) -> None:
    network, _ = register
    outcomes = ask([REQUEST, replace(REQUEST, subject="3171'; --"), QUESTION])
    assert told(outcomes) == [[{"full_name": "Siti"}], "provider-unavailable", True]
    assert len(split_parts(network.wire[0].body)) == 2


@pytest.mark.parametrize("error", [ZeroDivisionError(), DatabaseError("the table is gone")])
def test_a_reading_that_fails_keeps_the_others_answers(
    register: Register, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    _, held = register

    def fail(*_: object) -> None:
        if isinstance(error, DatabaseError):
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM no_such_table")
        raise error

    monkeypatch.setattr(held["civil.residence"], "find_records", fail)
    assert told(ask()) == [[{"full_name": "Siti"}], True, "provider-unavailable", [{"full_name": "Budi"}]]
    there = AccessRecord.objects.exclude(actor_reference=CLERK.reference)
    assert there.count() == 4  # the log of the first try went with it


def test_an_evidence_type_that_the_holder_does_not_answer_is_refused_for_itself(register: Register) -> None:
    provider = plugin.find_provider("civil.person")
    assert provider is not None
    opened = [
        OpenRequest(replace(REQUEST, evidence_type=one), f"access-{one}", NOW, "dukcapil", None, "system:test")
        for one in ("civil.person", "civil.death", "bulk")
    ]
    prepared = provider.prepare_together(opened)
    outcomes = answer_each([replace(one, prepared=what) for one, what in zip(opened, prepared, strict=True)][:1])
    assert told(outcomes) == [[{"full_name": "Siti"}]]
    answered = MessageRecord.objects.filter(kind="response", direction="sent").order_by("-pk")[:3]
    unknown = "Server.ServerProxy.UnknownService"
    assert [(one.service, one.fault) for one in answered][::-1] == [
        ("civil.person", ""),
        ("civil.death", unknown),
        ("bulk", unknown),
    ]


# What the whole message is refused for.


def test_a_message_that_comes_again_is_refused_whole(register: Register) -> None:
    network, held = register
    ask()
    again = network.deliver(network.wire[0], "REGISTER", NOW)
    assert (again.status, again.headers["x-road-error"]) == (409, "Server.ServerProxy.DuplicateMessage")
    assert (len(held["civil.person"].asked), AccessRecord.objects.count()) == (3, 8)


def test_a_question_that_was_asked_before_is_not_asked_again_in_another_message(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, held = register
    first = [one.access_id for one in ask([REQUEST, QUESTION]) if isinstance(one, Evidence)]
    ids = chain(["f" * 32, *first], (f"{number:032x}" for number in count()))
    monkeypatch.setattr("gapura.kernel.exchange.actions.asking.secrets.token_hex", lambda _: next(ids))
    AccessRecord.objects.all().delete()
    MessageRecord.objects.filter(direction="sent", kind="request").delete()  # our own log would refuse to ask twice
    assert set(told(ask([QUESTION, REQUEST]))) == {"provider-unavailable"}
    refused = MessageRecord.objects.filter(fault="Server.ServerProxy.DuplicateMessage", kind="request")
    assert (refused.count(), len(held["civil.person"].asked)) == (1, 2)


def same(name: str) -> Callable[[list[dict[str, object]]], None]:
    return lambda parts: parts[1].update({name: parts[0][name]})


WRONG: dict[str, Callable[[list[dict[str, object]]], object]] = {
    "two ids alike": same("id"),
    "two nonces alike": same("nonce"),
    "no nonce": lambda parts: parts[0].pop("nonce"),
    "a word nobody knows": lambda parts: parts[0].update(more=1),
    "an id that no log can hold": lambda parts: parts[0].update(id="a b"),
    "a number for a service": lambda parts: parts[0].update(service=1),
    "nothing": lambda parts: parts.clear(),
    "as it should be": lambda parts: None,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_message_whose_questions_cannot_be_told_apart_is_refused_whole(
    register: Register, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    _, held = register
    asked_before(monkeypatch, wrong)
    expected = "provider-unavailable" if wrong != "as it should be" else True
    assert told(ask([REQUEST, QUESTION]))[1] == expected
    assert (held["civil.person"].asked == []) is (wrong != "as it should be")
    refused = MessageRecord.objects.filter(fault="Client.InvalidRequest", direction="received", kind="request")
    assert refused.count() == (wrong != "as it should be")


def asked_before(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """The asker composes the message so, and signs it."""
    from gapura.kernel.nodes.actions import sending

    join = sending.join_parts

    def join_wrongly(lines: Sequence[bytes]) -> bytes:
        parts = [json.loads(line) for line in lines]
        WRONG[wrong](parts)
        return join([json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in parts])

    monkeypatch.setattr(sending, "join_parts", join_wrongly)


def test_more_questions_than_one_message_holds_go_in_two_and_more_are_refused_unread(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, held = register
    outcomes = ask([REQUEST] * 101)
    assert told(outcomes) == [[{"full_name": "Siti"}]] * 101
    assert [one.path.rpartition("/")[2] for one in network.wire] == ["bulk", "civil.person"]
    monkeypatch.setattr("gapura.kernel.exchange.actions.asking.LOGGED_TOGETHER", 1000)
    ask([REQUEST] * 150)
    assert [len(split_parts(one.body)) for one in network.wire[2:]] == [100, 50]
    for number, status in ((100, 401), (101, 413)):  # its signature is not that of this content
        body = b"[\n" + b",\n".join([b"{}"] * number) + b"\n]"
        answer = network.deliver(replace(network.wire[0], body=body), "REGISTER", NOW)
        assert answer.status == status
    assert len(held["civil.person"].asked) == 251


def test_answers_that_do_not_fit_into_one_message_are_refused_for_themselves(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "_LARGEST_TOGETHER", 500)
    outcomes = ask([REQUEST, QUESTION, RESIDENCE])
    assert told(outcomes) == [[{"full_name": "Siti"}], True, "provider-unavailable"]
    assert "ask this alone" in str(outcomes[2])
