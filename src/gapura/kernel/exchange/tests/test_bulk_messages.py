"""A bulk message is proven part by part, believed whole, and fails as one call."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from gapura.foundation.merkle import fold, leaf_hash, prove_inclusion, verify_inclusion
from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import request_evidence, request_evidence_together
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.testing import FAILURES_BEFORE_PAUSE, MemoryProvider
from gapura.kernel.exchange.tests.test_asking import CLERK, NOW, QUESTION, REQUEST, SUBJECT
from gapura.kernel.exchange.tests.test_asking_in_bulk import ASKED, Register, ask, told
from gapura.kernel.exchange.tests.test_asking_in_bulk import register as register
from gapura.kernel.exchange.types import AccessOutcome, Evidence
from gapura.kernel.nodes.actions import Answered, receiving, seal_messages
from gapura.kernel.nodes.queries import compare_logs, iterate_log
from gapura.kernel.nodes.testing import MessageRecord, Passage, read_signed_line, split_parts

# What is signed, and proven later.


def digest(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()


def test_each_question_and_answer_is_in_both_logs_and_shown_alone_with_its_path(register: Register) -> None:
    network, _ = register
    answers: list[Answered] = []
    network.tamper_answer = lambda answer: answers.append(answer) or answer  # type: ignore[func-returns-value]
    outcomes = ask()
    asked, given = split_parts(network.wire[0].body), split_parts(answers[0].body)
    for lines, kind in ((asked, "request"), (given, "response")):
        rows = MessageRecord.objects.filter(kind=kind, digest__in=[digest(line) for line in lines])
        assert rows.count() == 2 * len(ASKED)
        assert len({bytes(row.commitment) for row in rows}) == 2 * len(ASKED)  # salted at each end
        assert len({row.signature for row in rows}) == 1  # that of the message
    assert [json.loads(line)["id"] for line in given] == [getattr(one, "access_id", None) for one in outcomes]
    assert json.loads(given[2])["request"] == digest(asked[2]).hex()
    signed = read_signed_line(network.wire[0])
    leaves = [leaf_hash(digest(line)) for line in asked]
    path = prove_inclusion(2, 4, lambda level, index: fold(leaves[index << level : (index + 1) << level]))
    root = bytes.fromhex(signed["parts"])
    assert verify_inclusion(leaf_hash(digest(asked[2])), 2, 4, path, root)
    assert not verify_inclusion(leaf_hash(digest(asked[2] + b" ")), 2, 4, path, root)
    assert seal_messages(actor=CLERK, now=NOW) == 4 * (len(ASKED) + 1)


def test_two_logs_are_compared_question_by_question(register: Register) -> None:
    ask()
    everything = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1)}
    at_bank, at_register = (list(iterate_log(f"ID/GOV/{one}", **everything)) for one in ("REGISTER", "BANK"))
    assert (len(at_bank), compare_logs(at_bank, at_register)) == (10, [])
    other = [{**row, "digest": "00" * 32} if row["message_id"] == at_bank[1]["message_id"] else row for row in at_bank]
    assert {(one.message_id, one.what) for one in compare_logs(other, at_register)} == {
        (at_bank[1]["message_id"], "different")
    }


def test_an_answer_tampered_with_on_the_way_costs_the_whole_message_its_belief(register: Register) -> None:
    network, _ = register
    network.tamper_answer = lambda answer: replace(answer, body=answer.body.replace(b"Budi", b"Bodi"))
    assert set(told(ask())) == {"provider-unavailable"}
    network.tamper_answer = lambda answer: answer
    assert told(ask())[3] == [{"full_name": "Budi"}]


@pytest.mark.parametrize("what", ["exchanged", "missing", "of another question", "as it should be"])
def test_a_holder_that_signs_answers_which_do_not_fit_is_not_believed(
    register: Register, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    join = receiving.join_parts

    def join_wrongly(lines: Sequence[bytes]) -> bytes:
        parts = list(lines)
        if what == "exchanged":
            parts.reverse()
        elif what == "missing":
            parts.pop()
        elif what == "of another question":
            parts[0] = parts[0].replace(b'"request":"', b'"request":"00')
        return join(parts)

    monkeypatch.setattr(receiving, "join_parts", join_wrongly)
    believed = [[{"full_name": "Siti"}], True] if what == "as it should be" else ["provider-unavailable"] * 2
    assert told(ask([REQUEST, QUESTION])) == believed


def test_one_answer_that_its_evidence_type_does_not_declare_is_not_believed_and_the_others_are(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(register[1]["civil.residence"].records, SUBJECT, [{"village": ["Cideng"]}])
    assert told(ask()) == [[{"full_name": "Siti"}], True, "provider-unavailable", [{"full_name": "Budi"}]]


# When the holder is out of order.


def test_a_dead_holder_costs_the_breaker_one_failure_a_message_and_earlier_answers_serve(register: Register) -> None:
    network, _ = register
    ask()
    network.is_cut = True
    for _ in range(FAILURES_BEFORE_PAUSE):
        outcomes = ask()
        assert told(outcomes) == [*["provider-unavailable"] * 2, [{"village": "Cideng"}], "provider-unavailable"]
        assert isinstance(outcomes[2], Evidence)
        assert outcomes[2].stale_since == NOW
    assert len(network.wire) == 1 + FAILURES_BEFORE_PAUSE
    network.is_cut = False
    assert "out of order" in str(ask()[0])
    assert len(network.wire) == 1 + FAILURES_BEFORE_PAUSE  # the circuit is open: nothing was sent
    failed = AccessRecord.objects.filter(outcome=AccessOutcome.FAILED)
    assert failed.count() == (FAILURES_BEFORE_PAUSE + 1) * 3


def test_one_register_that_is_down_does_not_open_the_circuit_of_its_node(register: Register) -> None:
    _, held = register
    held["civil.residence"].is_down = True
    for _ in range(FAILURES_BEFORE_PAUSE + 1):
        assert told(ask())[:3] == [[{"full_name": "Siti"}], True, "provider-unavailable"]
    held["civil.residence"].is_down = False
    assert told(ask())[2] == [{"village": "Cideng"}]


def test_a_holder_that_dies_before_its_commit_has_disclosed_and_logged_nothing(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = receiving.log_messages

    def die_with_the_answer(passages: Sequence[Passage], now: object) -> None:
        if passages[0].direction == "sent":
            raise SystemExit
        log(passages, now)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "log_messages", die_with_the_answer)
        with pytest.raises(SystemExit):
            ask()
    assert AccessRecord.objects.exclude(actor_reference=CLERK.reference).count() == 0
    assert not MessageRecord.objects.filter(direction="received").exists()
    assert told(ask())[1] is True


def test_a_holder_that_dies_after_its_commit_has_logged_what_it_did_not_say(register: Register) -> None:
    network, _ = register

    def die(answer: Answered) -> Answered:
        raise SystemExit

    network.tamper_answer = die
    with pytest.raises(SystemExit):
        ask()
    assert AccessRecord.objects.exclude(actor_reference=CLERK.reference).count() == len(ASKED)
    assert MessageRecord.objects.filter(direction="sent", kind="response").count() == len(ASKED) + 1


def test_agreements_and_rows_of_all_questions_take_as_many_statements_as_those_of_one(
    register: Register, django_assert_num_queries: object
) -> None:
    held = register[1]
    ask()
    with memory_only(held), django_assert_num_queries(5 if connection.vendor == "sqlite" else 4):  # type: ignore[operator]
        request_evidence_together(actor=CLERK, requests=[*ASKED] * 5, now=NOW)


class memory_only:
    """Without the network: what this process holds."""

    def __init__(self, held: dict[str, MemoryProvider]) -> None:
        self._held = held

    def __enter__(self) -> None:
        self._elsewhere = plugin._find_elsewhere
        plugin.register_elsewhere(plugin._find_nowhere)

    def __exit__(self, *error: object) -> None:
        plugin.register_elsewhere(self._elsewhere)


def test_one_question_alone_is_the_message_that_it_always_was(register: Register) -> None:
    network, _ = register
    request_evidence(actor=CLERK, request=REQUEST, now=NOW)
    assert sorted(read_signed_line(network.wire[0])) == [
        "body",
        "headers",
        "id",
        "kind",
        "method",
        "nonce",
        "path",
        "time",
    ]
