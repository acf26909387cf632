"""The words of task cards, instructions, weekly reports and hand-overs."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gapura.sectors.office.types.documents import OfficeRefusal


class CardState(StrEnum):
    """A task card is open until it is closed with what came of it, or ended without."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class CardAct(StrEnum):
    """What can happen to a task card."""

    OPENED = "opened"
    CHANGED = "changed"
    PLANNED = "planned"
    REACHED = "reached"
    UNREACHED = "unreached"
    UNPLANNED = "unplanned"
    LINKED = "linked"
    HANDED_OVER = "handed-over"
    MOVED = "moved"
    CLOSED = "closed"


class InstructionState(StrEnum):
    """Issued → accepted → in progress → done → confirmed; withdrawn by who gave it."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    DONE = "done"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class InstructionAct(StrEnum):
    """What can happen to an instruction. ``PASSED_ON``: a part of it was given to somebody below."""

    ISSUED = "issued"
    ACCEPTED = "accepted"
    REPORTED = "reported"
    FINISHED = "finished"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent-back"
    WITHDRAWN = "withdrawn"
    POSTPONED = "postponed"
    PASSED_ON = "passed-on"
    HANDED_OVER = "handed-over"


class WeeklyState(StrEnum):
    """A weekly report is written, shown to who leads the unit, and approved by them or sent back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class HandOverReason(StrEnum):
    """Why work changes hands. ``MERGER``: the unit was merged into another."""

    TRANSFER = "transfer"
    LEAVING = "leaving"
    HELP = "help"
    MERGER = "merger"


class CannotChangeCard(OfficeRefusal):
    """The task card cannot be opened, changed or closed so."""


class CannotInstruct(OfficeRefusal):
    """The instruction cannot be given, or is not there now."""


class CannotReport(OfficeRefusal):
    """The memo or weekly report cannot be written, sent or approved so."""


class CannotHandOver(OfficeRefusal):
    """The work cannot change hands so."""


@dataclass(frozen=True, slots=True)
class CardWords:
    """What people write on a task card: title part, results, quality, publicity, customers, and its term.

    The sixth part, the plan, is its milestones.
    """

    title: str
    task_code: str
    begins_on: date
    due_on: date
    results: str = ""
    quality: str = ""
    publicity: str = ""
    customers: str = ""
