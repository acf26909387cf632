"""The signature of somebody else under a case: given or refused in person, once."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions.checks import check_case, refuse_case_for
from gapura.kernel.cases.actions.steps import country_day, lock_case, move_case, new_step, one_write
from gapura.kernel.cases.models import Case, CaseConsent
from gapura.kernel.cases.permissions import is_asked
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.rules import due_after_pause
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.catalogue.queries import get_working_calendar

_HOUSE = system_actor("cases")


@as_house("who is asked signs under another's case; the consent judges")
def answer_consent(*, actor: Actor, number: str, agreed: bool, now: datetime) -> Case:
    """Agree to everything the case asks of the actor, or refuse it. When all have agreed the case goes on by itself.

    Raises CaseNotFound for everybody who is not asked, CannotChangeCase for whoever signed in too weakly or answers
    too late.
    """
    with one_write():
        case = lock_case(number)
        asked = [one for one in case.consents.order_by("pk") if is_asked(actor, one)]
        if not asked:
            raise CaseNotFound(number)
        _require_open(actor, case, asked, now)
        for consent in asked:
            consent.answered_at, consent.agreed = now, agreed
            consent.save(update_fields=["answered_at", "agreed"])
        new_step(case, "agree" if agreed else "disagree", actor=actor, now=now).save()
        if agreed:
            _go_on(case, now)
        else:
            _refuse(case, asked[0].code, now)
    return check_case(actor=_HOUSE, number=number, now=now)


def _require_open(actor: Actor, case: Case, asked: Sequence[CaseConsent], now: datetime) -> None:
    service = get_service_of(case)
    if case.status != CaseStatus.CONSENT or any(one.answered_at for one in asked):
        raise CannotChangeCase(_("This was answered already, or the application has ended."))
    if country_day(now) > max(one.until for one in asked):
        raise CannotChangeCase(_("The time to answer is over. The applicant can ask again with a new application."))
    if actor.assurance < service.assurance:
        raise CannotChangeCase(_("This service needs a stronger sign-in. Sign in again with your second factor."))


def _go_on(case: Case, now: datetime) -> None:
    if case.consents.filter(answered_at__isnull=True).exists():
        return
    paused_on = country_day(case.paused_at or now)
    due_on = due_after_pause(case.due_on, paused_on, country_day(now), get_working_calendar())
    move_case(case, "receive_consent", actor=_HOUSE, now=now, due_on=due_on, paused_at=None, next_check_at=now)


def _refuse(case: Case, code: str, now: datetime) -> None:
    service = get_service_of(case)
    refusal = next(need.refused for need in service.consents if need.code == code)
    refuse_case_for(case, refusal, actor=_HOUSE, now=now)
