"""The words of making: states of an order and of what is made for it, what a factory reports, what a country says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order stands; the way between them is written in ``rules``."""

    FINGERPRINTS = "fingerprints"
    ORDERED = "ordered"
    PRINTING = "printing"
    CHECKED = "checked"
    SHIPPED = "shipped"
    READY = "ready"
    DELIVERED = "delivered"
    COLLECTED = "collected"
    STOPPED = "stopped"


class PieceStatus(StrEnum):
    """One thing that was made or is to be made: the order's present one, handed over, or waste."""

    LIVE = "live"
    HANDED_OVER = "handed-over"
    SCRAPPED = "scrapped"
    STOPPED = "stopped"


class Stage(StrEnum):
    """What a factory or its courier says of a piece."""

    PRINTING = "printing"
    CHECKED = "checked"
    SHIPPED = "shipped"
    READY = "ready"
    DELIVERED = "delivered"
    MISPRINT = "misprint"
    LOST = "lost"


class Delivery(StrEnum):
    PICK_UP = "pick-up"
    POST = "post"


class Fingerprints(StrEnum):
    """When the law wants them: with the first document of a kind, or never."""

    FIRST = "first"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class CardDesign:
    """What the country says of the card or passport that one public service brings. ``years`` None: for life."""

    kind: str
    variety: str
    size: str
    letters: str
    state: str
    series: str
    digits: int
    years: int | None
    fingerprints: Fingerprints
    counter_role: str
    factory: str


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What is printed of a person, and where the post finds them."""

    number: str
    full_name: str
    birth_on: date
    sex: str
    nationality: str
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a case asks to be made. ``asked_at``: when the person asked for it."""

    service_code: str
    case_number: str
    agency_code: str
    office_code: str
    holder: CardHolder
    applicant: str
    photo: str
    delivery: Delivery
    asked_at: datetime
    needs_fingerprints: bool


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the register says of one piece. ``expires_on`` None: for life."""

    document_number: str
    holder: str
    variety: str
    issued_on: date
    expires_on: date | None
    agency_code: str
    office_code: str


class CardStatus(StrEnum):
    """What a register of cards says of one number."""

    ORDERED = "ordered"
    VALID = "valid"
    LOST = "lost"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


class CardVerdict(StrEnum):
    """What anybody may be told of a card that they are shown."""

    VALID = "valid"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PieceOrder:
    """What a factory is told: nothing that is not printed on the piece or on its envelope."""

    reference: str
    size: str
    document_number: str
    zone: tuple[str, ...]
    full_name: str
    photo: str
    address: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StageReport:
    """One thing that happened to a piece, as the factory tells it; told again it is the same."""

    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at a counter at which nobody is expected yet."""

    on: date
    starts_at: datetime


class ProductionRefusal(Exception):
    """Something cannot be done with an order; ``str()`` is for the person, in the active language."""


class AlreadyInProduction(ProductionRefusal):
    """A piece of this kind is on its way for this person already."""


class CannotHandOver(ProductionRefusal):
    """The piece is not here, or not any more."""


class CannotBookVisit(ProductionRefusal):
    """The time is taken or outside the hours, or the order needs no visit."""


class OrderNotFound(Exception):
    """There is no such order for this actor: absence and denial look the same."""


class FactoryUnavailable(Exception):
    """Nobody knows what the factory did; the same call is repeated later."""


class UnknownAtFactory(Exception):
    """The factory never heard of the piece."""
