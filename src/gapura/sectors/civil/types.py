"""The words of the population register: codes (labels live with the country), look-ups, corrections."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class MaritalStatus(StrEnum):
    SINGLE = "single"
    MARRIED = "married"
    DIVORCED = "divorced"
    WIDOWED = "widowed"


class RelationToHead(StrEnum):
    HEAD = "head"
    HUSBAND = "husband"
    WIFE = "wife"
    CHILD = "child"
    ADOPTED_CHILD = "adopted_child"
    PARENT = "parent"
    PARENT_IN_LAW = "parent_in_law"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    OTHER = "other"


class EndReason(StrEnum):
    DIVORCE = "divorce"
    DEATH = "death"


@dataclass(frozen=True, slots=True)
class LookUpGround:
    """A named ground of the country on which an official may open somebody's registers."""

    code: str
    title: Text
    legal_ground: str
    purpose: Text
    needs_case: bool


@dataclass(frozen=True, slots=True)
class LookUpQuery:
    """What an official asks: by number, or by full name and date of birth; for a case or a stated reason."""

    ground: str
    case_number: str = ""
    reason: str = ""
    number: str = ""
    full_name: str = ""
    birth_on: date | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry in two times. ``facts`` are the entry's data by evidence field code."""

    entry_id: int
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    source_kind: str
    source_reference: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Correction:
    """A proposed correction: ``field`` of the entry shall read ``value``; ``evidence`` says how one knows.

    Without ``valid_from`` the entry was wrong all along; with it the fact changed on that day.
    """

    register: str
    entry_id: int
    field: str
    value: str
    evidence: str
    valid_from: date | None = None


class CannotLookUp(Exception):
    """The registers are not opened; ``str()`` says why and what to do."""


class CannotProposeCorrection(Exception):
    """The correction cannot be proposed; ``str()`` says why and what to do."""
