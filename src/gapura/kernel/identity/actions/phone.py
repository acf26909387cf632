"""Signing in at a terminal with one's own phone: asked for there, confirmed here, taken there, each once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, AssuranceLevel, system_actor
from gapura.kernel.identity.models import Account, PhoneSignIn
from gapura.kernel.identity.queries import digest_of_phone_secret
from gapura.kernel.identity.types import Origin, PhoneSignInRefused

CODE_LIFE = timedelta(minutes=2)
STRONGEST = AssuranceLevel.SUBSTANTIAL  # whatever the phone has: a terminal is not the person's own device
_TERMINAL = system_actor("terminal")


@dataclass(frozen=True, slots=True)
class PhoneCode:
    """What a terminal shows: the secret in its picture, and digits to compare with those on the phone."""

    secret: str
    digits: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PhoneConfirmation:
    """Who confirmed, and how strongly they are signed in at the terminal from now on."""

    account: Account
    level: AssuranceLevel


def ask_phone(*, origin: Origin, now: datetime) -> PhoneCode:
    """A new code for a terminal, good for two minutes and one sign-in. Nobody is signed in yet."""
    code = PhoneCode(secrets.token_urlsafe(24), f"{secrets.randbelow(10_000):04}", now + CODE_LIFE)
    with transaction.atomic():
        asked = PhoneSignIn.objects.create(
            secret_digest=digest_of_phone_secret(code.secret),
            digits=code.digits,
            network=origin.network,
            agent=origin.agent,
            asked_at=now,
            expires_at=code.expires_at,
        )
        _record(_TERMINAL, "identity.phone_asked", asked)
    return code


def confirm_phone(*, actor: Actor, account: Account, secret: str, level: AssuranceLevel, now: datetime) -> None:
    """The person wants to be signed in where the code is shown. Raises PhoneSignInRefused.

    ``level``: how strongly the phone's own session is signed in; the terminal's is never stronger than STRONGEST.
    """
    with transaction.atomic():
        asked = _lock(secret, now)
        if asked.confirmed_at is not None:
            raise PhoneSignInRefused
        asked.account, asked.level, asked.confirmed_at = account, min(level, STRONGEST), now
        asked.save(update_fields=["account", "level", "confirmed_at"])
        _record(actor, "identity.phone_confirmed", asked)


def take_phone(*, secret: str, now: datetime) -> PhoneConfirmation | None:
    """For the terminal that asked, which alone keeps the secret in its session: who confirmed, once.

    None while nobody has. Raises PhoneSignInRefused when it was taken before, or is over, or the account is closed.
    """
    with transaction.atomic():
        asked = _lock(secret, now)
        if asked.account is None or asked.level is None:
            return None
        asked.used_at = now
        asked.save(update_fields=["used_at"])
        _record(_TERMINAL, "identity.phone_taken", asked)
        if not asked.account.is_active:
            return None
        return PhoneConfirmation(asked.account, AssuranceLevel(asked.level))


def _lock(secret: str, now: datetime) -> PhoneSignIn:
    asked = PhoneSignIn.objects.select_for_update().filter(secret_digest=digest_of_phone_secret(secret)).first()
    if asked is None or asked.used_at is not None or now >= asked.expires_at:
        raise PhoneSignInRefused
    return asked


def _record(actor: Actor, action: str, asked: PhoneSignIn) -> None:
    detail = {"network": asked.network}
    record_event(actor=actor, action=action, object_ref=f"phone-sign-in:{asked.pk}", detail=detail)
