"""Taking out of the rows what a folder held. That it was, whose it was, its numbers and its digests stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from gapura.kernel.approvals.actions import empty_versions
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.models import (
    DocumentComment,
    DocumentFile,
    DocumentVersion,
    FolderTerm,
    IncomingLetter,
    OfficialDocument,
    Redaction,
    RestoredRecord,
)
from gapura.sectors.office.queries.packages import DOCUMENT_KIND, list_related_models

EMPTIED: Mapping[Any, Mapping[str, Any]] = {
    OfficialDocument: {"body": "", "fields": {}, "sealed": None},
    DocumentVersion: {"body": "", "fields": {}, "note": ""},
    DocumentFile: {"content": b""},
    DocumentComment: {"body": "", "quote": ""},
    IncomingLetter: {"parcel": None},
    Redaction: {"marks": [], "files": {}, "opinion": ""},
    RestoredRecord: {"content": b""},
}
"""Columns with people's words and bytes, and what stands there afterwards."""

STAYS: Mapping[str, str] = {
    "Assignment": "who had to do it, until when",
    "Circulation": "for whom it went round",
    "DisclosureChange": "how the public could read it, and why",
    "SecurityChange": "how secret it was, and why",
    "Dispatch": "to whom it went, and when",
    "DispatchStep": "to whom it went, and when",
    "Letter": "the sender's own copy",
    "LetterFile": "the sender's own copy",
    "LetterStep": "the sender's own copy",
    "SentLetter": "the receiver's own copy",
    "Meeting": "a record of its own, with its own minutes",
    "AgendaItem": "a record of the meeting",
    "FollowUp": "a record of the meeting",
    "MeetingGuest": "a record of the meeting",
    "MeetingPaper": "which meeting it was a paper of",
    "RoomBooking": "which room, and when",
    "RoomSlot": "which room, and when",
}
"""Tables about documents whose rows stay as they are, and what they say."""


def empty_folder(term: FolderTerm, *, actor: Actor, ground: str, now: datetime) -> None:
    """Empty every document of the locked folder, in the caller's transaction; the term notes when.

    ``ground`` names the deed: the list that a committee decided, or the hand-over that was received.
    """
    empty_documents(OfficialDocument.objects.filter(folder=term.folder), actor=actor, ground=ground, now=now)
    term.destroyed_at = now
    term.save(update_fields=["destroyed_at"])


def empty_documents(documents: QuerySet[OfficialDocument], *, actor: Actor, ground: str, now: datetime) -> None:
    """The same for documents in folders that the caller has locked; what their terms say is the caller's to change."""
    ways = {model: way for model, way in list_related_models()}
    for model, values in EMPTIED.items():
        chosen = "pk" if model is OfficialDocument else ways.get(model, "document")
        model._base_manager.filter(**{f"{chosen}__in": documents.values("pk")}).update(**values)
    for document in documents.defer("sealed").order_by("pk"):
        empty_versions(actor=actor, kind=DOCUMENT_KIND, object_ref=f"document:{document.code}", ground=ground, now=now)
        index_soon(document)
