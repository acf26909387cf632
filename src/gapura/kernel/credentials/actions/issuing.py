"""A wallet exchanges an offer for a token, and the token, with a proof of its key, for the credential (OpenID4VCI)."""

import hmac
import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.credentials.events import CredentialIssued
from gapura.kernel.credentials.facts import facts_digest, gather_facts
from gapura.kernel.credentials.keys import sign_sd_jwt
from gapura.kernel.credentials.models import Credential, Offer
from gapura.kernel.credentials.proofs import KeyProof, StaleNonce, check_key_proof
from gapura.kernel.credentials.queries import (
    find_kind,
    find_offer_of_token,
    get_issuer,
    get_status_address,
    get_terms,
    get_type_address,
)
from gapura.kernel.credentials.rules import STATUS_LIST_SIZE, code_digest, digest, state_after
from gapura.kernel.credentials.types import (
    CannotIssue,
    CredentialKind,
    GatheredFacts,
    NotGenuine,
    OfferState,
    ProtocolError,
)
from gapura.kernel.outbox.actions import publish

_PLACES_TRIED = 40
_NO_OFFER = "The code is unknown, used or over, or its digits are wrong. Ask for a new one."


@as_house("who has the code and its digits was given both by the person; the offer judges")
def redeem_offer(*, actor: Actor, secret: str, code: str, now: datetime) -> str:
    """An access token for the offer's code and digits, once. Raises ProtocolError, one and the same for every reason.

    So many wrong digits as the country allows close the offer.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        offer = Offer.objects.select_for_update().filter(secret_digest=digest(secret)).first()
        fits = hmac.compare_digest(code_digest(secret, code), offer.code_digest if offer else "")
        if offer is None or offer.state != OfferState.OPEN or now >= offer.expires_at:
            raise ProtocolError("invalid_grant", _NO_OFFER)
        if fits:
            offer.state, offer.token_digest = state_after("redeem", offer.state), digest(token)
            offer.expires_at = now + get_terms().token_life
            _save(actor, offer, "credentials.redeemed")
        else:
            _count_wrong_code(actor, offer)
    if not fits:
        raise ProtocolError("invalid_grant", _NO_OFFER)
    return token


def issue_credential(*, actor: Actor, token: str, kind: str, proof: str, now: datetime) -> str:
    """The credential as an SD-JWT VC, bound to the key that made the proof; one for each token.

    Asks the registers: must run outside a transaction. Raises ProtocolError, ProviderUnavailable, CannotSealDocument.
    Publishes CredentialIssued.
    """
    offer = find_offer_of_token(token, now=now)
    if offer is None or offer.state != OfferState.REDEEMED:
        raise ProtocolError("invalid_token", "The token is unknown, used or over.")
    declared = find_kind(kind)
    if declared is None or kind != offer.kind:
        raise ProtocolError("unknown_credential_configuration", "The token is for another credential.")
    checked = _check(proof, now)
    with as_house("the offer's person asked for it; the wallet proved that it has the offer"):
        try:
            facts = gather_facts(
                actor=actor, kind=declared, person=offer.holder, reference=f"WALLET-{offer.number}", now=now
            )
        except CannotIssue as refusal:
            raise ProtocolError("credential_request_denied", str(refusal)) from refusal
        try:
            return _issue(actor, offer, declared, facts, checked, now)
        except IntegrityError as error:
            raise ProtocolError("invalid_nonce", "This proof was used. Fetch a new nonce.") from error


def _check(proof: str, now: datetime) -> KeyProof:
    try:
        return check_key_proof(proof, issuer=get_issuer(), now=now, life=get_terms().nonce_life)
    except NotGenuine as refusal:
        raise ProtocolError("invalid_proof", str(refusal)) from refusal
    except StaleNonce as refusal:
        raise ProtocolError("invalid_nonce", "The nonce is not fresh. Fetch a new one.") from refusal


def _issue(
    actor: Actor, offer: Offer, kind: CredentialKind, facts: GatheredFacts, proof: KeyProof, now: datetime
) -> str:
    number = new_code(11)
    with transaction.atomic():
        offer = Offer.objects.select_for_update().get(pk=offer.pk)
        if offer.state != OfferState.REDEEMED:
            raise ProtocolError("invalid_token", "The token is unknown, used or over.")
        offer.state = state_after("issue", offer.state)
        offer.save(update_fields=["state"])
        status_list, place = _free_place(kind.code)
        credential = Credential.objects.create(
            number=number,
            offer=offer,
            kind=kind.code,
            holder=offer.holder,
            issued_at=now,
            valid_until=facts.valid_until,
            key_thumbprint=proof.thumbprint,
            nonce_digest=digest(proof.nonce),
            facts_digest=facts_digest(number, facts.claims),
            status_list=status_list,
            status_index=place,
        )
        record_event(
            actor=actor,
            action="credentials.issued",
            subject=offer.holder,
            object_ref=f"credential:{number}",
            detail={"kind": kind.code, "claims": sorted(facts.claims), "offer": offer.number},
        )
        publish(CredentialIssued(number=number, kind=kind.code, holder=offer.holder))
        return sign_sd_jwt(kind.agency, _claims(credential, proof), facts.claims, now=now)


def _claims(credential: Credential, proof: KeyProof) -> dict[str, Any]:
    """What everybody reads who is shown it: who issued it, when, to which key, and where its status is told."""
    place = {
        "idx": credential.status_index,
        "uri": get_status_address(credential.kind, credential.status_list),
    }
    return {
        "iss": get_issuer(),
        "vct": get_type_address(credential.kind),
        # Rounded down to the day: the second would make the one credential known again wherever it is shown.
        "iat": int(credential.issued_at.timestamp()) // 86_400 * 86_400,
        "exp": int(credential.valid_until.timestamp()),
        "cnf": {"jwk": proof.jwk},
        "status": {"status_list": place},
    }


def _free_place(kind: str) -> tuple[int, int]:
    """A place drawn at random: neighbors on the list were not issued one after the other."""
    issued = Credential.objects.filter(kind=kind)
    status_list = issued.count() // (STATUS_LIST_SIZE // 2)
    taken = issued.filter(status_list=status_list)
    for _try in range(_PLACES_TRIED):
        place = secrets.randbelow(STATUS_LIST_SIZE)
        if not taken.filter(status_index=place).exists():
            return status_list, place
    raise RuntimeError(f"No free place found on status list {status_list} of {kind}.")


def _count_wrong_code(actor: Actor, offer: Offer) -> None:
    offer.wrong_codes += 1
    if offer.wrong_codes >= get_terms().wrong_codes:
        offer.state = state_after("close", offer.state)
    _save(actor, offer, "credentials.code_refused")


def _save(actor: Actor, offer: Offer, action: str) -> None:
    offer.save()
    record_event(
        actor=actor,
        action=action,
        subject=offer.holder,
        object_ref=f"offer:{offer.number}",
        detail={"kind": offer.kind, "state": offer.state, "wrong_codes": offer.wrong_codes},
    )
