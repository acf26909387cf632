"""Everything that may be done to a case."""

from gapura.kernel.cases.actions.applications import (
    answer_supplement,
    appeal_decision,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.actions.checks import check_case, finish_waiting_cases
from gapura.kernel.cases.actions.clocks import close_finished_cases, extend_for_outage
from gapura.kernel.cases.actions.decisions import (
    approve_case,
    decide_appeal,
    refuse_case,
    request_supplement,
    take_case,
    view_evidence,
)
from gapura.kernel.cases.actions.replacements import is_faithful, replace_documents_about

__all__ = [
    "answer_supplement",
    "appeal_decision",
    "approve_case",
    "check_case",
    "close_finished_cases",
    "decide_appeal",
    "extend_for_outage",
    "finish_waiting_cases",
    "is_faithful",
    "refuse_case",
    "replace_documents_about",
    "request_supplement",
    "submit_application",
    "take_case",
    "view_evidence",
    "withdraw_case",
]
