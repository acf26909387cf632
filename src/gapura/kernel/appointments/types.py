"""The words of officials' powers: orders and their states, what the country calls a power, refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gapura.foundation.texts import Text

# Roles of this module itself. Which posts carry them is the country's and the agency's matter.
OFFICER = "personnel.officer"  # proposes appointments and sees the people of the agency
APPROVER = "personnel.approver"  # decides powers, reviews emergency access
EMERGENCY = "emergency.access"  # may take a power for some minutes
# The channel of an agency's personnel system. Behind it stands the official responsible for its token.
PERSONNEL_CHANNEL = "personnel"
APPROVAL_KIND = "appointments.power"


class OrderKind(StrEnum):
    """A person has one principal post in an agency; a deputy fills another one until a named day."""

    PRINCIPAL = "principal"
    DEPUTY = "deputy"


class OrderStatus(StrEnum):
    """Only ``in_force`` gives anything."""

    WAITING_ACCOUNT = "waiting_account"
    WAITING_APPROVAL = "waiting_approval"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    ENDED = "ended"


OPEN = (OrderStatus.WAITING_ACCOUNT, OrderStatus.WAITING_APPROVAL, OrderStatus.IN_FORCE)


class Verdict(StrEnum):
    """What the reviewer of an emergency access found."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class Scope(StrEnum):
    """What a token may do; ``write`` includes ``read``."""

    READ = "read"
    WRITE = "write"


class CannotOrder(Exception):
    """The order, post or official cannot be written so. ``str()`` says why and what to do."""


class NotUnique(CannotOrder):
    """Another official or post of the agency has this already."""


class CannotTakePower(Exception):
    """Emergency access is refused. ``str()`` says why and what to do."""


class CannotReview(Exception):
    """The review is refused. ``str()`` says why and what to do."""


class CannotIssueToken(Exception):
    """The token cannot be made. ``str()`` says why and what to do."""


class UnknownToken(Exception):
    """No token in force has this value."""


class TooManyCalls(Exception):
    """The token was used more often than the country allows in a minute."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What the country says about roles: titles, which are ordinary, which may be taken in an emergency."""

    titles: Mapping[str, Text]
    ordinary: frozenset[str]
    emergency: frozenset[str]

    def is_power(self, role: str) -> bool:
        """Whatever is not called ordinary is a power."""
        return role not in self.ordinary

    def title(self, role: str) -> Text:
        """The role's title, or its code where the country gives none."""
        return self.titles.get(role) or {"en": role}


@dataclass(frozen=True, slots=True)
class OfficialFacts:
    """What an agency says of one of its officials. ``attributes`` are kept for SCIM as they came."""

    user_name: str
    display_name: str
    person_number: str
    external_id: str
    active: bool
    attributes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PowerTaken:
    """An emergency access in force now. ``role_title`` is what the banner names."""

    access_id: int
    role: str
    role_title: Text
    case_number: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """One line of “People and powers”: who holds what since when, by which order and approval."""

    person: str
    account_id: int
    post_code: str
    post_title: Text
    roles: tuple[str, ...]
    powers: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    order_number: str
    kind: str
    approval_id: int | None
