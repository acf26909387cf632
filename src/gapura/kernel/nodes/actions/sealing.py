"""Joining the message log to the audit log: the commitments of a minute become one event."""

from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.queries import get_inclusion_proof
from gapura.kernel.audit.types import Actor, EventNotLogged
from gapura.kernel.nodes.models import MessageBatch, MessageRecord
from gapura.kernel.nodes.rules import entries_root

_AT_ONCE = 4_000
_ROUNDS = 50  # of one minute: questions in bulk leave more rows than one event takes


def seal_messages(*, actor: Actor, now: datetime) -> int:
    """Put waiting messages under events of the audit log, the oldest first; returns how many.

    Does nothing while the last such event waits for a checkpoint: then the log is not sealed, and a node that
    sees that for too long stops answering.
    """
    waiting = MessageRecord.objects.filter(batch__isnull=True)
    if not waiting.exists() or not _is_last_batch_logged():  # a transaction takes SQLite's write lock
        return 0
    sealed = 0
    for _ in range(_ROUNDS):
        number = _seal_next(actor, now)
        sealed += number
        if number < _AT_ONCE:
            break
    return sealed


def _seal_next(actor: Actor, now: datetime) -> int:
    """How many came under one event."""
    with transaction.atomic():
        waiting = MessageRecord.objects.filter(batch__isnull=True)
        rows = list(waiting.select_for_update().order_by("pk").values_list("pk", "commitment")[:_AT_ONCE])
        if not rows:
            return 0
        root = entries_root(bytes(commitment) for _, commitment in rows)
        event = record_event(
            actor=actor,
            action="nodes.messages_sealed",
            object_ref=f"messages:{rows[0][0]}-{rows[-1][0]}",
            detail={"root": root.hex(), "messages": len(rows)},
        )
        batch = MessageBatch.objects.create(event_id=event.id, root=root, messages=len(rows), made_at=now)
        numbers = [pk for pk, _ in rows]
        for start in range(0, len(numbers), 500):  # SQLite takes so many parameters at once
            MessageRecord.objects.filter(pk__in=numbers[start : start + 500]).update(batch=batch)
    return len(rows)


def _is_last_batch_logged() -> bool:
    last = MessageBatch.objects.order_by("-pk").first()
    if last is None:
        return True
    try:
        get_inclusion_proof(last.event_id)
    except EventNotLogged:
        return False
    return True
