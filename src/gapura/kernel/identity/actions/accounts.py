"""Making accounts, proving whose they are, and changing what they sign in with."""

import re
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, AssuranceLevel
from gapura.kernel.identity.events import (
    AccountCreated,
    AccountDisabled,
    CredentialsChanged,
    IdentityProven,
    ProofEnded,
)
from gapura.kernel.identity.models import Account, IdentityProof, new_handle
from gapura.kernel.identity.types import CannotCreateAccount, CannotProveIdentity
from gapura.kernel.outbox.actions import publish

# A name begins with a letter, so it can never be taken for a person number.
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,63}")


def create_account(
    *,
    actor: Actor,
    login: str,
    password: str | None,
    email: str,
    language: str,
    now: datetime,
    handle: str | None = None,
) -> Account:
    """A new account that belongs to nobody yet. Raises CannotCreateAccount. Publishes AccountCreated.

    ``login`` is kept in lower case. The password needs 15 characters and must not be a common one
    (NIST SP 800-63B-4 §3.1.1.2); no other rule of composition. None: it signs in with passkeys alone, the first
    of which may have been made for this ``handle`` before there was an account.
    """
    name = login.strip().casefold()
    account = Account(login=name, email=email, language=language, created_at=now, handle=handle or new_handle())
    if not _LOGIN.fullmatch(name):
        raise CannotCreateAccount(
            _("A sign-in name begins with a letter and has 3 to 64 letters, digits, dots, hyphens or underscores.")
        )
    if password is not None:
        require_good_password(account, password)
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            record_event(actor=actor, action="identity.account_created", object_ref=f"account:{account.pk}")
            publish(AccountCreated(account_id=account.pk))
    except IntegrityError as error:
        raise CannotCreateAccount(_("This sign-in name is taken; choose another one.")) from error
    return account


def require_good_password(account: Account, password: str) -> None:
    """Raise CannotCreateAccount with the reasons why the account may not have this password."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise CannotCreateAccount(*error.messages) from error


def disable_account(*, actor: Actor, account_id: int) -> None:
    """End every session of the account and refuse new ones. Publishes AccountDisabled."""
    with transaction.atomic():
        Account.objects.filter(pk=account_id).update(is_active=False)
        end_every_session(account_id)
        record_event(actor=actor, action="identity.account_disabled", object_ref=f"account:{account_id}")
        publish(AccountDisabled(account_id=account_id))


def prove_identity(
    *, actor: Actor, account_id: int, person_number: str, level: AssuranceLevel, method: str, now: datetime
) -> None:
    """Record that the account belongs to this person, shown by ``method``. Publishes IdentityProven.

    Raises CannotProveIdentity when the number is malformed, or the account or the person has a live proof.
    """
    try:
        load(settings.GAPURA_JURISDICTION).person_numbers.parse(person_number)
    except BadPersonNumber as error:
        raise CannotProveIdentity(str(error)) from error
    try:
        with transaction.atomic():
            IdentityProof.objects.create(
                account_id=account_id, person_number=person_number, level=level, method=method, proven_at=now
            )
            touch_authority(account_id)
            record_event(
                actor=actor,
                action="identity.identity_proven",
                subject=person_number,
                object_ref=f"account:{account_id}",
                detail={"level": int(level), "method": method},
            )
            publish(IdentityProven(account_id=account_id, person_number=person_number, level=int(level)))
    except IntegrityError as error:
        raise CannotProveIdentity(
            "The account or the person has a proof already; end that one before recording another."
        ) from error


def end_proof(*, actor: Actor, account_id: int, now: datetime) -> None:
    """Let the account belong to nobody from now on: it acts for no person and in no post any more.

    Afterwards the person may be proven to another account. Publishes ProofEnded.
    """
    with transaction.atomic():
        proof = IdentityProof.objects.select_for_update().get(account_id=account_id, ended_at__isnull=True)
        proof.ended_at = now
        proof.save(update_fields=["ended_at"])
        touch_authority(account_id)
        record_event(
            actor=actor,
            action="identity.proof_ended",
            subject=proof.person_number,
            object_ref=f"account:{account_id}",
        )
        publish(ProofEnded(account_id=account_id, person_number=proof.person_number))


def change_language(*, actor: Actor, account: Account, language: str) -> None:
    """Let messages and pages reach the account in ``language`` from now on."""
    with transaction.atomic():
        account.language = language
        account.save(update_fields=["language"])
        record_event(actor=actor, action="identity.language_changed", object_ref=f"account:{account.pk}")


def set_password(*, actor: Actor, account: Account, password: str) -> None:
    """Change the password; all other sessions of the account end. Publishes CredentialsChanged."""
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        record_credentials_change(actor=actor, account=account, change="password")


def register_authenticator(*, actor: Actor, account_id: int, secret: str) -> None:
    """Give the account a second factor (time-based codes) with a known ``secret`` in base 32.

    For authenticators handed out by an office and for the demonstration; people set up their own on the
    security page. Replaces an earlier one. Publishes CredentialsChanged.
    """
    account = Account.objects.get(pk=account_id)
    with transaction.atomic():
        Authenticator.objects.update_or_create(
            user=account,
            type=Authenticator.Type.TOTP,
            defaults={"data": {"secret": get_adapter().encrypt(secret)}},
        )
        record_credentials_change(actor=actor, account=account, change="second_factor_added")


def end_sessions(*, actor: Actor, keep: str, session_id: int | None = None) -> None:
    """End one session of the actor's account, or all, but never the one with the key ``keep``."""
    sessions = UserSession.objects.filter(user_id=actor.account_id).exclude(session_key=keep)
    if session_id is not None:
        sessions = sessions.filter(pk=session_id)
    with transaction.atomic():
        for session in sessions:
            session.end()
        record_event(actor=actor, action="identity.sessions_ended", object_ref=f"account:{actor.account_id}")


def record_credentials_change(*, actor: Actor, account: Account, change: str) -> None:
    """Log and announce what changed about how an account signs in. Publishes CredentialsChanged, which lists them."""
    with transaction.atomic():
        record_event(
            actor=actor,
            action="identity.credentials_changed",
            object_ref=f"account:{account.pk}",
            detail={"change": change},
        )
        publish(CredentialsChanged(account_id=account.pk, change=change))


def end_every_session(account_id: int) -> None:
    """Nobody is signed in to the account any more, anywhere."""
    for session in UserSession.objects.filter(user_id=account_id):
        session.end()


def touch_authority(account_id: int) -> None:
    """Make every session of the account look again at what it may be."""
    Account.objects.filter(pk=account_id).update(authority=F("authority") + 1)
