"""What may be read of cases: one of them, lists of them, and how the services do."""

from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.queries.answers import list_answers, list_said
from gapura.kernel.cases.queries.cases import (
    access_case,
    can_see_as_resident,
    count_open_cases,
    find_needed_approval,
    get_number_to_be,
    get_service_of,
    get_timeline,
    list_available_actions,
    list_cases_of,
    list_decided,
    list_follow_ups,
    list_papers,
    list_refusals,
    list_running_cases,
    list_waiting_receivers,
    list_work_basket,
)
from gapura.kernel.cases.queries.consents import get_consent_request, get_results, list_consents
from gapura.kernel.cases.queries.looks import list_looks
from gapura.kernel.cases.queries.statistics import get_statistics, list_public_figures

__all__ = [
    "Case",
    "CaseStep",
    "access_case",
    "can_see_as_resident",
    "count_open_cases",
    "find_needed_approval",
    "get_consent_request",
    "get_number_to_be",
    "get_results",
    "get_service_of",
    "get_statistics",
    "get_timeline",
    "list_answers",
    "list_available_actions",
    "list_cases_of",
    "list_consents",
    "list_decided",
    "list_follow_ups",
    "list_looks",
    "list_papers",
    "list_public_figures",
    "list_refusals",
    "list_running_cases",
    "list_said",
    "list_waiting_receivers",
    "list_work_basket",
]
