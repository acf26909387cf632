"""A node's own files under GAPURA_HOME/node: what it is, its keys and certificates, and its copy of the registry."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from gapura.kernel.nodes.registry import Registry, read_registry, read_subsystem, write_whole
from gapura.kernel.nodes.rules import parse_member
from gapura.kernel.nodes.signing import MessageSigner, signer_from_files
from gapura.kernel.nodes.tls import REVOKED
from gapura.kernel.nodes.types import BadRegistry, MemberId, NoNode, Subsystem

_NEXT_IS_INIT = "This home holds no node. Run gapura node init first."
_NEXT_IS_JOIN = "This node has no certificates yet. Send its request to the authority and run gapura node join."


@dataclass(frozen=True)
class NodeFolder:
    """The files of one node. ``sign`` and ``tls`` each have a key (mode 0600) and a certificate."""

    path: Path

    def describe(self) -> Mapping[str, Any]:
        """Member, title, address and subsystems as given to ``node init``. Raises NoNode."""
        try:
            facts: Mapping[str, Any] = json.loads((self.path / "node.json").read_text())
        except FileNotFoundError:
            raise NoNode(_NEXT_IS_INIT) from None
        return facts

    @property
    def member(self) -> MemberId:
        return parse_member(self.describe()["member"])

    @property
    def subsystems(self) -> tuple[Subsystem, ...]:
        facts = self.describe()
        return tuple(read_subsystem(self.member, one) for one in facts["subsystems"])

    def exists(self) -> bool:
        return os.path.exists(f"{self.path}/node.json")  # asked several times for every piece of evidence

    def create(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Make both keys, keep existing ones, and return the request to join."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        requests = {f"{use}_request": self._request(use, facts["member"]) for use in ("sign", "tls")}
        write_whole(self.path / "node.json", json.dumps(facts, indent=1, sort_keys=True).encode())
        request = {**facts, **requests}
        write_whole(self.path / "request.json", json.dumps(request, indent=1, sort_keys=True).encode())
        return request

    def _request(self, use: str, member: str) -> str:
        path = self.path / f"{use}.key"
        if not path.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
            write_whole(path, key.private_bytes(encoding, form, serialization.NoEncryption()), 0o600)
        loaded = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, member)])
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(loaded, hashes.SHA256())
        return request.public_bytes(serialization.Encoding.PEM).decode()

    def install(self, answer: Mapping[str, str], fingerprint: str, now: datetime) -> Registry:
        """Take the authority's answer: its certificate (whose SHA-256 must be ``fingerprint``), ours, the registry.

        Raises NoNode when it was not made for this node's keys, BadRegistry when the registry does not stand.
        """
        authority = x509.load_pem_x509_certificate(answer["authority"].encode())
        if authority.fingerprint(hashes.SHA256()).hex() != fingerprint.lower().replace(":", ""):
            raise NoNode("The answer comes from another authority than the one whose fingerprint was given.")
        for use in ("sign", "tls"):
            self._require_ours(use, x509.load_pem_x509_certificate(answer[use].encode()), authority)
        read_registry(answer["registry"], authority)
        for use in ("authority", "sign", "tls"):
            write_whole(self.path / f"{use}.crt", answer[use].encode())
        return self.replace_registry(answer["registry"], now)

    def _require_ours(self, use: str, certificate: x509.Certificate, authority: x509.Certificate) -> None:
        certificate.verify_directly_issued_by(authority)
        key = serialization.load_pem_private_key((self.path / f"{use}.key").read_bytes(), password=None)
        if key.public_key() != certificate.public_key():
            raise NoNode(f"The {use} certificate was made for another key. Send request.json to the authority again.")

    def replace_registry(self, text: str, now: datetime) -> Registry:
        """Keep ``text`` as the registry in force. Raises BadRegistry unless it is signed, current and no step back."""
        new = read_registry(text, self.authority())
        if now >= new.valid_until:
            raise BadRegistry(f"The member registry {new.version} is out of date. Ask the authority for a newer one.")
        path = self.path / "registry.signed"
        if path.exists():
            held_text = path.read_text()
            held = read_registry(held_text, self.authority())
            if new.version < held.version or (new.version == held.version and text.strip() != held_text.strip()):
                raise BadRegistry(
                    f"The member registry {new.version} is not newer than the one held here ({held.version}). "
                    "It was refused; somebody may be setting the network back."
                )
        write_whole(self.path / REVOKED, new.revocation_list.encode())
        write_whole(path, text.encode())
        return new

    def authority(self) -> x509.Certificate:
        """Raises NoNode before the node has joined."""
        return x509.load_pem_x509_certificate(self._read("authority.crt"))

    def registry_text(self) -> str:
        return self._read("registry.signed").decode()

    def _read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            raise NoNode(_NEXT_IS_JOIN if self.exists() else _NEXT_IS_INIT) from None


def own_folder() -> NodeFolder:
    return _folder(settings.GAPURA_HOME)


@lru_cache(maxsize=16)
def _folder(home: Path) -> NodeFolder:
    return NodeFolder(Path(home) / "node")


def get_registry() -> Registry:
    """The registry in force, read again when its file changed. Raises NoNode or BadRegistry."""
    folder = own_folder()
    try:
        stat = os.stat(f"{folder.path}/registry.signed")
    except FileNotFoundError:
        raise NoNode(_NEXT_IS_JOIN if folder.exists() else _NEXT_IS_INIT) from None
    return _read_registry(folder, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=4)
def _read_registry(folder: NodeFolder, _changed: int, _file: int) -> Registry:
    return read_registry(folder.registry_text(), folder.authority())


@lru_cache(maxsize=4)
def _read_signer(folder: NodeFolder, _changed: int) -> MessageSigner:
    return signer_from_files(folder._read("sign.key"), folder._read("sign.crt"))


def get_member() -> MemberId:
    """Whose node this is, read again when its file changed. Raises NoNode."""
    return _read_facts(own_folder(), _changed_at("node.json"))[0]


def get_subsystems() -> tuple[Subsystem, ...]:
    """This node's own subsystems, read again when their file changed. Raises NoNode."""
    return _read_facts(own_folder(), _changed_at("node.json"))[1]


@lru_cache(maxsize=4)
def _read_facts(folder: NodeFolder, _changed: int) -> tuple[MemberId, tuple[Subsystem, ...]]:
    return folder.member, folder.subsystems


def _changed_at(name: str) -> int:
    """When a file of this node was last written, in nanoseconds; 0 where there is none."""
    try:
        return os.stat(f"{own_folder().path}/{name}").st_mtime_ns  # each message asks: joining a Path costs as much
    except FileNotFoundError:
        return 0


def get_signer() -> MessageSigner:
    """This node's signing key, read once. Raises NoNode."""
    return _read_signer(own_folder(), _changed_at("sign.crt"))
