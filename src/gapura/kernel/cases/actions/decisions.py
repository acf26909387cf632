"""What an official does: take a case, look, ask, approve, refuse, judge an appeal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.checks import (
    check_case,
    evidence_requests,
    refuse_case_for,
)
from gapura.kernel.cases.actions.effects import limits_of
from gapura.kernel.cases.actions.fees import end_fee
from gapura.kernel.cases.actions.fulfilment import tell_applicant
from gapura.kernel.cases.actions.steps import (
    country_day,
    counts_as_granted,
    first_due_day,
    lock_case,
    move_case,
    new_step,
    one_write,
    require_needed_approval,
)
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.permissions import can_decide_appeals, can_work_case
from gapura.kernel.cases.queries.cases import find_needed_approval, get_service_of
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Answer, Evidence
from gapura.kernel.payments.types import RefundGround


def take_case(*, actor: Actor, number: str, now: datetime) -> Case:
    """Put one's post's name on the case. Raises CaseNotFound, CannotChangeCase."""
    with one_write():
        case = _workable_case(actor, number)
        move_case(case, "take", actor=actor, now=now, next_check_at=None, assigned_post=actor.post_code or "")
        return case


def view_evidence(*, actor: Actor, number: str, now: datetime) -> list[Evidence | Answer]:
    """What the registers say today about the case's subject, for the official who works it.

    Logged as this official's look; the person sees it. Raises CaseNotFound and the exchange's refusals.
    """
    with one_write():
        case = _workable_case(actor, number)
        service = get_service_of(case)
        opened = open_requests(actor=actor, requests=evidence_requests(service, case, country_day(now)), now=now)
    return answer_requests(opened)


def request_supplement(*, actor: Actor, number: str, question: str, now: datetime) -> Case:
    """Ask the applicant for what is missing; the clock stops until they answer."""
    with one_write():
        case = _workable_case(actor, number)
        if not question.strip():
            raise CannotChangeCase(_("Write what is missing, in words the applicant will understand."))
        move_case(case, "request_supplement", actor=actor, now=now, note=question.strip(), paused_at=now)
        tell_applicant(case, "supplement_requested", now=now, question=question.strip())
        return case


def extend_term(*, actor: Actor, number: str, reason: str, now: datetime) -> Case:
    """Take the further days that the law of the service allows once; the applicant is told why, the clock follows.

    Raises CaseNotFound; CannotChangeCase where the law allows none, the term has passed, or a reason is missing.
    """
    with one_write():
        case = _workable_case(actor, number)
        limit = limits_of(case).extension_limit
        if not limit or case.status != CaseStatus.REVIEW:
            raise CannotChangeCase(_("The law gives no further days for this. Decide it, or ask for what is missing."))
        if not reason.strip():
            raise CannotChangeCase(_("Write why you need more time; the applicant will read it."))
        if CaseStep.objects.filter(case=case, action="extend_term").exists():
            raise CannotChangeCase(_("The time was extended once; the law knows no second time."))
        if case.due_on < country_day(now):
            raise CannotChangeCase(_("The time has passed, so it cannot be extended any more. Decide now."))
        case.due_on = get_working_calendar().add_working_days(case.due_on, get_limit(limit))
        case.save(update_fields=["due_on"])
        new_step(case, "extend_term", actor=actor, now=now, note=reason.strip()).save()
        record_event(
            actor=actor,
            action="cases.extend_term",
            subject=case.subject,
            object_ref=f"case:{number}",
            case_number=number,
            detail={"due_on": case.due_on.isoformat()},
        )
        tell_applicant(case, "term_extended", now=now, day=case.due_on.isoformat())
    return case


def approve_case(*, actor: Actor, number: str, note: str, now: datetime) -> Case:
    """Approve, then seal and hand over. When sealing must wait, the case stays approved and is finished later.

    Raises CaseNotFound; CannotChangeCase also where only an approval of its own may approve.
    """
    approve_case_within(actor=actor, number=number, note=note, now=now)
    return check_case(actor=actor, number=number, now=now)


def approve_case_within(*, actor: Actor, number: str, note: str, now: datetime, through: str | None = None) -> Case:
    """Approve in the caller's transaction, together with what it writes; the worker hands over after the commit.

    ``through``: the kind of the approval that the caller carries out. Raises as ``approve_case`` does.
    """
    with one_write():
        case = _workable_case(actor, number)
        require_needed_approval(case, through)
        move_case(case, "approve", actor=actor, now=now, note=note.strip(), decided_at=now, next_check_at=now)
        return case


def refuse_case(
    *, actor: Actor, number: str, reason: Mapping[str, str], remedy: Mapping[str, str], now: datetime
) -> Case:
    """Refuse with the reason and what the person can do. Raises CannotChangeCase when either is empty."""
    with one_write():
        case = _workable_case(actor, number)
        if not all(text.strip() for text in (*reason.values(), *remedy.values())) or not (reason and remedy):
            raise CannotChangeCase(_("Write both why the application is refused and what the person can do now."))
        if counts_as_granted(case, now):
            raise CannotChangeCase(_("The time to decide has passed, and the law holds this granted. Approve it."))
        refuse_case_for(case, Reasoned(reason, remedy), actor=actor, now=now)
        return case


def decide_appeal(*, actor: Actor, number: str, upheld: bool, reason: str, now: datetime) -> Case:
    """Judge an appeal: upheld lets the case through to its document, dismissed closes it.

    Where only an approval of its own may approve, an upheld appeal brings the case back into review, with a new term.
    """
    with one_write():
        case = _workable_case(actor, number)
        if not can_decide_appeals(actor, case):
            raise CaseNotFound(number)
        if not reason.strip():
            raise CannotChangeCase(_("Write the reason of your decision; the applicant will read it."))
        if upheld and find_needed_approval(case):
            _remand(case, actor, reason.strip(), now)
        elif upheld:
            move_case(
                case, "uphold_appeal", actor=actor, now=now, note=reason.strip(), decided_at=now, next_check_at=now
            )
        else:
            move_case(case, "dismiss_appeal", actor=actor, now=now, note=reason.strip(), closed_at=now)
            end_fee(case, RefundGround.REFUSED, actor=actor, now=now)
        tell_applicant(case, "appeal_decided", now=now)
    return check_case(actor=actor, number=number, now=now) if case.status == CaseStatus.APPROVED else case


def _remand(case: Case, actor: Actor, reason: str, now: datetime) -> None:
    """Nothing of the refusal stands any more; the term of the law runs again from today."""
    term = get_service_of(case).days
    undone: dict[str, Any] = {"decided_at": None, "decided_by": "", "decision_reason": {}, "decision_remedy": {}}
    due_on = first_due_day(now, term)
    move_case(case, "remand", actor=actor, now=now, note=reason, due_on=due_on, appeal_until=None, **undone)


def _workable_case(actor: Actor, number: str) -> Case:
    case = lock_case(number)
    if not can_work_case(actor, case):
        raise CaseNotFound(number)
    return case
