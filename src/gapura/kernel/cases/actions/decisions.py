"""What an official does: take a case, look, ask, approve, refuse, judge an appeal."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.checks import (
    check_case,
    evidence_requests,
    refuse_case_for,
)
from gapura.kernel.cases.actions.fulfilment import tell_applicant
from gapura.kernel.cases.actions.steps import country_day, lock_case, move_case, one_write
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.permissions import can_decide_appeals, can_work_case
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Answer, Evidence


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
        service = get_service(case.service_code, on=country_day(case.submitted_at))
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


def approve_case(*, actor: Actor, number: str, note: str, now: datetime) -> Case:
    """Approve, then seal and hand over. When sealing must wait, the case stays approved and is finished later."""
    with one_write():
        case = _workable_case(actor, number)
        move_case(case, "approve", actor=actor, now=now, note=note.strip(), decided_at=now, next_check_at=now)
    return check_case(actor=actor, number=number, now=now)


def refuse_case(
    *, actor: Actor, number: str, reason: Mapping[str, str], remedy: Mapping[str, str], now: datetime
) -> Case:
    """Refuse with the reason and what the person can do. Raises CannotChangeCase when either is empty."""
    with one_write():
        case = _workable_case(actor, number)
        if not all(text.strip() for text in (*reason.values(), *remedy.values())) or not (reason and remedy):
            raise CannotChangeCase(_("Write both why the application is refused and what the person can do now."))
        refuse_case_for(case, Reasoned(reason, remedy), actor=actor, now=now)
        return case


def decide_appeal(*, actor: Actor, number: str, upheld: bool, reason: str, now: datetime) -> Case:
    """Judge an appeal: upheld lets the case through to its document, dismissed closes it."""
    with one_write():
        case = _workable_case(actor, number)
        if not can_decide_appeals(actor, case):
            raise CaseNotFound(number)
        if not reason.strip():
            raise CannotChangeCase(_("Write the reason of your decision; the applicant will read it."))
        if upheld:
            move_case(
                case, "uphold_appeal", actor=actor, now=now, note=reason.strip(), decided_at=now, next_check_at=now
            )
        else:
            move_case(case, "dismiss_appeal", actor=actor, now=now, note=reason.strip(), closed_at=now)
        tell_applicant(case, "appeal_decided", now=now)
    return check_case(actor=actor, number=number, now=now) if upheld else case


def _workable_case(actor: Actor, number: str) -> Case:
    case = lock_case(number)
    if not can_work_case(actor, case):
        raise CaseNotFound(number)
    return case
