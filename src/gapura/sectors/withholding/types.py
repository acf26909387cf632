"""The words of yearly reports; kinds of slips, amounts and family statuses are the country's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text

CASE = "year-end"  # what the access log names where no case asks
CHECK_JOB = "withholding.check-deliveries"
TELL_JOB = "withholding.tell-people"
REPORTING_CHANNEL = "reporting"
PAYROLL = "tax.payroll"
"""The role of whoever reports what their agency paid its staff."""


class Form(StrEnum):
    """What a delivery reports."""

    SLIPS = "slips"
    ITEMS = "items"


class Scope(StrEnum):
    """WHOLE: everything of the year, what is missing is taken back. PART: only these rows."""

    WHOLE = "whole"
    PART = "part"


class Acceptance(StrEnum):
    """ALL: one wrong row refuses the delivery. ROWS: right rows are kept, wrong ones are reported."""

    ALL = "all"
    ROWS = "rows"


class DeliveryState(StrEnum):
    """WAITING: sent, not yet checked. PARTLY: some rows were kept and some were not."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"


class ColumnKind(StrEnum):
    PERSON = "person"
    TEXT = "text"
    CODE = "code"
    MONTH = "month"
    MONEY = "money"


class Fault(StrEnum):
    """What may be wrong with a row, or (FILE, TOO_MANY_UNKNOWN) with the whole file."""

    FILE = "file"
    TOO_MANY_UNKNOWN = "too-many-unknown"
    MISSING = "missing"
    TOO_LONG = "too-long"
    NOT_WHOLE = "not-whole"
    NEGATIVE = "negative"
    TOO_LARGE = "too-large"
    NOT_A_CODE = "not-a-code"
    NOT_A_MONTH = "not-a-month"
    NOT_A_NUMBER = "not-a-number"
    UNKNOWN_PERSON = "unknown-person"
    MONTHS_REVERSED = "months-reversed"
    MONTHS_NOT_OVER = "months-not-over"
    OVERLAPPING = "overlapping"
    TWICE = "twice"
    OF_ANOTHER = "of-another"
    DEDUCTED_ABOVE_GROSS = "deducted-above-gross"
    WITHHELD_ABOVE_GROSS = "withheld-above-gross"


class FileFault(StrEnum):
    """Why a file as a whole cannot be read."""

    PACKED = "packed"
    NOT_UTF8 = "not-utf8"
    NOT_CSV = "not-csv"
    NOT_JSON = "not-json"
    EMPTY = "empty"
    HEADING_LACKS = "heading-lacks"
    HEADING_UNKNOWN = "heading-unknown"
    HEADING_TWICE = "heading-twice"
    CELLS = "cells"
    ROWS = "rows"
    LETTERS = "letters"
    NESTED = "nested"
    UNREADABLE = "unreadable"


class ReleaseState(StrEnum):
    """OPEN: the employer may use it, the person may take it back. USED: it is in the payroll."""

    OPEN = "open"
    USED = "used"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file. ``default`` fills an empty cell; None: it must be given."""

    name: str
    kind: ColumnKind
    most: int = 0
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in one cell; line 1 is the heading, line 0 the file itself."""

    line: int
    column: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """A row that is right in itself: whose it is, its number at the reporter, and the columns of the register."""

    line: int
    person: str
    number: str
    facts: Mapping[str, str | int | bool | date]


@dataclass(frozen=True, slots=True)
class SlipKind:
    """``final``: the tax on it is settled by the withholding. ``overlaps``: months may be shared with another slip."""

    final: bool = False
    overlaps: bool = False


@dataclass(frozen=True, slots=True)
class ItemKind:
    """``effect``: what it does to the tax, in words; ``law_input``: the input of the law that it counts in."""

    effect: Text
    law_input: str = ""


@dataclass(frozen=True)
class ReportTerms:
    """What the country lays down in ``withholding.yaml``. ``agency_numbers``: under which each agency reports."""

    agency: str
    legal_ground: str
    first_year: int
    slip_kinds: Mapping[str, SlipKind]
    item_kinds: Mapping[str, ItemKind]
    tax_statuses: tuple[str, ...]
    agency_numbers: Mapping[str, str]


class Ground(StrEnum):
    """Why somebody sees what was reported about a person."""

    SELF = "self"
    CHILD = "child"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Line:
    """One reported amount as a person reads it. ``key`` names it in forms; months are 0 where it has none."""

    key: str
    kind: str
    title: Text
    effect: Text
    reported_by: str
    reference: str
    reported_on: date
    amount: int
    tax_withheld: int
    month_from: int = 0
    month_until: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody whose lines the actor may see. ``earned``: pay that is not taxed finally; of a dependant, a warning."""

    number: str
    full_name: str
    ground: Ground
    lines: tuple[Line, ...]
    slips: tuple[Mapping[str, Any], ...] = ()

    @property
    def earned(self) -> int:
        return sum(slip["gross"] for slip in self.slips if not slip["final"])


@dataclass(frozen=True, slots=True)
class Employer:
    """Who reported pay of the person lately: somebody a release may go to."""

    number: str
    name: str


class FileUnreadable(Exception):
    """The file cannot be read; ``detail`` is a line, a name or a number for the sentence that says why."""

    def __init__(self, fault: FileFault, detail: str | int = "") -> None:
        super().__init__(fault)
        self.fault, self.detail = fault, str(detail)[:60]


class CannotDeliver(Exception):
    """Nothing was taken in. ``str()`` says why and what to do, in the active language."""


class CannotRelease(Exception):
    """Nothing was released, used or taken back. ``str()`` is for the person."""


class CannotConsent(Exception):
    """No consent was given. ``str()`` is for the person."""


class UnknownToken(Exception):
    """The token opens nothing: wrong, expired, ended, or its person no longer is who made it."""
