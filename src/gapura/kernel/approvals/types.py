"""The words of approval: states of a request and of a line, what the handler receives, errors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text


class ApprovalStatus(StrEnum):
    """Open until another person decides; a decision is final."""

    OPEN = "open"
    GRANTED = "granted"
    DENIED = "denied"


class LineStatus(StrEnum):
    """Where a line stands: returned waits for the drafter, held for a day; the last three are final."""

    RUNNING = "running"
    HELD = "held"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN_LINES = (LineStatus.RUNNING, LineStatus.HELD, LineStatus.RETURNED)


class StepTask(StrEnum):
    """What a step is asked to do; every line ends with one approval."""

    REVIEW = "review"
    COOPERATION = "cooperation"
    CHECK = "check"
    APPROVAL = "approval"


class StepStatus(StrEnum):
    """Waiting until its place is reached, open while it is, then done; removed when the route was changed."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    REMOVED = "removed"


class PathAct(StrEnum):
    """What can happen on a line; each makes one entry of the path."""

    STARTED = "started"
    READ = "read"
    AGREED = "agreed"
    OBJECTED = "objected"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    RECALLED = "recalled"
    CHANGED = "changed"
    HELD = "held"
    RESUMED = "resumed"
    REROUTED = "rerouted"
    HURRIED = "hurried"
    WITHDRAWN = "withdrawn"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one official asked another to decide, exactly as it was asked. ``line``: the number of its line, if any."""

    id: int
    kind: str
    object_ref: str
    case_number: str
    summary: str
    payload: Mapping[str, Any]
    agency_code: str
    office_code: str
    requested_at: datetime
    line: str = ""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step as drawn: who (a post), what, and in which place; equal places run beside each other.

    ``check`` is a code of the country's checks (``law``, ``budget``, ``audit``) where the task is a check.
    """

    post_code: str
    task: StepTask
    place: int
    check: str = ""


@dataclass(frozen=True, slots=True)
class LineContent:
    """The exact bytes that are approved. ``media_type`` says how a reader in ten years opens them."""

    media_type: str
    content: bytes


class LineScope(StrEnum):
    """Which of the lines that an official may read: they are on it, drafted it, it began in their unit, or they must
    acknowledge what was decided in their place."""

    ON = "on"
    STARTED = "started"
    UNIT = "unit"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True, slots=True)
class LineFilters:
    """Which lines to list. ``status``: only those that stand so."""

    scope: LineScope = LineScope.ON
    status: LineStatus | None = None


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines (rows of the model), and the mark of the next page; None: the end."""

    lines: tuple[Any, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Rank:
    """A rank of posts in the country; ``order`` 0 is the highest. Who ``leads`` answers for unit and parts."""

    code: str
    title: Text
    leads: bool
    order: int


@dataclass(frozen=True, slots=True)
class Matter:
    """What may be decided, the rank that ``decides`` it (delegated approval), and the ``checks`` that come before.

    In a ``strategic`` matter nobody decides in an absent one's place: it goes up to who leads above.
    """

    code: str
    title: Text
    decides: str
    checks: tuple[str, ...] = ()
    strategic: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a line: by a post of the drafter's agency that has the ``role``."""

    code: str
    title: Text
    role: str


@dataclass(frozen=True, slots=True)
class AbsenceReason:
    """Why an official is away."""

    code: str
    title: Text


class CannotRequestApproval(Exception):
    """The request cannot be made; ``str()`` says why and what to do."""


class CannotDecideApproval(Exception):
    """The decision cannot be made; ``str()`` says why and what to do. Nothing was written."""


class CannotChangeLine(Exception):
    """The line cannot be drawn or changed so; ``str()`` says why and what to do. Nothing was written."""


class CannotEnterAbsence(Exception):
    """The absence cannot be entered or ended so; ``str()`` says why and what to do. Nothing was written."""
