"""Whose an item of work is, and what kinds of items there are."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from gapura.kernel.audit.types import Actor


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has to do something: one post, everybody of a unit, or everybody of an office with a role."""

    agency_code: str
    key: str

    @classmethod
    def post(cls, agency_code: str, post_code: str) -> "Holder":
        return cls(agency_code, f"post:{post_code}")

    @classmethod
    def unit(cls, agency_code: str, unit_code: str) -> "Holder":
        return cls(agency_code, f"unit:{unit_code}")

    @classmethod
    def role(cls, agency_code: str, office_code: str, role: str) -> "Holder":
        return cls(agency_code, f"role:{agency_code}/{office_code}/{role}")


def holders_of(actor: Actor) -> list[Holder]:
    """Every holder that an official is part of."""
    agency = actor.agency_code or ""
    units = [Holder.unit(agency, actor.unit_code)] if actor.unit_code else []
    roles = [Holder.role(agency, actor.office_code or "", role) for role in sorted(actor.roles)]
    return [Holder.post(agency, actor.post_code or ""), *units, *roles]


@dataclass(frozen=True, slots=True)
class WorkKind:
    """A kind of work: its code and what a person reads above the item (``Approve``, ``Read``)."""

    code: str
    title: str | Promise


@dataclass(frozen=True, slots=True)
class WorkFilters:
    """What of the basket is wanted: a kind, only what is urgent, only what was due before a day."""

    kind: str = ""
    urgent: bool = False
    due_before: date | None = None


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One line of the basket. ``path`` is the address of the page where it is done.

    ``mark``: given as ``after``, the next page begins behind this line.
    """

    id: int
    kind: str
    object_ref: str
    title: str
    path: str
    sender: str
    urgent: bool
    due_on: date | None
    opened_at: datetime
    seen_at: datetime | None
    holder: str
    mark: str


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Lines, and the mark after which the next page begins (None: that was all)."""

    lines: tuple[OpenWork, ...]
    next: str | None
