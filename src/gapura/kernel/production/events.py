"""What has happened to cards and passports on their way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """An order reached another state. ``status`` is an OrderStatus."""

    number: str
    case_number: str
    holder: str
    status: str


@dataclass(frozen=True, slots=True)
class CardHandedOver:
    """The piece is in its holder's hands and its register entry is in force."""

    number: str
    case_number: str
    holder: str
    kind: str
    document_number: str
