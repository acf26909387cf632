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


class Kinship(StrEnum):
    """What a relative is to the person, in the order in which a certificate names them."""

    ADOPTIVE_PARENT = "adoptive_parent"
    PARENT = "parent"
    SPOUSE = "spouse"
    CHILD = "child"
    ADOPTED_CHILD = "adopted_child"


class Kin(StrEnum):
    """What an heir was to the dead; which of them inherit is the country's law."""

    FATHER = "father"
    MOTHER = "mother"
    SPOUSE = "spouse"
    CHILD = "child"
    ADOPTED_CHILD = "adopted_child"
    GRANDCHILD = "grandchild"
    SIBLING = "sibling"
    NEPHEW = "nephew"
    GRANDPARENT = "grandparent"


class CardStatus(StrEnum):
    """The words of production's CardStatus, as this register keeps them."""

    ORDERED = "ordered"
    VALID = "valid"
    LOST = "lost"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class EndReason(StrEnum):
    DIVORCE = "divorce"
    DEATH = "death"


@dataclass(frozen=True, slots=True)
class BirthNotice:
    """What a health facility told of a birth: whose, the child's sex, its place in the birth, when and where."""

    number: str
    mother: str
    born_on: date
    sex: str
    child_order: int
    birth_place: str


@dataclass(frozen=True, slots=True)
class RegisteredBirth:
    """What a registration gave: the child's own number, its certificate's and its family card's."""

    child: str
    certificate_number: str
    family_number: str


@dataclass(frozen=True, slots=True)
class DeathNotice:
    """Whose death, when and where: as a physician certified it, else as it is told."""

    number: str
    died_on: date
    place: str


@dataclass(frozen=True, slots=True)
class RegisteredDeath:
    """What a registration gave: the certificate's number, the family card and who heads it now, if anybody is left."""

    certificate_number: str
    family_number: str
    head: str


@dataclass(frozen=True, slots=True)
class Address:
    """A place to live, in the register's columns."""

    street: str
    rt: str
    rw: str
    village_code: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class Move:
    """Where to, as the person writes it: to a ``host`` who heads a household, or a place of one's own.

    ``everybody``: all on the applicant's family card, which its head alone can ask.
    """

    everybody: bool
    host: str = ""
    street: str = ""
    neighbourhood: str = ""
    place: str = ""


class CannotChangeRegister(Exception):
    """The population register cannot be changed so; ``code`` names the words in the country's refusals."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class LookUpGround:
    """A named ground of the country on which an official may open somebody's registers.

    ``expects_decision``: a decided case or a correction should follow.
    """

    code: str
    title: Text
    legal_ground: str
    purpose: Text
    needs_case: bool
    expects_decision: bool = False


class Outlier(StrEnum):
    """Why a look-up has to be explained."""

    HONEY = "honey"
    OWN_FAMILY = "own-family"
    OWN_NAME = "own-name"
    NEIGHBOR = "neighbor"
    AT_NIGHT = "at-night"
    DAY_OFF = "day-off"
    NEAR_CEILING = "near-ceiling"
    NO_DECISION = "no-decision"


class Verdict(StrEnum):
    """What the supervisor makes of a finding."""

    EXPLAINED = "explained"
    MISUSE = "misuse"


@dataclass(frozen=True)
class OutlierRules:
    """What the country calls conspicuous. Hours are local; ``honey_records`` are invented persons no task leads to."""

    working_hours: tuple[int, int]
    ceiling_percent: int
    undecided_after_days: int
    undecided_within_days: int
    undecided_at_least: int
    undecided_percent: int
    honey_records: frozenset[str]


@dataclass(frozen=True, slots=True)
class Circle:
    """Where a person belongs, as the registers say: empty where they do not know."""

    number: str
    full_name: str = ""
    family_number: str = ""
    parents: frozenset[str] = frozenset()
    home: tuple[str, ...] = ()


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

    Without ``valid_from`` the entry was wrong all along; with it the fact changed on that day. ``answers``: the number
    of the person's request that it answers, empty for none of them, None where the official did not say.
    """

    register: str
    entry_id: int
    field: str
    value: str
    evidence: str
    valid_from: date | None = None
    answers: str | None = None


class CannotChangeFinding(Exception):
    """The finding cannot be answered or closed so; ``str()`` says why and what to do."""


class CannotLookUp(Exception):
    """The registers are not opened; ``str()`` says why and what to do."""


class CannotProposeCorrection(Exception):
    """The correction cannot be proposed; ``str()`` says why and what to do."""
