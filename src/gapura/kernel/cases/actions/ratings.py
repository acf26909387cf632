"""What the applicant thinks of how their case was dealt with."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.steps import country_day, lock_case, one_write
from gapura.kernel.cases.models import CaseRating
from gapura.kernel.cases.permissions import can_rate
from gapura.kernel.cases.queries import can_see_as_resident
from gapura.kernel.cases.types import BEST_RATING, CannotChangeCase, CaseNotFound


def rate_case(*, actor: Actor, number: str, stars: int, words: str, now: datetime) -> CaseRating:
    """Keep the applicant's opinion of a decided case, 1 to 5 stars, once. Raises CaseNotFound, CannotChangeCase.

    The audit log keeps that they said it, not what.
    """
    with one_write():
        case = lock_case(number)
        if not can_see_as_resident(actor, case, country_day(now)):
            raise CaseNotFound(number)
        if not can_rate(actor, case):
            raise CannotChangeCase(_("Only who applied can rate a case, and only once it is decided."))
        if not 1 <= stars <= BEST_RATING:
            raise CannotChangeCase(_("Choose one of the five answers."))
        rating, is_first = CaseRating.objects.get_or_create(
            case=case, defaults={"stars": stars, "words": words.strip(), "rated_at": now}
        )
        if not is_first:
            raise CannotChangeCase(_("You have rated this case already. Thank you."))
        record_event(
            actor=actor,
            action="cases.rate",
            subject=actor.person_number or "",
            object_ref=f"case:{number}",
            case_number=number,
        )
        return rating
