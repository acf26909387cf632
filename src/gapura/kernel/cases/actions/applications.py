"""What a resident does: submit, take back, answer a question, appeal."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from gapura.foundation.appending import append_rows
from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.checks import PATIENCE, evidence_requests, settle_case
from gapura.kernel.cases.actions.steps import country_day, lock_case, move_case, new_step, one_write
from gapura.kernel.cases.events import CaseWithdrawn
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.permissions import is_applicant
from gapura.kernel.cases.plugin import get_population_register
from gapura.kernel.cases.rules import due_after_pause
from gapura.kernel.cases.types import (
    CannotChangeCase,
    CannotSubmitApplication,
    CaseNotFound,
    CaseStatus,
    IdempotencyConflict,
)
from gapura.kernel.catalogue.queries import get_limit, get_service, get_working_calendar
from gapura.kernel.catalogue.types import PublicService, Relation, ServiceNotInForce
from gapura.kernel.exchange.actions import ask_question, open_requests
from gapura.kernel.exchange.types import EvidenceRequest, ExchangeRefusal, OpenRequest
from gapura.kernel.outbox.actions import publish


def submit_application(
    *,
    actor: Actor,
    service_code: str,
    subject: str,
    relation: str,
    answers: Mapping[str, str],
    language: str,
    idempotency_key: str,
    now: datetime,
) -> Case:
    """Open a case, ask the registers, and decide it at once where the service lets a rule decide.

    The same key of the same applicant gives the same case, however often and at once it is sent. Raises
    CannotSubmitApplication (not in force, not entitled, not proven enough), IdempotencyConflict (same key,
    other content) or InvalidAnswers. Publishes CaseDecided when decided.
    """
    service = _open_service(actor, service_code, now)
    completed = service.complete_answers(answers)
    fingerprint = digest([service_code, subject, relation, completed]).hex()
    if relation != Relation.SELF and (earlier := _find_earlier(actor, idempotency_key, fingerprint)):
        return earlier  # before a register is asked again; for oneself the database tells on insert
    number = new_code(11)
    _require_entitled(actor, service, subject, relation, number, now)
    case = Case(
        number=number,
        subject=subject,
        relation=relation,
        answers=completed,
        language=language,
        idempotency_key=idempotency_key,
        submission_digest=fingerprint,
    )
    try:
        opened = _receive(actor, service, case, now)
    except IntegrityError:
        twin = _find_earlier(actor, idempotency_key, fingerprint)
        if twin is None:
            raise
        return twin
    return settle_case(actor=actor, case=case, service=service, opened=opened)


def withdraw_case(*, actor: Actor, number: str, now: datetime) -> Case:
    """Take the application back before it is decided. Raises CaseNotFound, CannotChangeCase."""
    with one_write():
        case = _own_case(actor, number)
        move_case(case, "withdraw", actor=actor, now=now, paused_at=None, next_check_at=None)
        publish(CaseWithdrawn(number=number, service_code=case.service_code))
        return case


def answer_supplement(*, actor: Actor, number: str, answers: str, now: datetime) -> Case:
    """Give what the official asked for; the clock runs on from here. Raises CaseNotFound, CannotChangeCase."""
    with one_write():
        case = _own_case(actor, number)
        paused_on = country_day(case.paused_at or now)
        due_on = due_after_pause(case.due_on, paused_on, country_day(now), get_working_calendar())
        move_case(
            case,
            "answer_supplement",
            actor=actor,
            now=now,
            note=answers.strip(),
            due_on=due_on,
            paused_at=None,
        )
        return case


def appeal_decision(*, actor: Actor, number: str, grounds: str, now: datetime) -> Case:
    """Object to a refusal within the term of the law. Raises CaseNotFound, CannotChangeCase."""
    with one_write():
        case = _own_case(actor, number)
        if case.appeal_until and country_day(now) > case.appeal_until:
            raise CannotChangeCase(_("The term for an appeal has ended. You can apply again at any time."))
        days = get_limit("appeal_decision_working_days")
        due_on = get_working_calendar().add_working_days(country_day(now), days)
        move_case(
            case,
            "appeal",
            actor=actor,
            now=now,
            note=grounds.strip(),
            due_on=due_on,
            closed_at=None,
            assigned_post="",
        )
        return case


def _own_case(actor: Actor, number: str) -> Case:
    case = lock_case(number)
    if not is_applicant(actor, case):
        raise CaseNotFound(number)
    return case


def _open_service(actor: Actor, code: str, now: datetime) -> PublicService:
    try:
        service = get_service(code, on=country_day(now))
    except ServiceNotInForce as error:
        raise CannotSubmitApplication(
            _("This service is not offered today. Search for it again: it may have a new name or begin later.")
        ) from error
    if actor.person_number is None:
        raise CannotSubmitApplication(_("Your account is not yet linked to a person. Visit an office with your ID."))
    if actor.assurance < service.assurance:
        raise CannotSubmitApplication(
            _("This service needs a stronger sign-in. Sign in again with your second factor.")
        )
    return service


def _find_earlier(actor: Actor, idempotency_key: str, fingerprint: str) -> Case | None:
    earlier = Case.objects.filter(applicant=actor.person_number, idempotency_key=idempotency_key).first()
    if earlier is not None and earlier.submission_digest != fingerprint:
        raise IdempotencyConflict(
            _("This form was already sent with other answers. Open “My cases” to see it, or start a new application.")
        )
    return earlier


def _require_entitled(
    actor: Actor, service: PublicService, subject: str, relation: str, number: str, now: datetime
) -> None:
    """Compare the person proven with the person asked for; anyone else needs a register that says so."""
    rule = service.find_applicant_rule(relation)
    refusal = CannotSubmitApplication(
        _("You may not apply for this person. You can apply for yourself and for those the register shows as yours.")
    )
    if rule is None:
        raise refusal
    if rule.relation is Relation.SELF:
        if subject != actor.person_number:
            raise refusal
        return
    try:
        answer = ask_question(
            actor=actor,
            request=EvidenceRequest(
                evidence_type=rule.evidence_type,
                subject=subject,
                consumer=service.agency,
                case_number=number,
                legal_ground=rule.legal_ground,
                purpose=rule.purpose,
                as_of=country_day(now),
                question=rule.question,
                parameters=rule.parameters_for(actor.person_number or ""),
            ),
            now=now,
        )
    except ExchangeRefusal as error:
        raise refusal from error
    if answer.holds is not True:
        raise refusal


def _receive(actor: Actor, service: PublicService, case: Case, now: datetime) -> Sequence[OpenRequest]:
    """The first transaction: the case, when to look at it again if we die, the log of what will be asked."""
    day = country_day(now)
    office_code = get_population_register().find_office_code(case.subject, day)
    if office_code is None:
        raise CannotSubmitApplication(
            _("The population register has no such person. Check the number, or visit an office to be registered.")
        )
    case.service_code, case.service_version = service.code, service.version
    case.service_title, case.agency_code = dict(service.title), service.agency
    case.office_code, case.applicant, case.channel = office_code, actor.person_number or "", actor.channel
    case.status, case.submitted_at, case.next_check_at = CaseStatus.RECEIVED, now, now + PATIENCE
    case.due_on = get_working_calendar().add_working_days(day, service.days.days)
    with one_write():
        case.save(force_insert=True)
        append_rows([new_step(case, "submit", actor=actor, now=now)])
        record_event(
            actor=actor,
            action="cases.submit",
            subject=case.subject,
            object_ref=f"case:{case.number}",
            case_number=case.number,
            detail={"service": service.code, "version": service.version, "relation": case.relation},
        )
        return open_requests(actor=actor, requests=evidence_requests(service, case, day), now=now)
