"""What an archive of the office formats is, told by its content: its kind, and why nobody may be sent it."""

import encodings.cp437 as _names_in_archives
import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

assert _names_in_archives  # imported now: in the sandbox nothing can be imported later

MOST_FILES = 3_000
MOST_BYTES = 96 * 1024 * 1024
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE_OPEN = {
    b"wordprocessingml.document.main+xml": "docx",
    b"spreadsheetml.sheet.main+xml": "xlsx",
    b"presentationml.presentation.main+xml": "pptx",
}
_MACRO_FILES = re.compile(r"(?i)(^|/)(vbaProject.*\.bin|macrosheets/.*|Basic/.+|Scripts/.+)$")
_OBJECT_FILES = re.compile(r"(?i)(^|/)(activeX/.*|embeddings/.*\.(bin|exe|js|vbs|bat|cmd|scr|lnk))$")
_MACRO_WORDS = re.compile(rb"(?i)macroEnabled|vbaProject|<script:event-listener|<office:script\b")
_COMMANDS = re.compile(rb"(?i)>\s*DDE(AUTO)?\s|<!DOCTYPE|<!ENTITY")
_ELSEWHERE = re.compile(rb"(?is)<Relationship\b[^>]*>")


class Unfit(ValueError):
    """The archive is not kept; ``str()`` is a word of ``types.Unfit``."""


def look_into(content: bytes) -> str:
    """The kind of the document (``odt``, ``docx`` …). Raises Unfit."""
    return _kind_of(read_parts(content))


def read_parts(content: bytes) -> dict[str, bytes]:
    """Every file of the archive, unpacked within the ceilings and looked at. Raises Unfit."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unfit("locked")
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise Unfit("bomb")
            if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
                raise Unfit("damaged")
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names):
                raise Unfit("damaged")
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise error if isinstance(error, Unfit) else Unfit("damaged") from error
    _require_harmless(parts)
    return parts


def _require_harmless(parts: Mapping[str, bytes]) -> None:
    if any(_MACRO_FILES.search(name) for name in parts):
        raise Unfit("macro")
    if any(_OBJECT_FILES.search(name) for name in parts):
        raise Unfit("object")
    for name, part in parts.items():
        if name.lower().endswith((".xml", ".rels")):
            _require_harmless_xml(part)


def _require_harmless_xml(part: bytes) -> None:
    if b"\0" in part or part.startswith((b"\xfe\xff", b"\xff\xfe")):
        raise Unfit("damaged")  # another encoding, in which the words below would not be found
    if _MACRO_WORDS.search(part):
        raise Unfit("macro")
    if _COMMANDS.search(part):
        raise Unfit("bomb" if b"<!" in part else "object")
    for relation in _ELSEWHERE.findall(part):
        if b'"External"' in relation and b"/hyperlink" not in relation:
            raise Unfit("object")


def _kind_of(parts: Mapping[str, bytes]) -> str:
    if "META-INF/manifest.xml" in parts and b"encryption-data" in parts["META-INF/manifest.xml"]:
        raise Unfit("locked")
    if kind := _OPEN_DOCUMENT.get(parts.get("mimetype", b"").strip()):
        return kind
    types = parts.get("[Content_Types].xml", b"")
    for words, kind in _OFFICE_OPEN.items():
        if words in types:
            return kind
    raise Unfit("archive")
