"""SD-JWT (RFC 9901) as this house writes and reads it: flat claims, each disclosed by itself, ES256, key-bound.

Written out since the key that signs may sit in a hardware module, which libraries do not know. What is written is held
against two independent libraries in tests/standards/test_credentials.py.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gapura.kernel.credentials.rules import from_base64, to_base64
from gapura.kernel.credentials.types import NotGenuine

ALGORITHM = "ES256"
_ECDSA = ec.ECDSA(hashes.SHA256())
_HALF = 32  # bytes of each of the two numbers of a P-256 signature
_MOST_LETTERS = 65_536
_RESERVED = {"_sd", "...", "_sd_alg", "iss", "nbf", "exp", "cnf", "vct", "status"}  # SD-JWT VC §2.2.2.2

SignDigest = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Jwt:
    """A JWT in its parts; ``signed`` is what the signature stands for. Nothing is checked yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Presented:
    """An SD-JWT with key binding in its parts: ``disclosed`` are the claims shown, ``sd_hash`` is of ``bound``."""

    credential: Jwt
    disclosed: Mapping[str, Any]
    binding: Jwt
    bound: bytes


def write_jwt(header: Mapping[str, Any], claims: Mapping[str, Any], sign: SignDigest) -> str:
    """A signed JWT; ``sign`` gives the DER signature over a SHA-256 digest."""
    line = f"{_written(header)}.{_written(claims)}"
    r, s = decode_dss_signature(sign(hashlib.sha256(line.encode()).digest()))
    return f"{line}.{to_base64(r.to_bytes(_HALF, 'big') + s.to_bytes(_HALF, 'big'))}"


def write_sd_jwt(
    header: Mapping[str, Any], claims: Mapping[str, Any], disclosable: Mapping[str, Any], sign: SignDigest
) -> str:
    """An SD-JWT whose ``disclosable`` claims its holder shows one by one, in the order of their digests."""
    disclosures = [_written([to_base64(secrets.token_bytes(16)), *pair]) for pair in disclosable.items()]
    hidden = {"_sd": sorted(map(_digest, disclosures)), "_sd_alg": "sha-256"}
    return "~".join([write_jwt(header, {**claims, **hidden}, sign), *disclosures, ""])


def read_jwt(text: str) -> Jwt:
    """Raises NotGenuine for anything but a compact ES256 JWT without critical extensions."""
    try:
        head, body, signature = text.split(".")
        header, claims = _object(head), _object(body)
        jwt = Jwt(header, claims, f"{head}.{body}".encode("ascii"), from_base64(signature))
    except (ValueError, RecursionError) as error:
        raise NotGenuine("This is no signed JWT.") from error
    if header.get("alg") != ALGORITHM or {"crit", "b64"} & header.keys():
        raise NotGenuine("Only plain ES256 signatures are taken.")
    return jwt


def read_presented(text: str) -> Presented:
    """Take ``<JWT>~<disclosure>…~<key binding>`` apart; each disclosure must belong to the JWT. Raises NotGenuine."""
    if len(text) > _MOST_LETTERS or not text.isascii() or "~" not in text:
        raise NotGenuine("This is no SD-JWT, or too long.")
    first, *disclosures, last = text.split("~")
    if not last:
        raise NotGenuine("The proof of the holder's key is missing.")
    credential = read_jwt(first)
    bound = text[: len(text) - len(last)].encode()
    return Presented(credential, _open_disclosures(credential, disclosures), read_jwt(last), bound)


def require_signed(jwt: Jwt, key: ec.EllipticCurvePublicKey) -> None:
    """Raises NotGenuine when the key did not sign it."""
    if len(jwt.signature) != 2 * _HALF:
        raise NotGenuine("The signature does not fit.")
    r, s = int.from_bytes(jwt.signature[:_HALF]), int.from_bytes(jwt.signature[_HALF:])
    try:
        key.verify(encode_dss_signature(r, s), jwt.signed, _ECDSA)
    except InvalidSignature as error:
        raise NotGenuine("The signature does not fit.") from error


def bound_digest(presented: Presented) -> str:
    """What ``sd_hash`` must be (RFC 9901 §4.3.1)."""
    return to_base64(hashlib.sha256(presented.bound).digest())


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The key as a JWK (RFC 7518 §6.2)."""
    numbers = key.public_numbers()
    x, y = (to_base64(number.to_bytes(_HALF, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def read_public_jwk(jwk: Any) -> ec.EllipticCurvePublicKey:
    """A wallet's P-256 key. Raises NotGenuine, also when the wallet sent its private key along."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or "d" in jwk:
        raise NotGenuine("The key must be a public P-256 key.")
    try:
        x, y = (int.from_bytes(from_base64(jwk[name])) for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotGenuine("The key is none.") from error


def _open_disclosures(credential: Jwt, disclosures: list[str]) -> dict[str, Any]:
    hidden = credential.claims.get("_sd", [])
    if credential.claims.get("_sd_alg", "sha-256") != "sha-256" or not isinstance(hidden, list):
        raise NotGenuine("The disclosures' digests are not SHA-256.")
    disclosed: dict[str, Any] = {}
    for disclosure in disclosures:
        if _digest(disclosure) not in hidden:
            raise NotGenuine("A disclosure does not belong to this credential.")
        name, value = _read_disclosure(disclosure)
        if name in disclosed or name in credential.claims:
            raise NotGenuine("A claim is there twice.")
        disclosed[name] = value
    return disclosed


def _read_disclosure(disclosure: str) -> tuple[str, Any]:
    try:
        _salt, name, value = json.loads(from_base64(disclosure))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotGenuine("A disclosure cannot be read.") from error
    if not isinstance(name, str) or name in _RESERVED:
        raise NotGenuine("A disclosure has no such name.")
    return name, value


def _digest(disclosure: str) -> str:
    return to_base64(hashlib.sha256(disclosure.encode()).digest())


def _written(content: Any) -> str:
    return to_base64(json.dumps(content, separators=(",", ":")).encode())


def _object(part: str) -> dict[str, Any]:
    content = json.loads(from_base64(part))
    if not isinstance(content, dict):
        raise ValueError("no JSON object")
    return content
