"""Requests for information, as the officer who answers them sees them."""

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import Case, access_case, get_timeline, list_work_basket
from gapura.kernel.cases.types import BasketFilters, BasketRow, CaseNotFound, CaseStatus
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import InformationAnswer
from gapura.sectors.office.permissions import can_disclose

SERVICE = "office.information-request"


def access_request(actor: Actor, case_number: str) -> Case:
    """The request, for an information officer who may work it. Raises CaseNotFound."""
    if not can_disclose(actor):
        raise CaseNotFound(case_number)
    case = access_case(actor, case_number)
    if case.service_code != SERVICE or case.agency_code != actor.agency_code:
        raise CaseNotFound(case_number)
    return case


def list_requests(actor: Actor) -> list[BasketRow]:
    """What waits for an answer of the officer's agency, the oldest first. Raises AccessDenied."""
    if not can_disclose(actor):
        raise AccessDenied
    return list(list_work_basket(actor, filters=BasketFilters(service_code=SERVICE), limit=100).rows)


def can_be_extended(case: Case) -> bool:
    """Whether its officer works on it and has not taken the further days yet."""
    taken = any(step.action == "extend_term" for step in get_timeline(case))
    return case.status == CaseStatus.REVIEW and not taken


def list_answers(case_number: str) -> list[InformationAnswer]:
    """The papers that answer the request, in the order they were chosen."""
    answers = InformationAnswer.objects.filter(case_number=case_number).order_by("pk")
    return list(answers.select_related("publication").defer("publication__pdf", "publication__words"))
