"""What time does to cases: terms that end, and terms that an outage gives back."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.fees import end_fee
from gapura.kernel.cases.actions.steps import country_day, counts_as_granted, lock_case, move_case, new_step, one_write
from gapura.kernel.cases.events import CaseLapsed
from gapura.kernel.cases.models import Case, CaseConsent, CaseStep
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.rules import OPEN_STATUSES, find_transition
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar, list_granted_by_silence
from gapura.kernel.outbox.actions import publish
from gapura.kernel.payments.types import RefundGround


def extend_for_outage(
    *, actor: Actor, agency_code: str, outage_from: date, outage_until: date, reason: str, now: datetime
) -> int:
    """Give every open case of the agency, and every running term of appeal, the working days the outage took.

    ``outage_until`` is the first day of normal service. Returns how many cases were extended. The same
    outage declared twice extends once.
    """
    calendar = get_working_calendar()
    days = calendar.count_working_days(outage_from, outage_until)
    note = f"{outage_from.isoformat()}/{outage_until.isoformat()}: {reason}"
    running = Q(status__in=sorted(OPEN_STATUSES)) | Q(status=CaseStatus.REFUSED, appeal_until__gte=outage_from)
    extended = 0
    with one_write():
        cases = Case.objects.select_for_update().filter(running, agency_code=agency_code).order_by("pk")
        already = CaseStep.objects.filter(case=OuterRef("pk"), action="extend", note=note)
        for case in cases.exclude(Exists(already)):
            if case.status in OPEN_STATUSES:
                case.due_on = calendar.add_working_days(case.due_on, days)
            if case.appeal_until:
                case.appeal_until = calendar.add_working_days(case.appeal_until, days)
            case.save(update_fields=["due_on", "appeal_until"])
            new_step(case, "extend", actor=actor, now=now, note=note).save()
            extended += 1
        record_event(
            actor=actor,
            action="cases.extend",
            object_ref=f"agency:{agency_code}",
            detail={"from": outage_from, "until": outage_until, "cases": extended, "reason": reason},
        )
    return extended


def grant_by_silence(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Approve what the law holds granted because nobody decided within its term. The worker carries it out.

    A case that waits for its applicant waits on: its clock stands still. What an outage took is given back first.
    """
    waiting = Case.objects.filter(status__in=[CaseStatus.RECEIVED, CaseStatus.REVIEW], due_on__lt=country_day(now))
    late = waiting.filter(service_code__in=list_granted_by_silence())
    numbers = late.order_by("pk").values_list("number", flat=True)[:limit]
    return sum(_grant(actor, number, now) for number in numbers)


def _grant(actor: Actor, number: str, now: datetime) -> bool:
    """Approve one case in its own transaction, by the law of the day it came; somebody may have decided it since."""
    with one_write():
        case = lock_case(number)
        if not counts_as_granted(case, now) or find_transition("grant_by_silence", case.status, actor.kind) is None:
            return False
        citation = dict(get_service_of(case).days.law.citation)
        move_case(case, "grant_by_silence", actor=actor, now=now, text=citation, decided_at=now, next_check_at=now)
    return True


def close_finished_cases(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Close what was delivered a day ago, withdrawn, can no longer be appealed, or was never supplemented."""
    return sum(
        _close(actor, number, action, now)
        for action, cases in _closable(country_day(now), now).items()
        for number in cases.order_by("pk").values_list("number", flat=True)[:limit]
    )


def _closable(today: date, now: datetime) -> dict[str, QuerySet[Case]]:
    delivered = Q(status=CaseStatus.FULFILLED, decided_at__lt=now - timedelta(days=1))
    unappealed = Q(status=CaseStatus.REFUSED, appeal_until__lt=today)
    patience = get_working_calendar().subtract_working_days(today, get_limit("supplement_working_days"))
    unanswered = Q(status=CaseStatus.SUPPLEMENT, paused_at__date__lt=patience)
    silent = CaseConsent.objects.filter(case=OuterRef("pk"), answered_at__isnull=True, until__lt=today)
    unsigned = Q(Exists(silent), status=CaseStatus.CONSENT)
    return {
        "close": Case.objects.filter(delivered | unappealed | Q(status=CaseStatus.WITHDRAWN)),
        "lapse": Case.objects.filter(unanswered | unsigned),
    }


def _close(actor: Actor, number: str, action: str, now: datetime) -> bool:
    """Close one case in its own transaction; somebody may have moved it since it was listed."""
    with one_write():
        case = lock_case(number)
        if find_transition(action, case.status, actor.kind) is None:
            return False
        was_refused = case.status == CaseStatus.REFUSED
        move_case(case, action, actor=actor, now=now, closed_at=now, paused_at=None)
        if was_refused:
            end_fee(case, RefundGround.REFUSED, actor=actor, now=now)
        if action == "lapse":
            publish(CaseLapsed(number=number, service_code=case.service_code))
    return True
