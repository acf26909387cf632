"""Checking a packet with nothing but the packet: the bag, METS, PREMIS, versions, seals and the path of approval.

Who trusts only certain authorities names them; otherwise the roots in the packet itself are taken, and said.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from gapura.foundation.canonical import digest
from gapura.kernel.documents.queries import check_pdf_seal, check_seal, load_certificate
from gapura.kernel.documents.types import BadSeal
from gapura.sectors.office.archive.bags import MANIFEST, PAYLOAD, SEAL, BagCheck, iterate_files
from gapura.sectors.office.archive.mets import read_files
from gapura.sectors.office.archive.packaging import CERTIFICATES, DOCUMENTS, FACTS, FOLDER, METS, PATH, PATH_SEAL
from gapura.sectors.office.archive.paths import list_path_problems
from gapura.sectors.office.types import BadPackage

_MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document of a packet: its place in the bag and its files by path below it."""

    place: str
    files: dict[str, bytes]

    @property
    def facts(self) -> dict[str, Any]:
        """What stands in its ``document.json``. Raises BadPackage."""
        return read_json(self.files.get(FACTS, b""))


@dataclass
class Verdict:
    """What was found. ``problems``: each begins with its file; none means that all of it holds."""

    folder: dict[str, Any] = field(default_factory=dict)
    documents: int = 0
    files: int = 0
    signatures: int = 0
    sealed_by: str = ""
    sealed_at: str = ""
    roots: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)
    digests: dict[str, bytes] = field(default_factory=dict)


def verify_package(
    package: BinaryIO, *, roots: Sequence[bytes] = (), progress: Callable[[int], object] = lambda size: None
) -> Verdict:
    """Read the packet once and say what is wrong with it; never raises for what it holds. ``roots``: DER or PEM.

    ``progress`` hears the size of each file. A document is in memory at a time; of the rest only names and digests.
    """
    verdict, bag = Verdict(), BagCheck()
    trusted = [load_certificate(one) for one in roots]
    try:
        for part in _iterate_parts(_followed(package, bag, progress)):
            if isinstance(part, ReadDocument):
                verdict.documents += 1
                _judge(verdict, part, trusted)
            elif part[0].startswith(f"{CERTIFICATES}/root") and not roots:
                trusted.append(load_certificate(part[1]))
            elif part[0] == FOLDER:
                verdict.folder = read_json(part[1])
    except (BadPackage, BadSeal) as error:
        verdict.problems.append(str(error))
    verdict.roots = tuple(root.fingerprint(hashes.SHA256()).hex() for root in trusted)
    verdict.files, verdict.digests = len(bag.digests), bag.digests
    verdict.problems += bag.list_problems()
    _check_seal(verdict, bag, trusted)
    if verdict.folder.get("documents") != verdict.documents:
        verdict.problems.append(f"{PAYLOAD}{FOLDER}: {verdict.documents} documents are here, it says otherwise.")
    verdict.problems = list(dict.fromkeys(verdict.problems))[:_MOST_PROBLEMS]
    return verdict


def iterate_again(package: BinaryIO, digests: dict[str, bytes]) -> Iterator[ReadDocument]:
    """The packet's documents once more, byte for byte what was verified before.

    Raises BadPackage when a file is not what ``digests`` of the verdict say.
    """
    bag = BagCheck()
    for part in _iterate_parts(_followed(package, bag, lambda size: None)):
        if isinstance(part, ReadDocument):
            for name in part.files:
                path = f"{PAYLOAD}{part.place}/{name}"
                if bag.digests[path] != digests.get(path):
                    raise BadPackage(f"{path}: was altered while it was read.")
            yield part


def read_json(content: bytes) -> dict[str, Any]:
    """A JSON object of a packet. Raises BadPackage."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadPackage(f"is no JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadPackage("is no JSON object.")
    return value


def _followed(package: BinaryIO, bag: BagCheck, progress: Callable[[int], object]) -> Iterator[tuple[str, bytes]]:
    for path, content in iterate_files(package):
        bag.see(path, content)
        progress(len(content))
        if path.startswith(PAYLOAD):
            yield path.removeprefix(PAYLOAD), content


def _iterate_parts(files: Iterator[tuple[str, bytes]]) -> Iterator[ReadDocument | tuple[str, bytes]]:
    """Files of one document together, other files alone; a document's files follow each other."""
    current: ReadDocument | None = None
    for path, content in files:
        parts = PurePosixPath(path).parts
        place = "/".join(parts[:2]) if parts[0] == DOCUMENTS and len(parts) > 2 else ""
        if current is not None and current.place != place:
            yield current
            current = None
        if not place:
            yield path, content
        else:
            current = current or ReadDocument(place, {})
            current.files["/".join(parts[2:])] = content
    if current is not None:
        yield current


def _judge(verdict: Verdict, document: ReadDocument, roots: Sequence[x509.Certificate]) -> None:
    """Whatever one document holds, the judgment goes on with the next."""
    try:
        problems = _compare_with_mets(document) + _compare_words(document)
        if not problems:
            problems = _check_proofs(verdict, document, roots)
    except BadPackage as error:
        problems = [f"{FACTS}: {error}"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        problems = [f"{FACTS}: cannot be read: {error!r}."]
    verdict.problems += [f"{PAYLOAD}{document.place}/{problem}" for problem in problems]


def _compare_with_mets(document: ReadDocument) -> list[str]:
    try:
        said = read_files(document.files.get(METS, b""))
    except BadPackage as error:
        return [f"{METS}: {error}"]
    problems = [f"{name}: is not in its METS." for name in document.files.keys() - said.keys() - {METS}]
    for name, stored in said.items():
        content = document.files.get(name)
        if content is None:
            problems.append(f"{name}: is missing.")
        elif (len(content), hashlib.sha512(content).hexdigest()) != (stored.size, stored.digest):
            problems.append(f"{name}: was altered.")
    return sorted(problems)


def _compare_words(document: ReadDocument) -> list[str]:
    """Versions and files against the digests that were kept when they were saved; the words are the last version."""
    facts, files, problems = document.facts, document.files, []
    for version in facts["versions"]:
        words = {"title": version["title"], "body": files[version["file"]].decode(), "fields": version["fields"]}
        if digest(words).hex() != version["digest"]:
            problems.append(f"{version['file']}: is not the version that was saved.")
    for file in facts["files"]:
        if hashlib.sha256(files[file["file"]]).hexdigest() != file["digest"]:
            problems.append(f"{file['file']}: is not the file that was added.")
    last = facts["versions"][-1] if facts["versions"] else None
    if last and (files["words.md"] != files[last["file"]] or facts["document"]["title"] != last["title"]):
        problems.append("words.md: are not the words of the last version.")
    sealed = facts["sealed"]
    if sealed and hashlib.sha256(files[sealed]).hexdigest() != facts["document"]["sealed_digest"]:
        problems.append(f"{sealed}: is not the page that was sealed.")
    return problems


def _check_proofs(verdict: Verdict, document: ReadDocument, roots: Sequence[x509.Certificate]) -> list[str]:
    """The sealed page, and the path with its signatures and seal."""
    problems, sealed = [], document.facts["sealed"]
    try:
        if sealed:
            check_pdf_seal(document.files[sealed], roots)
            verdict.signatures += 1
    except BadSeal as error:
        problems.append(f"{sealed}: {error}")
    if PATH not in document.files:
        return problems
    found, signatures = list_path_problems(read_json(document.files[PATH]), document.files, roots)
    verdict.signatures += signatures
    problems += [f"{PATH}: {problem}." for problem in found]
    try:
        if PATH_SEAL in document.files:
            check_seal(document.files[PATH], document.files[PATH_SEAL], roots)
            verdict.signatures += 1
    except BadSeal as error:
        problems.append(f"{PATH_SEAL}: {error}")
    return problems


def _check_seal(verdict: Verdict, bag: BagCheck, roots: Sequence[x509.Certificate]) -> None:
    """The seal over the manifest: whoever alters a file and writes the manifest anew is found here."""
    if SEAL not in bag.tags or MANIFEST not in bag.tags:
        verdict.problems.append(f"{SEAL}: is missing.")
        return
    try:
        facts = check_seal(bag.tags[MANIFEST], bag.tags[SEAL], roots)
    except BadSeal as error:
        verdict.problems.append(f"{SEAL}: {error}")
        return
    verdict.sealed_by, verdict.sealed_at = facts.signer, facts.sealed_at.isoformat()
    verdict.signatures += 1
