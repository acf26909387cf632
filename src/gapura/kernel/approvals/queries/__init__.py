"""Reading: requests, lines with their paths, who decides what, and who is away."""

from gapura.kernel.approvals.models import Absence as Absence
from gapura.kernel.approvals.models import ApprovalLine as ApprovalLine
from gapura.kernel.approvals.models import ApprovalStep as ApprovalStep
from gapura.kernel.approvals.models import LineVersion as LineVersion
from gapura.kernel.approvals.models import PathEntry as PathEntry
from gapura.kernel.approvals.queries.country import list_absence_reasons, list_checks, list_matters, list_ranks
from gapura.kernel.approvals.queries.deputies import (
    find_decider,
    find_leader_above,
    find_substitute,
    is_absent,
    list_absences,
    list_led_posts,
    list_stood_in_for,
)
from gapura.kernel.approvals.queries.lines import (
    access_line,
    find_line,
    find_step_decider,
    find_version,
    get_path,
    list_acts,
    list_steps,
    list_versions,
    proposal_of,
)
from gapura.kernel.approvals.queries.lists import list_lines
from gapura.kernel.approvals.queries.paths import get_path_bytes, list_line_faults, list_line_numbers
from gapura.kernel.approvals.queries.planning import plan_line
from gapura.kernel.approvals.queries.requests import (
    access_approval,
    count_open_approvals,
    is_decidable,
    list_open_approvals,
)
from gapura.kernel.approvals.queries.statistics import LineFigures, count_steps_and_returns

__all__ = [
    "LineFigures",
    "access_approval",
    "access_line",
    "count_open_approvals",
    "count_steps_and_returns",
    "find_decider",
    "find_leader_above",
    "find_line",
    "find_step_decider",
    "find_substitute",
    "find_version",
    "get_path",
    "get_path_bytes",
    "is_absent",
    "is_decidable",
    "list_absence_reasons",
    "list_absences",
    "list_acts",
    "list_checks",
    "list_led_posts",
    "list_line_faults",
    "list_line_numbers",
    "list_lines",
    "list_matters",
    "list_open_approvals",
    "list_ranks",
    "list_steps",
    "list_stood_in_for",
    "list_versions",
    "plan_line",
    "proposal_of",
]
