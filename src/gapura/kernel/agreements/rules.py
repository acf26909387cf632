"""How an agreement stands, and what its term and volume mean. Pure functions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from gapura.kernel.agreements.types import CaseStatus, Side, Standing

# Who may take which step of a request, from which state, to which.
TRANSITIONS: Mapping[str, tuple[Side, tuple[CaseStatus, ...], CaseStatus]] = {
    "judge": (Side.HOLDER, (CaseStatus.REQUESTED,), CaseStatus.JUDGED),
    "approve": (Side.AUTHORITY, (CaseStatus.JUDGED,), CaseStatus.APPROVED),
    "refuse": (Side.AUTHORITY, (CaseStatus.JUDGED,), CaseStatus.REFUSED),
    "withdraw": (Side.CONSUMER, (CaseStatus.REQUESTED, CaseStatus.JUDGED), CaseStatus.WITHDRAWN),
}
# Who may do what to an agreement that was approved, and while it stands how.
STANDING_STEPS: Mapping[str, tuple[frozenset[Side], frozenset[Standing]]] = {
    "suspend": (frozenset({Side.HOLDER, Side.AUTHORITY}), frozenset({Standing.FUTURE, Standing.IN_FORCE})),
    "resume": (frozenset({Side.HOLDER, Side.AUTHORITY}), frozenset({Standing.SUSPENDED})),
    "give_up": (
        frozenset({Side.CONSUMER}),
        frozenset({Standing.FUTURE, Standing.IN_FORCE, Standing.SUSPENDED}),
    ),
}


def standing(
    *,
    valid_from: date,
    valid_until: date | None,
    suspended_at: datetime | None,
    given_up_at: datetime | None,
    on: date,
) -> Standing:
    """How an agreement of this term stands on a day."""
    if given_up_at is not None:
        return Standing.GIVEN_UP
    if valid_until is not None and valid_until <= on:
        return Standing.EXPIRED
    if suspended_at is not None:
        return Standing.SUSPENDED
    return Standing.FUTURE if on < valid_from else Standing.IN_FORCE


def may_resume(side: Side, suspended_by: Side | None) -> bool:
    """Whoever suspended lifts it; the authority lifts any suspension."""
    return side is Side.AUTHORITY or side is suspended_by


def list_months(until: date, count: int = 12) -> Sequence[date]:
    """The first days of the last ``count`` months, the month of ``until`` included, oldest first."""
    last = until.year * 12 + until.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)]
