"""Lines in figures."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q

from gapura.kernel.approvals.models import ApprovalLine
from gapura.kernel.approvals.types import PathAct, StepStatus


@dataclass(frozen=True, slots=True)
class LineFigures:
    """How many steps a line had, and how often it went back to the drafter."""

    steps: int
    returns: int


def count_steps_and_returns(numbers: Collection[str]) -> dict[str, LineFigures]:
    """The figures of these lines, by number; unknown ones are absent."""
    lines = ApprovalLine.objects.filter(number__in=numbers)
    counted = lines.annotate(
        asked=Count("steps", filter=~Q(steps__status=StepStatus.REMOVED), distinct=True),
        returned=Count("path", filter=Q(path__act=PathAct.RETURNED), distinct=True),
    )
    return {line.number: LineFigures(line.asked, line.returned) for line in counted.order_by("pk")}
