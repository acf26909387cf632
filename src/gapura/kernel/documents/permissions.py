"""Who may read a document."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.documents.models import Document


def can_read_document(actor: Actor, document: Document) -> bool:
    """The person who received it; officials of the agency that issued it; the house itself."""
    if actor.kind is ActorKind.RESIDENT:
        return actor.person_number is not None and actor.person_number == document.holder
    if actor.kind is ActorKind.OFFICIAL:
        return actor.agency_code == document.agency_code
    return True
