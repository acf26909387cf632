"""Which act may follow which, and how an entry of the path is written. No tables, no clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.canonical import canonical_bytes
from gapura.kernel.approvals.types import OPEN_LINES, LineStatus, PathAct, PlannedStep, StepTask

PATH_FORMAT = "gapura-approval-path/1"
MOST_STEPS = 40

ADVISING = frozenset({StepTask.REVIEW, StepTask.COOPERATION, StepTask.CHECK})
DECIDING = frozenset({StepTask.APPROVAL})
ANY_TASK = ADVISING | DECIDING


class Party(StrEnum):
    """As whom somebody acts: who drafted, whose turn it is, who signed last, who was stood in for."""

    DRAFTER = "drafter"
    DECIDER = "decider"
    SIGNER = "signer"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class ActRule:
    """One act: by whom, on lines in which state, at which tasks, and whether a reason must be given."""

    act: PathAct
    by: Party
    statuses: frozenset[LineStatus]
    tasks: frozenset[StepTask] = ANY_TASK
    needs_opinion: bool = False


_RUNNING = frozenset({LineStatus.RUNNING})
_HELD = frozenset({LineStatus.HELD})

ACTS = (
    ActRule(PathAct.AGREED, Party.DECIDER, _RUNNING, ADVISING),
    ActRule(PathAct.OBJECTED, Party.DECIDER, _RUNNING, ADVISING, needs_opinion=True),
    ActRule(PathAct.APPROVED, Party.DECIDER, _RUNNING, DECIDING),
    ActRule(PathAct.RETURNED, Party.DECIDER, _RUNNING, needs_opinion=True),
    ActRule(PathAct.HELD, Party.DECIDER, _RUNNING, needs_opinion=True),
    ActRule(PathAct.REJECTED, Party.DECIDER, _RUNNING, DECIDING, needs_opinion=True),
    ActRule(PathAct.RESUMED, Party.DECIDER, _HELD),
    ActRule(PathAct.RECALLED, Party.SIGNER, _RUNNING),
    ActRule(PathAct.RECALLED, Party.DRAFTER, _RUNNING),
    ActRule(PathAct.HURRIED, Party.DRAFTER, _RUNNING | _HELD),
    ActRule(PathAct.ACKNOWLEDGED, Party.ABSENT, frozenset(LineStatus)),
)
"""What anybody may do on a line, in the order in which a page offers it."""

ENDS = {
    PathAct.APPROVED: LineStatus.APPROVED,
    PathAct.REJECTED: LineStatus.REJECTED,
    PathAct.WITHDRAWN: LineStatus.WITHDRAWN,
}


def is_open(status: str) -> bool:
    return status in OPEN_LINES


def route_fault(steps: Sequence[PlannedStep], *, drafter_post: str, checks: Collection[str]) -> str | None:
    """The code of what is wrong with a route as drawn, whoever stands on it; None when nothing is."""
    approvals = [step for step in steps if step.task is StepTask.APPROVAL]
    others = [step for step in steps if step.task is not StepTask.APPROVAL]
    faults = {
        "too many": len(steps) > MOST_STEPS,
        "approval": len(approvals) != 1 or any(step.place >= approvals[0].place for step in others),
        "twice": len({step.post_code for step in steps}) < len(steps),
        "drafter": any(step.post_code == drafter_post for step in steps),
        "check": any((step.check in checks) != (step.task is StepTask.CHECK) for step in steps),
    }
    return next((code for code, holds in faults.items() if holds), None)


def numbered(steps: Sequence[PlannedStep], *, after: int = 0) -> list[PlannedStep]:
    """The steps in order, their places counted on from ``after`` without gaps."""
    places = {place: after + index for index, place in enumerate(sorted({step.place for step in steps}), start=1)}
    ordered = sorted(steps, key=lambda step: step.place)
    return [PlannedStep(step.post_code, step.task, places[step.place], step.check) for step in ordered]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the path before it is signed."""

    line: str
    number: int
    act: str
    at: datetime
    post_code: str
    label: str
    person: str
    acting_for: str
    task: str
    check_code: str
    opinion: str
    detail: Mapping[str, Any]
    version: int
    digest: str
    before: str

    @property
    def body(self) -> dict[str, Any]:
        """The entry as JSON, under the names that stand in a kept path."""
        return {
            "line": self.line,
            "number": self.number,
            "act": self.act,
            "at": self.at.astimezone(UTC),
            "post": self.post_code,
            "label": self.label,
            "person": self.person,
            "acting_for": self.acting_for,
            "task": self.task,
            "check": self.check_code,
            "opinion": self.opinion,
            "detail": dict(self.detail),
            "version": self.version,
            "digest": self.digest,
            "before": self.before,
        }

    @property
    def signed_bytes(self) -> bytes:
        """What is digested and signed: canonical JSON, so that ``openssl dgst -sha256 -verify`` can check it."""
        return canonical_bytes(self.body)
