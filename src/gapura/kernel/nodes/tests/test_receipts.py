"""A receipt may come late and never goes missing unnoticed: it is tried again, counted, and named by reconcile."""

import threading
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, connections, transaction

from gapura.kernel.nodes import receipts
from gapura.kernel.nodes.message_log import MessageRow, Passage, append_receipts, message_row
from gapura.kernel.nodes.queries import compare_logs
from gapura.kernel.nodes.receipts import ReceiptWriter
from gapura.kernel.nodes.testing import NOW, MessageRecord
from gapura.kernel.nodes.types import Direction, Envelope, Fault, MessageKind


def receipt(number: int, nonce: str = "") -> MessageRow:
    message_id = f"message-{number}"
    envelope = Envelope(
        MessageKind.RESPONSE, "POST", "/r1/x", {}, b"", message_id, "", nonce or f"nonce-of-message-{number}"
    )
    return message_row(Passage(Direction.RECEIVED, envelope, b"{}", "", "us", "them", "civil.person"), NOW)


@pytest.fixture
def writer(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReceiptWriter]:
    monkeypatch.setattr(receipts, "LINGER_SECONDS", 0.1)
    monkeypatch.setattr(receipts, "RETRY_SECONDS", 0.01)
    yield ReceiptWriter()
    for thread in threading.enumerate():  # its connection would keep the database in use
        if thread.name == "receipts":
            thread.join(5)
    connections.close_all()


def test_receipts_are_written_together_and_the_writer_starts_again(
    writer: ReceiptWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[int] = []
    monkeypatch.setattr(receipts, "append_receipts", lambda rows: commits.append(len(rows)) or append_receipts(rows))
    for number in range(20):
        writer.keep(receipt(number))
    assert writer.flush(5)
    assert MessageRecord.objects.count() == sum(commits) == 20
    assert len(commits) < 5
    for thread in threading.enumerate():
        if thread.name == "receipts":
            thread.join(5)
    writer.keep(receipt(20))
    assert writer.flush(5)
    assert MessageRecord.objects.count() == 21


def test_a_log_that_fails_is_tried_again_until_it_takes_the_receipts(
    writer: ReceiptWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = [True, True]

    def append(rows: list[MessageRow]) -> None:
        if fails and fails.pop():
            raise DatabaseError("the disk is full")
        append_receipts(rows)

    monkeypatch.setattr(receipts, "append_receipts", append)
    writer.keep(receipt(1))
    assert writer.flush(5)
    assert (fails, MessageRecord.objects.count()) == ([], 1)


def test_a_log_that_goes_on_failing_stops_the_asking(writer: ReceiptWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = threading.Event()
    broken.set()

    def append(rows: list[MessageRow]) -> None:
        if broken.is_set():
            raise DatabaseError("the disk is full")
        append_receipts(rows)

    monkeypatch.setattr(receipts, "append_receipts", append)
    monkeypatch.setattr(receipts, "MOST_WAITING", 3)
    for number in range(3):
        writer.keep(receipt(number))
    with pytest.raises(DatabaseError):
        writer.keep(receipt(3))
    assert not writer.flush(0.05)
    broken.clear()
    assert writer.flush(5)


def test_a_receipt_joins_the_transaction_of_its_caller(db: None) -> None:
    assert connection.in_atomic_block
    with transaction.atomic():
        receipts.keep_receipt(receipt(1))
        transaction.set_rollback(True)
    assert not MessageRecord.objects.exists()
    receipts.keep_receipt(receipt(1))
    assert MessageRecord.objects.count() == 1


def test_an_answer_whose_nonce_was_here_before_is_logged_as_such_and_spoils_no_other(db: None) -> None:
    append_receipts([receipt(1)])
    append_receipts([receipt(2), receipt(3, nonce="nonce-of-message-1"), receipt(4)])
    rows = MessageRecord.objects.order_by("pk").values_list("message_id", "fault")
    assert [(name[-1], fault) for name, fault in rows] == [("1", ""), ("2", ""), ("3", Fault.REPLAYED), ("4", "")]


def test_comparing_the_logs_names_a_receipt_that_was_lost() -> None:
    def row(direction: str, kind: str, own: str, peer: str) -> dict[str, str]:
        return {"direction": direction, "kind": kind, "message_id": "m-1", "own": own, "peer": peer, "digest": kind}

    asker = [row("sent", "request", "us", "them"), row("received", "response", "us", "them")]
    holder = [row("received", "request", "them", "us"), row("sent", "response", "them", "us")]
    assert compare_logs(asker, holder) == []
    (lost,) = compare_logs(asker[:1], holder)
    assert (lost.message_id, lost.kind) == ("m-1", MessageKind.RESPONSE)
