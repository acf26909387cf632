"""A vault as seen from the house that deposits, or from the machine that restores."""

import hashlib
import json
from pathlib import Path

import urllib3

from gapura.kernel.operations.backup.folder import CopyFolder, Target
from gapura.kernel.operations.types import BackupRefused

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
_RETRIES = urllib3.Retry(total=2, backoff_factor=0.5, allowed_methods={"GET", "PUT"})  # both do the same twice


class VaultTarget:
    """Speaks the vault's protocol with one of its keys."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._headers = address.rstrip("/"), {"Authorization": f"Bearer {key}"}
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=_RETRIES)

    def put_object(self, name: str, content: bytes) -> None:
        self._call("PUT", f"objects/{name}", content)

    def put_manifest(self, number: int, text: str) -> None:
        self._call("PUT", f"manifests/{number}", text.encode())

    def list_numbers(self) -> list[int]:
        return sorted(map(int, json.loads(self._call("GET", "manifests/"))))

    def get_manifest(self, number: int) -> str:
        return self._call("GET", f"manifests/{number}").decode()

    def put_stretch(self, number: int, text: str) -> None:
        self._call("PUT", f"wal/{number}", text.encode())

    def count_stretches(self) -> int:
        return int(self._call("GET", "wal/"))

    def get_stretch(self, number: int) -> str:
        return self._call("GET", f"wal/{number}").decode()

    def put_deed(self, number: int, text: str) -> None:
        self._call("PUT", f"destroyed/{number}", text.encode())

    def count_deeds(self) -> int:
        return int(self._call("GET", "destroyed/"))

    def get_deed(self, number: int) -> str:
        return self._call("GET", f"destroyed/{number}").decode()

    def get_object(self, name: str) -> bytes:
        content = self._call("GET", f"objects/{name}")
        if hashlib.sha256(content).hexdigest() != name:
            raise BackupRefused(f"The vault gave other bytes than {name[:12]}. Restore from another copy.")
        return content

    def _call(self, verb: str, place: str, body: bytes | None = None) -> bytes:
        try:
            answer = self._pool.request(verb, f"{self._address}/{place}", body=body, headers=self._headers)
        except urllib3.exceptions.HTTPError as error:
            raise BackupRefused(
                f"The vault at {self._address} does not answer ({error}). Check the network and the vault."
            ) from error
        if answer.status >= 300:
            raise BackupRefused(
                f"The vault refused {verb} {place[:30]} ({answer.status}): {answer.data.decode()[:300]}"
            )
        return answer.data


def open_target(where: str, key: str = "") -> Target:
    """A vault for an address with http, else a folder, which must be there: a missing one is an unmounted medium."""
    if where.startswith(("http://", "https://")):
        return VaultTarget(where, key)
    folder = Path(where)
    if not where or not folder.is_dir():
        raise BackupRefused(
            f"{where or 'No place'} is no folder and no vault's address. Mount the medium, or set GAPURA_BACKUP_TARGET."
        )
    return CopyFolder(folder)
