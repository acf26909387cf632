"""The words of the school registers: codes whose labels live with the country."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SchoolLevel(StrEnum):
    """Levels of school before university; ISCED 1, 2, 3 general and 3 vocational."""

    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    VOCATIONAL = "vocational"


class SchoolExit(StrEnum):
    """Why somebody is at a school no more."""

    GRADUATED = "graduated"
    TRANSFERRED = "transferred"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a pupil goes: ``school`` is an NPSN or a name as its sign says it, empty for any with room in ``place``.

    ``place``: the regency of the pupil's home, by name.
    """

    school: str
    place: str


@dataclass(frozen=True, slots=True)
class Departure:
    """A pupil who left one school for another on ``left_on``, as the old school has to hear it."""

    number: str
    nisn: str
    left_on: date
    old_school: str
    new_school: str


class CannotTransferPupil(Exception):
    """The register has something against the transfer; ``refusal`` is a code of the country's refusals."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal
