"""A BagIt 1.0 bag (RFC 8493) in a tar: written as a stream, with the same bytes every time, and read as one."""

import hashlib
import io
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Protocol, cast

from gapura.sectors.office.types import BadPackage

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST, SEAL, INFO = (
    "manifest-sha512.txt",
    "tagmanifest-sha512.txt",
    "manifest-sha512.txt.p7s",
    "bag-info.txt",
)
PAYLOAD = "data/"
LARGEST_FILE = 512 * 1024 * 1024
_SPOOLED = 4 * 1024 * 1024
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LINE = re.compile(r"([0-9a-f]{128}) {1,2}(\S.*)")


class Writable(Protocol):
    """What takes bytes in their order."""

    def write(self, content: bytes, /) -> int: ...


class BagWriter:
    """Writes a bag called ``name`` to ``out``. ``day`` is the time that every file carries.

    Only the file being written is in memory; the manifest grows in a temporary file.
    """

    def __init__(self, out: Writable, name: str, day: date) -> None:
        stream = cast("BinaryIO", out)  # a stream of tar writes and does nothing else
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  closed by finish
        self._name, self._time = name, (day - date(1970, 1, 1)).days * 86_400
        self._manifest = tempfile.SpooledTemporaryFile(max_size=_SPOOLED)  # noqa: SIM115  closed by finish
        self._files = self._octets = 0
        self._sealed = hashlib.sha256()

    def add(self, path: str, content: bytes) -> str:
        """Put a payload file at ``path`` below ``data/``; returns its SHA-512."""
        digest = hashlib.sha512(content).hexdigest()
        line = f"{digest}  {PAYLOAD}{path}\n".encode()
        self._manifest.write(line)
        self._sealed.update(line)
        self._files, self._octets = self._files + 1, self._octets + len(content)
        self._write(PAYLOAD + path, content)
        return digest

    @property
    def manifest_digest(self) -> str:
        """SHA-256 of the manifest as it stands."""
        return self._sealed.hexdigest()

    def read_manifest(self) -> bytes:
        """The manifest as it stands, to be sealed."""
        self._manifest.seek(0)
        content = self._manifest.read()
        self._manifest.seek(0, io.SEEK_END)
        return content

    def finish(self, info: dict[str, str], seal: bytes) -> None:
        """Write the tag files; ``seal`` is a detached signature over the manifest."""
        oxum = {"Payload-Oxum": f"{self._octets}.{self._files}"}
        manifest = self.read_manifest()
        tags = {
            "bagit.txt": BAGIT,
            INFO: "".join(f"{label}: {value}\n" for label, value in (info | oxum).items()).encode(),
            MANIFEST: manifest,
            SEAL: seal,
        }
        for path, content in tags.items():
            self._write(path, content)
        listed = "".join(f"{hashlib.sha512(content).hexdigest()}  {path}\n" for path, content in tags.items())
        self._write(TAG_MANIFEST, listed.encode())
        self._tar.close()
        self._manifest.close()

    def _write(self, path: str, content: bytes) -> None:
        entry = tarfile.TarInfo(f"{self._name}/{path}")
        entry.size, entry.mtime, entry.mode = len(content), self._time, 0o644
        self._tar.addfile(entry, io.BytesIO(content))


def iterate_files(package: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Every file of the bag in its order, by path below the bag. Raises BadPackage at what no bag of ours holds."""
    name, seen = "", set()
    try:
        with tarfile.open(fileobj=package, mode="r|") as tar:
            for entry in tar:
                top, _, path = entry.name.partition("/")
                name = name or top
                if not entry.isreg() or top != name or not _SAFE.fullmatch(path) or path in seen:
                    raise BadPackage(f"{entry.name!a}: a bag holds plain files under one name, each once.")
                if entry.size > LARGEST_FILE:
                    raise BadPackage(f"{entry.name}: is larger than any file of a record.")
                seen.add(path)
                stream = tar.extractfile(entry)
                content = stream.read() if stream else b""
                if len(content) != entry.size:
                    raise BadPackage(f"{entry.name}: is torn off.")
                tar.members = []  # type: ignore[attr-defined]  # a tar of a million files is not kept in memory
                yield path, content
    except (tarfile.TarError, EOFError, UnicodeError) as error:
        raise BadPackage(f"The package is no whole tar: {error}.") from error


@dataclass
class BagCheck:
    """Follows the files of a bag and says at the end what is wrong; empty: the bag is complete and valid."""

    digests: dict[str, bytes] = field(default_factory=dict)
    tags: dict[str, bytes] = field(default_factory=dict)
    octets: int = 0

    def see(self, path: str, content: bytes) -> None:
        """Note one file of the bag."""
        self.digests[path] = hashlib.sha512(content).digest()
        if path.startswith(PAYLOAD):
            self.octets += len(content)
        else:
            self.tags[path] = content

    def list_problems(self) -> list[str]:
        """Each begins with the file it is about."""
        missing = [
            f"{name}: is missing." for name in ("bagit.txt", MANIFEST, TAG_MANIFEST, INFO) if name not in self.tags
        ]
        if missing:
            return missing
        problems = [] if self.tags["bagit.txt"] == BAGIT else ["bagit.txt: says another version or encoding."]
        payload = {path for path in self.digests if path.startswith(PAYLOAD)}
        problems += self._compare(MANIFEST, payload)
        problems += self._compare(TAG_MANIFEST, self.tags.keys() - {TAG_MANIFEST})
        oxum = f"Payload-Oxum: {self.octets}.{len(payload)}"
        if oxum not in self.tags[INFO].decode(errors="replace").splitlines():
            problems.append(f"{INFO}: the bag holds {oxum.partition(' ')[2]} octets and files, it says otherwise.")
        return problems

    def _compare(self, manifest: str, expected: set[str]) -> list[str]:
        listed: dict[str, str] = {}
        problems = []
        for line in self.tags[manifest].decode(errors="replace").splitlines():
            found = _LINE.fullmatch(line)
            if found is None or found[2] in listed:
                return [f"{manifest}: a line is no line of a manifest: {line[:80]!a}."]
            listed[found[2]] = found[1]
        for path in sorted(listed.keys() | expected):
            if path not in listed:
                problems.append(f"{path}: is in no manifest.")
            elif path not in self.digests:
                problems.append(f"{path}: is missing.")
            elif self.digests[path].hex() != listed[path]:
                problems.append(f"{path}: was altered.")
        return problems
