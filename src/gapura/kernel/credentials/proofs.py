"""Fresh nonces that nobody has to store, and the proofs a wallet makes with its key."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.crypto import salted_hmac

from gapura.foundation.canonical import digest
from gapura.kernel.credentials.rules import to_base64
from gapura.kernel.credentials.sd_jwt import Jwt, public_jwk, read_jwt, read_public_jwk, require_signed
from gapura.kernel.credentials.types import NotGenuine

_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A wallet's key, and the nonce it signed to prove that it has the private half."""

    key: ec.EllipticCurvePublicKey
    nonce: str

    @property
    def jwk(self) -> dict[str, str]:
        return public_jwk(self.key)

    @property
    def thumbprint(self) -> str:
        """RFC 7638, whose canonical form for such a key is ours."""
        return to_base64(digest(self.jwk))


class StaleNonce(Exception):
    """The nonce is not ours or too old; the wallet fetches another one."""


def make_nonce(*, now: datetime) -> str:
    """A nonce (OpenID4VCI §7) that says itself when it was made."""
    body = f"{secrets.token_urlsafe(16)}.{int(now.timestamp())}"
    return f"{body}.{_seal(body)}"


def require_fresh(nonce: str, *, now: datetime, life: timedelta) -> None:
    """Raises StaleNonce unless this house made it at most ``life`` ago."""
    body, _, seal = nonce.rpartition(".")
    made = body.rpartition(".")[2]
    if not nonce.isascii() or not hmac.compare_digest(seal, _seal(body)):
        raise StaleNonce
    if not 0 <= now.timestamp() - int(made) < life.total_seconds():
        raise StaleNonce


def check_key_proof(text: str, *, issuer: str, now: datetime, life: timedelta) -> KeyProof:
    """A key proof of type ``jwt`` (OpenID4VCI appendix F.1). Raises NotGenuine or StaleNonce."""
    jwt = read_jwt(text)
    if jwt.header.get("typ") != "openid4vci-proof+jwt":
        raise NotGenuine("typ must be openid4vci-proof+jwt.")
    if {"kid", "x5c", "trust_chain"} & jwt.header.keys():
        raise NotGenuine("The key must be in jwk, and nowhere else.")
    key = read_public_jwk(jwt.header.get("jwk"))
    require_signed(jwt, key)
    _require_made_now(jwt, audience=issuer, now=now, life=life)
    nonce = jwt.claims.get("nonce")
    if not isinstance(nonce, str):
        raise StaleNonce
    require_fresh(nonce, now=now, life=life)
    return KeyProof(key, nonce)


def check_key_binding(
    jwt: Jwt,
    confirmation: Mapping[str, Any],
    *,
    audience: str,
    nonce: str,
    sd_hash: str,
    now: datetime,
    life: timedelta,
) -> None:
    """The proof of whoever shows a credential that it is bound to them (RFC 9901 §4.3, §7.3). Raises NotGenuine."""
    if jwt.header.get("typ") != "kb+jwt":
        raise NotGenuine("typ must be kb+jwt.")
    require_signed(jwt, read_public_jwk(confirmation.get("jwk")))
    _require_made_now(jwt, audience=audience, now=now, life=life)
    if jwt.claims.get("nonce") != nonce:
        raise NotGenuine("The proof is for another request.")
    if jwt.claims.get("sd_hash") != sd_hash:
        raise NotGenuine("The proof is for other disclosures.")


def _require_made_now(jwt: Jwt, *, audience: str, now: datetime, life: timedelta) -> None:
    made = jwt.claims.get("iat")
    if jwt.claims.get("aud") != audience:
        raise NotGenuine("The proof is for somebody else.")
    if not isinstance(made, int) or isinstance(made, bool):
        raise NotGenuine("The proof says no time.")
    if not -_CLOCKS_DIFFER.total_seconds() <= now.timestamp() - made < life.total_seconds():
        raise NotGenuine("The proof is not fresh.")


def _seal(body: str) -> str:
    return to_base64(salted_hmac("credentials.nonce", body, algorithm="sha256").digest())
