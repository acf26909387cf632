"""The vault: a small process of another user on another machine that takes copies and gives nothing up.

    PUT  /objects/SHA256      keep these bytes, whose hash is their name           deposit key
    PUT  /manifests/NUMBER    keep the next signed list; answers with a receipt    deposit key
    PUT  /wal/NUMBER          keep the next signed stretch of the write-ahead log      deposit key
    PUT  /destroyed/NUMBER    keep the next signed line of what was destroyed           deposit key
    GET  /destroyed/          the number of the newest such line                       either key
    GET  /destroyed/NUMBER    such a line                                              either key
    GET  /wal/                the number of the newest stretch                         either key
    GET  /wal/NUMBER          a stretch's signed line                                  either key
    GET  /manifests/          the numbers of all lists                             either key
    GET  /manifests/NUMBER    a list                                               either key
    GET  /objects/SHA256      the bytes                                            reading key

Nothing is overwritten and no verb deletes. The deposit key, which lies on the production machine, cannot even
read the bytes back. Put TLS in front of it when the network between is not your own.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from gapura.foundation import clock
from gapura.foundation.notes import new_signer, parse_signer, parse_verifier, sign_note
from gapura.kernel.operations.backup.destroyed import open_line
from gapura.kernel.operations.backup.folder import CopyFolder
from gapura.kernel.operations.backup.manifests import digest_of, open_manifest
from gapura.kernel.operations.backup.sealing import PIECE_BYTES
from gapura.kernel.operations.backup.stretches import Stretch, find_newest_stretch, open_stretch
from gapura.kernel.operations.types import BackupRefused

LARGEST_BYTES = 4 * PIECE_BYTES
_ADDRESS = re.compile(r"/(objects|manifests|wal|destroyed)/([0-9a-f]{64}|[1-9][0-9]{0,8})?")


def make_vault(folder: Path, *, house: str, retention_days: int) -> Mapping[str, str]:
    """A new vault in an empty ``folder`` for the house of that verifying key; returns both keys, shown once.

    Raises BackupRefused when there is a vault already, BadNote when ``house`` is no key.
    """
    if (folder / "vault.json").exists():
        raise BackupRefused(f"{folder} holds a vault already; a new one needs an empty folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = {"deposit": secrets.token_urlsafe(32), "reading": secrets.token_urlsafe(32)}
    said: dict[str, object] = {name: hashlib.sha256(key.encode()).hexdigest() for name, key in keys.items()}
    signer = new_signer("gapura-vault")
    said |= {"house": str(parse_verifier(house)), "receipts": signer.secret_text(), "retention_days": retention_days}
    with os.fdopen(os.open(folder / "vault.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump(said, handle, indent=1)
    return keys | {"receipts": str(signer.verifier)}


class Vault:
    """What the vault knows and keeps."""

    def __init__(self, folder: Path) -> None:
        try:
            said = json.loads((folder / "vault.json").read_text())
        except FileNotFoundError as error:
            raise BackupRefused(f"{folder} holds no vault. Make one: gapura vault init {folder}.") from error
        self.copies = CopyFolder(folder)
        self._keys = {name: said[name] for name in ("deposit", "reading")}
        self._house = parse_verifier(said["house"])
        self._signer = parse_signer(said["receipts"])
        self._retention = timedelta(days=said["retention_days"])

    def find_holder(self, key: str) -> str | None:
        """Which of the two keys this is."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        return next((name for name, known in self._keys.items() if hmac.compare_digest(known, digest)), None)

    def accept_manifest(self, number: int, text: str, now: datetime) -> str:
        """Keep the next list when all it names is here; returns a signed receipt. Raises BackupRefused."""
        manifest = open_manifest(text, self._house)
        numbers = self.copies.list_numbers()
        newest = numbers[-1] if numbers else 0
        previous = digest_of(self.copies.get_manifest(newest)) if newest else ""
        if manifest.number != number or number != newest + 1 or manifest.previous != previous:
            raise BackupRefused(f"Copy {number} does not follow copy {newest}; an older or other list is not taken.")
        pieces = [piece for found in manifest.pieces.values() for piece in found]
        if missing := [piece.sha256 for piece in pieces if not self.copies.has_object(piece.sha256, piece.size)]:
            raise BackupRefused(f"{len(missing)} objects of copy {number} are not here; send them first.")
        self.copies.put_manifest(number, text)
        return sign_note(f"vault received copy {number}\n{digest_of(text)}\n{now.isoformat()}\n", self._signer)

    def accept_stretch(self, number: int, text: str) -> None:
        """Keep the next stretch of the write-ahead log when its bytes are here. Raises BackupRefused."""
        stretch, newest = open_stretch(text, self._house), find_newest_stretch(self.copies, self._house)
        before, digest = newest or (None, "")
        if stretch.number != number or stretch.previous != digest or (before and stretch.number != before.number + 1):
            raise BackupRefused(f"This does not follow {before or 'an empty log'}: {stretch}.")
        if stretch.piece and not self.copies.has_object(stretch.piece.sha256, stretch.piece.size):
            raise BackupRefused(f"The bytes of {stretch} are not here; send them first.")
        self.copies.put_stretch(number, text)

    def accept_deed(self, number: int, text: str) -> None:
        """Keep the next line of what was destroyed when its protocol is here. Raises BackupRefused."""
        line, count = open_line(text, self._house), self.copies.count_deeds()
        previous = digest_of(self.copies.get_deed(count)) if count else ""
        if (line.number, line.previous) != (number, previous) or number != count + 1:
            raise BackupRefused(f"Line {line.number} of what was destroyed does not follow line {count}.")
        if not self.copies.has_object(line.piece.sha256, line.piece.size):
            raise BackupRefused(f"The protocol of line {number} is not here; send it first.")
        self.copies.put_deed(number, text)

    def dispose(self, *, keep_from: int, now: datetime) -> int:
        """For the vault's keeper alone: remove objects only named by lists below ``keep_from``; returns how many.

        The write-ahead log stays from the first copy that is kept on. The lists all stay, so that the chain can be
        followed. Raises BackupRefused while the retention runs.
        """
        manifests = [open_manifest(self.copies.get_manifest(n), self._house) for n in self.copies.list_numbers()]
        old = [one for one in manifests if one.number < keep_from]
        young = [one.number for one in old if now - one.moment < self._retention]
        if young or len(old) == len(manifests):
            raise BackupRefused(
                f"Copy {young[0]} is younger than {self._retention.days} days and stays."
                if young
                else "The last copy is never disposed of."
            )
        kept = {name for one in manifests if one.number >= keep_from for name in one.names}
        unneeded = {name for one in old for name in one.names} - kept
        first_kept = min(one.moment for one in manifests if one.number >= keep_from)
        unneeded |= set(self._list_log_before(min(first_kept, now - self._retention)))
        return sum(self.copies.remove_object(name) for name in sorted(unneeded))

    def _list_log_before(self, moment: datetime) -> Iterator[str]:
        """Objects of stretches that end before the last one whole before ``moment``, which a base may begin in."""
        waiting: Stretch | None = None
        for number in range(1, self.copies.count_stretches() + 1):
            stretch = open_stretch(self.copies.get_stretch(number), self._house)
            if stretch.moment >= moment:
                return
            if waiting and waiting.piece:
                yield waiting.piece.sha256
            waiting = stretch


class VaultHandler(BaseHTTPRequestHandler):
    """HTTP to vault and back. Any verb that is not here is answered with 501 by the base class."""

    vault: Vault
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_PUT(self) -> None:
        kind, name, length = *self._place(), int(self.headers.get("Content-Length", "-1"))
        if not 0 <= length <= LARGEST_BYTES:
            self.close_connection = True
            return self._answer(413, b"Too large, or without a length.")
        content = self.rfile.read(length)
        if self._holder() != "deposit":
            return self._answer(403, b"Only the deposit key may add.")
        if len(content) != length or not name or (kind == "objects") != (len(name) == 64):
            return self._answer(404, b"There is no such place.")
        try:
            return self._answer(201, self._keep(kind, name, content).encode())
        except (BackupRefused, UnicodeDecodeError) as refusal:
            return self._answer(409, str(refusal).encode())

    def _keep(self, kind: str, name: str, content: bytes) -> str:
        """What the depositor gets for it: a receipt for a list."""
        if kind == "manifests":
            return self.vault.accept_manifest(int(name), content.decode(), clock.now())
        if kind == "wal":
            self.vault.accept_stretch(int(name), content.decode())
        elif kind == "destroyed":
            self.vault.accept_deed(int(name), content.decode())
        else:
            self.vault.copies.put_object(name, content)
        return ""

    def do_GET(self) -> None:
        (kind, name), holder = self._place(), self._holder()
        if holder is None or (kind == "objects" and holder != "reading"):
            return self._answer(403, b"This key may not read that.")
        try:
            content = self._find(kind, name)
        except BackupRefused as refusal:
            return self._answer(410, str(refusal).encode())
        return self._answer(404, b"There is no such place.") if content is None else self._answer(200, content)

    def _find(self, kind: str, name: str) -> bytes | None:
        copies = self.vault.copies
        if kind == "objects":
            return copies.get_object(name) if len(name) == 64 else None
        if not kind or len(name) == 64:
            return None
        listed: Callable[[], object]
        listed, get = {
            "manifests": (copies.list_numbers, copies.get_manifest),
            "wal": (copies.count_stretches, copies.get_stretch),
            "destroyed": (copies.count_deeds, copies.get_deed),
        }[kind]
        return get(int(name)).encode() if name else json.dumps(listed()).encode()

    def _place(self) -> tuple[str, str]:
        found = _ADDRESS.fullmatch(self.path)
        return (found.group(1), found.group(2) or "") if found else ("", "")

    def _holder(self) -> str | None:
        return self.vault.find_holder(self.headers.get("Authorization", "").removeprefix("Bearer "))

    def _answer(self, status: int, body: bytes) -> None:
        with suppress(ConnectionError):  # whoever asked is gone; nothing half sent was kept
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """What came is in the folder; a line for each object would only fill a disk."""


def open_server(vault: Vault, host: str, port: int) -> ThreadingHTTPServer:
    """A listening server; ``serve_forever`` runs it."""
    return ThreadingHTTPServer((host, port), type("Handler", (VaultHandler,), {"vault": vault}))
