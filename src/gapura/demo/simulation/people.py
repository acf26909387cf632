"""Who lives in a simulated community. Days are ordinals (``date.toordinal``) until rows are written."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gapura.sectors.civil.types import RelationToHead, Sex


class Address(NamedTuple):
    """A house in a village."""

    street: str
    rt: str
    rw: str
    village: str

    @property
    def district(self) -> str:
        return self.village.rpartition(".")[0]


class Standing(NamedTuple):
    """On which family card, as what, in which place."""

    family: "Family"
    relation: RelationToHead
    position: int


@dataclass(slots=True, eq=False)
class Marriage:
    husband: "Person"
    wife: "Person"
    day: int
    place: Address
    ended: int | None = None
    end_reason: str = ""


@dataclass(slots=True, eq=False)
class Adoption:
    day: int
    father: "Person"
    mother: "Person"


@dataclass(slots=True, eq=False)
class Charge:
    """A guardianship from a ruling until majority, death or a new ruling."""

    guardian: "Person"
    day: int
    until: int


@dataclass(slots=True, eq=False)
class Person:
    """``died`` is drawn at birth and acted on when the day comes. Histories hold (day, value)."""

    serial: int
    sex: Sex
    born: int
    died: int
    name: str
    tradition: str
    religion: str
    clan: str
    birthplace: Address
    father: "Person | None" = None
    mother: "Person | None" = None
    father_name: str = ""
    mother_name: str = ""
    birth_order: int = 1
    blood_type: str = ""
    schooling: str = ""
    occupation: str = ""
    number: str = ""
    children: list["Person"] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)
    spouse: "Person | None" = None
    family: "Family | None" = None
    adoption: Adoption | None = None
    statuses: list[tuple[int, Any]] = field(default_factory=list)
    homes: list[tuple[int, Any]] = field(default_factory=list)
    standings: list[tuple[int, Any]] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    adopted: list["Person"] = field(default_factory=list)
    wards: list["Person"] = field(default_factory=list)

    @property
    def parents(self) -> "tuple[Person | None, Person | None]":
        """Who raises the person: the adoptive parents where there are some."""
        if self.adoption is not None:
            return self.adoption.father, self.adoption.mother
        return self.father, self.mother

    def age_at(self, day: int) -> int:
        """Completed years, by the mean year; exact enough for choosing."""
        return int((day - self.born) / 365.2425)

    def is_parent_of(self, other: "Person") -> bool:
        return other.father is self or other.mother is self


@dataclass(slots=True, eq=False)
class Family:
    """A family card. ``cards`` holds (day, (head, address)); empty after its last member left."""

    issued: int
    head: Person
    address: Address
    members: list[Person] = field(default_factory=list)
    cards: list[tuple[int, Any]] = field(default_factory=list)
    ended: int | None = None
    number: str = ""


def note(history: list[tuple[int, Any]], day: int, value: Any) -> None:
    """Append what holds from ``day``; the last word of a day counts, and what does not change is no entry."""
    if history and history[-1][0] == day:
        history.pop()
    if not history or history[-1][1] != value:
        history.append((day, value))
