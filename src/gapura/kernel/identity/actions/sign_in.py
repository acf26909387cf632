"""Every attempt to sign in: refused when there were too many, recorded always."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import IntegrityError, transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, AssuranceLevel, system_actor
from gapura.kernel.identity.events import SignedIn, SignedInFromNewDevice
from gapura.kernel.identity.models import Account, PhoneSignIn, SignInRecord, UsedCode
from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.types import Origin, TooManyAttempts
from gapura.kernel.outbox.actions import publish

# NIST SP 800-63B-4 §3.2.2 allows at most 100 failures per account. Failures of strangers never count
# against a browser that signed in before (its own allowance), so nobody can be locked out by others.
_NETWORK_WINDOW, _NETWORK_FAILURES = timedelta(minutes=10), 30
_ACCOUNT_WINDOW, _STRANGER_FAILURES, _DEVICE_FAILURES = timedelta(hours=1), 20, 10

# Longer than any time step in which a time-based code is accepted.
_CODE_MEMORY = timedelta(minutes=10)

DEVICE_SALT = "gapura.identity.device"


def check_password(*, login: str, password: str, origin: Origin, now: datetime) -> Account | None:
    """The account when the password is right; None, in the same time, when anything is wrong.

    Records a failure. Raises TooManyAttempts.
    """
    account = find_account(login)
    require_attempts_left(account=account, login=login, origin=origin, now=now)
    if account is not None and account.is_active:
        if account.check_password(password):
            return account
    else:
        make_password(password)  # as slow as checking one, so time tells nothing about who exists
    record_failure(account=account, login=login, origin=origin, method="password", now=now)
    return None


def require_attempts_left(*, account: Account | None, login: str, origin: Origin, now: datetime) -> None:
    """Raise TooManyAttempts when this network, or this account from such a browser, failed too often."""
    failures = SignInRecord.objects.filter(succeeded=False)
    of_network = failures.filter(network=origin.network, at__gt=now - _NETWORK_WINDOW)
    device = _known_device(account, origin)
    of_target = failures.filter(target=_target(account, login), device=device, at__gt=now - _ACCOUNT_WINDOW)
    if of_network.count() >= _NETWORK_FAILURES or of_target.count() >= (
        _DEVICE_FAILURES if device else _STRANGER_FAILURES
    ):
        raise TooManyAttempts


def accept_code(*, account: Account, code: str, now: datetime) -> bool:
    """Whether a right one-time code may be used: True once, False ever after, on any number of workers."""
    UsedCode.objects.filter(account=account, used_at__lt=now - _CODE_MEMORY).delete()
    try:
        with transaction.atomic():
            UsedCode.objects.create(account=account, code=code, used_at=now)
    except IntegrityError:
        return False
    return True


def record_failure(*, account: Account | None, login: str, origin: Origin, method: str, now: datetime) -> None:
    """Count a wrong password or code against its network and account."""
    with transaction.atomic():
        _record(account, login, origin, method, now, succeeded=False)
        record_event(
            actor=system_actor("sign-in"),
            action="identity.sign_in_failed",
            object_ref=f"account:{account.pk}" if account else "",
            detail={"method": method},
        )


def record_sign_in(
    *, actor: Actor, account: Account, origin: Origin, method: str, level: AssuranceLevel, now: datetime
) -> None:
    """Record that a session began, and how strongly. Publishes SignedIn, and SignedInFromNewDevice when it is one.

    The very first device of an account is not news to its owner.
    """
    with transaction.atomic():
        is_new_device = not _known_device(account, origin) and account.sign_ins.filter(succeeded=True).exists()
        _record(account, account.login, origin, method, now, succeeded=True)
        record_event(
            actor=actor,
            action="identity.signed_in",
            object_ref=f"account:{account.pk}",
            detail={"method": method, "level": int(level)},
        )
        publish(SignedIn(account_id=account.pk, method=method, level=int(level)))
        if is_new_device:
            publish(SignedInFromNewDevice(account_id=account.pk, network=origin.network, agent=origin.agent))


def record_step_up(*, actor: Actor, level: AssuranceLevel) -> None:
    """Record that a session was confirmed: it is signed in as strongly as ``level`` from now on."""
    record_event(
        actor=actor,
        action="identity.sign_in_confirmed",
        object_ref=f"account:{actor.account_id}",
        detail={"level": int(level)},
    )


def record_sign_out(*, actor: Actor) -> None:
    """Record that a session was ended by its owner."""
    record_event(actor=actor, action="identity.signed_out", object_ref=f"account:{actor.account_id}")


def record_denial(*, actor: Actor, path: str) -> None:
    """Record that somebody asked for what they may not see (ASVS 16.3.2)."""
    record_event(actor=actor, action="identity.access_denied", detail={"path": path})


def record_capacity(*, actor: Actor) -> None:
    """Record that a session acts as ``actor`` from now on: privately or in a post."""
    record_event(actor=actor, action="identity.capacity_taken", object_ref=f"account:{actor.account_id}")


def forget_old_traces(*, now: datetime) -> None:
    """Delete ended sessions and codes that open nothing any more; attempts end with their retention class."""
    SessionStore.clear_expired()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    UsedCode.objects.filter(used_at__lt=now - _CODE_MEMORY).delete()
    PhoneSignIn.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()


def new_device_token(account: Account, origin: Origin) -> str:
    """A token by which a browser that signed in to the account is known again; the old one while it fits."""
    if _known_device(account, origin):
        return origin.device
    return signing.dumps([account.pk, secrets.token_hex(8)], salt=DEVICE_SALT)


def _record(
    account: Account | None, login: str, origin: Origin, method: str, now: datetime, *, succeeded: bool
) -> None:
    SignInRecord.objects.create(
        account=account,
        at=now,
        target=_target(account, login),
        network=origin.network,
        agent=origin.agent,
        device=_known_device(account, origin),
        method=method,
        succeeded=succeeded,
    )


def _target(account: Account | None, login: str) -> str:
    """The account, or a keyed digest of what was typed: people type passwords into the wrong field."""
    if account is not None:
        return f"account:{account.pk}"
    typed = login.strip().casefold().encode()
    return hmac.new(settings.SECRET_KEY.encode(), typed, hashlib.sha256).hexdigest()[:40]


def _known_device(account: Account | None, origin: Origin) -> str:
    """A short name of the browser when its token was given after signing in to this account, else nothing."""
    try:
        owner, _nonce = signing.loads(origin.device, salt=DEVICE_SALT, max_age=timedelta(days=365))
    except (signing.BadSignature, ValueError):
        return ""
    if account is None or owner != account.pk:
        return ""
    return hashlib.sha256(origin.device.encode()).hexdigest()[:32]
