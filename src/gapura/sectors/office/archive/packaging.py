"""Writing a packet, a document at a time: its files, its page and its METS; at the end the folder's own."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gapura.foundation.canonical import canonical_bytes
from gapura.sectors.office.archive.bags import BagWriter, Writable
from gapura.sectors.office.archive.mets import Stored, describe_document, describe_folder
from gapura.sectors.office.archive.parts import HTML, PackedDocument, PackedFile, PackedFolder

FOLDER, FACTS, METS, PAGE, DOCUMENTS = "folder.json", "document.json", "mets.xml", "index.html", "documents"
CERTIFICATES, RECORDS, PATH, PATH_SEAL = "certificates", "records", "path.json", "path.json.p7s"


@dataclass(frozen=True, slots=True)
class Pages:
    """Draws the pages that a browser opens: one for a document, and the folder's from (title, number, path) lines."""

    document: Callable[[PackedDocument], bytes]
    folder: Callable[[PackedFolder, Iterable[tuple[str, str, str]]], bytes]
    readme: Callable[[PackedFolder], bytes]


def write_package(
    out: Writable,
    folder: PackedFolder,
    documents: Iterable[PackedDocument],
    *,
    certificates: Mapping[str, bytes],
    pages: Pages,
    seal: Callable[[bytes], tuple[bytes, str]],
) -> str:
    """Write the packet to ``out``; the same folder and seal give the same bytes. Returns the packet's SHA-256.

    ``seal`` gives a detached signature over the manifest and the day it was made (ISO 8601).
    """
    counted = _Counting(out)
    bag = BagWriter(counted, _name(folder.code), folder.day)
    for name, content in sorted(certificates.items()):  # first, so that a reader knows whom it trusts
        bag.add(f"{CERTIFICATES}/{name}", content)
    lines = [_add_document(bag, number, document, folder, pages) for number, document in enumerate(documents, 1)]
    bag.add(FOLDER, canonical_bytes(folder.facts | {"documents": len(lines)}))
    bag.add(METS, b"".join(describe_folder(folder, ((title, f"{path}/{METS}") for title, _number, path in lines))))
    bag.add(PAGE, pages.folder(folder, lines))
    bag.add("README.txt", pages.readme(folder))
    signature, day = seal(bag.read_manifest())
    info = {
        "Source-Organization": folder.house,
        "External-Identifier": folder.code,
        "External-Description": folder.title,
        "Bagging-Date": day,
        "BagIt-Profile-Identifier": "urn:gapura:records:1",
    }
    bag.finish(info, signature)
    return counted.digest.hexdigest()


def _add_document(
    bag: BagWriter, number: int, document: PackedDocument, folder: PackedFolder, pages: Pages
) -> tuple[str, str, str]:
    """Put one document into the bag; its title, number and path."""
    place = f"{DOCUMENTS}/{number:06}-{document.code}"
    files = [*document.files, PackedFile(PAGE, pages.document(document), HTML)]
    stored = [
        Stored(file.path, len(file.content), bag.add(f"{place}/{file.path}", file.content), file.media_type, file.name)
        for file in files
    ]
    bag.add(f"{place}/{METS}", describe_document(document, stored, folder.day))
    return document.title, document.number, place


def _name(code: str) -> str:
    """The folder's code as the name of a file: letters, digits, hyphens and dots."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-.") else "-" for one in code)
    return f"folder-{plain}"


class _Counting:
    """Passes on what is written and keeps its digest and size."""

    def __init__(self, out: Writable) -> None:
        self._out, self.digest, self.size = out, hashlib.sha256(), 0

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self._out.write(content)
