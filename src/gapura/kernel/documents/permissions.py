"""Who may read a document."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.documents.models import Document


def can_read_document(actor: Actor, document: Document) -> bool:
    """The person who received it, and the house itself. Officials ask the register, under a ground."""
    if actor.kind is ActorKind.RESIDENT:
        return actor.person_number is not None and actor.person_number == document.holder
    return actor.kind is ActorKind.SYSTEM
