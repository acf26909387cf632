"""The life of a case in one table, and its clock."""

from dataclasses import dataclass
from datetime import date

from gapura.foundation.calendars import WorkingCalendar
from gapura.kernel.cases.types import CaseStatus as S

RESIDENT, OFFICIAL, SYSTEM = "resident", "official", "system"


@dataclass(frozen=True, slots=True)
class Transition:
    """``action`` takes a case from one of ``sources`` to ``target``; only ``actors`` may do it."""

    action: str
    sources: frozenset[S]
    target: S
    actors: frozenset[str]


def _row(action: str, sources: tuple[S, ...], target: S, *actors: str) -> Transition:
    return Transition(action, frozenset(sources), target, frozenset(actors))


TRANSITIONS: tuple[Transition, ...] = (
    _row("take", (S.RECEIVED, S.REVIEW), S.REVIEW, OFFICIAL),
    _row("refer", (S.RECEIVED,), S.REVIEW, SYSTEM),
    _row("request_supplement", (S.REVIEW,), S.SUPPLEMENT, OFFICIAL),
    _row("answer_supplement", (S.SUPPLEMENT,), S.REVIEW, RESIDENT),
    _row("request_consent", (S.RECEIVED,), S.CONSENT, SYSTEM),
    _row("receive_consent", (S.CONSENT,), S.RECEIVED, SYSTEM),
    _row("request_payment", (S.RECEIVED, S.APPROVED), S.PAYMENT, SYSTEM),
    _row("receive_payment", (S.PAYMENT,), S.RECEIVED, SYSTEM),
    _row("complete_payment", (S.PAYMENT,), S.APPROVED, SYSTEM),
    _row("approve", (S.RECEIVED,), S.APPROVED, SYSTEM),
    _row("approve", (S.REVIEW,), S.APPROVED, OFFICIAL),
    _row("grant_by_silence", (S.RECEIVED, S.REVIEW), S.APPROVED, SYSTEM),
    _row("refuse", (S.RECEIVED, S.CONSENT, S.APPROVED), S.REFUSED, SYSTEM),
    _row("refuse", (S.REVIEW,), S.REFUSED, OFFICIAL),
    _row("fulfill", (S.APPROVED,), S.FULFILLED, SYSTEM, OFFICIAL),
    _row("withdraw", (S.RECEIVED, S.CONSENT, S.PAYMENT, S.REVIEW, S.SUPPLEMENT), S.WITHDRAWN, RESIDENT),
    _row("appeal", (S.REFUSED,), S.APPEALED, RESIDENT),
    _row("dismiss_appeal", (S.APPEALED,), S.CLOSED, OFFICIAL),
    _row("uphold_appeal", (S.APPEALED,), S.APPROVED, OFFICIAL),
    _row("remand", (S.APPEALED,), S.REVIEW, OFFICIAL),
    _row("lapse", (S.SUPPLEMENT, S.CONSENT, S.PAYMENT), S.CLOSED, SYSTEM),
    _row("close", (S.FULFILLED, S.REFUSED, S.WITHDRAWN), S.CLOSED, SYSTEM),
)

OPEN_STATUSES = frozenset({S.RECEIVED, S.CONSENT, S.PAYMENT, S.REVIEW, S.SUPPLEMENT, S.APPEALED, S.APPROVED})
PAUSED_STATUSES = frozenset({S.CONSENT, S.PAYMENT, S.SUPPLEMENT})
"""The clock stands still: somebody outside the house owes the next move."""
DECIDED_STATUSES = frozenset({S.FULFILLED, S.REFUSED, S.WITHDRAWN, S.CLOSED})


def find_transition(action: str, status: str, actor: str) -> Transition | None:
    """The row that lets ``actor`` (kind) do ``action`` on a case in ``status``, if there is one."""
    return next((t for t in TRANSITIONS if t.action == action and status in t.sources and actor in t.actors), None)


def possible_actions(status: str, actor: str) -> list[str]:
    """Every action the kind of actor may take in this status, in the order of the table."""
    return list(dict.fromkeys(t.action for t in TRANSITIONS if status in t.sources and actor in t.actors))


def due_after_pause(due_on: date, paused_on: date, resumed_on: date, calendar: WorkingCalendar) -> date:
    """The due date moved by the working days the case waited for the person (pause day counts, resume day not)."""
    return calendar.add_working_days(due_on, calendar.count_working_days(paused_on, resumed_on))


def follow_up_key(number: str) -> str:
    """How the idempotency keys of what follows a case begin."""
    return f"then:{number}:"
