"""What a bank implements to be paid through, and the register of those that are set up."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise

from gapura.foundation.texts import Text
from gapura.kernel.payments.types import (
    DisbursementOrder,
    DisbursementStatus,
    IntentOrder,
    IntentReport,
    Knock,
    RefundOrder,
    RefundStatus,
)


class PaymentProvider(ABC):
    """One bank. Any call may raise BankUnavailable; then nobody knows what it did, and the same call is repeated."""

    code: str
    title: Text

    @abstractmethod
    def open_intent(self, order: IntentOrder) -> str:
        """Make the try known to the bank, and where the person pays it. The same reference gives the same try."""

    @abstractmethod
    def inquire(self, reference: str) -> IntentReport:
        """Everything the bank holds for a try. Raises UnknownAtBank."""

    @abstractmethod
    def refund(self, order: RefundOrder) -> RefundStatus:
        """Give money back, or say how that stands. ORDERED: ask again later."""

    @abstractmethod
    def disburse(self, order: DisbursementOrder) -> DisbursementStatus:
        """Send money to an account, or say how that stands. ORDERED: ask again later."""

    @abstractmethod
    def fetch_statement(self, day: date) -> bytes:
        """The account of a day that is over, as camt.053."""

    @abstractmethod
    def read_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Knock:
        """Check signature and age. Raises ForgedCallback."""


@dataclass(frozen=True, slots=True)
class BillOrigin:
    """The page that bills of a service come from, where that is no case."""

    url_name: str
    title: str | Promise


_origins: dict[str, BillOrigin] = {}


def register_bill_origin(service_code: str, origin: BillOrigin) -> None:
    """Let bills issued under ``service_code`` lead back to a page of their own instead of a case."""
    _origins[service_code] = origin


def find_bill_origin(service_code: str) -> BillOrigin | None:
    return _origins.get(service_code)


_providers: dict[str, PaymentProvider] = {}


def register_provider(provider: PaymentProvider) -> None:
    """Let fees be paid through ``provider``; the last one registered under a code stands."""
    _providers[provider.code] = provider


def find_payment_provider(code: str) -> PaymentProvider | None:
    return _providers.get(code)


def list_payment_providers() -> list[PaymentProvider]:
    """By code."""
    return [_providers[code] for code in sorted(_providers)]
