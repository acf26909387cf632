"""Ending credentials: by their holder at once, or since a register no longer says what they say."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.credentials.events import CredentialEnded
from gapura.kernel.credentials.facts import facts_digest, gather_facts
from gapura.kernel.credentials.models import Credential, Offer, Showing
from gapura.kernel.credentials.permissions import can_hold
from gapura.kernel.credentials.queries import find_kind, list_standing_credentials
from gapura.kernel.credentials.types import CannotIssue, EndReason, OfferState, ShowingState
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish

_KEEP_UNUSED = timedelta(days=1)


def stop_credential(*, actor: Actor, number: str, now: datetime) -> Credential:
    """Revoke the actor's own credential; stopping twice changes nothing. Raises AccessDenied.

    Publishes CredentialEnded.
    """
    with transaction.atomic():
        credential = Credential.objects.select_for_update().filter(number=number).first()
        if credential is None or not can_hold(actor) or credential.holder != actor.person_number:
            raise AccessDenied
        if credential.ended_at is None:
            _end(actor, credential, EndReason.STOPPED, now)
    return credential


def recheck_credentials(*, actor: Actor, person_number: str, now: datetime) -> int:
    """Revoke what the registers no longer say of this person; returns how many.

    Asks the registers: must run outside a transaction. Raises ProviderUnavailable: ask again later. Publishes
    CredentialEnded.
    """
    ended = 0
    for credential in list_standing_credentials(person_number, now=now):
        if not _still_holds(actor, credential, now):
            ended += _end_changed(actor, credential.pk, now)
    return ended


def end_credentials_of(*, actor: Actor, person_number: str, now: datetime) -> int:
    """Revoke whatever the person's wallet holds: they have died. How many. Publishes CredentialEnded."""
    return sum(_end_changed(actor, one.pk, now) for one in list_standing_credentials(person_number, now=now))


@as_house("the clock tells holders, and nobody signed in asks")
def tell_of_endings(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Tell holders, once, what will expire within the country's days; short-lived kinds need no word. How many."""
    ahead = now + timedelta(days=get_limit("credential_ending_days"))
    ending = Credential.objects.filter(
        ended_at__isnull=True, end_told_at__isnull=True, valid_until__gt=now, valid_until__lte=ahead
    )
    told = 0
    for pk in ending.order_by("valid_until").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            credential = Credential.objects.select_for_update().get(pk=pk)
            if credential.end_told_at is None and credential.is_standing(now):
                told += _tell_of_ending(actor, credential, now)
    return told


@as_house("what is over is cleared, whoever's it was")
def clear_over(*, actor: Actor, now: datetime) -> int:
    """Forget what was shown, and remove offers and requests that came to nothing; returns how many rows."""
    with transaction.atomic():
        emptied = Showing.objects.filter(state=ShowingState.SHOWN, expires_at__lte=now).exclude(shown={})
        count = emptied.update(shown={})
        day_ago = now - _KEEP_UNUSED
        count += Showing.objects.filter(state=ShowingState.ASKED, expires_at__lte=day_ago).delete()[0]
        unused = Offer.objects.exclude(state=OfferState.ISSUED).filter(expires_at__lte=day_ago)
        count += unused.delete()[0]
        if count:
            record_event(actor=actor, action="credentials.cleared", detail={"rows": count})
    return count


def _tell_of_ending(actor: Actor, credential: Credential, now: datetime) -> bool:
    credential.end_told_at = now
    credential.save(update_fields=["end_told_at"])
    kind = find_kind(credential.kind)
    if kind is None or credential.valid_until - credential.issued_at <= timedelta(
        days=get_limit("credential_ending_days")
    ):
        return False
    last_day = local_day(credential.valid_until, settings.TIME_ZONE) - timedelta(days=1)
    words = {f"service_{language}": said for language, said in kind.title.items()} | {"day": last_day.isoformat()}
    send_message(actor=actor, recipient=credential.holder, kind=MessageKind.CREDENTIAL_ENDS, context=words, now=now)
    return True


def _still_holds(actor: Actor, credential: Credential, now: datetime) -> bool:
    kind = find_kind(credential.kind)
    if kind is None:
        return False
    reference = f"WALLET-{credential.number}"
    try:
        facts = gather_facts(actor=actor, kind=kind, person=credential.holder, reference=reference, now=now)
    except CannotIssue:
        return False
    return facts_digest(credential.number, facts.claims) == credential.facts_digest


@as_house("a register changed, and nobody signed in asks")
def _end_changed(actor: Actor, pk: int, now: datetime) -> int:
    with transaction.atomic():
        credential = Credential.objects.select_for_update().get(pk=pk)
        if credential.ended_at is not None:
            return 0
        _end(actor, credential, EndReason.CHANGED, now)
    return 1


def _end(actor: Actor, credential: Credential, reason: EndReason, now: datetime) -> None:
    credential.ended_at, credential.end_reason = now, reason
    credential.save(update_fields=["ended_at", "end_reason"])
    record_event(
        actor=actor,
        action="credentials.ended",
        subject=credential.holder,
        object_ref=f"credential:{credential.number}",
        detail={"kind": credential.kind, "reason": reason},
    )
    publish(CredentialEnded(number=credential.number, kind=credential.kind, holder=credential.holder, reason=reason))
