"""WebAuthn: what the browser is asked, and whether what came back answers it.

A question stands in the session, is taken out when it is answered, rightly or not, and is old after five minutes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from fido2.cose import UnsupportedKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gapura.kernel.identity.models import Account
from gapura.kernel.identity.types import PasskeyRefused

QUESTION_LIFE = timedelta(minutes=5)
_QUESTION = "passkey_question"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A right answer, not yet accepted: whoever accepts it must refuse the ``challenge`` a second time."""

    authenticator: Authenticator
    challenge: str
    counter: int


def ask_for_new(request: HttpRequest, *, handle: str, name: str, account: Account | None, now: datetime) -> Any:
    """Options for a new passkey of the account with this user handle, as JSON for the browser."""
    options, state = _server().register_begin(
        user=PublicKeyCredentialUserEntity(id=handle.encode(), name=name, display_name=name),
        credentials=[key for _row, key in _keys(account)] if account else [],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, state, now)
    return dict(options)["publicKey"]


def ask(request: HttpRequest, *, account: Account | None, now: datetime) -> Any:
    """Options for an answer by any passkey of the account, or (None) by whatever passkey the person has here."""
    options, state = _server().authenticate_begin(
        credentials=[key for _row, key in _keys(account)] if account else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(request, state, now)
    return dict(options)["publicKey"]


def read_new(request: HttpRequest, credential: Any, *, now: datetime) -> int:
    """The signature count of a rightly made passkey. Raises PasskeyRefused."""
    state = _take(request, now)
    made = _understood(lambda: _server().register_complete(state, RegistrationResponse.from_dict(credential)))
    if not made.credential_data or isinstance(made.credential_data.public_key, UnsupportedKey):
        raise PasskeyRefused
    return made.counter


def read_answer(request: HttpRequest, credential: Any, *, account: Account | None, now: datetime) -> Answer:
    """Which passkey answered: one of the account, or (None) of the account it names. Raises PasskeyRefused."""
    state = _take(request, now)
    answer = _understood(lambda: AuthenticationResponse.from_dict(credential))
    owner = account or _owner(answer)
    if owner is None or not owner.is_active:
        raise PasskeyRefused
    keys = _keys(owner)
    used = _understood(lambda: _server().authenticate_complete(state, [key for _row, key in keys], answer))
    row = next(row for row, key in keys if key.credential_id == used.credential_id)
    return Answer(row, state["challenge"], answer.response.authenticator_data.counter)


def works_at(host: str) -> bool:
    """Whether passkeys work for a browser that reached us by this name: they know one address only."""
    return host == urlsplit(settings.GAPURA_PUBLIC_ADDRESS).netloc


def _server() -> Fido2Server:
    address = urlsplit(settings.GAPURA_PUBLIC_ADDRESS)
    ours = PublicKeyCredentialRpEntity(id=address.hostname or "", name="Gapura")
    return Fido2Server(ours, verify_origin=lambda origin: origin == f"{address.scheme}://{address.netloc}")


def _remember(request: HttpRequest, state: Mapping[str, Any], now: datetime) -> None:
    request.session[_QUESTION] = dict(state) | {"asked_at": now.isoformat()}


def _take(request: HttpRequest, now: datetime) -> dict[str, Any]:
    state: dict[str, Any] | None = request.session.pop(_QUESTION, None)
    if state is None or now - datetime.fromisoformat(state["asked_at"]) > QUESTION_LIFE:
        raise PasskeyRefused
    return state


def _keys(account: Account) -> list[tuple[Authenticator, AttestedCredentialData]]:
    rows = Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [(row, row.wrap().authenticator_data.credential_data) for row in rows]


def _owner(answer: AuthenticationResponse) -> Account | None:
    handle = _understood(lambda: (answer.response.user_handle or b"").decode("ascii"))
    # No handle of ours has other characters, and PostgreSQL takes no zero byte even to compare.
    return Account.objects.filter(handle=handle).first() if handle.isprintable() else None


def _understood(read: Callable[[], T]) -> T:
    """What ``read`` gives; whatever it stumbles over was sent by a stranger and is refused."""
    try:
        return read()
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, NotImplementedError) as error:
        raise PasskeyRefused from error
