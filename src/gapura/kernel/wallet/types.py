"""The words of handing a paper on, and the ways it can be refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from gapura.foundation.texts import Text

RECEIVER_ROLE = "wallet.receiver"
"""The role of officials who open what people send to their agency."""


class DeliveryState(StrEnum):
    """Where a delivery stands; the ways between are in ``rules.TRANSITIONS``."""

    SENT = "sent"
    OPENED = "opened"
    EXPIRED = "expired"
    REVOKED = "revoked"


class EndReason(StrEnum):
    """Why a delivery was revoked: its sender stopped it, or too many wrong codes closed it."""

    STOPPED = "stopped"
    GUESSED = "guessed"


class PaperState(StrEnum):
    """Where a paper stands in its holder's wallet. It is held from the moment it is issued."""

    HELD = "held"
    SENT = "sent"
    OPENED = "opened"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a paper may be sent to: an agency by its code, or a company by its number; the other one is empty."""

    code: str
    title: Text
    agency: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class WalletTerms:
    """What the country lays down: terms and openings to choose from, tries for a code, time to fetch the file."""

    term_days: tuple[int, ...]
    link_openings: tuple[int, ...]
    receiver_openings: int
    wrong_codes: int
    fetch_within: timedelta
    receivers: Mapping[str, Receiver]


@dataclass(frozen=True, slots=True)
class FactBundle:
    """The fewest facts that do for a purpose: field codes by evidence type, and who asks for them."""

    code: str
    title: Text
    receivers: tuple[str, ...]
    facts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """What the country lays down in ``sharing.yaml``. ``keys``: of receivers' machines (JWK), by receiver."""

    legal_ground: str
    purpose: Text
    term_days: tuple[int, ...]
    fetch_life: timedelta
    bundles: Mapping[str, FactBundle]
    keys: Mapping[str, tuple[Mapping[str, str], ...]]


class CannotShare(Exception):
    """Nothing was shared; ``str()`` says why and what to do, translated. ``field`` names the form's field."""

    def __init__(self, why: str, field: str | None = None) -> None:
        super().__init__(why)
        self.field = field


class CannotFetch(Exception):
    """No facts are given (any more); ``str()`` says why, translated."""


class UnknownReceiver(Exception):
    """A machine did not prove which receiver it works for."""


class CannotSend(Exception):
    """Nothing was sent; ``str()`` says why and what to do, translated. ``field`` names the form's field."""

    def __init__(self, why: str, field: str | None = None) -> None:
        super().__init__(why)
        self.field = field


class CannotOpen(Exception):
    """What was sent is not given (any more); ``str()`` says why, translated."""


class LinkLeadsNowhere(Exception):
    """Unknown, stopped, expired, closed or used up; it says no more on purpose."""


class WrongCode(Exception):
    """The code does not belong to the link; ``tries_left`` may still be made."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"Wrong code, {tries_left} tries left.")
        self.tries_left = tries_left
