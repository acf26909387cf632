"""Sharing facts instead of papers: the person chooses fields, the receiver fetches them from the registers."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Evidence, EvidenceRequest, ExchangeRefusal, ProviderUnavailable
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.wallet.models import FactFetch, Sharing
from gapura.kernel.wallet.permissions import receives_for_agency, shares_for_themselves
from gapura.kernel.wallet.queries import find_receiver, get_sharing_terms, list_shareable_facts
from gapura.kernel.wallet.rules import attempt_digest
from gapura.kernel.wallet.types import CannotFetch, CannotShare

Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def share_facts(
    *,
    actor: Actor,
    receiver: str,
    facts: Mapping[str, Sequence[str]],
    purpose: str,
    days: int,
    is_once: bool,
    form_key: str,
    now: datetime,
) -> Sharing:
    """Let a registered receiver fetch these fields (codes by evidence type) about the actor, and no others.

    The same form shares once. Raises AccessDenied, CannotShare.
    """
    to = find_receiver(receiver)
    if not shares_for_themselves(actor) or to is None:
        raise AccessDenied
    chosen = {evidence_type: sorted(fields) for evidence_type, fields in facts.items() if fields}
    allowed = list_shareable_facts(to, on=local_day(now, settings.TIME_ZONE))
    if not chosen:
        raise CannotShare(_("Choose at least one fact."), "facts")
    if any(not set(fields) <= set(allowed.get(evidence_type, ())) for evidence_type, fields in chosen.items()):
        raise CannotShare(_("The receiver may not be told all of this. Choose from the list."), "facts")
    if days not in get_sharing_terms().term_days:
        raise CannotShare(_("Choose from the list how long."), "days")
    sharing = Sharing(
        number=new_code(11),
        form_digest=hashlib.sha256(f"facts form {actor.person_number}/{form_key}".encode()).hexdigest(),
        holder=str(actor.person_number),
        receiver=receiver,
        receiver_agency=to.agency,
        facts=chosen,
        purpose=purpose.strip()[:200],
        shared_at=now,
        expires_at=now + timedelta(days=days),
        most_fetches=1 if is_once else None,
    )
    return _write(actor, sharing)


def stop_sharing(*, actor: Actor, number: str, now: datetime) -> Sharing:
    """Let nothing be fetched from now on. Stopping twice changes nothing. Raises AccessDenied."""
    with transaction.atomic():
        sharing = Sharing.objects.select_for_update().filter(number=number).first()
        if sharing is None or not shares_for_themselves(actor) or sharing.holder != actor.person_number:
            raise AccessDenied
        if sharing.stopped_at is None:
            sharing.stopped_at = now
            sharing.save(update_fields=["stopped_at"])
            _record(actor, "wallet.sharing_stopped", sharing)
    return sharing


def fetch_facts(*, actor: Actor, receiver_agency: str, number: str, attempt: str, now: datetime) -> Facts:
    """The shared facts as the registers say them now, by evidence type, for the receiver's official or machine.

    ``attempt`` is the request's own key: a request that is replayed is refused. Every fetch asks the exchange under the
    receiver's agreement, so the person sees it among who asked about them. Must run outside a transaction. Raises
    AccessDenied, CannotFetch, ProviderUnavailable (then the fetch does not count).
    """
    sharing, fetch = _count(actor, receiver_agency, number, attempt, now)
    requests = [_request(sharing, evidence_type, fields, now) for evidence_type, fields in sharing.facts.items()]
    try:
        with transaction.atomic():
            opened = open_requests(actor=actor, requests=requests, now=now)
        answers = answer_requests(opened)
    except ProviderUnavailable:
        _take_back(actor, sharing, fetch)
        raise
    except ExchangeRefusal as refusal:
        _take_back(actor, sharing, fetch)
        raise CannotFetch(_("The agreement that this rests on has ended, or the consent was taken back.")) from refusal
    return {answer.evidence_type: answer.records for answer in answers if isinstance(answer, Evidence)}


def _count(actor: Actor, receiver_agency: str, number: str, attempt: str, now: datetime) -> tuple[Sharing, FactFetch]:
    """One fetch more, under the sharing's lock: after a stop nothing is counted, so nothing is asked."""
    key = attempt_digest(f"{receiver_agency}/{attempt}")
    with as_house("a receiver fetches what the person shared with it; the sharing judges"), transaction.atomic():
        sharing = Sharing.objects.select_for_update().filter(number=number).first()
        if sharing is None or not receiver_agency or sharing.receiver_agency != receiver_agency:
            raise AccessDenied
        if not sharing.is_standing(now):
            raise CannotFetch(_("This was stopped by its person, used up, or its term is over."))
        if FactFetch.objects.filter(attempt_digest=key).exists():
            raise CannotFetch(_("This request was made before. Make a new one."))
        sharing.fetch_count += 1
        sharing.save(update_fields=["fetch_count"])
        label = actor.label if receives_for_agency(actor) else ""
        fetch = FactFetch.objects.create(
            sharing=sharing, attempt_digest=key, fetched_at=now, fetched_by=actor.reference, label=label
        )
        _record(actor, "wallet.facts_fetched", sharing, times=sharing.fetch_count)
    return sharing, fetch


@as_house("a fetch that brought nothing is taken back")
def _take_back(actor: Actor, sharing: Sharing, fetch: FactFetch) -> None:
    with transaction.atomic():
        sharing = Sharing.objects.select_for_update().get(pk=sharing.pk)
        sharing.fetch_count -= 1
        sharing.save(update_fields=["fetch_count"])
        fetch.delete()
        _record(actor, "wallet.facts_not_given", sharing)


def _request(sharing: Sharing, evidence_type: str, fields: Sequence[str], now: datetime) -> EvidenceRequest:
    terms = get_sharing_terms()
    return EvidenceRequest(
        evidence_type=evidence_type,
        subject=sharing.holder,
        consumer=sharing.receiver_agency,
        case_number=f"FACTS-{sharing.number}",
        legal_ground=terms.legal_ground,
        purpose=terms.purpose,
        as_of=local_day(now, settings.TIME_ZONE),
        fields=frozenset(fields),
    )


def _write(actor: Actor, sharing: Sharing) -> Sharing:
    try:
        with transaction.atomic():
            sharing.save(force_insert=True)
            _record(actor, "wallet.facts_shared", sharing, until=sharing.expires_at.isoformat())
    except IntegrityError:
        twin = Sharing.objects.filter(form_digest=sharing.form_digest).first()
        if twin is None:
            raise
        return twin
    return sharing


def _record(actor: Actor, action: str, sharing: Sharing, **detail: str | int) -> None:
    fields = sorted(f"{evidence_type}.{name}" for evidence_type, names in sharing.facts.items() for name in names)
    record_event(
        actor=actor,
        action=action,
        subject=sharing.holder,
        object_ref=f"sharing:{sharing.number}",
        detail={"receiver": sharing.receiver, "fields": fields, **detail},
    )
