"""What an applicant may choose from, before anything is sent: what a register holds need not be typed."""

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.steps import country_day, one_write
from gapura.kernel.cases.queries import get_number_to_be
from gapura.kernel.cases.types import CannotSubmitApplication, RecordOffer
from gapura.kernel.catalogue.types import FormField, PublicService
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import Evidence, EvidenceRequest, FieldKind
from gapura.kernel.mandates.queries import list_principals


def offer_records(
    *, actor: Actor, service: PublicService, subject: str, idempotency_key: str, now: datetime
) -> dict[str, tuple[RecordOffer, ...]]:
    """The records of ``subject`` to choose from, by form field.

    Asked and logged under the number of the case to come, with no more fields than are shown. Raises
    CannotSubmitApplication for a person the actor may not ask for, ExchangeRefusal when a register does not answer.
    """
    day = country_day(now)
    if subject not in {one.number for one in list_principals(actor, service=service, on=day)}:
        raise CannotSubmitApplication("The register does not show this person as one the applicant may ask for.")
    requests = []
    for form_field in service.record_fields:
        need = service.find_need(form_field.of)
        requests.append(
            EvidenceRequest(
                evidence_type=need.type,
                subject=subject,
                consumer=service.agency,
                case_number=get_number_to_be(actor, idempotency_key),
                legal_ground=need.legal_ground,
                purpose=need.purpose,
                as_of=day,
                fields=frozenset({form_field.by, *form_field.shows}),
            )
        )
    with one_write():
        opened = open_requests(actor=actor, requests=requests, now=now)
    answers = answer_requests(opened)
    return {
        form_field.code: _offers(form_field, answer)
        for form_field, answer in zip(service.record_fields, answers, strict=True)
        if isinstance(answer, Evidence)
    }


def _offers(form_field: FormField, evidence: Evidence) -> tuple[RecordOffer, ...]:
    declared = find_evidence_type(evidence.evidence_type)
    kinds = {field.code: field.kind for field in declared.fields} if declared else {}
    offers: dict[str, RecordOffer] = {}
    for record in evidence.records:
        value = str(record[form_field.by])
        note = " · ".join(_said(record[name], kinds.get(name)) for name in form_field.shows)
        offers[value] = RecordOffer(value, note)
    return tuple(offers.values())


def _said(value: Any, kind: FieldKind | None) -> str:
    """The value as the form shows it: days in the reader's language."""
    return date_format(date.fromisoformat(value)) if kind is FieldKind.DATE and value else str(value)
