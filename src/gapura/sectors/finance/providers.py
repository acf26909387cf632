"""What banks and social funds answer through the exchange: here, or from a node of their own."""

from gapura.kernel.exchange.plugin import RegisterProvider, register_provider
from gapura.sectors.finance.models import AccountEntry, EmployerEntry, LoanEntry, PensionEntry


class DepositProvider(RegisterProvider):
    evidence_type = "finance.deposit"
    owner = "finance"
    register = AccountEntry
    by = "number"


class LoanProvider(RegisterProvider):
    evidence_type = "finance.loan"
    owner = "finance"
    register = LoanEntry
    by = "number"


class PensionProvider(RegisterProvider):
    evidence_type = "finance.pension"
    owner = "finance_pension"
    register = PensionEntry


class EmployerProvider(RegisterProvider):
    """The businesses whose contributions the person answers for."""

    evidence_type = "finance.employer"
    owner = "finance_pension"
    register = EmployerEntry
    by = "responsible_number"
    names = {"enrolled_on": "valid_from"}


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (DepositProvider(), LoanProvider(), PensionProvider(), EmployerProvider()):
        register_provider(provider)
