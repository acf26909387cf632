"""Everything that may be done to a case."""

from gapura.kernel.cases.actions.applications import (
    answer_supplement,
    appeal_decision,
    submit_application,
    withdraw_case,
)
from gapura.kernel.cases.actions.checks import check_case, finish_waiting_cases
from gapura.kernel.cases.actions.choosing import offer_records
from gapura.kernel.cases.actions.clocks import close_finished_cases, extend_for_outage, grant_by_silence
from gapura.kernel.cases.actions.decisions import (
    approve_case,
    approve_case_within,
    decide_appeal,
    extend_term,
    refuse_case,
    request_supplement,
    take_case,
    view_evidence,
)
from gapura.kernel.cases.actions.fees import lapse_unpaid_case, note_refund, resume_paid_case
from gapura.kernel.cases.actions.following import submit_follow_ups, submit_for
from gapura.kernel.cases.actions.lines import DECISION, ProposedDecision, propose_decision
from gapura.kernel.cases.actions.offline import adopt_document, prepare_document
from gapura.kernel.cases.actions.ratings import rate_case
from gapura.kernel.cases.actions.releases import release_cases
from gapura.kernel.cases.actions.replacements import (
    end_outdated_documents_about,
    is_faithful,
    replace_documents_about,
)
from gapura.kernel.cases.actions.representation import access_paper
from gapura.kernel.cases.actions.signatures import answer_consent

__all__ = [
    "DECISION",
    "ProposedDecision",
    "access_paper",
    "adopt_document",
    "answer_consent",
    "answer_supplement",
    "appeal_decision",
    "approve_case",
    "approve_case_within",
    "check_case",
    "close_finished_cases",
    "decide_appeal",
    "end_outdated_documents_about",
    "extend_for_outage",
    "extend_term",
    "finish_waiting_cases",
    "grant_by_silence",
    "is_faithful",
    "lapse_unpaid_case",
    "note_refund",
    "offer_records",
    "prepare_document",
    "propose_decision",
    "rate_case",
    "refuse_case",
    "release_cases",
    "replace_documents_about",
    "request_supplement",
    "resume_paid_case",
    "submit_application",
    "submit_follow_ups",
    "submit_for",
    "take_case",
    "view_evidence",
    "withdraw_case",
]
