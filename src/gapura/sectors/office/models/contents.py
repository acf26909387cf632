"""One digest over everything a folder holds, read anew from the rows; equal in every house that holds the same."""

import hashlib
from collections.abc import Sequence
from typing import Any

from gapura.foundation.canonical import canonical_bytes
from gapura.sectors.office.models.documents import Folder, OfficialDocument

_CHUNK = 50
_STAYS = (
    "code", "agency_code", "unit_code", "direction", "status", "form", "fields", "title", "body", "language",
    "version", "task_code", "retention", "drafter_post", "drafter_label", "drafter_person", "created_at",
    "number", "serial", "year", "registered_at", "sealed_digest", "line_number",
)  # fmt: skip
_OF_VERSION = (
    "number", "base", "title", "body", "fields", "digest", "made_by_post", "made_by_label", "made_by_person",
    "made_at", "note",
)  # fmt: skip
_OF_FILE = (
    "code", "name", "media_type", "size", "digest", "is_picture", "added_by_person", "added_at",
    "removed_at",
)  # fmt: skip


def contents_digest(folder: Folder) -> str:
    """SHA-256 over the documents by code, with their words, versions, files and sealed pages. A document at a time."""
    total = hashlib.sha256()
    documents = OfficialDocument.objects.filter(folder=folder).order_by("code")
    for document in documents.iterator(_CHUNK):
        total.update(document_digest(document))
    return total.hexdigest()


def document_digest(document: OfficialDocument) -> bytes:
    """SHA-256 over one document; people's words and bytes, not how the house finds them."""
    return hashlib.sha256(
        canonical_bytes(
            {
                "document": _values(document, _STAYS),
                "sealed": _sha256(document.sealed),
                "versions": [_values(version, _OF_VERSION) for version in document.versions.order_by("number")],
                "files": [
                    _values(file, _OF_FILE) | {"content": _sha256(file.content)}
                    for file in document.files.order_by("code")
                ],
            }
        )
    ).digest()


def _values(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _sha256(content: bytes | memoryview | None) -> str:
    return hashlib.sha256(bytes(content)).hexdigest() if content else ""
