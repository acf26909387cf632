"""What people are asked to agree to: each sees what is asked of them, and nothing else of the case."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from django.db.models import QuerySet

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.models import Case, CaseConsent
from gapura.kernel.cases.permissions import is_asked
from gapura.kernel.cases.queries.cases import get_service_of
from gapura.kernel.cases.types import CaseNotFound, CaseStatus, ConsentRequest

_MOST = 50


def list_consents(actor: Actor, *, on: date) -> list[ConsentRequest]:
    """What the actor is or was asked, newest first. One query."""
    consents = _consents().filter(person=actor.person_number or "")[:_MOST]
    own = [one for one in _read(consents) if is_asked(actor, one)]
    return [_describe(list(of_case), on) for _, of_case in groupby(own, key=lambda one: one.case_id)]


def get_consent_request(actor: Actor, number: str, *, on: date) -> ConsentRequest:
    """What the case asks of the actor. Raises CaseNotFound for everybody it does not ask."""
    asked = [one for one in _read(_consents().filter(case__number=number)) if is_asked(actor, one)]
    if not asked:
        raise CaseNotFound(number)
    return _describe(asked, on)


def get_results(number: str) -> dict[str, str]:
    """What the case's effect gave back; empty while it has none. For modules that hold the number by right."""
    return dict(Case.objects.values_list("results", flat=True).get(number=number))


def _consents() -> QuerySet[CaseConsent]:
    return CaseConsent.objects.select_related("case").order_by("-case_id", "pk")


@as_house("who is asked sees under whose case; the consent judges")
def _read(consents: QuerySet[CaseConsent]) -> Sequence[CaseConsent]:
    return list(consents)


def _describe(asked: Sequence[CaseConsent], on: date) -> ConsentRequest:
    case, until = asked[0].case, max(one.until for one in asked)
    service = get_service_of(case)
    codes = {one.code for one in asked}
    unanswered = all(one.answered_at is None for one in asked)
    return ConsentRequest(
        number=case.number,
        service=service,
        applicant=case.applicant,
        asked=tuple(need.asked for need in service.consents if need.code in codes),
        answers=case.answers,
        asked_at=asked[0].asked_at,
        until=until,
        agreed=asked[0].agreed,
        is_open=unanswered and case.status == CaseStatus.CONSENT and on <= until,
    )
