"""What the house signs about a sign-in: the ID token, and the notice that it is over."""

import secrets
from datetime import datetime

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.federation.keys import sign
from gapura.kernel.federation.models import SiteSession
from gapura.kernel.federation.queries import get_issuer, get_subject
from gapura.kernel.federation.rules import half_hash

LIFE_SECONDS = 300
# How levels of assurance are called in ``acr`` (eIDAS, Regulation (EU) 2015/1502).
ACR = {level: f"http://eidas.europa.eu/LoA/{level.name.lower()}" for level in AssuranceLevel}
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def make_id_token(session: SiteSession, access_token: str, *, now: datetime) -> str:
    """Who signed in, when, how surely and how (OpenID Connect Core §2). No fact about the person beyond that."""
    claims = _claims(session, now) | {
        "nonce": session.nonce,
        "auth_time": int(session.signed_in_at.timestamp()),
        "acr": ACR[AssuranceLevel(session.assurance)],
        "amr": session.methods,
        "at_hash": half_hash(access_token),
    }
    return sign({name: value for name, value in claims.items() if value != ""})


def make_logout_token(session: SiteSession, *, now: datetime) -> str:
    """That a session is over (OpenID Connect Back-Channel Logout §2.4)."""
    claims = _claims(session, now) | {"jti": secrets.token_urlsafe(16), "events": {_LOGOUT_EVENT: {}}}
    return sign(claims, kind="logout+jwt")


def _claims(session: SiteSession, now: datetime) -> dict[str, object]:
    issued_at = int(now.timestamp())
    return {
        "iss": get_issuer(),
        "sub": get_subject(session),
        "aud": session.connection.client_id,
        "iat": issued_at,
        "exp": issued_at + LIFE_SECONDS,
        "sid": session.number,
    }
