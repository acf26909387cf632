"""The words of a case: statuses, relations, filters, and why something cannot be done."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gapura.foundation.texts import Text


class CaseStatus(StrEnum):
    """Where a case stands; the way between them is written in ``rules.TRANSITIONS``."""

    RECEIVED = "received"
    REVIEW = "review"
    SUPPLEMENT = "supplement"
    APPROVED = "approved"
    REFUSED = "refused"
    APPEALED = "appealed"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Representable:
    """Somebody an actor may apply for, as the population register tells."""

    number: str
    full_name: str
    relation: str


@dataclass(frozen=True, slots=True)
class BasketFilters:
    """What an official wants to see of their basket; None means all."""

    status: str | None = None
    service_code: str | None = None
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One line of the work basket: what a list needs and no personal data beyond it."""

    number: str
    service_code: str
    service_title: Text
    status: str
    subject: str
    submitted_at: datetime
    due_on: date
    assigned_post: str


@dataclass(frozen=True, slots=True)
class BasketPage:
    """One page; ``next`` continues it (None: the end); ``at_most`` caps the count that was worth making."""

    rows: tuple[BasketRow, ...]
    next: str | None
    count: int
    at_most: int


class CaseRefusal(Exception):
    """Something asked of a case cannot be done; ``str()`` is for the person, in the active language."""


class CannotSubmitApplication(CaseRefusal):
    """The application is not accepted; no case was opened."""


class CannotChangeCase(CaseRefusal):
    """The case is not in a state for this, or somebody was faster; nothing changed."""


class CaseMoved(CannotChangeCase):
    """Somebody else moved the case between reading and writing; nothing of this write remains."""


class IdempotencyConflict(CannotSubmitApplication):
    """The key was used before for another application."""


class CaseNotFound(Exception):
    """There is no such case for this actor: absence and denial look the same."""
