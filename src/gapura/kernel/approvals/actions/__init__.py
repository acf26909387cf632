"""Writing: requests that one other person decides, lines that many pass, and who is away."""

from gapura.kernel.approvals.actions.absences import end_absence, enter_absence
from gapura.kernel.approvals.actions.acts import act_on_line
from gapura.kernel.approvals.actions.following import follow_day, hand_over_steps, reseat_posts, resume_held_lines
from gapura.kernel.approvals.actions.lines import read_line, renew_line, reroute_line, start_line, withdraw_line
from gapura.kernel.approvals.actions.records import empty_versions
from gapura.kernel.approvals.actions.requests import (
    deny_approval,
    grant_approval,
    request_approval,
)

__all__ = [
    "act_on_line",
    "deny_approval",
    "empty_versions",
    "end_absence",
    "enter_absence",
    "follow_day",
    "grant_approval",
    "hand_over_steps",
    "read_line",
    "renew_line",
    "request_approval",
    "reroute_line",
    "reseat_posts",
    "resume_held_lines",
    "start_line",
    "withdraw_line",
]
