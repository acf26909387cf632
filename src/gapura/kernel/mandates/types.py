"""The words of acting for another: whom one may represent, who ended a mandate, and why something is refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Representable:
    """Somebody an actor may apply for, as the population register or a mandate tells."""

    number: str
    full_name: str
    relation: str


@dataclass(frozen=True, slots=True)
class ActingFor:
    """For whom a session acts, and under what.

    ``mandate`` is the reference that logs show: ``child``, or ``proxy:<number>`` for a grant. ``until`` is the first
    day it no longer holds (None: as long as the register says so); ``confirmed_on`` the day a register said so.
    """

    principal: str
    full_name: str
    relation: str
    mandate: str
    until: date | None
    confirmed_on: date

    @property
    def last_day(self) -> date | None:
        """The last day it holds, as people say it."""
        return self.until - timedelta(days=1) if self.until else None


class EndedBy(StrEnum):
    """Who ended a grant: either of the two, or the law (death, guardianship). Expiry needs nobody."""

    PRINCIPAL = "principal"
    REPRESENTATIVE = "representative"
    LAW = "law"


class NotMandated(Exception):
    """The actor may not act for this person in this; ``str()`` is for the actor, in the active language."""


class CannotGrantMandate(Exception):
    """No mandate was made. ``str()`` is for the person, ``field`` the part of the form it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CannotChangeMandate(Exception):
    """The mandate is not in a state for this; nothing changed. ``str()`` is for the person."""
