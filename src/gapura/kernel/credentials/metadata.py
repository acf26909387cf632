"""What wallets and verifiers configure themselves with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from gapura.foundation.texts import Text
from gapura.kernel.credentials.keys import get_public_jwk, sign_jwt
from gapura.kernel.credentials.queries import get_issuer, get_status_address, get_terms, get_type_address
from gapura.kernel.credentials.rules import status_bits
from gapura.kernel.credentials.sd_jwt import ALGORITHM
from gapura.kernel.credentials.types import CredentialKind

PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def describe_issuer(title: Text) -> dict[str, Any]:
    """Credential Issuer Metadata (OpenID4VCI §12.2.4)."""
    return {
        "credential_issuer": get_issuer(),
        "credential_endpoint": _page("credentials:credential"),
        "nonce_endpoint": _page("credentials:nonce"),
        "display": [{"name": name, "locale": language} for language, name in title.items()],
        "credential_configurations_supported": {code: _configuration(one) for code, one in get_terms().kinds.items()},
    }


def describe_authorization_server() -> dict[str, Any]:
    """Authorization Server Metadata (RFC 8414, OpenID4VCI §12.3): a code from our page, nothing else."""
    return {
        "issuer": get_issuer(),
        "token_endpoint": _page("credentials:token"),
        "grant_types_supported": [PRE_AUTHORIZED],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def describe_keys(*, now: datetime) -> dict[str, Any]:
    """JWT VC Issuer Metadata (SD-JWT VC §4). Raises CannotSealDocument."""
    agencies = sorted({kind.agency for kind in get_terms().kinds.values()})
    return {"issuer": get_issuer(), "jwks": {"keys": [get_public_jwk(agency, now=now) for agency in agencies]}}


def describe_type(kind: CredentialKind) -> dict[str, Any]:
    """SD-JWT VC Type Metadata (SD-JWT VC §5): every claim is shown only if its holder wants."""
    return {
        "vct": get_type_address(kind.code),
        "name": kind.title["en"],
        "display": _display(kind.title),
        "claims": [
            {"path": [claim.name], "sd": "always", "display": _display(claim.title, "label")}
            for claim in kind.claims.values()
        ],
    }


def make_offer(kind: str, secret: str, length: int) -> dict[str, Any]:
    """A credential offer (OpenID4VCI §4.1.1) for the code that a wallet scans."""
    grant = {"pre-authorized_code": secret, "tx_code": {"length": length, "input_mode": "numeric"}}
    return {
        "credential_issuer": get_issuer(),
        "credential_configuration_ids": [kind],
        "grants": {PRE_AUTHORIZED: grant},
    }


def make_status_token(kind: CredentialKind, status_list: int, revoked: list[int], *, now: datetime) -> str:
    """A signed status list (Token Status List §5.1). Raises CannotSealDocument."""
    life = int(get_terms().status_life.total_seconds())
    claims = {
        "sub": get_status_address(kind.code, status_list),
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 4 * life,
        "ttl": life,
        "status_list": {"bits": 1, "lst": status_bits(revoked)},
    }
    return sign_jwt(kind.agency, "statuslist+jwt", claims, now=now)


def _configuration(kind: CredentialKind) -> dict[str, Any]:
    claims = [{"path": [claim.name], "display": _display(claim.title)} for claim in kind.claims.values()]
    return {
        "format": "dc+sd-jwt",
        "vct": get_type_address(kind.code),
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": [ALGORITHM],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": [ALGORITHM]}},
        "credential_metadata": {"display": _display(kind.title), "claims": claims},
    }


def _display(title: Mapping[str, str], word: str = "name") -> list[dict[str, str]]:
    return [{word: text, "locale": language} for language, text in title.items()]


def _page(name: str) -> str:
    return get_issuer().removesuffix("/credentials") + reverse(name)
