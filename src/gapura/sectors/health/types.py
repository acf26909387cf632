"""The words of the health registers: codes whose labels live with the country."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InsuranceEnd(StrEnum):
    """Why somebody is insured in this way no more."""

    CHANGED = "changed"
    EMPLOYMENT_ENDED = "employment_ended"
    CAME_OF_AGE = "came_of_age"
    EMIGRATED = "emigrated"
    DIED = "died"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class BirthTold:
    """What a facility tells: whose child, when, where, and as the how-manieth of this birth."""

    mother: str
    father: str
    born_on: date
    born_at: str
    birth_place: str
    sex: str
    child_order: int
    weight_grams: int
    facility_code: str
    facility_name: str
    notice_number: str = ""


@dataclass(frozen=True, slots=True)
class DeathTold:
    """What a physician tells: who died, when and where. The cause stays with the physician."""

    number: str
    died_on: date
    death_place: str
    facility_code: str
    facility_name: str
    notice_number: str = ""


class CannotChangeRegister(Exception):
    """A health register cannot be changed so; ``code`` names the words in the country's refusals."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
