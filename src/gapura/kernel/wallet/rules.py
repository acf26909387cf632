"""The life of a delivery in one table, its end, and its two secrets."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gapura.foundation.codes import normalized
from gapura.kernel.wallet.types import DeliveryState, PaperState

LIVE = frozenset({DeliveryState.SENT, DeliveryState.OPENED})
TRANSITIONS = {
    "open": (LIVE, DeliveryState.OPENED),
    "stop": (LIVE, DeliveryState.REVOKED),
    "close": (LIVE, DeliveryState.REVOKED),  # too many wrong codes
    "expire": (LIVE, DeliveryState.EXPIRED),
}
CODE_DIGITS = 6


def state_after(action: str, state: str) -> DeliveryState:
    """Where the action leads. Raises ValueError when the table has no such way."""
    sources, target = TRANSITIONS[action]
    if state not in sources:
        raise ValueError(f"A delivery that is {state} cannot {action}.")
    return target


def end_of_term(now: datetime, days: int, valid_until: date | None, zone: str) -> datetime:
    """``days`` from ``now``, but never beyond the paper's validity (its first day of not being valid)."""
    end = now + timedelta(days=days)
    if valid_until is None:
        return end
    return min(end, datetime.combine(valid_until, time.min, tzinfo=ZoneInfo(zone)))


def paper_state(is_revoked: bool, is_expired: bool, deliveries: Collection[str]) -> PaperState:
    """Where a paper stands in the wallet, from its own validity and the states of what was made of it."""
    if is_revoked:
        return PaperState.REVOKED
    if is_expired:
        return PaperState.EXPIRED
    if DeliveryState.OPENED in deliveries:
        return PaperState.OPENED
    return PaperState.SENT if DeliveryState.SENT in deliveries else PaperState.HELD


def token_digest(token: str) -> str:
    """What is stored of a link."""
    return hashlib.sha256(f"wallet link {normalized(token) or ''}".encode()).hexdigest()


def code_digest(token: str, code: str) -> str:
    """What is stored of a link's code: keyed by the link, so that the digest alone does not let codes be tried."""
    key = f"wallet code {normalized(token) or ''}"
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    return hmac.new(key.encode(), digits.encode(), hashlib.sha256).hexdigest()


def attempt_digest(attempt: str) -> str:
    """What is stored of the key of the page that opened a delivery."""
    return hashlib.sha256(f"wallet attempt {attempt}".encode()).hexdigest()
