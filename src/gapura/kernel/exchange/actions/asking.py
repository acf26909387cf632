"""Asking for evidence: agreed, logged, then answered.

The log is written first and committed; only then is anything read. A process that dies in between leaves a
request that looks answered: the log may say too much, never too little.
"""

import json
import secrets
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import connection, transaction

from gapura.foundation.appending import append_values, appending_together
from gapura.foundation.isolation import as_house
from gapura.foundation.row_digests import values_digest
from gapura.kernel.audit.actions import record_events
from gapura.kernel.audit.types import ROW_DIGEST, Actor, ActorKind, NewEvent
from gapura.kernel.exchange.actions.answering import answer_each, answer_requests
from gapura.kernel.exchange.models import NOT_IN_DIGEST, AccessRecord
from gapura.kernel.exchange.plugin import EvidenceSource, find_objection, find_provider
from gapura.kernel.exchange.types import (
    HOUSE,
    AccessOutcome,
    Answer,
    Evidence,
    EvidenceRequest,
    ExchangeRefusal,
    FieldNotAgreed,
    NoAgreement,
    OpenRequest,
    PostNotAgreed,
    ProviderUnavailable,
)

LOGGED_TOGETHER = 100  # one commit before they are asked, and one message to a node that takes so many


def open_requests(
    *, actor: Actor, requests: Sequence[EvidenceRequest], now: datetime, asked_as: frozenset[str] | None = None
) -> list[OpenRequest]:
    """Check the agreements and log every request, refused ones too, in the caller's transaction.

    Nothing is read yet: pass the result to :func:`answer_requests` after the commit. ``asked_as`` (see OpenRequest)
    is what the actor is, unless another node says it of its own official.
    """
    sources = [find_provider(request.evidence_type) for request in requests]
    asked_as = asked_as or _capacities(actor)
    standing = _list_terms(requests, now.date())
    opened = [_open(actor, *one, asked_as, standing, now) for one in zip(requests, sources, strict=True)]
    records = [_access_record(actor, one) for one in opened]
    with as_house("whoever asks, the request is logged"), appending_together():
        append_values(AccessRecord, records)
        pairs = zip(opened, records, strict=True)
        record_events(actor=actor, events=[_audit_event(one, record) for one, record in pairs])
        return _prepare(opened, sources)


def request_evidence_together(
    *, actor: Actor, requests: Sequence[EvidenceRequest], now: datetime
) -> list[Evidence | Answer | ExchangeRefusal]:
    """Log, commit, answer, a hundred at a time: each with its own outcome, in the order asked.

    What one node holds is asked in one message where it takes them in bulk. Raises nothing for what one is refused.
    """
    outcomes: list[Evidence | Answer | ExchangeRefusal] = []
    for start in range(0, len(requests), LOGGED_TOGETHER):
        with transaction.atomic():
            some = requests[start : start + LOGGED_TOGETHER]
            opened = open_requests(actor=actor, requests=some, now=now)
        outcomes += answer_each(opened)
    return outcomes


def request_evidence(*, actor: Actor, request: EvidenceRequest, now: datetime) -> Evidence:
    """Log, commit, answer. Raises what :func:`answer_requests` raises."""
    evidence = _ask(actor, request, now)
    if not isinstance(evidence, Evidence):
        raise TypeError("The request is a question; use ask_question.")
    return evidence


def ask_question(*, actor: Actor, request: EvidenceRequest, now: datetime) -> Answer:
    """Log, commit, answer a yes/no question. Raises what :func:`answer_requests` raises."""
    answer = _ask(actor, request, now)
    if not isinstance(answer, Answer):
        raise TypeError("The request asks for fields; use request_evidence.")
    return answer


def _ask(actor: Actor, request: EvidenceRequest, now: datetime) -> Evidence | Answer:
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=[request], now=now)
    return answer_requests(opened)[0]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What one agreement in force allows."""

    posts: frozenset[str]
    fields: frozenset[str]
    questions: frozenset[str]


# In plain SQL: every request asks this, and composing it cost three times as much as running it.
_IN_FORCE = """
    SELECT consumer, evidence_type, legal_ground, posts, fields, questions FROM exchange_agreement
    WHERE suspended_at IS NULL AND given_up_at IS NULL
    AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s) AND ({})
"""
_UNDER = "consumer = %s AND evidence_type = %s AND legal_ground = %s"
_Ground = tuple[str, str, str]


def _ground(request: EvidenceRequest) -> _Ground:
    return (request.consumer, request.evidence_type, request.legal_ground)


def _list_terms(requests: Sequence[EvidenceRequest], day: date) -> dict[_Ground, list[_Terms]]:
    """The agreements in force for all of ``requests``, by what they are found under."""
    grounds = list(dict.fromkeys(map(_ground, requests)))
    standing: dict[_Ground, list[_Terms]] = {ground: [] for ground in grounds}
    if not grounds:
        return standing
    statement = _IN_FORCE.format(" OR ".join([_UNDER] * len(grounds)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [day.isoformat(), day.isoformat(), *chain.from_iterable(grounds)])
        for *ground, posts, fields, questions in cursor.fetchall():
            standing[tuple(ground)].append(_read_terms(posts, fields, questions))
    return standing


@lru_cache(maxsize=1024)
def _read_terms(*texts: str) -> _Terms:
    return _Terms(*(frozenset(json.loads(text)) for text in texts))


def _capacities(actor: Actor) -> frozenset[str]:
    """What an agreement may name the actor by. Whoever is no official asks through the house."""
    if actor.kind is not ActorKind.OFFICIAL:
        return frozenset({HOUSE})
    return frozenset({actor.post_code or "", *(f"role:{role}" for role in actor.roles)})


def _open(
    actor: Actor,
    request: EvidenceRequest,
    provider: EvidenceSource | None,
    asked_as: frozenset[str],
    standing: Mapping[_Ground, Sequence[_Terms]],
    now: datetime,
) -> OpenRequest:
    return OpenRequest(
        request=request,
        access_id=secrets.token_hex(16),
        asked_at=now,
        provider=provider.agency_code if provider else "",
        refusal=_refusal(request, provider, asked_as, standing[_ground(request)]),
        asked_by=actor.reference,
        asked_as=asked_as,
    )


def _refusal(
    request: EvidenceRequest,
    provider: EvidenceSource | None,
    asked_as: frozenset[str],
    standing: Sequence[_Terms],
) -> ExchangeRefusal | None:
    if provider is None:
        return ProviderUnavailable(f"Nobody answers for {request.evidence_type}.")
    if not standing:
        return NoAgreement(
            f"{request.consumer} has no agreement in force for {request.evidence_type} under {request.legal_ground}."
        )
    open_to_asker = [terms for terms in standing if asked_as & terms.posts]
    if not open_to_asker:
        return PostNotAgreed(
            f"The agreement of {request.consumer} for {request.evidence_type} under {request.legal_ground} "
            f"does not name {', '.join(sorted(asked_as))}."
        )
    if not any(_covers(terms, request) for terms in open_to_asker):
        asked = request.question or ", ".join(sorted(request.fields))
        return FieldNotAgreed(f"The agreement of {request.consumer} for {request.evidence_type} excludes: {asked}.")
    return find_objection(request)


def _covers(terms: _Terms, request: EvidenceRequest) -> bool:
    if request.question:
        return request.question in terms.questions
    return bool(request.fields) and request.fields <= terms.fields


def _prepare(opened: Sequence[OpenRequest], sources: Sequence[EvidenceSource | None]) -> list[OpenRequest]:
    """What nobody refused is prepared by its source; what several may share, by that of the first."""
    prepared: dict[str, object] = {}
    shared: dict[Hashable, list[tuple[EvidenceSource, OpenRequest]]] = {}
    for one, source in zip(opened, sources, strict=True):
        if source is None or one.refusal:
            continue
        if (key := source.shares_with(one)) is None:
            prepared[one.access_id] = source.prepare(one)
        else:
            shared.setdefault(key, []).append((source, one))
    for its in shared.values():
        requests = [one for _, one in its]
        made = its[0][0].prepare_together(requests)
        prepared |= {one.access_id: what for one, what in zip(requests, made, strict=True)}
    return [one if (what := prepared.get(one.access_id)) is None else replace(one, prepared=what) for one in opened]


def _access_record(actor: Actor, opened: OpenRequest) -> dict[str, Any]:
    """The row as its values by column."""
    request = opened.request
    return {
        "access_id": opened.access_id,
        "requested_at": opened.asked_at,
        "visible_from": max(opened.asked_at, request.secret_until or opened.asked_at),
        "actor_reference": actor.reference,
        "actor_label": actor.label,
        "consumer": request.consumer,
        "provider": opened.provider,
        "evidence_type": request.evidence_type,
        "fields": sorted(request.fields),
        "question": request.question or "",
        "subject": request.subject,
        "legal_ground": request.legal_ground,
        "purpose": dict(request.purpose),
        "case_number": request.case_number,
        "outcome": AccessOutcome.REFUSED if opened.refusal else AccessOutcome.ASKED,
        "refusal": opened.refusal.code if opened.refusal else "",
        "answered_in_ms": None,
    }


def _audit_event(opened: OpenRequest, record: dict[str, Any]) -> NewEvent:
    request = opened.request
    return NewEvent(
        action="exchange.evidence_refused" if opened.refusal else "exchange.evidence_requested",
        subject=request.subject,
        object_ref=f"access:{opened.access_id}",
        case_number=request.case_number,
        detail={
            "consumer": request.consumer,
            "evidence_type": request.evidence_type,
            "fields": sorted(request.fields),
            "question": request.question or "",
            "legal_ground": request.legal_ground,
            ROW_DIGEST: values_digest(record, leave_out=NOT_IN_DIGEST),
        },
    )
