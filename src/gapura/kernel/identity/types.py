"""Posts, accounts as other modules see them, and the three ways a request can be turned away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.http import Http404

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor, AssuranceLevel


class SignInRequired(Exception):
    """Nobody is signed in. The person is sent to the sign-in page and comes back afterwards."""


class StepUpRequired(Exception):
    """Signed in, but less surely than this needs. The person is sent to the stronger way and comes back."""

    def __init__(self, needed: AssuranceLevel = AssuranceLevel.SUBSTANTIAL) -> None:
        super().__init__(f"This needs a sign-in of the level {needed.name.lower()}.")
        self.needed = needed


class ProofRequired(Exception):
    """However somebody signs in, the account is not surely enough theirs. Only a counter can change that."""

    def __init__(self, needed: AssuranceLevel) -> None:
        super().__init__(f"This needs a proof of identity of the level {needed.name.lower()}.")
        self.needed = needed


class PostRequired(Exception):
    """Signed in privately, but holds a post. The person is asked to act in it and comes back."""


class AccessDenied(Http404):
    """Signed in, but not entitled. Shown exactly like something that does not exist."""


class UnknownPost(LookupError):
    """No post has this code."""


class UnknownUnit(LookupError):
    """No unit has this code."""


class CannotChangeUnit(Exception):
    """The unit cannot be made, merged or filled so; ``str()`` says why and what to do."""


class TooManyAttempts(Exception):
    """Signing in was tried too often with wrong passwords or codes; it may be tried again later."""


class PasskeyRefused(Exception):
    """What came back does not answer the question that was asked, or was seen before."""


class CannotOpenAtCounter(Exception):
    """The visit cannot be entered or decided so; ``str()`` says why and what to do, translated."""


class ActivationRefused(Exception):
    """Number and code do not belong together, or the code's time or tries are over. Says no more on purpose."""


class PhoneSignInRefused(Exception):
    """The code is not known, was used, or its time is over. Says no more on purpose."""


class CannotCreateAccount(Exception):
    """The sign-in name or the password cannot be used. ``reasons`` are sentences for the person."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class CannotProveIdentity(Exception):
    """The account or the person has a proof already, or the number cannot be a person's."""


class CannotAppointOfficial(Exception):
    """The account is not proven to be a person, so four eyes could not be told apart."""


class VisitPurpose(StrEnum):
    """Why a person came to a counter: they have no account yet, or cannot get into theirs."""

    OPEN = "open"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey as its device made it: ``credential`` is the browser's answer, ``counter`` its signature count."""

    name: str
    credential: Mapping[str, Any]
    counter: int


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password and the ``secret`` (base 32) of the second factor that goes with it."""

    password: str
    secret: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post of an office, held by whoever is appointed. ``office_code`` is the region of the office."""

    code: str
    agency_code: str
    office_code: str
    title: Text
    roles: frozenset[str]
    unit_code: str = ""
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of an office: ``parent`` and ``successor`` are codes, empty where there is none.

    A unit with ``ended_on`` takes no new work; what was its own is its successor's.
    """

    code: str
    agency_code: str
    office_code: str
    title: Text
    parent: str = ""
    successor: str = ""
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an account may act as: privately, or in a post until ``ends_on`` (exclusive; None: open)."""

    actor: Actor
    ends_on: date | None = None
    post_title: Text | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a post, or will from ``valid_from`` on (``valid_until`` exclusive; None: open)."""

    account_id: int
    login: str
    person_number: str
    post: Post
    valid_from: date
    valid_until: date | None


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


@dataclass(frozen=True, slots=True)
class Familiarity:
    """From where and with what somebody comes, and since when their account has signed in so (None: not before).

    ``device``: a digest of the browser's token; empty before its first sign-in.
    """

    network: str
    agent: str
    device_since: datetime | None
    network_since: datetime | None
    device: str = ""
