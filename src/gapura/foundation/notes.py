"""Signed notes, checkpoints and proofs of inclusion as text (C2SP signed-note, tlog-checkpoint, tlog-proof).

Keys are Ed25519 and written as one line: ``name+id+base64`` for verifying, ``PRIVATE+KEY+name+id+base64`` for
signing, as other tools for transparency logs read them.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
COSIGNATURE = b"\x04"  # signs the time as well: see gapura.foundation.cosignatures
_ALGORITHMS = (ED25519, COSIGNATURE)
_PRIVATE = "PRIVATE+KEY+"
_PROOF_HEADER = "c2sp.org/tlog-proof@v1"


class BadNote(ValueError):
    """The text is no signed note, checkpoint, key or proof, or nobody known signed it. ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a key, and the name it signs under."""

    name: str
    public: bytes
    algorithm: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.algorithm + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self.algorithm + self.public)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """A signing key. ``str()`` is public; only :meth:`secret_text` gives the secret away."""

    name: str
    secret: Ed25519PrivateKey
    algorithm: bytes = ED25519

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.secret.public_key().public_bytes_raw(), self.algorithm)

    def __str__(self) -> str:
        return f"signer {self.name}"

    def secret_text(self) -> str:
        """The key as one line for a file that nobody else may read."""
        secret = encode_base64(self.algorithm + self.secret.private_bytes_raw())
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{secret}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: who it is, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the entry at ``index`` is in the log whose signed checkpoint is ``note``.

    ``extra`` opens the entry: what it commits to. It is believed only because the entry hashes to the tree.
    """

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes = b""

    def __str__(self) -> str:
        lines = [_PROOF_HEADER]
        if self.extra:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines += [f"index {self.index}", *map(encode_base64, self.hashes), "", self.note]
        return "\n".join(lines)


def new_signer(name: str, algorithm: bytes = ED25519) -> Signer:
    """A fresh key for ``name``, best an address without scheme such as ``gapura.example/audit``."""
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise BadNote(f"A key cannot be called {name!r}: no spaces and no plus sign.")
    return Signer(name, Ed25519PrivateKey.generate(), algorithm)


def parse_signer(text: str) -> Signer:
    """The signing key written by :meth:`Signer.secret_text`. Raises BadNote."""
    if not text.startswith(_PRIVATE):
        raise BadNote("This is not a signing key: it does not begin with PRIVATE+KEY.")
    name, key_id, algorithm, secret = _parse_key(text.removeprefix(_PRIVATE))
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(secret), algorithm)
    if signer.verifier.key_id.hex() != key_id:
        raise BadNote("The signing key is damaged: its number does not fit the key.")
    return signer


def parse_verifier(text: str) -> Verifier:
    """The verifying key in one line of text. Raises BadNote."""
    name, key_id, algorithm, public = _parse_key(text)
    verifier = Verifier(name, public, algorithm)
    if verifier.key_id.hex() != key_id:
        raise BadNote("The verifying key is damaged: its number does not fit the key.")
    return verifier


def sign_note(text: str, signer: Signer) -> str:
    """``text``, which ends with a line end, and the signature below it."""
    if not text.endswith("\n"):
        raise BadNote("The text of a note ends with a line end.")
    signature = signer.verifier.key_id + signer.secret.sign(text.encode())
    return f"{text}\n{signature_line(signer.name, signature)}"


def signature_line(name: str, signature: bytes) -> str:
    """One line below a note; ``signature`` begins with the four bytes that number the key."""
    return f"— {name} {encode_base64(signature)}\n"


def open_note(note: str, verifier: Verifier) -> str:
    """The text that ``verifier`` signed. Raises BadNote when it did not, or the note was altered."""
    text, signatures = split_note(note)
    for name, signature in signatures:
        if (name, signature[:4]) == (verifier.name, verifier.key_id):
            check_signature(text.encode(), signature[4:], verifier)
            return text
    raise BadNote(f"The note is not signed by {verifier}.")


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and each signature below it with its name; none is checked. Raises BadNote."""
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not note.endswith("\n"):
        raise BadNote("This is not a signed note: no signature stands below an empty line.")
    return f"{text}\n", [parse_signature_line(line) for line in lines.splitlines()]


def parse_checkpoint(note: str) -> Checkpoint:
    """What a checkpoint says, whether its signature holds or not. Raises BadNote."""
    lines = note.split("\n")
    if len(lines) < 4 or not lines[0] or not (lines[1].isascii() and lines[1].isdigit()):
        raise BadNote("This is not a checkpoint: name, size and root do not stand on its first three lines.")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=decode_base64(lines[2]))


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint that ``verifier`` signed for its own log. Raises BadNote."""
    checkpoint = parse_checkpoint(open_note(note, verifier))
    if checkpoint.origin != verifier.name:
        raise BadNote(f"The checkpoint is of the log {checkpoint.origin}, not of {verifier.name}.")
    return checkpoint


def parse_proof(text: str) -> InclusionProof:
    """A proof of inclusion from its text; nothing is verified here. Raises BadNote."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != _PROOF_HEADER or not note:
        raise BadNote(f"This is not a proof of inclusion: it does not begin with {_PROOF_HEADER}.")
    extra = b""
    if len(lines) > 1 and lines[1].startswith("extra "):
        extra = decode_base64(lines.pop(1).removeprefix("extra "))
    if len(lines) < 2 or not lines[1].removeprefix("index ").isdigit():
        raise BadNote("The proof does not say which leaf it is about.")
    index = int(lines[1].removeprefix("index "))
    return InclusionProof(index, tuple(decode_base64(line) for line in lines[2:]), note, extra)


def _parse_key(text: str) -> tuple[str, str, bytes, bytes]:
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = decode_base64(encoded)
    if not name or len(key) != 33 or key[:1] not in _ALGORITHMS:
        raise BadNote("This is not an Ed25519 key: it should read name+number+key.")
    return name, key_id, key[:1], key[1:]


def parse_signature_line(line: str) -> tuple[str, bytes]:
    """The name and the signature of one line below a note. Raises BadNote."""
    parts: Sequence[str] = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise BadNote("A signature line of the note is not a dash, a name and a signature.")
    return parts[1], decode_base64(parts[2])


def check_signature(signed: bytes, signature: bytes, verifier: Verifier) -> None:
    """Raises BadNote unless ``verifier`` made ``signature`` over the bytes ``signed``."""
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, signed)
    except InvalidSignature as error:
        raise BadNote(f"The signature of {verifier.name} does not fit: the note was altered.") from error


def encode_base64(raw: bytes) -> str:
    """Base64 as signed notes write it."""
    return base64.b64encode(raw).decode()


def decode_base64(text: str) -> bytes:
    """The bytes of base64 as signed notes write it. Raises BadNote."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(f"{text[:40]!r} is not base64.") from error
