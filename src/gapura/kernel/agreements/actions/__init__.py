"""Asking for an agreement, judging and approving it; what is done to one that stands; counting its use."""

from gapura.kernel.agreements.actions.requests import (
    approve_request,
    judge_request,
    refuse_request,
    request_agreement,
    withdraw_request,
)
from gapura.kernel.agreements.actions.standing import (
    give_up_agreement,
    resume_agreement,
    suspend_agreement,
)
from gapura.kernel.agreements.actions.watching import count_use, watch_terms

__all__ = [
    "approve_request",
    "count_use",
    "give_up_agreement",
    "judge_request",
    "refuse_request",
    "request_agreement",
    "resume_agreement",
    "suspend_agreement",
    "watch_terms",
    "withdraw_request",
]
