"""The words of money: states, what a bank reports, what the books may say, and why something cannot be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text

TREASURER, APPROVER = "treasury.officer", "treasury.approver"
APPROVAL_KIND = "payments.refund"


class BillStatus(StrEnum):
    """Where a bill stands; the way between them is written in ``rules.TRANSITIONS``."""

    OPEN = "open"
    PAID = "paid"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class IntentStatus(StrEnum):
    """A try to pay: written down, known to the bank, paid, or given up."""

    NEW = "new"
    OFFERED = "offered"
    PAID = "paid"
    ENDED = "ended"


class RefundStatus(StrEnum):
    ORDERED = "ordered"
    DONE = "done"
    FAILED = "failed"


class DisbursementStatus(StrEnum):
    """Money on its way to somebody: written down, confirmed by the bank, or refused by it."""

    ORDERED = "ordered"
    DONE = "done"
    FAILED = "failed"


class RefundGround(StrEnum):
    """Why money goes back. What was never owed (SURPLUS) goes back by itself, the rest by law or by four eyes."""

    SURPLUS = "surplus"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ERROR = "error"
    LAW = "law"


class AccountKind(StrEnum):
    """The treasury's accounts. Bank, clearing and revenue are kept apart by bank and by agency."""

    BANK = "bank"  # on the statement
    CLEARING = "clearing"  # reported by the bank, not yet on a statement
    HELD = "held"  # received for a bill, not yet the state's
    REVENUE = "revenue"
    REFUNDS = "refunds"  # owed back, not yet confirmed
    SUSPENSE = "suspense"  # received, and no bill explains it


class DifferenceKind(StrEnum):
    """What the day-end comparison found, in whose words money is missing or too much."""

    UNMATCHED = "unmatched"
    MISSING_AT_BANK = "missing-at-bank"
    OTHER_AMOUNT = "other-amount"
    REVERSED = "reversed"
    BALANCE = "balance"
    REFUND_FAILED = "refund-failed"


@dataclass(frozen=True, slots=True)
class Fee:
    """What a bill asks. ``amount`` is what is left of ``full_amount`` under ``exemption`` (empty: none)."""

    amount: int
    full_amount: int
    currency: str
    law: Text
    exemption: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntentOrder:
    """What a bank is told of a try. ``reference`` is the key under which it may be repeated without harm."""

    reference: str
    amount: int
    currency: str
    text: str
    return_address: str


@dataclass(frozen=True, slots=True)
class BankReceipt:
    """Money that the bank says it received, and perhaps took back."""

    transaction_id: str
    amount: int
    currency: str
    received_at: datetime
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class IntentReport:
    """Everything the bank holds for one try. ``is_over``: nobody can pay it any more."""

    reference: str
    receipts: tuple[BankReceipt, ...]
    is_over: bool


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """``reference`` is the key: the same order again gives the same refund."""

    reference: str
    transaction_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes: the institution's code or name as the finance register has it, and the account's number."""

    institution: str
    number: str


@dataclass(frozen=True, slots=True)
class DisbursementOrder:
    """``reference`` is the key: the same order again gives the same transfer."""

    reference: str
    account: BankAccount
    amount: int
    currency: str
    text: str


@dataclass(frozen=True, slots=True)
class Knock:
    """A callback whose signature and age are right: which event, about which try."""

    event_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booked movement. ``amount`` is positive for money that came."""

    transaction_id: str
    reference: str
    amount: int


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The bank's account of one day."""

    day: date
    currency: str
    opening: int
    closing: int
    lines: tuple[StatementLine, ...]


class PaymentRefusal(Exception):
    """Something asked of a bill cannot be done; ``str()`` is for the person, in the active language."""


class CannotPay(PaymentRefusal):
    """The bill cannot be paid now; no money moved."""


class CannotGiveReceipt(PaymentRefusal):
    """The bill is not paid, or nothing can be sealed now."""


class CannotRefund(PaymentRefusal):
    """The money cannot be given back in this way; nothing was ordered."""


class CannotDisburse(PaymentRefusal):
    """The money cannot be sent; nothing was ordered."""


class BillNotFound(Exception):
    """There is no such bill for this actor: absence and denial look the same."""


class BankUnavailable(Exception):
    """The bank did not answer, or not sensibly. What it did meanwhile is unknown: ask again."""


class UnknownAtBank(Exception):
    """The bank knows no such try: the order never arrived, or has not arrived yet."""


class ForgedCallback(Exception):
    """The callback is not from the bank, or too old; ``str()`` says why, for the log."""


class BadStatement(Exception):
    """The statement cannot be read, or contradicts itself; ``str()`` says why."""
