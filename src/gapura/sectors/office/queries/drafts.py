"""Reading what is being written: an official's drafts, versions, files, remarks, and what an approval is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from gapura.foundation.canonical import canonical_bytes
from gapura.kernel.approvals.queries import find_line
from gapura.kernel.approvals.types import LineStatus
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import (
    DocumentComment,
    DocumentFile,
    DocumentReader,
    DocumentVersion,
    OfficialDocument,
)
from gapura.sectors.office.queries.documents import cleared_classes
from gapura.sectors.office.text import list_pieces
from gapura.sectors.office.text.merging import list_conflicts
from gapura.sectors.office.types import DocumentStatus, ReaderGround

APPROVAL = "office.document"
"""The kind of approval line that a document is on."""
MEDIA_TYPE = "application/json"
_ONE_SITTING = timedelta(minutes=10)


def ref_of(document: OfficialDocument) -> str:
    """What the document is called in baskets, lines and the audit log."""
    return f"document:{document.code}"


def list_drafts(actor: Actor) -> QuerySet[OfficialDocument]:
    """What the official's post writes alone or along with others and has not finished, last changed first."""
    writes = Q(
        readers__holder=f"post:{actor.post_code}", readers__ground__in=(ReaderGround.DRAFTER, ReaderGround.CO_DRAFTER)
    )
    open_ones = OfficialDocument.objects.filter(
        writes,
        status__in=(DocumentStatus.DRAFT, DocumentStatus.ON_LINE),
        security__in=cleared_classes(actor),
    )
    return open_ones.defer("body", "sealed").order_by("-changed_at", "-pk").distinct()


def find_line_of(document: OfficialDocument) -> Any:
    """The approval line that the document is or was on, a row of kernel.approvals; None before it was sent."""
    return find_line(kind=APPROVAL, object_ref=ref_of(document)) if document.line_number else None


def is_returned(document: OfficialDocument) -> bool:
    """Whether the line gave the document back to its writers."""
    line = find_line_of(document)
    return line is not None and line.status == LineStatus.RETURNED


def awaits_paper(document: OfficialDocument) -> bool:
    """Whether it was approved and registered here, and its paper is still being set."""
    is_ours = document.status == DocumentStatus.REGISTERED and bool(document.line_number and document.body)
    return is_ours and not document.sealed


def content_of(document: OfficialDocument) -> bytes:
    """The exact bytes that are approved: canonical JSON of the head, the words and the digests of the files."""
    files = [
        {"name": file.name, "media_type": file.media_type, "sha256": file.digest, "is_picture": file.is_picture}
        for file in list_files(document)
    ]
    return canonical_bytes(
        {
            "code": document.code,
            "form": document.form,
            "title": document.title,
            "fields": document.fields,
            "body": document.body,
            "language": document.language,
            "unit": document.unit_code,
            "task": document.task_code,
            "retention": document.retention,
            "disclosure": [document.disclosure, document.disclosure_ground, document.closed_until],
            "files": files,
        }
    )


def list_files(document: OfficialDocument) -> list[DocumentFile]:
    """Pictures and attachments that are in the document now, without their bytes, in the order they came."""
    return list(document.files.filter(removed_at__isnull=True).defer("content").order_by("pk"))


def get_file(document: OfficialDocument, code: str) -> DocumentFile:
    """One file with its bytes, also one that was taken out since. Raises AccessDenied when there is none."""
    file = document.files.filter(code=code).first()
    if file is None:
        raise AccessDenied
    return file


def get_pictures(document: OfficialDocument) -> dict[str, bytes]:
    """The pictures of the text, by the name that the text calls them."""
    found = document.files.filter(is_picture=True, removed_at__isnull=True).order_by("pk")
    return {file.name: bytes(file.content) for file in found}


def has_conflicts(document: OfficialDocument) -> bool:
    """Whether somebody still has to choose between wordings."""
    return "⟦" in document.body and bool(list_conflicts(document.body))


def get_version(document: OfficialDocument, number: int) -> DocumentVersion:
    """Raises AccessDenied when there is none of this number."""
    version = document.versions.filter(number=number).first()
    if version is None:
        raise AccessDenied
    return version


def list_versions(document: OfficialDocument, *, is_whole: bool = False) -> list[DocumentVersion]:
    """The versions without their words, newest first. Of what one person saved at one sitting only the last, unless
    ``is_whole``; what has a note always stands."""
    found = list(document.versions.defer("body", "fields").order_by("-number"))
    if is_whole:
        return found
    pairs = zip(found, [None, *found], strict=False)
    return [version for version, later in pairs if later is None or not _is_same_sitting(version, later)]


def _is_same_sitting(version: DocumentVersion, later: DocumentVersion) -> bool:
    is_theirs = version.made_by_person == later.made_by_person and not version.note and version.number > 1
    return is_theirs and later.base == version.number and later.made_at - version.made_at < _ONE_SITTING


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark with its answers. ``piece``: which paragraph of the text it speaks of (None: it has changed since)."""

    remark: DocumentComment
    answers: Sequence[DocumentComment]
    piece: int | None


def list_threads(document: OfficialDocument) -> list[Thread]:
    """Every remark on the document, open ones first, in the order of the text."""
    answers = Prefetch("answers", DocumentComment.objects.order_by("pk"))
    remarks = document.comments.filter(parent__isnull=True).prefetch_related(answers).order_by("pk")
    places = {anchor_of(piece): place for place, piece in reversed(list(enumerate(list_pieces(document.body))))}
    threads = [Thread(one, list(one.answers.all()), places.get(one.anchor)) for one in remarks]
    last = len(places)
    return sorted(
        threads,
        key=lambda one: (one.remark.resolved_at is not None, last if one.piece is None else one.piece, one.remark.pk),
    )


def anchor_of(piece: str) -> str:
    """The short name of a paragraph: it changes with its words."""
    return sha256(" ".join(piece.split()).encode()).hexdigest()[:16]


def list_writers(document: OfficialDocument) -> list[DocumentReader]:
    """Who writes along, as rows of readers, in the order they were named."""
    return list(document.readers.filter(ground=ReaderGround.CO_DRAFTER).order_by("pk"))
