"""The kinds of return that the country declares in ``returns.yaml``: another kind is an entry there, not code."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from typing import Any, Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.kernel.catalogue.queries import get_service, get_working_calendar
from gapura.kernel.catalogue.types import PublicService

Plain = int | str | bool


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reading(_Declared):
    """How an input of the law is read of a record: a ``field``, through ``codes`` where given, or a ``constant``.

    ``months``: the fields of a first and a last month, both counted. Nothing at all: only a person says it.
    """

    field: str = ""
    months: tuple[str, str] | None = None
    constant: Plain | None = None
    codes: Mapping[str, Plain] = {}
    otherwise: Plain | None = None

    def read(self, record: Mapping[str, Any]) -> Any:
        """The input's value; None where the record says nothing of it."""
        if self.constant is not None:
            return self.constant
        if self.months is not None:
            first, last = (record.get(field) for field in self.months)
            return None if first is None or last is None else int(last) - int(first) + 1
        value = record.get(self.field)
        return self.codes.get(str(value), self.otherwise) if self.codes else value


class Ask(_Declared):
    """What the exchange is asked of the taxpayer. ``at``: as things stand now, or on the period's first or last day."""

    type: str
    fields: tuple[str, ...]
    legal_ground: str
    purpose: Text
    at: Literal["now", "start", "end"] = "now"


class Doubt(_Declared):
    """Words where a ``fact`` that a register counted is more than none, and the ``page`` that lists what it counted."""

    fact: str
    says: Text
    page: str
    page_title: Text


class ItemRule(_Declared):
    """One sort of item: the inputs it gives to an entity of the law, and where it is read, if anywhere.

    ``own_row``: each item is a row of its entity; otherwise all items of an entity make one row together, whose
    amounts add up. ``ask``: the answer it is read from, ``earlier`` for the returns of the same year filed before.
    ``only``: records whose fields have one of these values; ``given``: the same of any one record of the answer, else
    nothing is read. ``$taxpayer``, ``$year``, ``$period``, ``$previous`` stand for what they say. ``by_hand``: a person
    may add one; ``starts``: one with these values stands in every draft, for them to change; ``fixed``: they cannot
    change it. ``filer``: only in the returns of such a one.
    """

    title: Text
    hint: Text | None = None
    of: str
    own_row: bool = False
    inputs: Mapping[str, Reading]
    ask: str = ""
    only: Mapping[str, tuple[Plain, ...]] = {}
    given: Mapping[str, tuple[Plain, ...]] = {}
    key: tuple[str, ...] = ()
    label: str = ""
    person: str = ""
    facts: tuple[str, ...] = ()
    doubt: Doubt | None = None
    filer: Literal["", "person", "business"] = ""
    starts: Mapping[str, Plain] = {}
    by_hand: bool = False
    fixed: bool = False
    apart: tuple[str, str, str] | None = None
    """Fields of payer, first and last month: two items of one payer must not share a month."""


class Penalty(_Declared):
    """What filing late costs: a figure of the law, from these inputs to an entity."""

    figure: str
    of: str
    inputs: Mapping[str, Plain] = {}


class Due(_Declared):
    """The last day to file: so many months after the period, on its ``day`` or (None) its last one."""

    months_after: int
    day: int | None = None


class Settlement(_Declared):
    """What a statement comes to: figures as a person reads them, what the ledger is told, and what is left to pay."""

    steps: tuple[str, ...]
    levied: str
    credited: str = ""
    balance: str
    with_item: str = ""

    @property
    def figures(self) -> tuple[str, ...]:
        """Every figure it names, once."""
        named = (*self.steps, self.levied, self.credited, self.balance)
        return tuple(dict.fromkeys(name for name in named if name))


class ReturnKind(_Declared):
    """One kind of return. Titles, articles and agency are those of its public ``service``.

    ``first``: the first period that can be filed here. ``entity``: whose figures they are. ``settlements``: the first
    one whose ``with_item`` is among the items holds, the last one for everybody else.
    """

    code: str = ""
    service: str
    filers: frozenset[Literal["person", "business"]]
    every: Literal["year", "month"]
    first: str
    tax: str
    due: Due
    entity: str
    asks: Mapping[str, Ask] = {}
    items: Mapping[str, ItemRule]
    settlements: tuple[Settlement, ...]
    penalty: Penalty | None = None
    for_some: bool = False
    """Only some of its filers owe it: nobody is told that it is late before they file it once."""
    changes: tuple[str, ...] = ()
    """Labels of the registers whose changes are compared with what was filed."""

    def settlement_of(self, codes: Collection[str]) -> Settlement:
        """How a statement with items of these codes is settled."""
        return next(one for one in self.settlements if not one.with_item or one.with_item in codes)

    def get_service(self, on: date) -> PublicService:
        """The public service that this return is."""
        return get_service(self.service, on=on)

    def list_periods(self, today: date) -> list[str]:
        """Every period that is over and can be filed, newest first."""
        first = first_day(self.first)
        found = []
        day = date(today.year, 1 if self.every == "year" else today.month, 1)
        while day > first:
            day = date(day.year - 1, 1, 1) if self.every == "year" else _month_before(day)
            found.append(str(day.year) if self.every == "year" else f"{day:%Y-%m}")
        return found

    def due_on(self, period: str) -> date:
        """The last day to file, moved to the next working day."""
        last = last_day(period)
        months = last.year * 12 + last.month - 1 + self.due.months_after
        year, month = divmod(months, 12)
        day = self.due.day or monthrange(year, month + 1)[1]
        return get_working_calendar().add_working_days(date(year, month + 1, day), 0)


class Receipt(_Declared):
    """The document that a person gets for filing."""

    template: str
    title: Text
    signatory: Text
    languages: tuple[str, ...]


class _Returns(_Declared):
    receipt: Receipt
    kinds: Mapping[str, ReturnKind]


def first_day(period: str) -> date:
    """Of a year (``2025``) or a month (``2025-03``). Raises ValueError."""
    year, _, month = period.partition("-")
    if not (year + month).isascii() or len(year) != 4 or len(month) not in (0, 2):
        raise ValueError(f"{period!r} is neither a year nor a month.")
    return date(int(year), int(month or 1), 1)


def last_day(period: str) -> date:
    """As ``first_day``."""
    first = first_day(period)
    month = first.month if "-" in period else 12
    return date(first.year, month, monthrange(first.year, month)[1])


def period_before(period: str) -> str:
    """The year before a year, the month before a month."""
    day = first_day(period)
    return f"{_month_before(day):%Y-%m}" if "-" in period else str(day.year - 1)


def get_kinds() -> Mapping[str, ReturnKind]:
    """Every kind by its code, in the order of the file."""
    return _read(settings.GAPURA_JURISDICTION).kinds


def list_watched_registers() -> frozenset[str]:
    """Labels of the registers whose changes may differ from what was filed."""
    return frozenset(register for kind in get_kinds().values() for register in kind.changes)


def get_receipt() -> Receipt:
    """How the receipt of a return looks."""
    return _read(settings.GAPURA_JURISDICTION).receipt


@cache
def _read(jurisdiction: str) -> _Returns:
    declared = _Returns.model_validate(load(jurisdiction).read("returns.yaml"))
    kinds = {code: kind.model_copy(update={"code": code}) for code, kind in declared.kinds.items()}
    return declared.model_copy(update={"kinds": kinds})


def _month_before(day: date) -> date:
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
