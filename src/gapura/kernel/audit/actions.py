"""Recording what was done, and joining the records into the signed log.

Recording takes the time from the clock: an event says when it was written, whatever the day is it speaks of.
"""

import hmac
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from gapura.foundation import clock
from gapura.foundation.appending import append_values
from gapura.foundation.merkle import leaf_hash, root_hash
from gapura.foundation.notes import Checkpoint as SignedTree
from gapura.foundation.notes import Signer, sign_note
from gapura.foundation.tiles import TILE_WIDTH, append_leaves, subtree_reader
from gapura.kernel.audit.keys import get_signer
from gapura.kernel.audit.models import AuditEvent, Checkpoint, Tile
from gapura.kernel.audit.rules import event_proof, event_seal, new_event_id, plain_detail
from gapura.kernel.audit.tree import (
    find_tree_head,
    get_published_tree,
    publish_log,
    published_log,
    read_tile,
    with_changes,
)
from gapura.kernel.audit.types import Actor, LogRolledBack, NewEvent
from gapura.kernel.audit.witnesses import collect_cosignatures

# Events that enter the tree in one transaction: few enough to keep it short.
_BATCH = 16 * TILE_WIDTH

logger = logging.getLogger(__name__)


# An event as its values by column.
Columns = dict[str, Any]
_gathered: ContextVar[list[Columns] | None] = ContextVar("gathered_audit_events", default=None)


@contextmanager
def recording_together() -> Iterator[None]:
    """Inside a transaction: what is recorded in the block is written at its end, with one insert.

    An exception writes nothing, as the transaction would have undone it anyway.
    """
    if _gathered.get() is not None:
        yield
        return
    events: list[Columns] = []
    token = _gathered.set(events)
    try:
        yield
    finally:
        _gathered.reset(token)
    append_values(AuditEvent, events)


def record_event(
    *,
    actor: Actor,
    action: str,
    subject: str | None = None,
    object_ref: str = "",
    case_number: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write one event in the caller's transaction (one insert); it enters the log at the next checkpoint.

    ``action`` is a dotted word such as ``cases.submitted``; ``subject`` the person number concerned;
    ``detail`` JSON without floating point numbers (TypeError).
    """
    event = _sealed_event(actor, NewEvent(action, subject, object_ref, case_number, detail or {}), clock.now())
    _write([event])
    return AuditEvent(**event)


def record_events(*, actor: Actor, events: Sequence[NewEvent]) -> None:
    """Write many events in the caller's transaction with one insert."""
    now = clock.now()
    _write([_sealed_event(actor, new, now) for new in events])


def _write(events: Sequence[Columns]) -> None:
    gathered = _gathered.get()
    if gathered is None:
        append_values(AuditEvent, events)
    else:
        gathered.extend(events)


def integrate_events(*, limit: int | None = None) -> int:
    """Join committed events (at most ``limit``) to the tree, sign a checkpoint, publish it, show it to the
    witnesses; returns how many events joined.

    Any process may call this; one at a time gets through. Events that the house did not write are left
    out and stay for ``gapura audit verify`` to name. Raises LogRolledBack when the database lost what was
    already published, LogKeyMissing when the key is gone; events wait meanwhile.
    """
    integrated, after = 0, None
    while limit is None or integrated < limit:
        batch = _BATCH if limit is None else min(_BATCH, limit - integrated)
        number, after = _integrate_batch(batch, after)
        integrated += number
        if after is None:
            break
    publish_log(published_log())
    collect_cosignatures(clock.now())
    return integrated


def _integrate_batch(batch: int, after: UUID | None) -> tuple[int, UUID | None]:
    """How many events entered the tree, and the last one looked at (None: there are no more)."""
    pending = AuditEvent.objects.pending()
    if after is not None:
        pending = pending.filter(id__gt=after)
    if not pending.exists():  # On SQLite a transaction takes the write lock: do not when idle.
        return 0, None
    with transaction.atomic():
        _wait_for_turn()
        signer = get_signer()
        head = find_tree_head()
        size = head.size if head else 0
        _refuse_rollback(signer, size)
        events = list(pending.values_list("id", "commitment", "seal")[:batch])
        genuine = {
            event_id: bytes(commitment)
            for event_id, commitment, seal in events
            if _is_genuine(event_id, bytes(commitment), bytes(seal or b""))
        }
        if genuine:
            _append(genuine, size, signer)
    return len(genuine), events[-1][0] if events else None


def _append(commitments: Mapping[UUID, bytes], size: int, signer: Signer) -> None:
    if AuditEvent.objects.give_leaf_indexes(size, list(commitments)) != len(commitments):
        raise LogRolledBack("Events vanished while they entered the log; run gapura audit verify.")
    leaves = [leaf_hash(commitment) for commitment in commitments.values()]
    changed = append_leaves(size, leaves, read_tile)
    Tile.objects.bulk_create(
        [Tile(level=level, index=index, hashes=hashes) for (level, index), hashes in changed.items()],
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
    )
    size += len(leaves)
    tree = SignedTree(signer.name, size, root_hash(size, subtree_reader(with_changes(changed))))
    Checkpoint.objects.create(size=size, note=sign_note(str(tree), signer), signed_at=clock.now())


def _wait_for_turn() -> None:
    """One sequencer at a time. SQLite's transactions are alone anyway; PostgreSQL's readers do not wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE audit_checkpoint IN SHARE ROW EXCLUSIVE MODE")


def _refuse_rollback(signer: Signer, size: int) -> None:
    """Never sign a tree that contradicts one already published: that would be a second history."""
    published = get_published_tree(signer)
    if published is None or published.size == 0:
        return
    if published.size > size or root_hash(published.size, subtree_reader(read_tile)) != published.root:
        raise LogRolledBack(
            f"The log was published with {published.size} entries; the database has "
            f"{size if published.size > size else 'others'}. It was set back or altered: run gapura audit "
            f"verify. If the database was replaced on purpose, put {published_log().folder} away first."
        )


def _is_genuine(event_id: UUID, commitment: bytes, seal: bytes) -> bool:
    if hmac.compare_digest(seal, event_seal(settings.SECRET_KEY, commitment)):
        return True
    logger.error("Audit event %s was not written by this house; it is left out of the log.", event_id)
    return False


def _sealed_event(actor: Actor, new: NewEvent, now: datetime) -> Columns:
    words: Columns = {
        "id": new_event_id(now),
        "leaf_index": None,
        "occurred_at": now,
        "actor_reference": actor.reference,
        "actor_label": actor.label,
        "action": new.action,
        "subject": new.subject or "",
        "object_ref": new.object_ref,
        "case_number": new.case_number,
        "detail": plain_detail(new.detail),
    }
    return words | event_proof(words, settings.SECRET_KEY)
