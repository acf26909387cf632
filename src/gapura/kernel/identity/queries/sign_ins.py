"""How a session was signed in, with what, and from where."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.db.models import Min
from django.http import HttpRequest

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.models import Account, PhoneSignIn, SignInRecord
from gapura.kernel.identity.origins import address_of, origin_of
from gapura.kernel.identity.types import Familiarity

BY_PHONE = "phone"  # how a session was authenticated, in its own record


def sign_in_level(request: HttpRequest) -> AssuranceLevel:
    """How strongly this session was signed in: password low, with a code substantial, with a passkey high.

    Passkeys are only ever accepted after their owner's finger, face or PIN.
    """
    records = get_authentication_records(request, request.user)
    ways = {record.get("type") for record in records if _is_strong(record)}
    if Authenticator.Type.WEBAUTHN in ways:
        return AssuranceLevel.HIGH
    if ways:
        return AssuranceLevel.SUBSTANTIAL
    return max((AssuranceLevel(one["level"]) for one in records if _is_by_phone(one)), default=AssuranceLevel.LOW)


def is_by_phone(request: HttpRequest) -> bool:
    """Whether this session was begun at a terminal and confirmed on a phone: it is a borrowed device's."""
    return any(_is_by_phone(record) for record in get_authentication_records(request, request.user))


def find_confirmation(request: HttpRequest) -> tuple[datetime, AssuranceLevel] | None:
    """When this session last showed a second factor, and how strong that was; None when it never did."""
    records = [record for record in get_authentication_records(request, request.user) if _is_strong(record)]
    if not records:
        return None
    last = max(records, key=lambda record: float(record["at"]))
    is_passkey = last.get("type") == Authenticator.Type.WEBAUTHN
    return datetime.fromtimestamp(last["at"], UTC), AssuranceLevel.HIGH if is_passkey else AssuranceLevel.SUBSTANTIAL


def find_strongest_level(request: HttpRequest) -> AssuranceLevel:
    """The strongest second factor that the account behind the session has, shown in it or not."""
    return AssuranceLevel.HIGH if list_passkeys(cast(Account, request.user)) else AssuranceLevel.SUBSTANTIAL


def find_phone_sign_in(secret: str, *, now: datetime) -> PhoneSignIn | None:
    """What a scanned code asks to confirm; None when nobody asks, or not any more."""
    open_still = PhoneSignIn.objects.filter(confirmed_at__isnull=True, expires_at__gt=now)
    return open_still.filter(secret_digest=digest_of_phone_secret(secret)).first()


def digest_of_phone_secret(secret: str) -> str:
    """What is stored of the secret in a terminal's code."""
    return hashlib.sha256(secret.encode()).hexdigest()


def list_passkeys(account: Account) -> list[Authenticator]:
    """The account's passkeys, oldest first; ``data["name"]`` is what their owner calls them."""
    return list(Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def count_recovery_codes(account: Account) -> int:
    """How many of the account's recovery codes are left."""
    row = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES).first()
    return sum(map(bool, row.data["digests"])) if row else 0


def list_recent_sign_ins(account: Account, limit: int = 10) -> list[SignInRecord]:
    """The last attempts to sign in to the account, newest first."""
    return list(account.sign_ins.order_by("-at", "-pk")[:limit])


def get_familiarity(request: HttpRequest) -> Familiarity:
    """From where and with what the request comes, and since when its account has signed in so. Two queries."""
    here, account = get_whereabouts(request), cast(Account, request.user)
    before = account.sign_ins.filter(succeeded=True)
    return replace(
        here,
        device_since=before.filter(device=here.device).aggregate(first=Min("at"))["first"] if here.device else None,
        network_since=before.filter(network=here.network).aggregate(first=Min("at"))["first"],
    )


def get_whereabouts(request: HttpRequest) -> Familiarity:
    """As get_familiarity, without looking since when: no query."""
    origin = origin_of(request)
    device = hashlib.sha256(origin.device.encode()).hexdigest()[:32] if origin.device else ""
    return Familiarity(origin.network, origin.agent, None, None, device)


def get_address(request: HttpRequest) -> str:
    """The whole address that a request comes from; of X-Forwarded-For only what our own proxies wrote is believed."""
    return address_of(request)


def _is_strong(record: dict[str, Any]) -> bool:
    return bool(record["method"] == "mfa")


def _is_by_phone(record: dict[str, Any]) -> bool:
    return bool(record["method"] == BY_PHONE)
