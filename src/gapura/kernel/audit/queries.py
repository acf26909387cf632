"""Reading the log, proving what it holds, and finding what was tampered with."""

from uuid import UUID

from gapura.foundation.log_files import Progress
from gapura.foundation.merkle import prove_inclusion
from gapura.foundation.notes import InclusionProof
from gapura.foundation.tiles import subtree_reader
from gapura.kernel.audit.keys import get_signer
from gapura.kernel.audit.models import AuditEvent, Checkpoint
from gapura.kernel.audit.tree import published_log, read_tile
from gapura.kernel.audit.types import EventNotLogged, Finding
from gapura.kernel.audit.verification import find_tampering


def list_events(*, case_number: str | None = None, subject: str | None = None, limit: int = 100) -> list[AuditEvent]:
    """The latest events of a case or about a person, newest first."""
    events = AuditEvent.objects.order_by("-id")
    if case_number is not None:
        events = events.filter(case_number=case_number)
    if subject is not None:
        events = events.filter(subject=subject)
    return list(events[:limit])


def get_latest_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint, or None while the log is empty."""
    return Checkpoint.objects.order_by("-size").first()


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


def list_findings(*, progress: Progress = lambda done, total: None) -> list[Finding]:
    """Everything that is not as it was written and signed, with the row's name; empty when all is well.

    Reads the whole log (about a minute for a million events). Raises LogKeyMissing.
    """
    return find_tampering(get_signer().verifier, published_log(), progress)
