"""Keys of programs: registered by the representative, asked for at each call; the call and its content are signed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.sectors.invoicing.actions.identities import confirm_business
from gapura.sectors.invoicing.models import MachineKey
from gapura.sectors.invoicing.permissions import MACHINE
from gapura.sectors.invoicing.queries.machines import access_keys, find_machine
from gapura.sectors.invoicing.types import CannotChange, UnknownMachine

ALGORITHM = "ES256"
CALL_SECONDS = 300
_MOST_LETTERS = 4_096
_MOST_KEYS = 10


def register_key(*, actor: Actor, title: str, public_key: Mapping[str, Any], now: datetime) -> MachineKey:
    """Let the program that holds the private key send invoices for the business. Raises AccessDenied, CannotChange."""
    business = confirm_business(actor, now=now)
    if sum(key.ended_at is None for key in access_keys(actor)) >= _MOST_KEYS:
        raise CannotChange(_("There are too many keys. End one that is no longer used."))
    with transaction.atomic():
        key = MachineKey.objects.create(
            code=new_code(11),
            business=business,
            title=title[:80],
            public_key=_public_part(public_key),
            registered_by=actor.person_number or "",
            registered_at=now,
        )
        _record(actor, "invoicing.key_registered", key)
    return key


def end_key(*, actor: Actor, code: str, now: datetime) -> None:
    """Let the program in no more. Ending twice changes nothing. Raises AccessDenied, CannotChange."""
    business = confirm_business(actor, now=now)
    with transaction.atomic():
        key = MachineKey.objects.select_for_update().filter(code=code, business=business).first()
        if key is None:
            raise CannotChange(_("There is no such key."))
        if key.ended_at is None:
            key.ended_at = now
            key.save(update_fields=["ended_at"])
            _record(actor, "invoicing.key_ended", key)


def accept_call(*, token: str, address: str, content: bytes, now: datetime) -> Actor:
    """Who sends ``content`` to ``address``: the program that signed for exactly that. Raises UnknownMachine.

    ``token``: a JWT (ES256, ``kid`` the key's code) with iss (the business), aud (the address), iat (just now), and
    ``sha256`` of the content in hex. It is at the same time the seller's signature, and kept with the invoice.
    """
    key = _key_of(token)
    try:
        claims = jwt.decode(token, ECKey.import_key(dict(key.public_key)), algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError) as error:
        raise UnknownMachine("The signature does not fit the registered key.") from error
    made = claims.get("iat")
    expected = {"iss": key.business, "aud": address, "sha256": hashlib.sha256(content).hexdigest()}
    wrong = [name for name, value in expected.items() if claims.get(name) != value]
    if not isinstance(made, int) or abs(now.timestamp() - made) > CALL_SECONDS:
        wrong.append("iat")
    if wrong:
        raise UnknownMachine(f"The signed call does not fit: {', '.join(wrong)}.")
    return Actor(
        ActorKind.SYSTEM,
        key.title,
        person_number=None,
        assurance=AssuranceLevel.SUBSTANTIAL,
        channel="api",
        principal=key.business,
        mandate=f"{MACHINE}:{key.code}",
    )


def _key_of(token: str) -> MachineKey:
    if not token or len(token) > _MOST_LETTERS:
        raise UnknownMachine("Send a signed JWT as bearer.")
    try:
        code = jws.extract_compact(token.encode()).headers().get("kid", "")
    except (JoseError, ValueError) as error:
        raise UnknownMachine("The bearer is no signed JWT.") from error
    key = find_machine(code) if isinstance(code, str) else None
    if key is None:
        raise UnknownMachine("The key is not registered, or was ended.")
    return key


def _public_part(given: Mapping[str, Any]) -> dict[str, str]:
    """Of what was pasted only the public key. Raises CannotChange when it is none of P-256."""
    try:
        key = ECKey.import_key(dict(given))
        public = key.as_dict(private=False)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise CannotChange(_("This is no public key in JWK form.")) from error
    if public.get("crv") != "P-256":
        raise CannotChange(_("The key must be one of P-256 (ES256)."))
    return {name: str(public[name]) for name in ("kty", "crv", "x", "y")}


def _record(actor: Actor, action: str, key: MachineKey) -> None:
    detail = {"business": key.business, "title": key.title}
    record_event(actor=actor, action=action, subject=key.business, object_ref=f"invoice-key:{key.code}", detail=detail)
