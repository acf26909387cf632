"""The words of the business register that every country shares; legal forms and lines of business are the country's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class BusinessStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class RiskClass(StrEnum):
    """How closely the state looks before a line of business may begin."""

    LOW = "low"
    MEDIUM_LOW = "medium-low"
    MEDIUM_HIGH = "medium-high"
    HIGH = "high"


class LicenceStatus(StrEnum):
    GRANTED = "granted"
    AWAITED = "awaited"
    WITHDRAWN = "withdrawn"


class CannotTransferShares(Exception):
    """The shares stay whose they are; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class NameRules:
    """Words no business may bear, words that need another licence first, and what makes two names alike.

    ``fillers`` make no difference; ``folds`` are pairs of a spelling and what it is read as.
    """

    reserved: frozenset[str]
    guarded: frozenset[str]
    fillers: frozenset[str]
    folds: tuple[tuple[str, str], ...]
    letters_of_a_word: int


@dataclass(frozen=True, slots=True)
class FormTerms:
    """What a legal form asks: its title in the name, founders and words at least, positions, how its deed is numbered.

    ``founder`` is the position of the founders who are not the director; they speak for it together with others only.
    """

    title: str
    founders: int
    words: int
    director: str
    founder: str
    deed: str


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """Whether an official judges before a line of this risk may begin, and how its licence is numbered."""

    judged: bool
    number: str


@dataclass(frozen=True)
class FoundingTerms:
    """How the country founds, names, numbers and licenses businesses; ``lines``: risk by line of business."""

    number: str
    names: NameRules
    forms: Mapping[str, FormTerms]
    lines: Mapping[str, RiskClass]
    licences: Mapping[RiskClass, LicenceTerms]


@dataclass(frozen=True, slots=True)
class NewBusiness:
    """What the founders agreed on. ``shares`` by person number; a sole trader has none."""

    name: str
    legal_form: str
    line: str
    capital: int
    seat_address: str
    village_code: str
    director: str
    shares: Mapping[str, int]


class CannotFoundBusiness(Exception):
    """No business came to be; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class CannotLicenseBusiness(Exception):
    """The line of business is not licensed; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
