"""Pictures and attachments of a draft, and reading a file that somebody wrote elsewhere."""

import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.sandbox import FileRefused, Refusal, open_apart
from gapura.foundation.uploads import Kind as UploadKind
from gapura.foundation.uploads import accept_upload, find_kind
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.sectors.office.actions.drafts import lock_draft, save_draft
from gapura.sectors.office.models import DocumentFile, OfficialDocument
from gapura.sectors.office.papers import get_paper
from gapura.sectors.office.queries.documents import access_draft
from gapura.sectors.office.queries.drafts import ref_of
from gapura.sectors.office.text.nodes import Kind, Node, from_plain
from gapura.sectors.office.text.writing import write
from gapura.sectors.office.types import CannotDraft

_OPENING = "gapura.sectors.office.text.opening"
_ARCHIVE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_MARKUP = re.compile(rb"(?i)<(!doctype|html|svg|script|iframe|body|\?xml)")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_LONGEST_NAME = 100
_OFFICE_OPEN = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": f"{_OFFICE_OPEN}.wordprocessingml.document",
    "xlsx": f"{_OFFICE_OPEN}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE_OPEN}.presentationml.presentation",
    "txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file that was read: ``left_out`` counts what could not be carried over, by kind."""

    document: OfficialDocument
    left_out: Mapping[str, int]


def add_picture(*, actor: Actor, code: str, name: str, content: bytes, now: datetime) -> DocumentFile:
    """Keep a picture for the text, drawn anew without place, camera or comment of the original. Raises CannotDraft."""
    access_draft(actor, code)
    drawn = _draw(content)
    with transaction.atomic():
        return _keep(actor, lock_draft(actor, code), name, "jpg", drawn, is_picture=True, now=now)


def add_attachment(*, actor: Actor, code: str, name: str, content: bytes, now: datetime) -> DocumentFile:
    """Keep a file beside the text, as it is. What it is, its content says; what could act by itself is refused.

    Raises CannotDraft with what to do instead.
    """
    access_draft(actor, code)
    kind, kept = _judge(content)
    with transaction.atomic():
        return _keep(actor, lock_draft(actor, code), name, kind, kept, is_picture=False, now=now)


def remove_file(*, actor: Actor, code: str, file_code: str, now: datetime) -> DocumentFile:
    """Take a file out of the draft; the row stays, for versions may show it. Raises CannotDraft."""
    with transaction.atomic():
        document = lock_draft(actor, code)
        file = document.files.filter(code=file_code, removed_at__isnull=True).first()
        if file is None:
            raise CannotDraft(_("This file is not in the document any more."))
        file.removed_at = now
        file.save(update_fields=["removed_at"])
        _record(actor, document, "office.file_removed", file)
    return file


def import_file(*, actor: Actor, code: str, name: str, content: bytes, now: datetime) -> Imported:
    """Read an ODT or DOCX file into the draft: in place of the form's first words, else below what is there.

    Raises CannotDraft where it cannot be read; nothing was changed then.
    """
    document = access_draft(actor, code)
    _require_size(content, "office_attachment_kib")
    read = _read(content)
    pictures = {called: _drawn_or_nothing(b64decode(bytes_)) for called, bytes_ in read["pictures"].items()}
    lost = sum(drawn is None for drawn in pictures.values())
    left_out = dict(read["left_out"]) | ({"picture": read["left_out"].get("picture", 0) + lost} if lost else {})
    with transaction.atomic():
        document = lock_draft(actor, code)
        names = {
            called: _keep(actor, document, called, "jpg", drawn, is_picture=True, now=now).name
            for called, drawn in pictures.items()
            if drawn is not None
        }
        words = write(_with_pictures(from_plain(read["tree"]), names))
        opening = get_paper(document.form).opening.get(document.language, "")
        is_begun = document.body.strip() not in ("", opening.strip())
        body = f"{document.body.rstrip()}\n\n{words}" if is_begun else words
        saved = save_draft(
            actor=actor,
            code=code,
            base=document.version,
            title=document.title,
            body=body,
            fields=document.fields,
            note=_("From the file %(name)s") % {"name": name[:_LONGEST_NAME]},
            now=now,
        )
    return Imported(saved.document, left_out)


def _read(content: bytes) -> dict[str, Any]:
    if not content.startswith(_ARCHIVE):
        raise CannotDraft(_why_not(content, _("Only ODT and DOCX files can be read. Save it as one of these.")))
    try:
        read: dict[str, Any] = open_apart(f"{_OPENING}:read_document", content).value
    except FileRefused as error:
        raise CannotDraft(_words_for(error)) from error
    return read


def _with_pictures(node: Node, names: Mapping[str, str]) -> Node:
    """The tree with each picture under the name that it is kept by; one that was not kept is its description."""
    if node.kind is Kind.PICTURE:
        name = names.get(str(node.marks["name"]))
        return Node(Kind.PICTURE, text=node.text, marks={"name": name}) if name else Node(Kind.TEXT, text=node.text)
    return Node(node.kind, tuple(_with_pictures(one, names) for one in node.children), node.text, node.marks)


def _drawn_or_nothing(content: bytes) -> bytes | None:
    try:
        return _draw(content)
    except CannotDraft:
        return None


def _draw(content: bytes) -> bytes:
    most = get_limit("office_picture_kib")
    try:
        return accept_upload(content, kinds=(UploadKind.PICTURE,), most_bytes=most * 1024).content
    except FileRefused as error:
        if error.why is Refusal.BUSY:
            raise CannotDraft(_words_for(error)) from error
        raise CannotDraft(
            _("This is no picture that can be used. Choose a JPEG or PNG file of at most %(most)s MB.")
            % {"most": most // 1024}
        ) from error


def _judge(content: bytes) -> tuple[str, bytes]:
    """What the file is, and the bytes to keep."""
    _require_size(content, "office_attachment_kib")
    if content.startswith(_ARCHIVE):
        try:
            return str(open_apart(f"{_OPENING}:look_into", content).value), content
        except FileRefused as error:
            raise CannotDraft(_words_for(error)) from error
    kind = find_kind(content)
    if kind is UploadKind.PICTURE:
        return "jpg", _draw(content)
    if kind is UploadKind.PDF:
        return "pdf", _judged_pdf(content)
    if _is_plain_text(content):
        return "txt", content
    raise CannotDraft(_why_not(content, _("This kind of file is not kept. Save it as PDF, ODT or DOCX.")))


def _judged_pdf(content: bytes) -> bytes:
    try:
        return accept_upload(content, kinds=(UploadKind.PDF,), most_bytes=len(content)).content
    except FileRefused as error:
        if error.why is Refusal.BUSY:
            raise CannotDraft(_words_for(error)) from error
        raise CannotDraft(
            _("This PDF is damaged, locked, or would do something by itself. Print it to a new PDF and choose that.")
        ) from error


def _is_plain_text(content: bytes) -> bool:
    if b"\0" in content or _MARKUP.search(content) or content.startswith(_PROGRAMS):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _why_not(content: bytes, otherwise: str) -> str:
    if content.startswith(_OLD_OFFICE):
        return _("Files of this old format can carry programs that nobody sees. Save it as ODT or DOCX.")
    if content.startswith(_PROGRAMS):
        return _("This is a program. Programs are not kept in documents.")
    if _MARKUP.search(content[:4096]):
        return _("Web pages and drawings with code in them are not kept. Save it as PDF.")
    return otherwise


def _words_for(error: FileRefused) -> str:
    """What is wrong with an archive, and what to do."""
    words = {
        "macro": _("The file has macros: programs that run when it is opened. Save it without macros (ODT or DOCX)."),
        "object": _("The file holds or fetches another file that could act by itself. Remove it, or save as PDF."),
        "locked": _("The file is locked with a password. Save it without one."),
        "bomb": _("The file unpacks into far more than any document needs. It was not opened."),
        "damaged": _("The file is damaged. Open it in your office program, save it anew and choose that."),
        "archive": _("Archives are not kept. Unpack it and add its files one by one."),
        "no text": _("Only ODT and DOCX files can be read. Save it as one of these."),
    }
    if error.why is Refusal.BUSY:
        return _("Too many files are being opened just now. Try again in a minute.")
    if error.why in (Refusal.TIME, Refusal.MEMORY):
        return _("Reading the file takes longer than any proper file needs. Cut it into parts.")
    return words.get(str(error), words["damaged"])


def _require_size(content: bytes, limit: str) -> None:
    most = get_limit(limit)
    if not content:
        raise CannotDraft(_("The file is empty."))
    if len(content) > most * 1024:
        raise CannotDraft(_("The file is larger than %(most)s MB.") % {"most": most // 1024})


def _keep(
    actor: Actor, document: OfficialDocument, name: str, kind: str, content: bytes, *, is_picture: bool, now: datetime
) -> DocumentFile:
    kept = document.files.filter(removed_at__isnull=True)
    sha256 = hashlib.sha256(content).hexdigest()
    if (same := kept.filter(digest=sha256, is_picture=is_picture).first()) is not None:
        return same
    if kept.count() >= (most := get_limit("office_files_per_document")):
        raise CannotDraft(_("A document has at most %(most)s files. Remove one, or join some.") % {"most": most})
    file = DocumentFile.objects.create(
        document=document,
        code=new_code(11),
        name=_free_name(name, kind, set(document.files.order_by("pk").values_list("name", flat=True))),
        media_type=MEDIA_TYPES[kind],
        content=content,
        size=len(content),
        digest=sha256,
        is_picture=is_picture,
        added_by_person=actor.person_number or "",
        added_at=now,
    )
    _record(actor, document, "office.file_added", file)
    return file


def _free_name(name: str, kind: str, taken: set[str]) -> str:
    """What the file is called, in letters that stand in every address, with the ending of what it is."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = re.sub(r"[^\w-]+", "-", stem).strip("-_")[:_LONGEST_NAME] or _("file")
    found, number = f"{stem}.{kind}", 2
    while found in taken:
        found, number = f"{stem}-{number}.{kind}", number + 1
    return found


def _record(actor: Actor, document: OfficialDocument, action: str, file: DocumentFile) -> None:
    detail = {"file": file.code, "sha256": file.digest, "size": file.size}
    record_event(actor=actor, action=action, object_ref=ref_of(document), detail=detail)
