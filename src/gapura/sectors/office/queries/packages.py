"""What of a folder goes into a packet, read a document at a time."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.apps import apps
from django.conf import settings
from django.db import models

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.texts import in_language
from gapura.kernel.approvals.queries import find_line, find_version, get_path_bytes, list_versions
from gapura.kernel.catalogue.queries import get_agency_title
from gapura.kernel.documents.plugin import get_seal_provider
from gapura.sectors.office.archive.packaging import FACTS, PATH, PATH_SEAL, RECORDS
from gapura.sectors.office.archive.parts import JSON, MARKDOWN, PackedDocument, PackedEvent, PackedFile, PackedFolder
from gapura.sectors.office.archive.paths import version_file
from gapura.sectors.office.models import (
    DocumentFile,
    DocumentReader,
    DocumentVersion,
    Folder,
    OfficialDocument,
    RestoredRecord,
)

_CHUNK = 20
_FOLDER = (
    "code", "agency_code", "office_code", "unit_code", "task_code", "year", "title", "retention", "state",
    "opened_on", "closed_on",
)  # fmt: skip
_TERM = (
    "retention", "fate", "law", "active_until", "inactive_until", "custody", "contents",
)  # fmt: skip
_NOT_IN_FACTS = frozenset({"id", "folder_id", "reply_to_id", "body", "sealed"})
_OWN_FILES = (DocumentVersion, DocumentFile, DocumentReader, RestoredRecord)
DOCUMENT_KIND = "office.document"
BINARY = "application/octet-stream"


def get_packed_folder(folder: Folder) -> PackedFolder:
    """The folder's own facts. Raises LookupError while it was never closed."""
    term = getattr(folder, "term", None)
    if term is None or folder.closed_on is None:
        raise LookupError(folder.code)
    facts = {name: getattr(folder, name) for name in _FOLDER}
    facts["term"] = {name: getattr(term, name) for name in _TERM}
    facts["appraisals"] = [_columns(one) for one in folder.appraisals.order_by("pk")]
    return PackedFolder(folder.code, folder.title, _house(folder.agency_code), folder.closed_on, facts)


def iterate_packed_documents(folder: Folder) -> Iterator[PackedDocument]:
    """The folder's documents in the order of their registration."""
    documents = OfficialDocument.objects.filter(folder=folder).order_by("registered_at", "code")
    for document in documents.select_related("reply_to").iterator(_CHUNK):
        yield _packed(document)


def list_certificates() -> dict[str, bytes]:
    """The authorities that stand behind the house's seals, by the name of their file (PEM)."""
    provider = get_seal_provider()
    named = [("root", provider.list_roots()), ("authority", provider.list_authorities())]
    return {
        f"{name}-{number}.pem": x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM)
        for name, certificates in named
        for number, one in enumerate(certificates, 1)
    }


def _house(agency_code: str) -> str:
    return in_language(get_agency_title(agency_code), settings.LANGUAGE_CODE)


def _packed(document: OfficialDocument) -> PackedDocument:
    versions = list(document.versions.order_by("number"))
    files = list(document.files.order_by("pk"))
    sealed = bytes(document.sealed or b"")
    facts: dict[str, Any] = {
        "document": {name: value for name, value in _columns(document).items() if name not in _NOT_IN_FACTS},
        "reply_to": document.reply_to.code if document.reply_to else "",
        "versions": [_own_columns(one) | {"file": f"versions/{one.number:04}.md"} for one in versions],
        "files": [_own_columns(one) | {"file": _place(number, one.name)} for number, one in enumerate(files, 1)],
        "readers": [_own_columns(one) for one in document.readers.order_by("pk")],
        "sealed": "sealed.pdf" if sealed else "",
    }
    history = _history_files(document)
    packed = [
        PackedFile(FACTS, canonical_bytes(facts), JSON),
        PackedFile("words.md", document.body.encode(), MARKDOWN),
        *(PackedFile(f"versions/{one.number:04}.md", one.body.encode(), MARKDOWN) for one in versions),
        *(
            PackedFile(_place(n, one.name), bytes(one.content), one.media_type, one.name)
            for n, one in enumerate(files, 1)
        ),
        *([PackedFile("sealed.pdf", sealed, "application/pdf")] if sealed else []),
        *history,
    ]
    events = _events(document, versions, history)
    return PackedDocument(document.code, document.title, document.number, facts["document"], packed, events)


def _place(number: int, name: str) -> str:
    """Where a file lies: numbered, with its ending if that is a plain one."""
    ending = name.rpartition(".")[2].lower()
    plain = ending.isascii() and ending.isalnum() and len(ending) <= 8 and ending != name.lower()
    return f"files/{number:03}" + (f".{ending}" if plain else "")


def _history_files(document: OfficialDocument) -> list[PackedFile]:
    """The path of approval and the rows of other tables; of a restored document what its packet held."""
    kept = document.restored_records.order_by("name")
    if restored := [PackedFile(one.name, bytes(one.content), _kind(one.name)) for one in kept]:
        return restored
    return [*_path_files(document), *_record_files(document)]


def _path_files(document: OfficialDocument) -> list[PackedFile]:
    line = find_line(kind=DOCUMENT_KIND, object_ref=f"document:{document.code}")
    if line is None:
        return []
    versions = [found for one in list_versions(line) if (found := find_version(line, one.number))]
    seal = [PackedFile(PATH_SEAL, bytes(line.seal), _kind(PATH_SEAL))] if line.seal else []
    return [
        PackedFile(PATH, get_path_bytes(line), JSON),
        *seal,
        *(PackedFile(version_file(one.number), bytes(one.content), BINARY) for one in versions),
    ]


def _record_files(document: OfficialDocument) -> list[PackedFile]:
    """Comments, dispatches, circulations and whatever else the office keeps about a document: one file a table."""
    found = []
    for model, path in list_related_models():
        rows = [_columns(row) for row in model._base_manager.filter(**{path: document.pk}).order_by("pk")]
        if rows:
            found.append(PackedFile(f"{RECORDS}/{model._meta.db_table}.json", canonical_bytes(rows), JSON))
    return found


def list_related_models() -> list[tuple[type[models.Model], str]]:
    """Every table of the office whose rows belong to a document, with the way there (``circulation__document``)."""
    own = [model for model in apps.get_app_config("office").get_models() if model not in _OWN_FILES]
    ways: dict[type[models.Model], str] = {}
    reached: dict[Any, str] = {OfficialDocument: ""}
    while reached:
        following: dict[Any, str] = {}
        for model in own:
            if model in ways or model is OfficialDocument:
                continue
            for column in model._meta.concrete_fields:
                if column.related_model in reached:
                    way = f"{column.name}__{reached[column.related_model]}".removesuffix("__")
                    ways[model] = following[model] = way
                    break
        reached = following
    return sorted(ways.items(), key=lambda one: one[0]._meta.db_table)


def _events(
    document: OfficialDocument, versions: list[DocumentVersion], history: list[PackedFile]
) -> list[PackedEvent]:
    events = [
        PackedEvent("modification" if one.number > 1 else "creation", _iso(one.made_at), one.made_by_label, one.note)
        for one in versions
    ]
    path = next((json.loads(file.content) for file in history if file.path == PATH), {"entries": ()})
    for entry in path["entries"]:
        events.append(PackedEvent(f"approval: {entry['act']}", entry["at"], entry["label"], entry["opinion"]))
    if document.registered_at:
        events.append(PackedEvent("registration", _iso(document.registered_at), document.unit_code, document.number))
    if document.sealed:
        digest = hashlib.sha256(bytes(document.sealed)).hexdigest()
        moment = _iso(document.registered_at or document.changed_at)
        events.append(PackedEvent("digital signature generation", moment, document.agency_code, digest))
    return events


def _columns(row: Any) -> dict[str, Any]:
    return {one.attname: _plain(getattr(row, one.attname)) for one in row._meta.concrete_fields if not one.primary_key}


def _own_columns(row: Any) -> dict[str, Any]:
    """Without what is kept beside it, and without what only this house knows."""
    elsewhere = {"body", "content", "document_id"}
    return {name: value for name, value in _columns(row).items() if name not in elsewhere}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime):
        return _iso(value)
    return value.isoformat() if isinstance(value, date) else value


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def _kind(name: str) -> str:
    return JSON if name.endswith(".json") else BINARY
