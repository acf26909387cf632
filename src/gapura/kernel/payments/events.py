"""What has happened to a bill."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BillPaid:
    """The whole amount is here."""

    number: str
    case_number: str


@dataclass(frozen=True, slots=True)
class BillExpired:
    """Nobody paid in time; what was paid in part goes back."""

    number: str
    case_number: str


@dataclass(frozen=True, slots=True)
class BillReversed:
    """The bank took the money back after the bill was paid: it is owed again."""

    number: str
    case_number: str


@dataclass(frozen=True, slots=True)
class RefundOrdered:
    """Money goes back to who paid."""

    reference: str
    case_number: str
    ground: str


@dataclass(frozen=True, slots=True)
class DisbursementEnded:
    """The bank sent the money, or refused to (``is_done`` false): then it is the state's again."""

    reference: str
    object_ref: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class RefundDone:
    """The bank gave the money back."""

    reference: str
    case_number: str
