"""Accounts, whose they are, and how their owners stop them."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.models import Account, IdentityProof
from gapura.kernel.identity.types import AccountInfo

_STOP_LINK_LIFE = timedelta(days=14)
_STOP_SALT = "gapura.identity.stop"


def find_account(login: str) -> Account | None:
    """The account with this sign-in name or, failing that, proven to be the person of this number.

    One statement whatever is found: a second one would tell by its time that the name does not exist.
    """
    typed = login.strip().casefold()
    of_person = Account.objects.filter(proofs__person_number=typed, proofs__ended_at__isnull=True)
    found = Account.objects.filter(login=typed).union(of_person, all=True)
    return min(found, key=lambda account: (account.login != typed, account.pk), default=None)


def find_account_of(person_number: str) -> AccountInfo | None:
    """How to reach a person: their active account, its language and e-mail. None when they have none."""
    proof = (
        IdentityProof.objects.select_related("account")
        .filter(person_number=person_number, ended_at__isnull=True, account__is_active=True)
        .first()
    )
    if proof is None:
        return None
    return AccountInfo(
        account_id=proof.account_id,
        person_number=proof.person_number,
        level=AssuranceLevel(proof.level),
        language=proof.account.language,
        email=proof.account.email,
    )


def find_person_of(account_id: int) -> str | None:
    """The number of the person the account is proven to belong to, or None."""
    proofs = IdentityProof.objects.filter(account_id=account_id, ended_at__isnull=True)
    return proofs.values_list("person_number", flat=True).first()


def find_handle_of(person_number: str) -> str | None:
    """What passkeys call the account of this person, stopped or not; None when they have none."""
    accounts = Account.objects.filter(proofs__person_number=person_number, proofs__ended_at__isnull=True)
    return accounts.values_list("handle", flat=True).first()


def make_stop_link(account_id: int) -> str:
    """The address with which the owner of the account can stop it, without signing in: once, within 14 days.

    Give it only to the owner, by inbox or mail.
    """
    stops = Account.objects.values_list("stops", flat=True).get(pk=account_id)
    token = signing.dumps([account_id, stops], salt=_STOP_SALT)
    return settings.GAPURA_PUBLIC_ADDRESS + reverse("identity:stop-by-link", args=[token])


def find_account_to_stop(token: str) -> Account | None:
    """The account that a stop link is for, or None when it was used, is old, or was never ours."""
    try:
        account_id, stops = signing.loads(token, salt=_STOP_SALT, max_age=_STOP_LINK_LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Account.objects.filter(pk=account_id, stops=stops, is_active=True).first()
