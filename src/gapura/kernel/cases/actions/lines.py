"""A decision that a line of officials takes: proposed by who works the case, carried out at the line's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.canonical import canonical_bytes
from gapura.foundation.texts import in_language
from gapura.kernel.approvals.actions import start_line
from gapura.kernel.approvals.types import CannotDecideApproval, LineContent, PlannedStep, Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.checks import refuse_case_for
from gapura.kernel.cases.actions.steps import lock_case, move_case, one_write, require_needed_approval
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.permissions import can_work_case
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.catalogue.types import Reasoned

DECISION = "cases.decision"


@dataclass(frozen=True, slots=True)
class ProposedDecision:
    """Approve (``refuse`` False) or refuse, with the reason, and for a refusal what the person can do now."""

    refuse: bool
    reason: str
    remedy: str = ""


def propose_decision(
    *,
    actor: Actor,
    number: str,
    decision: ProposedDecision,
    steps: Sequence[PlannedStep],
    matter: str = "",
    urgent: bool = False,
    now: datetime,
) -> str:
    """Put the decision of a case in review on an approval line; the line's number.

    Raises CaseNotFound, CannotChangeCase, and CannotChangeLine as ``start_line`` does.
    """
    with one_write():
        case = lock_case(number)
        if not can_work_case(actor, case):
            raise CaseNotFound(number)
        if case.status != CaseStatus.REVIEW:
            raise CannotChangeCase(_("Only a case in review is put on a line."))
        if not decision.refuse:
            require_needed_approval(case)
        title = in_language(case.service_title, settings.LANGUAGE_CODE)
        payload = {"refuse": decision.refuse, "reason": decision.reason, "remedy": decision.remedy}
        words = {"case": case.number, "service": dict(case.service_title), "decision": payload}
        line = start_line(
            actor=actor,
            kind=DECISION,
            object_ref=f"case:{case.number}",
            title=f"{title} – {case.number}",
            payload=payload,
            content=LineContent("application/json", canonical_bytes(words)),
            steps=steps,
            matter=matter,
            urgent=urgent,
            due_on=case.due_on,
            case_number=case.number,
            now=now,
        )
        return line.number


def carry_out_decision(*, actor: Actor, request: Proposal, now: datetime) -> Case:
    """What the line decided, in its transaction. Raises CannotDecideApproval when the case has moved on."""
    try:
        with one_write():
            case = lock_case(request.case_number)
            if actor.person_number in (case.applicant, case.subject):
                raise CannotChangeCase(_("Nobody decides a case of their own; another person has to."))
            _decide(case, actor, request, now)
            return case
    except (CannotChangeCase, CaseNotFound) as refusal:
        raise CannotDecideApproval(str(refusal)) from refusal


def _decide(case: Case, actor: Actor, request: Proposal, now: datetime) -> None:
    said = request.payload
    if not said["refuse"]:
        require_needed_approval(case)
        move_case(case, "approve", actor=actor, now=now, note=said["reason"], decided_at=now, next_check_at=now)
        return
    languages = [language for language, _name in settings.LANGUAGES]
    reasoned = Reasoned(dict.fromkeys(languages, said["reason"]), dict.fromkeys(languages, said["remedy"]))
    refuse_case_for(case, reasoned, actor=actor, now=now)
