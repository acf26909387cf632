"""What a resident does: submit, take back, answer a question, appeal."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from gapura.foundation.appending import append_rows, insert_row
from gapura.foundation.canonical import digest
from gapura.kernel.audit.actions import record_events
from gapura.kernel.audit.types import ROW_DIGEST, Actor, NewEvent
from gapura.kernel.cases.actions.checks import PATIENCE, evidence_requests, settle_case
from gapura.kernel.cases.actions.effects import agency_of, limits_of
from gapura.kernel.cases.actions.fees import end_fee
from gapura.kernel.cases.actions.representation import confirm_application, note_use, own_case
from gapura.kernel.cases.actions.steps import country_day, first_due_day, move_case, new_step, one_write
from gapura.kernel.cases.events import CaseWithdrawn
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.plugin import find_company_office, get_population_register
from gapura.kernel.cases.queries import get_number_to_be
from gapura.kernel.cases.rules import due_after_pause
from gapura.kernel.cases.types import (
    CannotChangeCase,
    CannotSubmitApplication,
    CaseStatus,
    IdempotencyConflict,
)
from gapura.kernel.catalogue.queries import get_limit, get_service, get_working_calendar
from gapura.kernel.catalogue.types import FormFieldKind, InvalidAnswers, PublicService, Relation, ServiceNotInForce
from gapura.kernel.exchange.actions import open_requests
from gapura.kernel.exchange.types import OpenRequest
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.types import RefundGround
from gapura.kernel.photos.actions import claim_photo
from gapura.kernel.photos.types import PhotoNotUsable, PhotoRefused

_SENT = "SELECT 1 FROM cases_case WHERE applicant = %s AND idempotency_key = %s"


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
    _require_people(service, completed, now)
    fingerprint = digest([service_code, subject, relation, completed]).hex()
    # Before a register is asked again; for oneself the database tells on insert.
    is_sent = relation != Relation.SELF and _is_sent(actor, idempotency_key)
    if is_sent and (earlier := _find_earlier(actor, idempotency_key, fingerprint)):
        return earlier
    number = get_number_to_be(actor, idempotency_key)
    actor = confirm_application(actor, service, subject, relation, number, now)
    case = Case(
        number=number,
        subject=subject,
        relation=relation,
        mandate=actor.mandate,
        answers=completed,
        language=language,
        idempotency_key=idempotency_key,
        submission_digest=fingerprint,
    )
    try:
        opened = _receive(actor, service, case, now)
    except NotMandated as refusal:
        raise CannotSubmitApplication(str(refusal)) from refusal
    except IntegrityError:
        twin = _find_earlier(actor, idempotency_key, fingerprint)
        if twin is None:
            raise
        return twin
    return settle_case(actor=actor, case=case, service=service, opened=opened)


def withdraw_case(*, actor: Actor, number: str, now: datetime) -> Case:
    """Take the application back before it is decided. Raises CaseNotFound, CannotChangeCase."""
    with own_case(actor, number, "withdraw", now) as (case, actor):
        move_case(case, "withdraw", actor=actor, now=now, paused_at=None, next_check_at=None)
        end_fee(case, RefundGround.WITHDRAWN, actor=actor, now=now)
        publish(CaseWithdrawn(number=number, service_code=case.service_code))
        return case


def answer_supplement(*, actor: Actor, number: str, answers: str, now: datetime) -> Case:
    """Give what the official asked for; the clock runs on from here. Raises CaseNotFound, CannotChangeCase."""
    with own_case(actor, number, "answer_supplement", now) as (case, actor):
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
    with own_case(actor, number, "appeal", now) as (case, actor):
        if case.appeal_until and country_day(now) > case.appeal_until:
            raise CannotChangeCase(_("The term for an appeal has ended. You can apply again at any time."))
        days = get_limit(limits_of(case).appeal_decision_limit)
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


def _open_service(actor: Actor, code: str, now: datetime) -> PublicService:
    try:
        service = get_service(code, on=country_day(now))
    except ServiceNotInForce as error:
        raise CannotSubmitApplication(
            _("This service is not offered today. Search for it again: it may have a new name or begin later.")
        ) from error
    if service.page:
        raise CannotSubmitApplication(_("This service has a page of its own. Open it from the page of the service."))
    if actor.person_number is None:
        raise CannotSubmitApplication(_("Your account is not yet linked to a person. Visit an office with your ID."))
    if actor.assurance < service.assurance:
        raise CannotSubmitApplication(
            _("This service needs a stronger sign-in. Sign in again with your second factor.")
        )
    return service


def _require_people(service: PublicService, answers: Mapping[str, str], now: datetime) -> None:
    """Whom the form names must be somebody the register knows. Raises InvalidAnswers."""
    named = (one.code for one in service.fields if one.kind is FormFieldKind.PERSON and answers[one.code])
    register, day = get_population_register(), country_day(now)
    if unknown := [code for code in named if register.find_office_code(answers[code], day) is None]:
        raise InvalidAnswers(dict.fromkeys(unknown, "person"))


def _claim_photos(actor: Actor, service: PublicService, case: Case, now: datetime) -> None:
    """The photos that the form names serve this case from now on. Raises InvalidAnswers."""
    for code in (one.code for one in service.fields if one.kind is FormFieldKind.PHOTO and case.answers[one.code]):
        try:
            claim_photo(
                actor=actor,
                code=case.answers[code],
                subject=case.subject,
                case_number=case.number,
                agency_code=case.agency_code,
                now=now,
            )
        except (PhotoNotUsable, PhotoRefused) as refusal:
            raise InvalidAnswers({code: "photo"}) from refusal


def _is_sent(actor: Actor, idempotency_key: str) -> bool:
    """In plain SQL: it hardly ever is, and composing the question took ten times as long as asking it."""
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [actor.person_number, idempotency_key])
        return cursor.fetchone() is not None


def _find_earlier(actor: Actor, idempotency_key: str, fingerprint: str) -> Case | None:
    earlier = Case.objects.filter(applicant=actor.person_number, idempotency_key=idempotency_key).first()
    if earlier is not None and earlier.submission_digest != fingerprint:
        raise IdempotencyConflict(
            _("This form was already sent with other answers. Open “My cases” to see it, or start a new application.")
        )
    return earlier


def _find_office(actor: Actor, case: Case, day: date) -> str | None:
    """Where the case is worked: where its subject lives or has its seat, else where who speaks for a company lives."""
    people = get_population_register()
    if case.relation != Relation.COMPANY:
        return people.find_office_code(case.subject, day)
    return find_company_office(case.subject, day) or people.find_office_code(actor.person_number or "", day)


def _receive(actor: Actor, service: PublicService, case: Case, now: datetime) -> Sequence[OpenRequest]:
    """The first transaction: the case, when to look at it again if we die, the log of what will be asked."""
    day = country_day(now)
    office_code = _find_office(actor, case, day)
    if office_code is None:
        raise CannotSubmitApplication(
            _("The population register has no such person. Check the number, or visit an office to be registered.")
        )
    case.service_code, case.service_version = service.code, service.version
    case.service_title, case.agency_code = dict(service.title), agency_of(service, case.answers)
    case.office_code, case.applicant, case.channel = office_code, actor.person_number or "", actor.channel
    case.status, case.submitted_at, case.next_check_at = CaseStatus.RECEIVED, now, now + PATIENCE
    case.due_on = first_due_day(now, service.days)
    with one_write():
        insert_row(case)
        append_rows([new_step(case, "submit", actor=actor, now=now)])
        submitted = NewEvent(
            action="cases.submit",
            subject=case.subject,
            object_ref=f"case:{case.number}",
            case_number=case.number,
            detail={
                "service": service.code,
                "version": service.version,
                "relation": case.relation,
                ROW_DIGEST: case.logged_digest,
            },
        )
        record_events(actor=actor, events=[submitted])
        note_use(actor, case, "submit", now)
        _claim_photos(actor, service, case, now)
        return open_requests(actor=actor, requests=evidence_requests(service, case, day), now=now)
