"""Reading the log, proving what it holds, and finding what was tampered with."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from gapura.foundation.log_files import Progress
from gapura.foundation.merkle import prove_inclusion
from gapura.foundation.notes import InclusionProof
from gapura.foundation.tiles import subtree_reader
from gapura.kernel.audit.health import measure_health
from gapura.kernel.audit.keys import get_signer
from gapura.kernel.audit.models import AuditEvent, Checkpoint
from gapura.kernel.audit.rules import first_event_id
from gapura.kernel.audit.tree import published_log, read_tile
from gapura.kernel.audit.types import EventNotLogged, Finding, LogHealth
from gapura.kernel.audit.verification import find_tampering


def list_events(*, case_number: str | None = None, subject: str | None = None, limit: int = 100) -> list[AuditEvent]:
    """The latest events of a case or about a person, newest first."""
    events = AuditEvent.objects.order_by("-id")
    if case_number is not None:
        events = events.filter(case_number=case_number)
    if subject is not None:
        events = events.filter(subject=subject)
    return list(events[:limit])


def iterate_events_by(references: Sequence[str], *, since: datetime, until: datetime) -> Iterator[AuditEvent]:
    """What actors with these references did between two moments, oldest first, in bounded memory.

    Identifiers begin with their time, so only that stretch of the log is read.
    """
    stretch = AuditEvent.objects.filter(id__gte=first_event_id(since), id__lt=first_event_id(until))
    acted = Q(actor_reference__in=references)
    for reference in references:
        acted |= Q(actor_reference__startswith=f"{reference} for ")  # for another, under a mandate
    return stretch.filter(acted).order_by("id").iterator()


def get_latest_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint, or None while the log is empty."""
    return Checkpoint.objects.order_by("-size").first()


def find_oldest_waiting() -> datetime | None:
    """When the oldest event was written that is in no checkpoint yet; None when all are."""
    return AuditEvent.objects.pending().values_list("occurred_at", flat=True).first()


def get_inclusion_proof(event_id: UUID) -> InclusionProof:
    """Proof, in the newest checkpoint, that the event is in the log; it reveals the event to whoever gets it.

    Raises EventNotLogged when there is no such event or the next checkpoint is still to come.
    """
    event = AuditEvent.objects.filter(id=event_id).first()
    newest = get_latest_checkpoint()
    if event is None:
        raise EventNotLogged(f"There is no audit event {event_id}.")
    if event.leaf_index is None or newest is None or event.leaf_index >= newest.size:
        raise EventNotLogged(f"Event {event_id} waits for the next checkpoint: gapura audit checkpoint.")
    hashes = prove_inclusion(event.leaf_index, newest.size, subtree_reader(read_tile))
    return InclusionProof(event.leaf_index, tuple(hashes), newest.note, bytes(event.salt) + event.words)


def get_log_key() -> str:
    """The key that verifies our checkpoints, as witnesses and auditors take it. Raises LogKeyMissing."""
    return str(get_signer().verifier)


def list_findings(*, progress: Progress = lambda done, total: None) -> list[Finding]:
    """Everything that is not as it was written and signed, with the row's name; empty when all is well.

    Reads the whole log (about a minute for a million events). Raises LogKeyMissing.
    """
    return find_tampering(get_signer().verifier, published_log(), progress)


def get_log_health(*, now: datetime) -> LogHealth:
    """Size and age of the newest checkpoint, which witnesses agree, and the gravest problem; a few small queries.

    It compares signed states, it does not recompute the log: that is ``list_findings``.
    """
    return measure_health(now)
