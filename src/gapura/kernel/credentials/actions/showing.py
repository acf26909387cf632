"""An official asks to be shown chosen claims; a wallet shows them, and nothing else is kept (OpenID4VP)."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.credentials.keys import require_signed_by
from gapura.kernel.credentials.models import Credential, Showing
from gapura.kernel.credentials.permissions import can_ask_to_show
from gapura.kernel.credentials.proofs import check_key_binding
from gapura.kernel.credentials.queries import find_kind, get_issuer, get_terms, get_type_address
from gapura.kernel.credentials.requests import get_verifier_name
from gapura.kernel.credentials.sd_jwt import Presented, bound_digest, read_presented
from gapura.kernel.credentials.types import CannotAsk, CredentialKind, NotGenuine, ShowingState
from gapura.kernel.identity.types import AccessDenied


def ask_to_show(*, actor: Actor, terms: str, now: datetime) -> Showing:
    """A request that one wallet may answer within minutes. Raises AccessDenied, CannotAsk."""
    if not can_ask_to_show(actor):
        raise AccessDenied
    asked = get_terms().showings.get(terms)
    if asked is None or actor.agency_code not in asked.agencies:
        raise CannotAsk(_("Your agency may not ask for this. Choose from the list."))
    with transaction.atomic():
        showing = Showing.objects.create(
            number=new_code(26),
            terms=terms,
            agency_code=actor.agency_code,
            asked_by=actor.reference,
            label=actor.label,
            nonce=secrets.token_urlsafe(32),
            asked_at=now,
            expires_at=now + get_terms().showing_life,
        )
        record_event(
            actor=actor,
            action="credentials.asked_to_show",
            object_ref=f"showing:{showing.pk}",
            detail={"terms": terms, "claims": list(asked.claims)},
        )
    return showing


@as_house("a wallet answers with what its holder chose to show; the request's number is its secret")
def take_showing(*, actor: Actor, number: str, presentation: str, now: datetime) -> Showing:
    """Take a wallet's answer, once, and keep the asked claims for the official's eyes.

    Raises NotGenuine; then the request goes on waiting. The holder reads who saw what.
    """
    with transaction.atomic():
        showing = Showing.objects.select_for_update().filter(number=number).first()
        if showing is None or showing.state != ShowingState.ASKED or now >= showing.expires_at:
            raise NotGenuine("The request is unknown, answered or over.")
        asked = get_terms().showings[showing.terms]
        kind = find_kind(asked.kind)
        assert kind is not None  # the country's file was read whole
        presented = read_presented(presentation)
        credential = _check(presented, kind, showing, now)
        missing = set(asked.claims) - presented.disclosed.keys()
        if missing:
            raise NotGenuine(f"Not shown: {', '.join(sorted(missing))}.")
        showing.state, showing.shown_at = ShowingState.SHOWN, now
        showing.credential, showing.holder = credential, credential.holder
        showing.shown = {name: presented.disclosed[name] for name in asked.claims}
        showing.expires_at = now + get_terms().showing_life
        showing.save()
        record_event(
            actor=actor,
            action="credentials.shown",
            subject=credential.holder,
            object_ref=f"showing:{showing.pk}",
            detail={"agency": showing.agency_code, "claims": list(asked.claims), "credential": credential.number},
        )
    return showing


def _check(presented: Presented, kind: CredentialKind, showing: Showing, now: datetime) -> Credential:
    """The credential that was shown, if it is ours, stands, and whoever shows it has its key. Raises NotGenuine."""
    jwt, claims = presented.credential, presented.credential.claims
    if jwt.header.get("typ") != "dc+sd-jwt" or claims.get("vct") != get_type_address(kind.code):
        raise NotGenuine("This is another kind of credential.")
    require_signed_by(kind.agency, jwt, now=now)
    end = claims.get("exp")
    if claims.get("iss") != get_issuer() or not isinstance(end, int) or now.timestamp() >= end:
        raise NotGenuine("The credential is not ours or has expired.")
    check_key_binding(
        presented.binding,
        _mapping(claims.get("cnf")),
        audience=get_verifier_name(showing, now=now),
        nonce=showing.nonce,
        sd_hash=bound_digest(presented),
        now=now,
        life=get_terms().showing_life,
    )
    found = _find_credential(kind.code, _mapping(_mapping(claims.get("status")).get("status_list")))
    if found is None or not found.is_standing(now):
        raise NotGenuine("The credential is revoked.")
    return found


def _find_credential(kind: str, place: Mapping[str, Any]) -> Credential | None:
    """By its place on the status list, which is its own."""
    status_list, index = str(place.get("uri")).rstrip("/").rpartition("/")[2], str(place.get("idx"))
    if not (status_list.isdecimal() and index.isdecimal()):
        return None
    places = Credential.objects.filter(kind=kind, status_list=int(status_list), status_index=int(index))
    return places.first()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
