"""Standing agreements: adopted, suspended, resumed, given up."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db import transaction

from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import Actor, NewEvent
from gapura.kernel.exchange.models import Agreement
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import AgreementTerms


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
