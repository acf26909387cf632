"""The words of a case: statuses, relations, filters, and why something cannot be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from gapura.foundation.texts import Text
from gapura.kernel.catalogue.types import PublicService, Reasoned
from gapura.kernel.exchange.types import AccessOutcome


class CaseStatus(StrEnum):
    """Where a case stands; the way between them is written in ``rules.TRANSITIONS``."""

    RECEIVED = "received"
    CONSENT = "consent"
    PAYMENT = "payment"
    REVIEW = "review"
    SUPPLEMENT = "supplement"
    APPROVED = "approved"
    REFUSED = "refused"
    APPEALED = "appealed"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RegisterLook:
    """One request to a register for a case: who was asked for what, what came of it, within how many seconds.

    ``seconds`` is None where no answer was wanted in the end, or nobody noted its time.
    """

    holder: Text
    evidence: Text
    question: Text | None
    outcome: AccessOutcome
    seconds: float | None


@dataclass(frozen=True, slots=True)
class BasketFilters:
    """What an official wants to see of their basket; None means all."""

    status: str | None = None
    service_code: str | None = None
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One line of the work basket: what a list needs and no personal data beyond it.

    ``mark``: given as ``after``, the next page begins behind this line.
    """

    number: str
    service_code: str
    service_title: Text
    status: str
    subject: str
    submitted_at: datetime
    due_on: date
    assigned_post: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class BasketPage:
    """One page; ``next`` continues it (None: the end); ``at_most`` caps the count that was worth making."""

    rows: tuple[BasketRow, ...]
    next: str | None
    count: int
    at_most: int


BEST_RATING = 5
SATISFIED = 4
"""From so many of ``BEST_RATING`` stars on a person was satisfied."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases statistics look at: days from first to last, of one public service or (None) of all."""

    since: date
    until: date
    service_code: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How one public service (or, with an empty code, all together) did in a period.

    ``timed``: decided cases whose term counts, ``on_time`` those of them decided in it. ``median``, ``slow``: the time
    from submission to decision that half, and nine of ten, stayed below; None where nothing was decided. ``stars``: how
    many gave one star, two, and so on.
    """

    service_code: str
    received: int
    decided: int
    refused: int
    timed: int
    on_time: int
    papers: int
    median: timedelta | None
    slow: timedelta | None
    stars: tuple[int, ...]

    @property
    def ratings(self) -> int:
        return sum(self.stars)

    @property
    def satisfied(self) -> int:
        return sum(self.stars[SATISFIED - 1 :])


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why applications were refused: ``common`` reasons of rules with their counts, the rest only counted."""

    common: tuple[tuple[Text, int], ...]
    others: int
    by_officials: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a supervisor sees of a period, and what waits today."""

    services: tuple[Figures, ...]
    together: Figures
    received_on: Mapping[date, int]
    decided_on: Mapping[date, int]
    reasons: Reasons
    words: tuple[tuple[int, str], ...]
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Application:
    """A case as the effect sees it: who asks what for whom, and who agreed.

    ``consents``: code of the consent to the numbers of those who gave it. ``decided_by``: the official's person
    number, empty where rules decide.
    """

    number: str
    service_code: str
    agency_code: str
    office_code: str
    applicant: str
    subject: str
    relation: str
    answers: Mapping[str, str]
    consents: Mapping[str, tuple[str, ...]]
    submitted_at: datetime
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What somebody is asked to agree to, by whom, and how the form of the case was answered.

    ``is_open``: it can still be answered. ``agreed`` is None until it was.
    """

    number: str
    service: PublicService
    applicant: str
    asked: tuple[Text, ...]
    answers: Mapping[str, str]
    asked_at: datetime
    until: date
    agreed: bool | None
    is_open: bool


class CaseRefusal(Exception):
    """Something asked of a case cannot be done; ``str()`` is for the person, in the active language."""


@dataclass(frozen=True, slots=True)
class RecordOffer:
    """A record to choose in a form: its ``value`` is the answer, the ``note`` tells it from others."""

    value: str
    note: str


class CannotSubmitApplication(CaseRefusal):
    """The application is not accepted; no case was opened."""


class CannotChangeCase(CaseRefusal):
    """The case is not in a state for this, or somebody was faster; nothing changed."""


class CannotCarryOut(CaseRefusal):
    """What the case was to do in a register cannot be done (any more); the case is refused with ``refusal``."""

    def __init__(self, refusal: Reasoned) -> None:
        super().__init__(next(iter(refusal.reason.values()), ""))
        self.refusal = refusal


class CaseMoved(CannotChangeCase):
    """Somebody else moved the case between reading and writing; nothing of this write remains."""


class IdempotencyConflict(CannotSubmitApplication):
    """The key was used before for another application."""


class CaseNotFound(Exception):
    """There is no such case for this actor: absence and denial look the same."""


@dataclass(frozen=True, slots=True)
class PastRefusal:
    """A decision that refused what was asked, with what the form said."""

    number: str
    answers: Mapping[str, str]
    decided_on: date
