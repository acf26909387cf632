"""Accounts, loans and pension savings, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.finance.models import AccountEntry, LoanEntry, PensionEntry
from gapura.sectors.finance.models import EmployerEntry as EmployerEntry


def make_account(person: str, account_number: str = "7001234567", **facts: Any) -> AccountEntry:
    """Savings of five million since 2018."""
    given = {
        "institution": "Bank Nusantara",
        "account_kind": "savings",
        "balance": 5_000_000,
        "opened_on": date(2018, 1, 2),
        "valid_from": date(2018, 1, 2),
    }
    return store_entry(AccountEntry, account_number=account_number, number=person, **given | facts)


def make_loan(person: str, loan_number: str = "8001234567", **facts: Any) -> LoanEntry:
    """Two million left of a loan of 2023."""
    given = {
        "institution": "Bank Nusantara",
        "loan_kind": "consumer",
        "outstanding": 2_000_000,
        "borrowed_on": date(2023, 1, 2),
        "valid_from": date(2023, 1, 2),
    }
    return store_entry(LoanEntry, loan_number=loan_number, number=person, **given | facts)


def make_pension(person: str, **facts: Any) -> PensionEntry:
    """Old-age savings since 2016."""
    given = {
        "fund": "jht",
        "member_number": f"19{person[-9:]}",
        "saved": 12_000_000,
        "joined_on": date(2016, 1, 4),
        "valid_from": date(2016, 1, 4),
    }
    return store_entry(PensionEntry, number=person, **given | facts)
