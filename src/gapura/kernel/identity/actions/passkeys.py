"""Adding, renaming and removing passkeys, and accepting what one answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions.accounts import record_credentials_change
from gapura.kernel.identity.actions.sign_in import accept_code
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.types import NewPasskey

_STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def add_passkey(*, actor: Actor, account: Account, passkey: NewPasskey) -> None:
    """Let the account sign in with one more passkey. Publishes CredentialsChanged."""
    with transaction.atomic():
        Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data=_data(passkey))
        record_credentials_change(actor=actor, account=account, change="passkey_added")


def rename_passkey(*, actor: Actor, account: Account, passkey_id: int, name: str) -> None:
    """Call one of the account's passkeys by another name. Raises Authenticator.DoesNotExist."""
    with transaction.atomic():
        row = _own(account, passkey_id)
        row.data["name"] = name
        row.save(update_fields=["data"])
        record_credentials_change(actor=actor, account=account, change="passkey_renamed")


def remove_passkey(*, actor: Actor, account: Account, passkey_id: int) -> None:
    """Let one of the account's passkeys open nothing any more; with the last strong way go the recovery codes.

    Raises Authenticator.DoesNotExist. Publishes CredentialsChanged.
    """
    with transaction.atomic():
        _own(account, passkey_id).delete()
        if not Authenticator.objects.filter(user=account, type__in=_STRONG).exists():
            Authenticator.objects.filter(user=account).delete()
        record_credentials_change(actor=actor, account=account, change="passkey_removed")


def accept_passkey(*, authenticator: Authenticator, challenge: str, counter: int, now: datetime) -> bool:
    """Whether a right answer may be used: once for a challenge, and only while the signature count grows.

    A count that does not grow is a copy of the key (WebAuthn level 3, §6.1.1); keys that do not count say 0.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if not accept_code(account=row.user, code=challenge, now=now):
            return False
        before = row.data.get("counter", 0)
        if (before or counter) and counter <= before:
            record_event(
                actor=system_actor("sign-in"),
                action="identity.passkey_copied",
                object_ref=f"account:{row.user_id}",
                detail={"passkey": row.pk, "count": counter, "count_before": before},
            )
            return False
        row.data["counter"] = counter
        row.save(update_fields=["data"])
        return True


def record_passkey_refused(*, path: str) -> None:
    """Record an answer that was not right. It counts against nobody: a passkey cannot be guessed."""
    record_event(
        actor=system_actor("sign-in"),
        action="identity.sign_in_failed",
        detail={"method": "passkey", "path": path},
    )


def _own(account: Account, passkey_id: int) -> Authenticator:
    passkeys = Authenticator.objects.select_for_update().filter(user=account, type=Authenticator.Type.WEBAUTHN)
    return passkeys.get(pk=passkey_id)


def _data(passkey: NewPasskey) -> Mapping[str, Any]:
    """As the library keeps it, and the count beside it."""
    return {"name": passkey.name, "credential": dict(passkey.credential), "counter": passkey.counter}
