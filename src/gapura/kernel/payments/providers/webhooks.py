"""Signed callbacks as Standard Webhooks 1.0 has them: who sent it, when, and once."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from gapura.kernel.payments.rules import CALLBACK_LIFE
from gapura.kernel.payments.types import ForgedCallback


def sign_callback(secret: str, event_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The headers under which ``body`` counts as sent by whoever has the secret."""
    stamp = str(int(moment.timestamp()))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, event_id, stamp, body)}",
    }


def verify_callback(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The event's id. Raises ForgedCallback: wrong signature, too old, or from the future."""
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event_id or len(event_id) > 64 or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 11:
        raise ForgedCallback("The callback names no event or no time.")
    wanted = f"v1,{_signature(secret, event_id, stamp, body)}".encode()
    given = headers.get("webhook-signature", "").encode()
    if not any(hmac.compare_digest(wanted, one) for one in given.split(b" ")):
        raise ForgedCallback("The callback's signature is wrong.")
    if abs(now - datetime.fromtimestamp(int(stamp), UTC)) > CALLBACK_LIFE:
        raise ForgedCallback("The callback was signed too long ago, or the clocks differ.")
    return event_id


def _signature(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    signed = f"{event_id}.{stamp}.".encode() + body
    return base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()
