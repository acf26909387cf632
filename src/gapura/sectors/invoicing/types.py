"""The words of invoices: the core invoice model of EN 16931, what may become of an invoice, and refusals.

Amounts are ``Decimal`` in the invoice's currency; None where the paper does not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from gapura.foundation.texts import Text


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceState(StrEnum):
    """RECEIVED: the buyer opened it. CORRECTED and CANCELLED: a credit note takes it back whole."""

    ISSUED = "issued"
    RECEIVED = "received"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"


class BuyerView(StrEnum):
    """What the buyer says of an invoice; ``""`` in the table: nothing yet."""

    AGREED = "agreed"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Party:
    """A seller (BG-4) or buyer (BG-7). ``business_number``: its legal registration (BT-30, BT-47)."""

    name: str = ""
    business_number: str = ""
    tax_identifier: str = ""
    endpoint: str = ""
    endpoint_scheme: str = ""
    street: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """An allowance, or a charge on top (BG-20, BG-21, BG-27, BG-28)."""

    is_charge: bool
    amount: Decimal | None
    reason: str = ""
    reason_code: str = ""
    base: Decimal | None = None
    percent: Decimal | None = None
    category: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What was sold (BG-25)."""

    identifier: str
    name: str
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    net: Decimal | None
    category: str
    rate: Decimal | None
    price_base: Decimal | None = None
    price_unit: str = ""
    description: str = ""
    charges: tuple[Charge, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxShare:
    """Tax of one category and rate (BG-23)."""

    category: str
    rate: Decimal | None
    base: Decimal | None
    tax: Decimal | None
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22; ``tax_local``: the tax in the country's own currency (BT-111)."""

    lines: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    due: Decimal | None = None
    tax_local: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Preceding:
    """An invoice that this one refers to (BG-3)."""

    number: str
    issued_on: str = ""


@dataclass(frozen=True, slots=True)
class CoreInvoice:
    """One invoice or credit note as EN 16931 understands it. Days are ISO text, as written: reading judges nothing."""

    kind: InvoiceKind
    number: str
    issued_on: str
    type_code: str
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[TaxShare, ...]
    totals: Totals
    specification: str = ""
    process: str = ""
    due_on: str = ""
    payment_terms: str = ""
    notes: tuple[str, ...] = ()
    tax_currency: str = ""
    rate: Decimal | None = None
    buyer_reference: str = ""
    order_reference: str = ""
    preceding: tuple[Preceding, ...] = ()
    payment_code: str = ""
    payment_account: str = ""
    charges: tuple[Charge, ...] = ()
    currencies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that does not hold: its id as the standard calls it, and where (a line's number, a category)."""

    rule: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule asks, and what to do when it does not hold."""

    asks: Text
    remedy: Text


@dataclass(frozen=True)
class Rate:
    """A tax category as the seller chooses it: UBL category and percent, from when to when, and the note it needs."""

    code: str
    title: Text
    category: str
    percent: Decimal
    valid_from: date
    valid_until: date | None
    legal_ground: str
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class InvoicingTerms:
    """What the country lays down for invoices (``invoicing.yaml``)."""

    agency: str
    legal_ground: str
    purpose: Text
    title: Text
    credit_title: Text
    signatory: Text
    country: str
    currency: str
    number: str
    endpoint_scheme: str
    endpoint: str
    tax_prefix: str
    units: Mapping[str, Text]
    rates: Sequence[Rate]
    reasons: Mapping[str, Text]
    rules: Mapping[str, RuleText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as the seller fills it in; ``rate`` names one of the country's."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: str


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """What the seller writes; names, numbers and sums come from registers and arithmetic."""

    buyer_number: str
    issued_on: date
    due_on: date
    buyer_reference: str
    lines: tuple[NewLine, ...]
    note: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class Trader:
    """A business as the registers know it."""

    business: str
    name: str
    tax_number: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the buyer said of an invoice; ``declared_tax``: hundredths that they would declare."""

    view: BuyerView
    at: datetime
    said: str = ""
    declared_tax: int | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That the seller took an invoice back, and what was issued instead of it, if anything was."""

    at: datetime
    reason: str
    instead: NewInvoice | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """A sale with its invoice and what became of that, as it is loaded from elsewhere."""

    seller: Trader
    buyer: Trader
    new: NewInvoice
    issued_at: datetime
    received_at: datetime | None = None
    answered: Answered | None = None
    taken_back: TakenBack | None = None


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """One month of a business, in whole rupiah."""

    period: str
    sales_base: int = 0
    output_tax: int = 0
    purchases_base: int = 0
    input_tax: int = 0
    invoices: int = 0
    mismatches: int = 0


class CannotIssue(Exception):
    """Nothing was issued; ``faults`` say which rules do not hold, ``str()`` is one sentence for people."""

    def __init__(self, faults: Sequence[Fault], said: str = "") -> None:
        super().__init__(said or ", ".join(fault.rule for fault in faults))
        self.faults = tuple(faults)


class CannotChange(Exception):
    """The invoice is not in a state for this. ``str()`` is for people."""


class UnknownMachine(Exception):
    """No registered key signed this request. ``str()`` is for the program's maker."""


class CannotReport(Exception):
    """The cash receipt was not taken. ``str()`` is for the seller, and alike for whoever does not want receipts."""
