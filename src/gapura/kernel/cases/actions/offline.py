"""Documents of a counter without a network: prepared before the outage, made cases of after it (ADR 23)."""

from dataclasses import replace
from datetime import datetime

from gapura.foundation.appending import append_rows
from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text, in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import ROW_DIGEST, Actor
from gapura.kernel.cases.actions.checks import evidence_requests, findings_of
from gapura.kernel.cases.actions.fulfilment import fulfil_case, order_document
from gapura.kernel.cases.actions.steps import country_day, first_due_day, new_step, one_write
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.plugin import get_population_register
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import (
    DecisionMode,
    InvalidAnswers,
    PublicService,
    Relation,
    ServiceNotInForce,
)
from gapura.kernel.documents.types import DocumentOrder, SealedDocument
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import ExchangeRefusal

CHANNEL = "offline"


def prepare_document(
    *, actor: Actor, service_code: str, subject: str, purpose: Text, language: str, now: datetime
) -> DocumentOrder:
    """What the service would state of ``subject`` today, under a new case number, with no case yet.

    The registers are asked as for an application, each time with ``purpose``. Raises CannotSubmitApplication, in
    English for the operator, where an application would not be granted by rule alone.
    """
    try:
        service = get_service(service_code, on=country_day(now))
    except ServiceNotInForce as error:
        raise CannotSubmitApplication(f"The service {service_code} is not in force.") from error
    case = _prepared_case(service, subject, language, now)
    asked = [replace(request, purpose=purpose) for request in evidence_requests(service, case, country_day(now))]
    with one_write():
        opened = open_requests(actor=actor, requests=asked, now=now)
    try:
        findings = findings_of(service, case, answer_requests(opened))
    except ExchangeRefusal as refusal:
        raise CannotSubmitApplication(f"A register does not answer: {refusal}") from refusal
    if findings.refusal:
        raise CannotSubmitApplication(in_language(findings.refusal.reason, "en"))
    order = order_document(service, case, findings, now)
    if order is None:
        raise CannotSubmitApplication(f"{service_code} results in no document.")
    return order


def _prepared_case(service: PublicService, subject: str, language: str, now: datetime) -> Case:
    if service.decision.mode is not DecisionMode.AUTOMATIC:
        raise CannotSubmitApplication(f"An official decides {service.code}, so it cannot be prepared.")
    if service.effect or service.consents:
        raise CannotSubmitApplication(f"{service.code} changes a register or needs others; it cannot be prepared.")
    if service.fee.is_charged:
        raise CannotSubmitApplication(f"{service.code} costs a fee, which nobody can pay without a network.")
    if Relation.SELF not in {rule.relation for rule in service.applicants}:
        raise CannotSubmitApplication(f"Nobody asks for {service.code} for themselves.")
    try:
        answers = service.complete_answers({})
    except InvalidAnswers as error:
        raise CannotSubmitApplication(f"{service.code} needs answers ({error}), so it cannot be prepared.") from error
    office_code = get_population_register().find_office_code(subject, country_day(now))
    if office_code is None:
        raise CannotSubmitApplication("The population register has no such person.")
    return Case(
        number=new_code(11),
        service_code=service.code,
        service_version=service.version,
        service_title=dict(service.title),
        agency_code=service.agency,
        office_code=office_code,
        applicant=subject,
        subject=subject,
        relation=Relation.SELF,
        answers=answers,
        language=language,
        channel=CHANNEL,
        submitted_at=now,
    )


def adopt_document(*, actor: Actor, sealed: SealedDocument, now: datetime) -> Case:
    """Make the case of a document that was prepared here and issued offline, and let the document exist.

    The caller has compared it with what was prepared, and holds a transaction. Publishes CaseDecided.
    """
    order = sealed.order
    day = country_day(order.issued_at)
    service = get_service(order.service_code, on=day)
    case = _prepared_case(service, order.subject, order.languages[0], order.issued_at)
    case.number, case.idempotency_key = order.case_number, f"{CHANNEL}:{order.case_number}"
    case.submission_digest = digest([service.code, order.subject, case.relation, case.answers]).hex()
    case.status, case.next_check_at = CaseStatus.RECEIVED, now
    case.due_on, case.decided_at = first_due_day(order.issued_at, service.days), order.issued_at
    with one_write():
        case.save(force_insert=True)
        append_rows([new_step(case, "submit", actor=actor, now=order.issued_at)])
        record_event(
            actor=actor,
            action="cases.submit",
            subject=case.subject,
            object_ref=f"case:{case.number}",
            case_number=case.number,
            detail={"service": service.code, "channel": CHANNEL, ROW_DIGEST: case.logged_digest},
        )
        fulfil_case(case, service, (), sealed, actor=actor, now=now)
    return case
