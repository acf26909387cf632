"""How a case decides itself: ask the registers, check, and seal the answer.

Between the two transactions (received, decided) nothing is written but the exchange's log, so a process may
die anywhere: an unsettled case carries the time of its next check, and the lock on it lets one outcome through.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.db import IntegrityError, transaction

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, system_actor
from gapura.kernel.cases.actions.consents import ask_consents, find_missing_consents
from gapura.kernel.cases.actions.effects import find_obstacle, limits_of
from gapura.kernel.cases.actions.fees import charge_fee, is_fee_owed, reckon_fee
from gapura.kernel.cases.actions.fulfilment import Findings, fulfil_case, order_document, tell_applicant
from gapura.kernel.cases.actions.full_fees import FeeNotKnown
from gapura.kernel.cases.actions.steps import country_day, lock_case, move_case, one_write
from gapura.kernel.cases.events import CaseDecided
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.types import CannotCarryOut, CannotChangeCase, CaseStatus
from gapura.kernel.catalogue.queries import get_limit, get_refusal, get_working_calendar
from gapura.kernel.catalogue.types import APPLICANT, Check, ConsentNeed, DecisionMode, PublicService, Reasoned
from gapura.kernel.documents.actions import render_document
from gapura.kernel.documents.types import CannotSealDocument, SealedDocument
from gapura.kernel.exchange.actions import answer_requests, note_answer_times, open_requests
from gapura.kernel.exchange.types import (
    Answer,
    Evidence,
    EvidenceRequest,
    ExchangeRefusal,
    OpenRequest,
    ProviderUnavailable,
)
from gapura.kernel.outbox.actions import publish
from gapura.kernel.registers.types import CannotRecordEntry

PATIENCE = timedelta(seconds=30)  # longer than a healthy request takes, too short for anybody to worry
LONGEST_PATIENCE = timedelta(hours=1)

Answers: TypeAlias = Sequence[Evidence | Answer]

_log = logging.getLogger(__name__)
_HOUSE = system_actor("cases")


def evidence_requests(service: PublicService, case: Case, day: date) -> list[EvidenceRequest]:
    """What the service asks of the registers about this case's subject: its checks first, then its evidence."""
    questions = [
        EvidenceRequest(
            evidence_type=check.evidence_type,
            subject=_asked_about(check, case) or case.subject,
            consumer=service.agency,
            case_number=case.number,
            legal_ground=check.legal_ground,
            purpose=check.purpose,
            as_of=day,
            question=check.question,
            parameters=check.parameters_for(case.answers),
        )
        for check in _checks_of(service, case)
    ]
    evidence = [
        EvidenceRequest(
            evidence_type=need.type,
            subject=case.answers.get(need.about) or case.subject,
            consumer=service.agency,
            case_number=case.number,
            legal_ground=need.legal_ground,
            purpose=need.purpose,
            as_of=day,
            fields=frozenset(need.fields),
        )
        for need in service.evidence
        if need.is_wanted(case.answers, case.relation)
    ]
    return questions + evidence


def _checks_of(service: PublicService, case: Case) -> list[Check]:
    """The service's checks of such a subject, without those about somebody whom the form did not name."""
    asked = [check for check in service.checks if check.is_asked(case.relation)]
    return [check for check in asked if not check.about or _asked_about(check, case)]


def _asked_about(check: Check, case: Case) -> str | None:
    """The person whom the check names, where that is not the subject."""
    return case.applicant if check.about == APPLICANT else case.answers.get(check.about)


def check_case(*, actor: Actor, number: str, now: datetime) -> Case:
    """Finish a case that was received or approved but not settled; does nothing to any other.

    The next check is put off first: by as long as the case has waited already, an hour at most. Raises CaseNotFound.
    """
    with transaction.atomic():
        case = lock_case(number)
        if case.next_check_at is None:
            return case
        waited = max(PATIENCE, now - (case.decided_at or case.submitted_at))
        case.next_check_at = now + min(waited, LONGEST_PATIENCE)
        case.save(update_fields=["next_check_at"])
    service = get_service_of(case)
    with one_write():
        opened = open_requests(actor=actor, requests=evidence_requests(service, case, country_day(now)), now=now)
    return settle_case(actor=actor, case=case, service=service, opened=opened)


def finish_waiting_cases(*, actor: Actor, now: datetime, limit: int = 100) -> int:
    """Take up every case whose check is due: its process died, or a register or the seal was out of order.

    Returns how many were settled. One that fails does not hold up the others.
    """
    due = Case.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    settled = 0
    for number in list(due.values_list("number", flat=True)[:limit]):
        try:
            settled += check_case(actor=actor, number=number, now=now).next_check_at is None
        except Exception:
            _log.exception("Case %s could not be checked; it is tried again later.", number)
    return settled


def settle_case(*, actor: Actor, case: Case, service: PublicService, opened: Sequence[OpenRequest]) -> Case:
    """Answer the opened requests and take the case as far as rules can: sealed, refused, or to an official.

    When a register or the seal is out of order the case stays where it is until its next check.
    """
    try:
        answers = _current_answers(opened)
    except ProviderUnavailable:
        _log.warning("Case %s waits: a register does not answer.", case.number)
        return case
    except ExchangeRefusal as refusal:
        _log.error("Case %s goes to an official: %s", case.number, refusal)
        return _refer(case, ())
    return _decide(actor, case, service, findings_of(service, case, answers))


def _decide(actor: Actor, case: Case, service: PublicService, findings: Findings) -> Case:
    """What follows from the findings. Nothing is made while its fee is owed, and nobody pays for a refusal by rule."""
    approved = case.status == CaseStatus.APPROVED
    refusal = findings.refusal or find_obstacle(service, case, findings.evidence, clock.now())
    if refusal and not approved:
        return _refuse(case, refusal, findings.answers)
    if not approved and (missing := find_missing_consents(case, service, findings.evidence)):
        return _wait_for(case, missing, findings.answers)
    if is_fee_owed(case, service) and not _clear_fee(actor, case, service, findings):
        return case
    if not approved and (findings.referred or service.decision.mode is DecisionMode.OFFICIAL):
        return _refer(case, findings.answers)
    try:
        sealed = _seal(case, service, findings)
    except CannotSealDocument:
        _log.exception("Case %s waits: its document cannot be sealed.", case.number)
        return case
    return _conclude(actor, case, service, findings, sealed)


def _wait_for(case: Case, missing: Sequence[tuple[ConsentNeed, str]], answers: Answers) -> Case:
    with _first_come(case, answers):
        ask_consents(case, missing, now=clock.now())
    return case


def _clear_fee(actor: Actor, case: Case, service: PublicService, findings: Findings) -> bool:
    """Let the case wait for its fee; True when it need not, since a law waives all of it."""
    try:
        fee = reckon_fee(actor, case, service, findings.evidence, clock.now())
    except ProviderUnavailable:
        _log.warning("Case %s waits: a register does not say whether its fee is waived.", case.number)
        return False
    except FeeNotKnown as unknown:
        _log.error("Case %s ends: its fee cannot be reckoned: %s", case.number, unknown)
        _refuse(case, get_refusal("fee-not-known"), findings.answers)
        return False
    with _first_come(case, findings.answers):
        charge_fee(case, fee, now=clock.now())
    return not is_fee_owed(case, service)


def _current_answers(opened: Sequence[OpenRequest]) -> Answers:
    """An official may look at an earlier answer, marked as such; rules decide, refuse and seal on what is true now."""
    answers = answer_requests(opened)
    if any(answer.stale_since for answer in answers):
        raise ProviderUnavailable("A register answered from memory only.")
    return answers


def _seal(case: Case, service: PublicService, findings: Findings) -> SealedDocument | None:
    order = order_document(service, case, findings, clock.now())
    return render_document(order) if order else None


def findings_of(service: PublicService, case: Case, answers: Answers) -> Findings:
    """What the answers to ``evidence_requests``, in their order, mean for the case."""
    answered = iter(answers)
    refusal: Reasoned | None = None
    referred = False
    for check in _checks_of(service, case):
        answer = next(answered)
        if isinstance(answer, Answer) and answer.holds is not check.expect:
            referred = referred or check.refers
            refusal = refusal or (None if check.refers else check.otherwise)
    evidence: list[Evidence] = []
    for need in service.evidence:
        if not need.is_wanted(case.answers, case.relation):
            continue
        found = next(answered)
        if isinstance(found, Evidence):
            evidence.append(found)
            if need.required and not need.matching(found.records, case.answers):
                refusal = refusal or need.absent
    return Findings(tuple(evidence), refusal, referred, tuple(answers))


def _conclude(
    actor: Actor, case: Case, service: PublicService, findings: Findings, sealed: SealedDocument | None
) -> Case:
    """The second transaction: what the case does in a register and the case itself, together or not at all."""
    now = clock.now()  # the moment of decision: sealing took its time since the submission
    try:
        with _first_come(case, findings.answers):
            fulfil_case(case, service, findings.evidence, sealed, actor=actor, now=now)
    except CannotCarryOut as obstacle:
        case.refresh_from_db()
        return _refuse(case, obstacle.refusal, findings.answers)
    except (CannotRecordEntry, IntegrityError):
        if not service.effect:
            raise
        _log.exception("Case %s waits: the register did not take what it was to write.", case.number)
        case.refresh_from_db()
    return case


def _refuse(case: Case, refusal: Reasoned, answers: Answers) -> Case:
    with _first_come(case, answers):
        refuse_case_for(case, refusal, actor=_HOUSE, now=clock.now())
    return case


def _refer(case: Case, answers: Answers) -> Case:
    now = clock.now()
    with _first_come(case, answers):
        move_case(case, "refer", actor=_HOUSE, now=now, next_check_at=None)
        tell_applicant(case, "case_received", now=now)
    return case


@contextmanager
def _first_come(case: Case, answers: Answers) -> Iterator[None]:
    """One write, with the times of the answers that led to it.

    Whoever writes first concludes the case; who comes second leaves it as it stands, and sees that.
    """
    try:
        with one_write():
            yield
            note_answer_times(answers)
    except CannotChangeCase:
        case.refresh_from_db()


def refuse_case_for(case: Case, refusal: Reasoned, *, actor: Actor, now: datetime, note: str = "") -> None:
    """Refuse the case with reason, remedy and the last day of appeal, and tell the applicant."""
    days = get_limit(limits_of(case).appeal_limit)
    move_case(
        case,
        "refuse",
        actor=actor,
        now=now,
        note=note,
        text=refusal.reason,
        next_check_at=None,
        decided_at=now,
        decided_by=_decider(actor),
        decision_reason=dict(refusal.reason),
        decision_remedy=dict(refusal.remedy),
        paused_at=None,
        appeal_until=get_working_calendar().add_working_days(country_day(now), days),
    )
    tell_applicant(case, "case_refused", now=now)
    publish(
        CaseDecided(
            number=case.number,
            service_code=case.service_code,
            subject=case.subject,
            approved=False,
            document_code="",
        )
    )


def _decider(actor: Actor) -> str:
    return (actor.person_number or "") if actor.kind is ActorKind.OFFICIAL else ""
