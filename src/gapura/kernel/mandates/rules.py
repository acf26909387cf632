"""When a grant stands."""

from datetime import date, datetime, timedelta


def is_standing(
    *,
    valid_from: date,
    valid_until: date,
    accepted_at: datetime | None,
    ended_at: datetime | None,
    on: date,
) -> bool:
    """Accepted, not ended, and the day ``on`` within the term (``valid_until`` is the first day after it)."""
    return accepted_at is not None and ended_at is None and valid_from <= on < valid_until


def is_fresh(signed_at: datetime, now: datetime, minutes: int) -> bool:
    """Whether a factor shown at ``signed_at`` may still sign at ``now``."""
    return timedelta(0) <= now - signed_at <= timedelta(minutes=minutes)


def mandate_reference(relation: str, number: str) -> str:
    """How logs name a grant."""
    return f"{relation}:{number}"


def number_in(reference: str) -> str:
    """The grant's number in a reference; empty when a register is the source."""
    return reference.partition(":")[2]
