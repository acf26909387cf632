"""The keys of one counter, which never leave its machine and open only for two of its officials together."""

import itertools
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.notes import (
    BadNote,
    Signer,
    Verifier,
    decode_base64,
    encode_base64,
    open_note,
    parse_verifier,
    sign_note,
)
from gapura.kernel.operations.types import CounterRefused

SHORTEST_PIN = 6
_WORK = 2**16  # scrypt: 64 MiB and about a fifth of a second for each guess
_ZERO_NONCE = bytes(12)  # a pair's key encrypts once


@dataclass(frozen=True, slots=True)
class Clerk:
    """An official of the counter, and the PIN they chose."""

    number: str
    name: str
    pin: str


@dataclass(frozen=True, slots=True)
class CounterKeys:
    """Opened: signs the journal, opens packs, seals papers, stamps their time. ``by``: who opened them together."""

    code: str
    journal: Signer
    packs: X25519PrivateKey
    seal: ec.EllipticCurvePrivateKey
    time: ec.EllipticCurvePrivateKey
    by: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """What a house must know of a counter: its public keys (``seal``, ``time``: SPKI, base64) and its officials."""

    code: str
    agency: str
    office: str
    journal: str
    packs: str
    seal: str
    time: str
    officials: tuple[Mapping[str, str], ...]

    @property
    def verifier(self) -> Verifier:
        return parse_verifier(self.journal)


def make_counter(folder: Path, *, code: str, house: Verifier, clerks: Sequence[Clerk]) -> str:
    """New keys in ``folder``; returns the card to carry to the house, signed by the counter. Raises CounterRefused."""
    _require_clerks(clerks)
    agency, _, rest = code.partition("/")
    office, _, name = rest.partition("/")
    if not (agency and office and name):
        raise CounterRefused("A counter is called AGENCY/OFFICE/NAME, for example dukcapil/31.71/1.")
    signer = Signer(code, Ed25519PrivateKey.generate())
    packs, seal, time = X25519PrivateKey.generate(), _new_p256(), _new_p256()
    secret = {
        "journal": encode_base64(signer.secret.private_bytes_raw()),
        "packs": encode_base64(packs.private_bytes_raw()),
        "seal": _scalar(seal),
        "time": _scalar(time),
    }
    card = Card(
        code=code,
        agency=agency,
        office=office,
        journal=str(signer.verifier),
        packs=encode_base64(packs.public_key().public_bytes_raw()),
        seal=_spki(seal),
        time=_spki(time),
        officials=tuple({"number": clerk.number, "name": clerk.name} for clerk in clerks),
    )
    note = sign_note(canonical_bytes(asdict(card)).decode() + "\n", signer)
    _write_once(folder, {"card": note, "house": str(house), **_locked_for_pairs(canonical_bytes(secret), clerks)})
    return note


def read_card(note: str) -> Card:
    """The counter's card, signed by the key it names. Raises CounterRefused."""
    try:
        stated = json.loads(note.partition("\n")[0])
        card = Card(**{**stated, "officials": tuple(stated["officials"])})
        open_note(note, card.verifier)
    except (BadNote, ValueError, TypeError, LookupError) as error:
        raise CounterRefused(f"This is not the card of a counter ({error}). Carry it over again.") from error
    return card


def read_house(folder: Path) -> Verifier:
    """The key of the house that this counter works for. Raises CounterRefused."""
    return parse_verifier(_read(folder)["house"])


def open_keys(folder: Path, pins: Mapping[str, str]) -> CounterKeys:
    """The keys, for two officials: person number and PIN of the issuer, then of the witness. Raises CounterRefused."""
    kept = _read(folder)
    if len(pins) != 2 or not set(pins) <= set(kept["salts"]):
        raise CounterRefused("Two different officials of this counter open it together: who issues, and who watches.")
    issuer, witness = pins
    pair = "+".join(sorted(pins))
    parts = [_stretched(pins[number], decode_base64(kept["salts"][number])) for number in sorted(pins)]
    try:
        opened = ChaCha20Poly1305(_pair_key(parts)).decrypt(_ZERO_NONCE, decode_base64(kept["locked"][pair]), None)
    except InvalidTag as error:
        raise CounterRefused("One of the two PINs is wrong. Nothing was opened; try again.") from error
    secret = json.loads(opened)
    code = read_card(kept["card"]).code
    return CounterKeys(
        code=code,
        journal=Signer(code, Ed25519PrivateKey.from_private_bytes(decode_base64(secret["journal"]))),
        packs=X25519PrivateKey.from_private_bytes(decode_base64(secret["packs"])),
        seal=ec.derive_private_key(int(secret["seal"], 16), ec.SECP256R1()),
        time=ec.derive_private_key(int(secret["time"], 16), ec.SECP256R1()),
        by=(issuer, witness),
    )


def _require_clerks(clerks: Sequence[Clerk]) -> None:
    if len({clerk.number for clerk in clerks}) < 2 or len({clerk.number for clerk in clerks}) < len(clerks):
        raise CounterRefused("A counter needs at least two different officials: one issues, another watches.")
    if any(len(clerk.pin) < SHORTEST_PIN for clerk in clerks):
        raise CounterRefused(f"A PIN has at least {SHORTEST_PIN} characters.")


def _locked_for_pairs(secret: bytes, clerks: Sequence[Clerk]) -> dict[str, Any]:
    """The secret once for every pair. A wrong PIN of one cannot be told from one of the other: both must be guessed."""
    salts = {clerk.number: secrets.token_bytes(16) for clerk in clerks}
    stretched = {clerk.number: _stretched(clerk.pin, salts[clerk.number]) for clerk in clerks}
    locked = {}
    for pair in itertools.combinations(sorted(stretched), 2):
        key = _pair_key([stretched[number] for number in pair])
        locked["+".join(pair)] = encode_base64(ChaCha20Poly1305(key).encrypt(_ZERO_NONCE, secret, None))
    return {"salts": {number: encode_base64(salt) for number, salt in salts.items()}, "locked": locked}


def _stretched(pin: str, salt: bytes) -> bytes:
    return Scrypt(salt, 32, _WORK, 8, 1).derive(pin.encode())


def _pair_key(parts: Sequence[bytes]) -> bytes:
    return HKDF(SHA256(), 32, None, b"gapura counter pair 1").derive(b"".join(parts))


def _new_p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _scalar(key: ec.EllipticCurvePrivateKey) -> str:
    return f"{key.private_numbers().private_value:x}"


def _spki(key: ec.EllipticCurvePrivateKey) -> str:
    return encode_base64(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _write_once(folder: Path, kept: Mapping[str, Any]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        opened = os.open(folder / "keys.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise CounterRefused(f"{folder} has a counter already. Put it away before making another.") from error
    with os.fdopen(opened, "w") as handle:
        json.dump(kept, handle)
        handle.flush()
        os.fsync(handle.fileno())


def _read(folder: Path) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = json.loads((folder / "keys.json").read_text())
    except (OSError, ValueError) as error:
        raise CounterRefused(f"There is no counter in {folder}. Make one: gapura counter init.") from error
    return kept
