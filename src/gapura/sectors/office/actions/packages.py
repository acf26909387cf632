"""Making a packet of a closed folder, and opening one that came from another house."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.documents.actions import seal_file
from gapura.sectors.office.actions.archive import vouch
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.archive.bags import Writable
from gapura.sectors.office.archive.packaging import FACTS, FOLDER, METS, PAGE, write_package
from gapura.sectors.office.archive.reading import ReadDocument, Verdict, iterate_again, verify_package
from gapura.sectors.office.models import (
    DocumentFile,
    DocumentReader,
    DocumentVersion,
    Folder,
    FolderPackage,
    FolderTerm,
    OfficialDocument,
    RestoredFolder,
    RestoredRecord,
)
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.packet_pages import draw_pages
from gapura.sectors.office.queries.documents import cleared_classes
from gapura.sectors.office.queries.packages import get_packed_folder, iterate_packed_documents, list_certificates
from gapura.sectors.office.types import BadPackage, CannotArchive

Progress = Callable[[int], object]
_CHUNK = 1024 * 1024


def build_package(
    *, actor: Actor, folder: Folder, out: Writable, now: datetime, progress: Progress = lambda documents: None
) -> str:
    """Write the folder's packet (a tar) to ``out``; its SHA-256. The same folder gives the same bytes again.

    ``progress`` hears 1 for each document. Raises CannotArchive when the folder is open, destroyed, or no longer
    what its closing vouched for; CannotSealDocument.
    """
    term = FolderTerm.objects.filter(folder=folder).first()
    if term is None:
        raise CannotArchive(_("The folder is still open. Close its year first; then its packet can be made."))
    if term.destroyed_at:
        raise CannotArchive(_("What was in this folder is no longer here, so no packet can be made of it."))
    _require_cleared(actor, folder)
    if contents_digest(folder) != term.contents:
        raise CannotArchive(
            _("The folder no longer holds what it held when it was closed. Tell your security officer before going on.")
        )

    def documents() -> Any:
        for document in iterate_packed_documents(folder):
            yield document
            progress(1)

    digest = write_package(
        out,
        get_packed_folder(folder),
        documents(),
        certificates=list_certificates(),
        pages=draw_pages(),
        seal=lambda manifest: _seal_once(folder, manifest, now),
    )
    record_event(
        actor=actor, action="office.package_made", object_ref=f"folder:{folder.code}", detail={"sha256": digest}
    )
    return digest


def _require_cleared(actor: Actor, folder: Folder) -> None:
    """A packet holds every word of the folder: an official makes it of what they may read, secret or not."""
    if actor.kind is not ActorKind.OFFICIAL:
        return
    if OfficialDocument.objects.filter(folder=folder).exclude(security__in=cleared_classes(actor)).exists():
        raise CannotArchive(
            _("The folder holds documents of a class that your post may not read. Ask an archivist who may.")
        )


def _seal_once(folder: Folder, manifest: bytes, now: datetime) -> tuple[bytes, str]:
    """The seal that was made over this manifest when it was first seen, or a new one."""
    key = hashlib.sha256(manifest).hexdigest()
    made = FolderPackage.objects.filter(folder=folder, manifest=key).first()
    if made is None:
        values = {"seal": seal_file(manifest, agency_code=folder.agency_code), "sealed_at": now}
        made, _is_new = FolderPackage.objects.get_or_create(folder=folder, manifest=key, defaults=values)
    return bytes(made.seal), local_day(made.sealed_at, settings.TIME_ZONE).isoformat()


def restore_package(
    *,
    actor: Actor,
    package: BinaryIO,
    agency_code: str,
    roots: tuple[bytes, ...] = (),
    now: datetime,
    progress: Progress = lambda documents: None,
) -> RestoredFolder:
    """Bring a packet's folder into this house, marked as restored; ``agency_code`` receives it and seals the receipt.

    ``package`` can be read twice. Nothing is kept of a packet that is torn, altered, or here already. Raises BadPackage
    that names the file, CannotArchive.
    """
    digest = _sha256(package)
    verdict = verify_package(package, roots=roots)
    if verdict.problems:
        raise BadPackage(verdict.problems[0])
    package.seek(0)
    try:
        with transaction.atomic():
            folder = _restore_folder(verdict.folder)
            replies: dict[str, str] = {}
            for document in iterate_again(package, verdict.digests):
                replies |= _restore_document(folder, document)
                progress(1)
            _link_replies(replies)
            return _finish(actor, folder, verdict, digest, agency_code, now)
    except (IntegrityError, DataError) as error:
        raise CannotArchive(
            _("This house holds this folder, or one of its documents or numbers, already: %(what)s") % {"what": error}
        ) from error
    except (LookupError, TypeError, ValueError, ValidationError) as error:
        raise BadPackage(f"data/{FOLDER}: what it says cannot be taken in: {error!r}.") from error


def _sha256(package: BinaryIO) -> str:
    package.seek(0)
    total = hashlib.sha256()
    while content := package.read(_CHUNK):
        total.update(content)
    package.seek(0)
    return total.hexdigest()


def _restore_folder(facts: dict[str, Any]) -> Folder:
    if Folder.objects.filter(code=facts["code"]).exists():
        raise CannotArchive(_("The folder %(code)s is in this house already.") % {"code": facts["code"]})
    given = _for_columns(Folder, facts)
    folder: Folder = Folder.objects.create(**given)
    return folder


def _restore_document(folder: Folder, read: ReadDocument) -> dict[str, str]:
    """The document's rows; which document it answers, by code."""
    facts = read.facts
    columns = _for_columns(OfficialDocument, facts["document"])
    body = read.files["words.md"].decode()
    sealed = read.files[facts["sealed"]] if facts["sealed"] else None
    document = OfficialDocument.objects.create(**columns, folder=folder, body=body, sealed=sealed)
    DocumentVersion.objects.bulk_create(
        DocumentVersion(document=document, body=read.files[one["file"]].decode(), **_for_columns(DocumentVersion, one))
        for one in facts["versions"]
    )
    DocumentFile.objects.bulk_create(
        DocumentFile(document=document, content=read.files[one["file"]], **_for_columns(DocumentFile, one))
        for one in facts["files"]
    )
    DocumentReader.objects.bulk_create(
        DocumentReader(document=document, **_for_columns(DocumentReader, one)) for one in facts["readers"]
    )
    own = {FACTS, METS, PAGE, "words.md", facts["sealed"]}
    own |= {one["file"] for one in (*facts["versions"], *facts["files"])}
    RestoredRecord.objects.bulk_create(
        RestoredRecord(document=document, name=name, content=content, digest=hashlib.sha512(content).hexdigest())
        for name, content in sorted(read.files.items())
        if name not in own
    )
    index_soon(document)
    return {document.code: facts["reply_to"]} if facts["reply_to"] else {}


def _link_replies(replies: dict[str, str]) -> None:
    """A reply points at its letter if that is in the house; where it is not, the packet's facts still name it."""
    for code, answered in replies.items():
        letter = OfficialDocument.objects.filter(code=answered).first()
        OfficialDocument.objects.filter(code=code).update(reply_to=letter)


def _finish(
    actor: Actor, folder: Folder, verdict: Verdict, digest: str, agency_code: str, now: datetime
) -> RestoredFolder:
    facts = verdict.folder
    term = FolderTerm.objects.create(
        folder=folder, code=new_code(11), documents=verdict.documents, **_for_columns(FolderTerm, facts["term"])
    )
    if contents_digest(folder) != term.contents:
        raise BadPackage(f"data/{FACTS}: the documents are not those that the folder was closed with.")
    receipt = {
        "format": "gapura-receipt/1",
        "folder": folder.code,
        "package_sha256": digest,
        "documents": verdict.documents,
        "received_by": agency_code,
        "received_at": now.isoformat(),
    }
    restored = RestoredFolder.objects.create(
        folder=folder,
        house=verdict.sealed_by,
        digest=digest,
        restored_by_label=actor.label,
        restored_at=now,
        receipt=receipt,
        receipt_seal=seal_file(canonical_bytes(receipt), agency_code=agency_code),
    )
    vouch(actor, "office.folder_restored", term, sha256=digest, documents=verdict.documents)
    return restored


def _for_columns(model: Any, facts: dict[str, Any]) -> dict[str, Any]:
    """Values for a row from a packet's JSON: only columns that the table has, each read as its kind."""
    columns = {one.attname: one for one in model._meta.concrete_fields if not one.primary_key and not one.is_relation}
    return {name: columns[name].to_python(value) for name, value in facts.items() if name in columns}


def receipt_file(restored: RestoredFolder) -> bytes:
    """What the receiving house hands back: the receipt and its seal in one JSON file."""
    sealed = {"receipt": restored.receipt, "seal": bytes(restored.receipt_seal or b"").hex()}
    return canonical_bytes(sealed)
