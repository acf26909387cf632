"""Posts, accounts as other modules see them, and the three ways a request can be turned away."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor, AssuranceLevel


class SignInRequired(Exception):
    """Nobody is signed in. The person is sent to the sign-in page and comes back afterwards."""


class StepUpRequired(Exception):
    """Signed in, but less surely than this needs. The person is sent to the second factor and comes back."""


class PostRequired(Exception):
    """Signed in privately, but holds a post. The person is asked to act in it and comes back."""


class AccessDenied(Http404):
    """Signed in, but not entitled. Shown exactly like something that does not exist."""


class UnknownPost(LookupError):
    """No post has this code."""


class TooManyAttempts(Exception):
    """Signing in was tried too often with wrong passwords or codes; it may be tried again later."""


class CannotCreateAccount(Exception):
    """The sign-in name or the password cannot be used. ``reasons`` are sentences for the person."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class CannotProveIdentity(Exception):
    """The account or the person has a proof already, or the number cannot be a person's."""


class CannotAppointOfficial(Exception):
    """The account is not proven to be a person, so four eyes could not be told apart."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post of an office, held by whoever is appointed. ``office_code`` is the region of the office."""

    code: str
    agency_code: str
    office_code: str
    title: Text
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an account may act as: privately, or in a post until ``ends_on`` (exclusive; None: open)."""

    actor: Actor
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """How to reach the person behind an account."""

    account_id: int
    person_number: str
    level: AssuranceLevel
    language: str
    email: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an attempt to sign in comes from, as coarse as it can be told apart.

    ``network`` is the address without its last part, ``device`` the token of a browser that signed in before.
    """

    network: str
    agent: str
    device: str = ""
