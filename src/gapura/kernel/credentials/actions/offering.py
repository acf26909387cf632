"""Offering a credential to the wallet that scans a code, for whoever also reads the digits on the screen."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gapura.foundation.codes import code_of, new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.credentials.facts import gather_facts
from gapura.kernel.credentials.models import Offer
from gapura.kernel.credentials.permissions import can_hold
from gapura.kernel.credentials.queries import find_kind, get_terms
from gapura.kernel.credentials.rules import CODE_DIGITS, code_digest, digest
from gapura.kernel.credentials.types import CannotIssue, OfferState
from gapura.kernel.identity.types import AccessDenied

_SECRET_LETTERS = 26  # 130 bits


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer's two secrets, which are stored nowhere: for the person's eyes, in the answer to their form."""

    offer: Offer
    secret: str
    code: str


def offer_credential(*, actor: Actor, kind: str, form_key: str, now: datetime) -> Offered:
    """A code that one wallet may exchange for the actor's own credential; the same form shows the same again.

    Asks the registers whether there is anything to say: must run outside a transaction. Raises AccessDenied,
    CannotIssue, ProviderUnavailable.
    """
    declared = find_kind(kind)
    if declared is None or not can_hold(actor):
        raise AccessDenied
    holder = str(actor.person_number)
    secret, digits = _secrets(holder, kind, form_key)
    form = digest(f"form {holder} {kind} {form_key}")
    offer = Offer.objects.filter(form_digest=form).first()
    if offer is None:
        number = new_code(11)
        gather_facts(actor=actor, kind=declared, person=holder, reference=f"WALLET-{number}", now=now)
        offer = _write(
            actor,
            Offer(
                number=number,
                form_digest=form,
                kind=kind,
                holder=holder,
                offered_at=now,
                expires_at=now + get_terms().offer_life,
                secret_digest=digest(secret),
                code_digest=code_digest(secret, digits),
            ),
        )
    if offer.state != OfferState.OPEN or now >= offer.expires_at:
        raise CannotIssue(_("This code has been used or is over. Make a new one."))
    return Offered(offer, secret, digits)


def _write(actor: Actor, offer: Offer) -> Offer:
    """The offer as it stands then; the twin where the same form arrived at the same moment."""
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
            record_event(
                actor=actor,
                action="credentials.offered",
                subject=offer.holder,
                object_ref=f"offer:{offer.number}",
                detail={"kind": offer.kind},
            )
    except IntegrityError:
        twin = Offer.objects.filter(form_digest=offer.form_digest).first()
        if twin is None:
            raise
        return twin
    return offer


def _secrets(holder: str, kind: str, form_key: str) -> tuple[str, str]:
    """Both drawn from the form's key under the house's secret: a page reloaded shows the same, and nobody kept it."""
    form = f"{holder}/{kind}/{form_key}"
    secret = code_of(salted_hmac("credentials.secret", form, algorithm="sha256").digest(), _SECRET_LETTERS)
    number = int.from_bytes(salted_hmac("credentials.code", form, algorithm="sha256").digest())
    return secret, str(number % 10**CODE_DIGITS).zfill(CODE_DIGITS)
