"""The words of agreements between agencies: sides, states, what may be done, refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text

# Roles of this module. Which posts carry them is the country's and the agency's matter; each is a power.
APPLICANT = "exchange.applicant"
HOLDER = "exchange.holder"
AUTHORITY = "exchange.authority"


class Side(StrEnum):
    """For whom somebody acts on an agreement. A person acts for one side only, whatever posts they hold."""

    CONSUMER = "consumer"
    HOLDER = "holder"
    AUTHORITY = "authority"


ROLES: Mapping[Side, str] = {Side.CONSUMER: APPLICANT, Side.HOLDER: HOLDER, Side.AUTHORITY: AUTHORITY}


class CaseStatus(StrEnum):
    """A request on its way: with the holder, with the authority, or decided."""

    REQUESTED = "requested"
    JUDGED = "judged"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = (CaseStatus.REQUESTED, CaseStatus.JUDGED)


class Standing(StrEnum):
    """How an agreement that was approved stands on a day."""

    FUTURE = "future"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Parties:
    """The three agencies of an agreement, by code."""

    consumer: str
    holder: str
    authority: str

    def of(self, side: Side) -> str:
        return str(getattr(self, side))


@dataclass(frozen=True, slots=True)
class Terms:
    """What the holder may narrow."""

    fields: frozenset[str]
    questions: frozenset[str]
    posts: frozenset[str]
    valid_until: date

    def exceeds(self, other: "Terms") -> bool:
        """Whether anything in these terms goes beyond the other ones."""
        within = self.fields <= other.fields and self.questions <= other.questions and self.posts <= other.posts
        return not within or self.valid_until > other.valid_until

    def as_json(self) -> dict[str, Any]:
        return {
            "fields": sorted(self.fields),
            "questions": sorted(self.questions),
            "posts": sorted(self.posts),
            "valid_until": self.valid_until.isoformat(),
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "Terms":
        return cls(
            fields=frozenset(written["fields"]),
            questions=frozenset(written["questions"]),
            posts=frozenset(written["posts"]),
            valid_until=date.fromisoformat(written["valid_until"]),
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agency asks for. ``task``: the work it is needed for; ``renews``: code of the agreement it follows."""

    evidence_type: str
    terms: Terms
    valid_from: date
    task: str
    legal_ground: str
    purpose: Text
    monthly_volume: int
    renews: str = ""


class CannotChangeAgreement(Exception):
    """The step cannot be taken. ``str()`` says why and what to do; nothing was written."""
