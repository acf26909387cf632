"""Asking for evidence: agreed, logged, then answered.

The log is written first and committed; only then is anything read. A process that dies in between leaves a
request that looks answered: the log may say too much, never too little.
"""

import json
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language, override

from gapura.foundation.appending import append_values, appending_together
from gapura.foundation.isolation import as_house
from gapura.foundation.row_digests import values_digest
from gapura.foundation.telemetry import measured
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import ROW_DIGEST, Actor, ActorKind, NewEvent
from gapura.kernel.exchange.models import NOT_IN_DIGEST, AccessRecord, Agreement
from gapura.kernel.exchange.plugin import EvidenceSource, find_evidence_type, find_objection, find_provider
from gapura.kernel.exchange.types import (
    ANSWER_STEP_MS,
    HOUSE,
    AccessOutcome,
    AgreementTerms,
    Answer,
    Evidence,
    EvidenceRequest,
    ExchangeRefusal,
    FieldNotAgreed,
    Given,
    NoAgreement,
    OpenRequest,
    PostNotAgreed,
    ProviderUnavailable,
)

HOLDERS_AT_ONCE = 8


class LogNotCommitted(Exception):
    """An answer was wanted inside the transaction that logs the request. Commit first; nothing was read."""


def open_requests(
    *, actor: Actor, requests: Sequence[EvidenceRequest], now: datetime, asked_as: frozenset[str] | None = None
) -> list[OpenRequest]:
    """Check the agreements and log every request, refused ones too, in the caller's transaction.

    Nothing is read yet: pass the result to :func:`answer_requests` after the commit. ``asked_as`` (see OpenRequest)
    is what the actor is, unless another node says it of its own official.
    """
    sources = [find_provider(request.evidence_type) for request in requests]
    asked_as = asked_as or _capacities(actor)
    opened = [_open(actor, *one, asked_as, now) for one in zip(requests, sources, strict=True)]
    records = [_access_record(actor, one) for one in opened]
    with as_house("whoever asks, the request is logged"), appending_together():
        append_values(AccessRecord, records)
        pairs = zip(opened, records, strict=True)
        record_events(actor=actor, events=[_audit_event(one, record) for one, record in pairs])
        return [_prepare(*one) for one in zip(opened, sources, strict=True)]


def answer_requests(opened: Sequence[OpenRequest], *, held_back: bool = False) -> list[Evidence | Answer]:
    """Answers in the order asked. Other nodes are asked at once, and each of them one thing after the other.

    Raises LogNotCommitted inside a transaction, the request's own refusal (NoAgreement, FieldNotAgreed),
    or ProviderUnavailable, which is logged as failed; of several the first in the order asked. ``held_back``: the
    caller logs and asks in one transaction and gives no answer away before its commit; only for a holder whose
    caller waits at the other end of a network.
    """
    in_transaction = any(not block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined]
    if in_transaction and not held_back:
        raise LogNotCommitted("Answers are given after the request's log is committed; leave the transaction first.")
    for one in opened:
        if one.refusal is not None:
            raise one.refusal
    said = _ask_at_once(opened)
    return [_answer(one, said.get(one.access_id)) for one in opened]


def note_answer_times(answers: Sequence[Evidence | Answer]) -> None:
    """Keep with each logged request how long its answer took, in the caller's transaction.

    :func:`answer_requests` writes nothing of what was answered: that would be one commit more for every request.
    """
    times = [(one.answered_in_ms, one.access_id) for one in answers if one.answered_in_ms is not None]
    if not times:
        return
    with as_house("whoever asked, the time of the answer is logged"), connection.cursor() as cursor:
        cursor.executemany("UPDATE exchange_accessrecord SET answered_in_ms = %s WHERE access_id = %s", times)


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


def adopt_agreements(*, actor: Actor, terms: Sequence[AgreementTerms]) -> None:
    """Put standing agreements in force, or bring those of the same codes to these terms.

    Raises ValueError when an evidence type is unknown or has no such field or question.
    """
    for one in terms:
        _require_known(one)
    with transaction.atomic():
        Agreement.objects.bulk_create(
            [Agreement(**_columns(one)) for one in terms],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=[field.name for field in fields(AgreementTerms) if field.name != "code"],
        )
        adopted = [NewEvent("exchange.agreement_adopted", object_ref=f"agreement:{one.code}") for one in terms]
        record_events(actor=actor, events=adopted)


def _require_known(terms: AgreementTerms) -> None:
    declared = find_evidence_type(terms.evidence_type)
    if declared is None:
        raise ValueError(f"Agreement {terms.code}: no evidence type is called {terms.evidence_type}.")
    unknown = {*terms.fields} - declared.field_codes | {*terms.questions} - {q.code for q in declared.questions}
    if unknown:
        raise ValueError(f"Agreement {terms.code}: {terms.evidence_type} has no {', '.join(sorted(unknown))}.")


def _columns(terms: AgreementTerms) -> dict[str, Any]:
    given = {field.name: getattr(terms, field.name) for field in fields(terms)}
    lists = {name: sorted(given[name]) for name in ("fields", "questions", "posts")}
    return given | lists | {"purpose": dict(terms.purpose)}


def suspend_agreement(*, actor: Actor, code: str, now: datetime) -> None:
    """Stop all answers under the agreement at once. Raises Agreement.DoesNotExist."""
    _set_suspension(actor, code, "exchange.agreement_suspended", now)


def resume_agreement(*, actor: Actor, code: str) -> None:
    """Let a suspended agreement stand again. Raises Agreement.DoesNotExist."""
    _set_suspension(actor, code, "exchange.agreement_resumed", None)


def give_up_agreement(*, actor: Actor, code: str, now: datetime) -> None:
    """End the agreement before its term, for good. Raises Agreement.DoesNotExist."""
    with transaction.atomic():
        agreement = Agreement.objects.select_for_update().get(code=code)
        agreement.given_up_at = now
        agreement.save(update_fields=["given_up_at"])
        record_event(actor=actor, action="exchange.agreement_given_up", object_ref=f"agreement:{code}")


def _set_suspension(actor: Actor, code: str, action: str, suspended_at: datetime | None) -> None:
    with transaction.atomic():
        agreement = Agreement.objects.select_for_update().get(code=code)
        agreement.suspended_at = suspended_at
        agreement.save(update_fields=["suspended_at"])
        record_event(actor=actor, action=action, object_ref=f"agreement:{code}")


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
    SELECT posts, fields, questions FROM exchange_agreement
    WHERE consumer = %s AND evidence_type = %s AND legal_ground = %s AND suspended_at IS NULL AND given_up_at IS NULL
    AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s)
"""


def _list_terms(request: EvidenceRequest, day: date) -> list[_Terms]:
    asked = (request.consumer, request.evidence_type, request.legal_ground, day.isoformat(), day.isoformat())
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, asked)
        return [_read_terms(*texts) for texts in cursor.fetchall()]


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
    now: datetime,
) -> OpenRequest:
    return OpenRequest(
        request=request,
        access_id=secrets.token_hex(16),
        asked_at=now,
        provider=provider.agency_code if provider else "",
        refusal=_refusal(request, provider, asked_as, now.date()),
        asked_by=actor.reference,
        asked_as=asked_as,
    )


def _refusal(
    request: EvidenceRequest,
    provider: EvidenceSource | None,
    asked_as: frozenset[str],
    day: date,
) -> ExchangeRefusal | None:
    if provider is None:
        return ProviderUnavailable(f"Nobody answers for {request.evidence_type}.")
    standing = _list_terms(request, day)
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


def _prepare(opened: OpenRequest, provider: EvidenceSource | None) -> OpenRequest:
    prepared = None if provider is None or opened.refusal else provider.prepare(opened)
    return opened if prepared is None else replace(opened, prepared=prepared)


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


@dataclass(frozen=True, slots=True)
class _Said:
    """What a holder gave, or how it refused, and how long that took."""

    given: Given | ExchangeRefusal
    took_ms: int


def _ask_at_once(opened: Sequence[OpenRequest]) -> dict[str, _Said]:
    """What other nodes say, by access id, where there are several to wait for.

    Their threads have the caller's context and language, which Django keeps by thread, and no connection. In a
    transaction everything stays with its own.
    """
    if len(opened) < 2 or connection.in_atomic_block:
        return {}
    by_holder: dict[str, list[OpenRequest]] = {}
    for one in opened:
        if holder := _waits_for(one):
            by_holder.setdefault(holder, []).append(one)
    if len(by_holder) < 2:
        return {}
    with ThreadPoolExecutor(min(len(by_holder), HOLDERS_AT_ONCE), thread_name_prefix="asking") as threads:
        asked = [threads.submit(copy_context().run, _ask_in_turn, its, get_language()) for its in by_holder.values()]
    said = {access_id: given for one in asked for access_id, given in one.result().items()}
    for access_id, heard in said.items():
        if isinstance(heard.given, ExchangeRefusal):
            _log_failure(access_id, heard.took_ms)
    return said


def _waits_for(opened: OpenRequest) -> str:
    provider = find_provider(opened.request.evidence_type)
    return provider.waits_for(opened) if provider else ""


def _ask_in_turn(opened: Sequence[OpenRequest], language: str | None) -> dict[str, _Said]:
    """Up to the first refusal: nobody will read what comes after it."""
    said: dict[str, _Said] = {}
    with override(language):
        for one in opened:
            said[one.access_id] = _hear(one)
            if isinstance(said[one.access_id].given, ExchangeRefusal):
                break
    return said


def _answer(opened: OpenRequest, heard: _Said | None) -> Evidence | Answer:
    said = heard or _hear(opened)
    if not isinstance(said.given, ExchangeRefusal):
        return _as_answer(opened, said.given, said.took_ms)
    if heard is None:
        _log_failure(opened.access_id, said.took_ms)
    raise said.given


def _hear(opened: OpenRequest) -> _Said:
    began = perf_counter()
    given: Given | ExchangeRefusal
    try:
        given = _give(opened)
    except ExchangeRefusal as refusal:
        given = refusal
    steps = int((perf_counter() - began) * 1000 / ANSWER_STEP_MS) + 1
    return _Said(given, steps * ANSWER_STEP_MS)


def _give(opened: OpenRequest) -> Given:
    with measured("exchange", provider=opened.provider):
        provider = find_provider(opened.request.evidence_type)
        if provider is None:
            raise ProviderUnavailable(f"Nobody answers for {opened.request.evidence_type}.")
        return provider.answer(opened)


def _log_failure(access_id: str, took_ms: int) -> None:
    with as_house("whoever asked, the failure is logged"):
        failed = AccessRecord.objects.filter(access_id=access_id)
        failed.update(outcome=AccessOutcome.FAILED, answered_in_ms=took_ms)


def _as_answer(opened: OpenRequest, given: Given, took_ms: int) -> Evidence | Answer:
    request = opened.request
    if request.question:
        return Answer(
            evidence_type=request.evidence_type,
            question=request.question,
            subject=request.subject,
            holds=given.holds,
            provider=opened.provider,
            access_id=opened.access_id,
            stale_since=given.stale_since,
            answered_in_ms=took_ms,
        )
    return Evidence(
        evidence_type=request.evidence_type,
        subject=request.subject,
        records=tuple({name: record.get(name) for name in sorted(request.fields)} for record in given.records),
        provider=opened.provider,
        as_of=request.as_of,
        known_at=request.known_at or opened.asked_at,
        access_id=opened.access_id,
        stale_since=given.stale_since,
        answered_in_ms=took_ms,
    )
