"""Asking for evidence: agreed, logged, then answered.

The log is written first and committed; only then is anything read. A process that dies in between leaves a
request that looks answered: the log may say too much, never too little.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction

from gapura.foundation.appending import append_rows
from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import Actor, NewEvent
from gapura.kernel.exchange.models import AccessRecord, Agreement
from gapura.kernel.exchange.plugin import EvidenceProvider, find_evidence_type, find_provider
from gapura.kernel.exchange.types import (
    AccessOutcome,
    Answer,
    Evidence,
    EvidenceRequest,
    ExchangeRefusal,
    FieldNotAgreed,
    NoAgreement,
    OpenRequest,
    ProviderUnavailable,
)


class LogNotCommitted(Exception):
    """An answer was wanted inside the transaction that logs the request. Commit first; nothing was read."""


def open_requests(*, actor: Actor, requests: Sequence[EvidenceRequest], now: datetime) -> list[OpenRequest]:
    """Check the agreements and log every request, refused ones too, in the caller's transaction.

    Nothing is read yet: pass the result to :func:`answer_requests` after the commit.
    """
    agreements = _agreements_for(requests)
    opened = [_open(request, agreements, now) for request in requests]
    append_rows([_access_record(actor, one) for one in opened])
    record_events(actor=actor, events=[_audit_event(one) for one in opened])
    return opened


def answer_requests(opened: Sequence[OpenRequest]) -> list[Evidence | Answer]:
    """Answers in the order asked.

    Raises LogNotCommitted inside a transaction, the request's own refusal (NoAgreement, FieldNotAgreed),
    or ProviderUnavailable, which is logged as failed.
    """
    if any(not block._from_testcase for block in connection.atomic_blocks):  # type: ignore[attr-defined]
        raise LogNotCommitted("Answers are given after the request's log is committed; leave the transaction first.")
    for one in opened:
        if one.refusal is not None:
            raise one.refusal
    return [_answer(one) for one in opened]


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


def adopt_agreement(
    *,
    actor: Actor,
    code: str,
    consumer: str,
    evidence_type: str,
    fields: Sequence[str],
    questions: Sequence[str],
    legal_ground: str,
    purpose: Text,
    valid_from: date,
    valid_until: date | None,
) -> Agreement:
    """Put a standing agreement in force, or bring the one of that code to these terms.

    Raises ValueError when the evidence type is unknown or has no such field or question.
    """
    declared = find_evidence_type(evidence_type)
    if declared is None:
        raise ValueError(f"Agreement {code}: no evidence type is called {evidence_type}.")
    unknown = {*fields} - declared.field_codes | {*questions} - {q.code for q in declared.questions}
    if unknown:
        raise ValueError(f"Agreement {code}: {evidence_type} has no {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        agreement, _ = Agreement.objects.update_or_create(
            code=code,
            defaults={
                "consumer": consumer,
                "evidence_type": evidence_type,
                "fields": sorted(fields),
                "questions": sorted(questions),
                "legal_ground": legal_ground,
                "purpose": dict(purpose),
                "valid_from": valid_from,
                "valid_until": valid_until,
            },
        )
        record_event(actor=actor, action="exchange.agreement_adopted", object_ref=f"agreement:{code}")
    return agreement


def suspend_agreement(*, actor: Actor, code: str, now: datetime) -> None:
    """Stop all answers under the agreement at once. Raises Agreement.DoesNotExist."""
    _set_suspension(actor, code, "exchange.agreement_suspended", now)


def resume_agreement(*, actor: Actor, code: str) -> None:
    """Let a suspended agreement stand again. Raises Agreement.DoesNotExist."""
    _set_suspension(actor, code, "exchange.agreement_resumed", None)


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


def _agreements_for(requests: Sequence[EvidenceRequest]) -> list[Agreement]:
    return list(
        Agreement.objects.filter(
            consumer__in={r.consumer for r in requests},
            evidence_type__in={r.evidence_type for r in requests},
            legal_ground__in={r.legal_ground for r in requests},
            suspended_at__isnull=True,
        )
    )


def _open(request: EvidenceRequest, agreements: Sequence[Agreement], now: datetime) -> OpenRequest:
    provider = find_provider(request.evidence_type)
    return OpenRequest(
        request=request,
        access_id=secrets.token_hex(16),
        asked_at=now,
        provider=provider.agency_code if provider else "",
        refusal=_refusal(request, provider, agreements, now.date()),
    )


def _refusal(
    request: EvidenceRequest, provider: EvidenceProvider | None, agreements: Sequence[Agreement], day: date
) -> ExchangeRefusal | None:
    if provider is None:
        return ProviderUnavailable(f"Nobody answers for {request.evidence_type}.")
    standing = [a for a in agreements if _stands(a, request, day)]
    if not standing:
        return NoAgreement(
            f"{request.consumer} has no agreement in force for {request.evidence_type} under {request.legal_ground}."
        )
    if not any(_covers(agreement, request) for agreement in standing):
        asked = request.question or ", ".join(sorted(request.fields))
        return FieldNotAgreed(f"The agreement of {request.consumer} for {request.evidence_type} excludes: {asked}.")
    return None


def _stands(agreement: Agreement, request: EvidenceRequest, day: date) -> bool:
    return (
        agreement.consumer == request.consumer
        and agreement.evidence_type == request.evidence_type
        and agreement.legal_ground == request.legal_ground
        and agreement.valid_from <= day
        and (agreement.valid_until is None or day < agreement.valid_until)
    )


def _covers(agreement: Agreement, request: EvidenceRequest) -> bool:
    if request.question:
        return request.question in agreement.questions
    return bool(request.fields) and request.fields <= set(agreement.fields)


def _access_record(actor: Actor, opened: OpenRequest) -> AccessRecord:
    request = opened.request
    return AccessRecord(
        access_id=opened.access_id,
        requested_at=opened.asked_at,
        visible_from=max(opened.asked_at, request.secret_until or opened.asked_at),
        actor_reference=actor.reference,
        actor_label=actor.label,
        consumer=request.consumer,
        provider=opened.provider,
        evidence_type=request.evidence_type,
        fields=sorted(request.fields),
        question=request.question or "",
        subject=request.subject,
        legal_ground=request.legal_ground,
        purpose=dict(request.purpose),
        case_number=request.case_number,
        outcome=AccessOutcome.REFUSED if opened.refusal else AccessOutcome.ASKED,
        refusal=opened.refusal.code if opened.refusal else "",
    )


def _audit_event(opened: OpenRequest) -> NewEvent:
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
        },
    )


def _answer(opened: OpenRequest) -> Evidence | Answer:
    request, provider = opened.request, find_provider(opened.request.evidence_type)
    if provider is None:
        raise ProviderUnavailable(f"Nobody answers for {request.evidence_type}.")
    known_at = request.known_at or opened.asked_at
    try:
        if request.question:
            holds = provider.answer_question(
                request.question, request.subject, request.parameters, request.as_of, known_at
            )
            return Answer(
                request.evidence_type,
                request.question,
                request.subject,
                holds,
                opened.provider,
                opened.access_id,
            )
        records = provider.find_records(request.subject, request.fields, request.as_of, known_at)
    except ProviderUnavailable:
        AccessRecord.objects.filter(access_id=opened.access_id).update(outcome=AccessOutcome.FAILED)
        raise
    return Evidence(
        evidence_type=request.evidence_type,
        subject=request.subject,
        records=tuple({name: record.get(name) for name in sorted(request.fields)} for record in records),
        provider=opened.provider,
        as_of=request.as_of,
        known_at=known_at,
        access_id=opened.access_id,
    )
