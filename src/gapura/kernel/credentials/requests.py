"""What a verifier asks a wallet (OpenID4VP): the signed request, and the address in the code on the screen."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from gapura.kernel.credentials.keys import get_certificate_digest, sign_jwt
from gapura.kernel.credentials.models import Showing
from gapura.kernel.credentials.queries import get_issuer, get_terms, get_type_address
from gapura.kernel.credentials.rules import to_base64
from gapura.kernel.credentials.sd_jwt import ALGORITHM
from gapura.kernel.credentials.types import ShowingTerms

QUERY = "shown"
"""The id of the one credential query, by which the answer is found in ``vp_token``."""


def get_verifier_name(showing: Showing, *, now: datetime) -> str:
    """``client_id``: the agency by its certificate (OpenID4VP §5.9.3)."""
    return f"x509_hash:{to_base64(get_certificate_digest(showing.agency_code, now=now))}"


def make_request(showing: Showing, *, now: datetime) -> str:
    """The request object, signed by the agency (RFC 9101). Raises CannotSealDocument."""
    address = _address("credentials:answer", showing)
    formats = {"dc+sd-jwt": {"sd-jwt_alg_values": [ALGORITHM], "kb-jwt_alg_values": [ALGORITHM]}}
    claims = {
        "iss": get_verifier_name(showing, now=now),
        "aud": "https://self-issued.me/v2",
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "client_id": get_verifier_name(showing, now=now),
        "response_uri": address,
        "nonce": showing.nonce,
        "state": showing.number,
        "dcql_query": _query(get_terms().showings[showing.terms]),
        "client_metadata": {"vp_formats_supported": formats},
        "iat": int(now.timestamp()),
        "exp": int(showing.expires_at.timestamp()),
    }
    return sign_jwt(showing.agency_code, "oauth-authz-req+jwt", claims, now=now)


def get_wallet_address(showing: Showing, *, now: datetime) -> str:
    """What the code on the screen says: opens a wallet that fetches the request."""
    asked = {
        "client_id": get_verifier_name(showing, now=now),
        "request_uri": _address("credentials:request", showing),
    }
    return f"openid4vp://?{urlencode(asked)}"


def _query(terms: ShowingTerms) -> dict[str, Any]:
    """Digital Credentials Query Language, OpenID4VP §6."""
    asked = {
        "id": QUERY,
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [get_type_address(terms.kind)]},
        "claims": [{"path": [name]} for name in terms.claims],
    }
    return {"credentials": [asked]}


def _address(name: str, showing: Showing) -> str:
    return get_issuer().removesuffix("/credentials") + reverse(name, args=[showing.number])
