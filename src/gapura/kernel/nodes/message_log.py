"""Writing the message log, and whether it still reaches the audit log."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from gapura.foundation.appending import append_values
from gapura.kernel.nodes.models import MessageRecord
from gapura.kernel.nodes.rules import LOG_STALLS_AFTER, message_commitment
from gapura.kernel.nodes.types import Direction, Envelope, Fault, MessageRefused

_LOOK_AGAIN = timedelta(seconds=10)
# How a refused row is told: PostgreSQL names the constraint, SQLite the columns.
_ONCE = ("message_record_id_once", "message_record_nonce_once", f"{MessageRecord._meta.db_table}.")
MessageRow = Mapping[str, Any]


@dataclass(frozen=True)
class Passage:
    """A message as it passes this node: which way, whose, its signed line, and how it was signed."""

    direction: Direction
    envelope: Envelope
    line: bytes
    signature: str
    own: str
    peer: str
    service: str
    fault: str = ""


def log_messages(passages: Sequence[Passage], now: datetime) -> None:
    """One insert in the caller's transaction. Raises MessageRefused for an id or nonce that was here before."""
    with logging_once(passages[0].envelope):
        append_values(MessageRecord, [message_row(one, now) for one in passages])


@contextmanager
def logging_once(envelope: Envelope) -> Iterator[None]:
    """Around an insert of ``envelope``: raises MessageRefused for an id or nonce that was here before."""
    try:
        yield
    except IntegrityError as error:
        if not any(name in str(error) for name in _ONCE):
            raise
        raise MessageRefused(Fault.REPLAYED, f"The message {envelope.id} was received before.") from error


def message_row(passage: Passage, now: datetime) -> MessageRow:
    """The row that stands for a message in the log, as its values by column."""
    envelope, salt, line = passage.envelope, os.urandom(32), passage.line
    return {
        "direction": passage.direction,
        "kind": envelope.kind,
        "message_id": envelope.id[:64],
        "nonce_hash": hashlib.sha256(envelope.nonce.encode()).digest(),
        "own": passage.own[:255],
        "peer": passage.peer[:255],
        "service": passage.service[:60],
        "logged_at": now,
        "digest": hashlib.sha256(line).digest(),
        "salt": salt,
        "commitment": message_commitment(salt, line),
        "signature": passage.signature[:400],
        "fault": passage.fault,
        "batch_id": None,
    }


def append_receipts(rows: Sequence[MessageRow]) -> None:
    """Log received answers, all in one transaction. One whose id or nonce was here before is logged with that fault."""
    try:
        with transaction.atomic():
            append_values(MessageRecord, rows)
    except IntegrityError:
        for row in rows:
            _append_receipt(row)


def _append_receipt(row: MessageRow) -> None:
    try:
        with transaction.atomic():
            append_values(MessageRecord, [row])
    except IntegrityError:
        append_values(MessageRecord, [{**row, "fault": Fault.REPLAYED}])


_looked_at: datetime | None = None


def require_sealed_log(now: datetime) -> None:
    """Raises MessageRefused when messages wait for the audit log longer than LOG_STALLS_AFTER.

    Looks at the table again only some seconds after it was found well.
    """
    global _looked_at
    if _looked_at is not None and _looked_at <= now < _looked_at + _LOOK_AGAIN:
        return
    oldest = oldest_unsealed()
    if oldest is not None and now - oldest > LOG_STALLS_AFTER:
        _looked_at = None
        raise MessageRefused(Fault.LOGGING_FAILED, f"The message log could not be sealed since {oldest.isoformat()}.")
    _looked_at = now


def oldest_unsealed() -> datetime | None:
    """When the oldest message that waits for the audit log was logged."""
    waiting = MessageRecord.objects.filter(batch__isnull=True).order_by("logged_at")
    moment: datetime | None = waiting.values_list("logged_at", flat=True).first()
    return moment
