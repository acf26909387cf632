"""The words of the tax registers and of taxpayers' accounts; rates and terms are the country's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text


class TaxpayerStatus(StrEnum):
    """DORMANT: known, but owes no returns at present."""

    ACTIVE = "active"
    DORMANT = "dormant"
    CLOSED = "closed"


class NationalTax(StrEnum):
    INCOME = "income"
    VALUE_ADDED = "value_added"
    WITHHOLDING = "withholding"


class LocalTax(StrEnum):
    LAND_BUILDING = "land_building"
    VEHICLE = "vehicle"


class CannotRegisterTaxpayer(Exception):
    """The business is no new taxpayer; ``refusal`` names the country's words for why (refusals.yaml)."""

    def __init__(self, refusal: str) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class AssessmentKind(StrEnum):
    """What a taxpayer may owe for one period; the order in which money settles them is the country's."""

    TAX = "tax"
    INTEREST = "interest"
    PENALTY = "penalty"


class Ledger(StrEnum):
    """Where an amount of one tax and period stands. The first four are the taxpayer's, the others say why."""

    TAX = "tax"
    INTEREST = "interest"
    PENALTY = "penalty"
    CREDIT = "credit"  # what the state owes the taxpayer
    LEVIED = "levied"
    WITHHELD = "withheld"  # tax that others paid for the taxpayer
    MONEY = "money"  # received from, or ordered to be paid to the taxpayer
    NETTED = "netted"  # between two periods of one taxpayer
    WRITTEN_OFF = "written-off"


class MovementKind(StrEnum):
    ASSESSMENT = "assessment"
    CREDIT = "credit"
    SETTLEMENT = "settlement"  # credit and debt of one period meet
    PAYMENT = "payment"
    REFUND = "refund"
    NETTING = "netting"
    WRITE_OFF = "write-off"


@dataclass(frozen=True, slots=True)
class Balance:
    """What stands open of one tax and period. Of ``owed`` and ``credit`` at least one is zero."""

    tax: str
    period: str
    owed_by_kind: Mapping[AssessmentKind, int] = field(default_factory=dict)
    credit: int = 0
    due_on: date | None = None

    @property
    def owed(self) -> int:
        return sum(self.owed_by_kind.values())

    def is_overdue(self, today: date) -> bool:
        """Whether its due day has passed with something still owed."""
        return self.owed > 0 and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class CollectionTerm:
    """One step of collection: so many days after the step before it, the first after the due day."""

    code: str
    title: Text
    after_days: int
    by_house: bool
    law: Text


@dataclass(frozen=True, slots=True)
class RiskRule:
    """Holds when ``measure`` is at least ``at_least``; adds ``weight`` to the score."""

    code: str
    measure: str
    at_least: int
    weight: int
    reason: Text
    law: str


class TaxRefusal(Exception):
    """Something asked of an account cannot be done; ``str()`` is for the person, in the active language."""


class AccountNotFound(Exception):
    """There is no such account for this actor: absence and denial look the same."""


class CannotPost(TaxRefusal):
    """The ledger does not take this; nothing was written."""


class ReturnStatus(StrEnum):
    """DRAFT: never filed. A filed return may be amended; an assessed one can only be objected to."""

    DRAFT = "draft"
    FILED = "filed"
    ASSESSED = "assessed"


class Origin(StrEnum):
    """Where an item of a return stands: as a register says it, changed or left out by the person, or theirs alone."""

    REGISTER = "register"
    CORRECTED = "corrected"
    LEFT_OUT = "left-out"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Item:
    """One datum of a return: the inputs of the law that it gives, and where they come from.

    ``code`` names its rule in the country's returns.yaml; ``key`` is its own, the same each time a register is asked.
    ``given`` are the values as the register says them, ``facts`` what else it said, ``person`` a dependant's number.
    """

    key: str
    code: str
    values: Mapping[str, int | str]
    origin: Origin
    label: str = ""
    given: Mapping[str, int | str] = field(default_factory=dict)
    facts: Mapping[str, int | str] = field(default_factory=dict)
    person: str = ""
    provider: str = ""
    access_id: str = ""
    reason: str = ""

    @property
    def counts(self) -> bool:
        return self.origin is not Origin.LEFT_OUT

    def as_plain(self) -> dict[str, Any]:
        """The same as JSON."""
        return {name: _as_json(getattr(self, name)) for name in self.__dataclass_fields__}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Item":
        """What ``as_plain`` gave."""
        return cls(**{**plain, "origin": Origin(plain["origin"])})


def _as_json(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value) if isinstance(value, Origin) else value


class CannotFile(TaxRefusal):
    """The return cannot be prepared, changed or filed like this; nothing changed. ``field``: the part of a form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


BILL_CODE = "tax.account"
REFUND_APPROVAL, AUDIT_APPROVAL, WRITE_OFF_APPROVAL = "tax.refund", "tax.audit", "tax.write-off"
OFFICER, SUPERVISOR = "tax.officer", "tax.supervisor"


class TaxBillStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    ENDED = "ended"  # not paid in time, or replaced: what came for it goes back by itself


class RequestStatus(StrEnum):
    """Of a refund: asked for, decided, and, when granted, on the account or sent back by the bank."""

    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"
    PAID = "paid"
    FAILED = "failed"


class PlanStatus(StrEnum):
    ASKED = "asked"
    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    DENIED = "denied"


class AuditStatus(StrEnum):
    """PROPOSED by one officer, OPEN when another person agreed, then CLOSED with or without an assessment."""

    PROPOSED = "proposed"
    OPEN = "open"
    CLOSED = "closed"
    DENIED = "denied"


class CannotChangeAccount(TaxRefusal):
    """What was asked of the account is not possible now; nothing was changed."""


class CannotCollect(TaxRefusal):
    """This step of collection or audit may not be taken, or not yet."""
