"""What is said when a meeting is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """``guests`` and ``optional``: posts; ``outside``: names and e-mail addresses; ``room``: a code, or none.

    ``agenda``: the matters in order. Times are aware; ``zone`` is where their hours are meant.
    ``rule``: an RRULE that ends, where the meeting is to repeat.
    """

    title: str
    task_code: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    chair: str
    guests: Sequence[str] = ()
    optional: Sequence[str] = ()
    outside: Sequence[tuple[str, str]] = ()
    agenda: Sequence[str] = ()
    purpose: str = ""
    place: str = ""
    room: str = ""
    confidential: bool = False
    rule: str = ""
