"""Recovery codes: told once, kept as salted digests, each good for one sign-in.

A code is twelve digits, so that it is typed on a telephone's number keys. The first says which of the ten it is: one
slow digest is compared, not ten. The other eleven are drawn at random (36 bits).
"""

import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.actions.accounts import record_credentials_change
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.types import AccessDenied

_CODES = 10
_DIGITS = 12
_TYPE = Authenticator.Type.RECOVERY_CODES


def make_recovery_codes(*, actor: Actor, account: Account) -> list[str]:
    """Ten new codes, to be shown once; the old ones no longer work. Publishes CredentialsChanged.

    Raises AccessDenied where there is no second factor or passkey that they could stand in for.
    """
    codes = [f"{place}{secrets.randbelow(10 ** (_DIGITS - 1)):0{_DIGITS - 1}}" for place in range(_CODES)]
    # The library looks for codes of its own beside ours; it shall find none.
    data = {"digests": [make_password(code) for code in codes], "migrated_codes": []}
    with transaction.atomic():
        if not Authenticator.objects.filter(user=account).exclude(type=_TYPE).exists():
            raise AccessDenied
        Authenticator.objects.update_or_create(user=account, type=_TYPE, defaults={"data": data})
        record_credentials_change(actor=actor, account=account, change="recovery_codes")
    return codes


def use_recovery_code(*, account: Account, typed: str) -> Authenticator | None:
    """What the code belongs to where it is one of the account's unused ones, which is used up by this; else None."""
    code = "".join(letter for letter in typed if letter in "0123456789")
    if len(code) != _DIGITS:
        return None
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=account, type=_TYPE).first()
        if row is None or not check_password(code, row.data["digests"][int(code[0])]):
            return None
        row.data["digests"][int(code[0])] = ""
        row.save(update_fields=["data"])
    return row
