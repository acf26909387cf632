"""Signing in with an outside provider. What it says is a claim; whose account it opens is decided here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.kernel.federation import rules
from gapura.kernel.federation.events import OutsideSignInLinked
from gapura.kernel.federation.models import OutsideSignIn
from gapura.kernel.federation.permissions import can_use_own_identity
from gapura.kernel.federation.queries import find_outside_sign_in, get_claim_terms
from gapura.kernel.federation.types import WrongPerson
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish


def link_outside_sign_in(
    *, actor: Actor, provider: str, subject: str, said: Mapping[str, str], now: datetime
) -> OutsideSignIn:
    """Let this user of the provider open the actor's account from now on.

    The actor has signed in here, and ``said`` (fact to value, from the verified ID token) must be what the
    register says of the actor, fact by fact. Raises WrongPerson, which is recorded, AccessDenied, and what the
    exchange raises. Not in a transaction. Publishes OutsideSignInLinked.
    """
    if not can_use_own_identity(actor) or actor.account_id is None or actor.person_number is None:
        raise AccessDenied
    registered = _ask_register(actor, actor.person_number, said, now)
    if not rules.is_same_person(said, registered):
        record_wrong_person(actor=actor, provider=provider)
        raise WrongPerson
    return _link(actor, actor.account_id, provider, subject, said, now)


def use_outside_sign_in(*, actor: Actor, link: OutsideSignIn, now: datetime) -> None:
    """Record that the account was opened by its outside sign-in."""
    with transaction.atomic():
        OutsideSignIn.objects.filter(pk=link.pk).update(last_used_at=now)
        record_event(
            actor=actor,
            action="federation.outside_sign_in_used",
            object_ref=f"account:{link.account_id}",
            detail={"provider": link.provider},
        )


def unlink_outside_sign_in(*, actor: Actor, link_id: int, now: datetime) -> None:
    """Let the outside sign-in open the actor's account no more. Raises AccessDenied when it is not theirs."""
    with transaction.atomic():
        own = OutsideSignIn.objects.filter(pk=link_id, account_id=actor.account_id or 0, ended_at__isnull=True)
        link = own.select_for_update().first()
        if link is None:
            raise AccessDenied
        link.ended_at = now
        link.save(update_fields=["ended_at"])
        record_event(
            actor=actor, action="federation.outside_sign_in_unlinked", object_ref=f"account:{actor.account_id}"
        )


def record_wrong_person(*, actor: Actor, provider: str) -> None:
    """Record that a provider spoke of somebody else than the person this was about."""
    record_event(
        actor=actor,
        action="federation.wrong_person",
        subject=actor.person_number,
        object_ref=f"account:{actor.account_id or ''}",
        detail={"provider": provider},
    )


def _link(
    actor: Actor, account_id: int, provider: str, subject: str, said: Mapping[str, str], now: datetime
) -> OutsideSignIn:
    try:
        with transaction.atomic():
            link = OutsideSignIn.objects.create(
                account_id=account_id, provider=provider, subject=subject, claims=dict(said), linked_at=now
            )
            record_event(
                actor=actor,
                action="federation.outside_sign_in_linked",
                subject=actor.person_number,
                object_ref=f"account:{account_id}",
                detail={"provider": provider, "facts": sorted(said)},
            )
            publish(OutsideSignInLinked(account_id=account_id, provider=provider))
            return link
    except IntegrityError as error:
        standing = find_outside_sign_in(provider, subject)
        if standing is not None and standing.account_id == account_id:
            return standing
        record_wrong_person(actor=actor, provider=provider)
        raise WrongPerson from error


def _ask_register(actor: Actor, person_number: str, said: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What the register says of the person, for each fact the provider named."""
    terms = get_claim_terms()
    fields = {fact: terms.matching_facts[fact] for fact in said}
    request = EvidenceRequest(
        evidence_type=terms.matching_evidence,
        subject=person_number,
        consumer=terms.matching_consumer,
        case_number="OUTSIDE-SIGN-IN",
        legal_ground=terms.matching_ground,
        purpose=terms.purpose,
        as_of=local_day(now, settings.TIME_ZONE),
        fields=frozenset(fields.values()),
    )
    record = request_evidence(actor=actor, request=request, now=now).record or {}
    return {fact: record.get(field) for fact, field in fields.items()}
