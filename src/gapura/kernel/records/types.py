"""The words of records: why something is held, what disposal found, what a person is handed, what a drill tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text

OFFICER = "records.officer"
COMPLETE_JOB = "records.complete_copy"
MY_DATA = "records.my-data"
CORRECTION = "records.correction"


class HoldReason(StrEnum):
    """Why nothing may be destroyed."""

    COURT = "court"
    AUDIT = "audit"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class HoldScope:
    """What a hold covers; at least one is given, and what fits any of them is held."""

    person_number: str = ""
    case_number: str = ""
    retention_class: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it covers nothing."""
        return not (self.person_number or self.case_number or self.retention_class)


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of one table whose period is over; ``held`` of them may not be ended yet."""

    retention_class: str
    table: str
    title: Text
    ending: str
    began_before: datetime
    rows: int
    held: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table holds about a person: rows ready for JSON, other people's data masked."""

    table: str
    title: Text
    retention: str
    rows: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@dataclass(frozen=True)
class TermsOfAsking:
    """Why other nodes may be asked what they hold about a person for that person, how often again, and how long.

    ``excepted``: evidence types that the law keeps out of the copy, each with its article.
    """

    legal_ground: str
    purpose: Text
    again_after: timedelta
    at_most: timedelta
    excepted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ToldElsewhere:
    """What another node's register holds about the person; other people's data masked."""

    evidence_type: str
    title: Text
    agency: str
    records: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Silent:
    """An evidence type whose holder gave no answer. ``refusal`` is the exchange's code of why."""

    evidence_type: str
    title: Text
    agency: str
    refusal: str


@dataclass(frozen=True)
class Excepted:
    """An evidence type that no copy tells of, by which article: named to everybody alike."""

    evidence_type: str
    title: Text
    agency: str
    law: str


@dataclass(frozen=True, slots=True)
class CopyInfo:
    """A copy of a person's data as the portal lists it. ``is_available``: it can still be fetched; ``missing``: how
    many answers of other agencies are not in it.
    """

    code: str
    made_at: datetime
    expires_at: datetime
    rows: int
    size: int
    is_available: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A request that must be answered within hours. ``hours_left`` is negative when the law is broken already."""

    number: str
    service_title: Text
    submitted_at: datetime
    hours_left: int


@dataclass(frozen=True, slots=True)
class Touched:
    """One person whom a breached account or key touched: how often, what of them, first and last."""

    subject: str
    times: int
    what: tuple[str, ...]
    first_at: datetime
    last_at: datetime


class CannotSetHold(Exception):
    """The hold cannot be set or lifted; ``str()`` says why and what to do."""


class CannotDispose(Exception):
    """Nothing was destroyed: a hold or the law keeps it. ``str()`` names which."""


class CannotWithdrawConsent(Exception):
    """The ground is not consent, or was withdrawn already."""


class UnknownAccount(LookupError):
    """No account, key or post is called so."""
