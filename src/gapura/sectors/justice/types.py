"""The words of the justice registers that every country shares."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gapura.foundation.texts import Text


class BarClass(StrEnum):
    """What keeps a person from leaving the country: the gravest that stands, and no more than that."""

    NONE = "none"
    BAN = "ban"
    WANTED = "wanted"


class BarKind(StrEnum):
    """The registers that keepers write at the desk."""

    TRAVEL_BAN = "travel-ban"
    WARRANT = "warrant"


class BarAct(StrEnum):
    """What a second keeper is asked to agree to."""

    ENTER = "enter"
    CHANGE = "change"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class ReadingGround:
    """Why a keeper may open a person's bars, by the country's law."""

    code: str
    title: Text
    legal_ground: str


@dataclass(frozen=True, slots=True)
class BarTerms:
    """Who may order a bar of a kind, and for how many months at once (None: until it is lifted)."""

    ordered_by: tuple[str, ...]
    longest_months: int | None = None


@dataclass(frozen=True, slots=True)
class BarProposal:
    """One act on one bar. ``letter`` is the order it rests on; ``entry_id`` is None for a new bar, the rest of what
    an act does not need is None or empty: a bar is lifted on ``valid_until``."""

    act: BarAct
    kind: BarKind
    letter: str
    bar_number: str = ""
    ordered_by: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    entry_id: int | None = None


class CannotOpenReading(Exception):
    """Nobody's bars are opened; ``str()`` tells the keeper why."""


class CannotProposeBar(Exception):
    """The proposal does not fit the register; ``str()`` tells the keeper why."""
