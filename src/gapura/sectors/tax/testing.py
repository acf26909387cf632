"""Taxpayers, incomes, arrears, assessments and accounts, for the tests of any module."""

from datetime import date, datetime, timedelta
from typing import Any

from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, ActorKind, system_actor
from gapura.kernel.registers.testing import store_entry
from gapura.sectors.tax.actions import post_assessment, post_credit
from gapura.sectors.tax.actions.filing import file_return
from gapura.sectors.tax.actions.look_ups import open_look_up
from gapura.sectors.tax.models import (
    ArrearsEntry,
    IncomeEntry,
    InstallmentPlan,
    LocalAssessmentEntry,
    RefundRequest,
    TaxAccount,
    TaxAudit,
    TaxpayerEntry,
    TaxReturn,
)
from gapura.sectors.tax.models import BusinessTaxpayerEntry as BusinessTaxpayerEntry
from gapura.sectors.tax.return_kinds import get_kinds
from gapura.sectors.tax.types import OFFICER, AssessmentKind, Item, Origin


def make_taxpayer(number: str, **facts: Any) -> TaxpayerEntry:
    """An active taxpayer since 2015, under the number of the person."""
    since = facts.pop("registered_on", date(2015, 1, 1))
    given = {"tax_number": number, "taxpayer_status": "active", "tax_office": "KPP Pratama Gambir", "valid_from": since}
    return store_entry(TaxpayerEntry, number=number, registered_on=since, **given | facts)


def make_business_taxpayer(business: str, responsible: str, **facts: Any) -> BusinessTaxpayerEntry:
    """A company that is a taxpayer since 2015, and who answers for that."""
    given = {"tax_number": f"0{business}00", "tax_office": "KPP Pratama Gambir", "valid_from": date(2015, 3, 2)}
    return store_entry(BusinessTaxpayerEntry, business_number=business, responsible_number=responsible, **given | facts)


def make_income(number: str, tax_year: int, gross_income: int = 96_000_000, **facts: Any) -> IncomeEntry:
    """Income of a year, assessed in the following March."""
    given = {
        "taxable_income": max(gross_income - 54_000_000, 0),
        "income_tax": max(gross_income - 54_000_000, 0) // 20,
        "valid_from": date(tax_year + 1, 3, 20),
    }
    return store_entry(IncomeEntry, number=number, tax_year=tax_year, gross_income=gross_income, **given | facts)


def make_arrears(number: str, **facts: Any) -> ArrearsEntry:
    """Income tax of 2023 that should have been paid by 10 July 2024."""
    given = {
        "assessment_number": f"00012/205/23/{number[-4:]}",
        "national_tax": "income",
        "tax_year": 2023,
        "arrears_amount": 1_250_000,
        "valid_from": date(2024, 7, 11),
    }
    return store_entry(ArrearsEntry, number=number, **given | facts)


def make_local_assessment(number: str, tax_year: int, **facts: Any) -> LocalAssessmentEntry:
    """A vehicle tax due on 1 June of the year, paid in May."""
    given = {
        "assessment_number": f"SKPD/{tax_year}/{number[-6:]}",
        "local_tax": "vehicle",
        "object_number": "B 1234 KLM",
        "levied_by": "DKI Jakarta",
        "tax_amount": 2_150_000,
        "due_on": date(tax_year, 6, 1),
        "paid_on": date(tax_year, 5, 12),
        "valid_from": date(tax_year, 4, 1),
    }
    return store_entry(LocalAssessmentEntry, number=number, tax_year=tax_year, **given | facts)


def make_account(number: str, *, now: datetime) -> TaxAccount:
    """Income tax of 2024 owed since long, and credit of 2025."""
    actor = system_actor("test")
    of = {"actor": actor, "taxpayer": number, "tax": "income", "now": now}
    post_assessment(
        **of, period="2024", kind=AssessmentKind.TAX, amount=900_000, due_on=date(2025, 3, 31), source=f"test:{number}"
    )
    post_credit(**of, period="2025", amount=700_000, source=f"test:{number}")
    return TaxAccount.objects.get(taxpayer=number)


def make_look_up(number: str, *, post_code: str, now: datetime) -> dict[str, str]:
    """The number of a look-up by whoever acts in the post."""
    make_account(number, now=now)
    officer = Actor(
        ActorKind.OFFICIAL,
        "Tax officer",
        person_number="3171010101800041",
        post_code=post_code,
        agency_code="djp",
        roles=frozenset({OFFICER}),
    )
    return {"number": open_look_up(actor=officer, taxpayer=number, reason="She called us.", now=now).number}


def make_refund_request(number: str, *, now: datetime) -> RefundRequest:
    """Of the credit of 2025, to a bank account of the taxpayer."""
    return RefundRequest.objects.create(
        number=new_code(15),
        account=make_account(number, now=now),
        tax="income",
        period="2025",
        amount=700_000,
        institution="Bank Rakyat",
        bank_account="0012345678",
        asked_at=now,
        decide_by=now.date() + timedelta(days=30),
    )


def make_plan(number: str, *, now: datetime) -> InstallmentPlan:
    """Asked for, not decided."""
    account = make_account(number, now=now)
    return InstallmentPlan.objects.create(
        number=new_code(15), account=account, amount=900_000, reason="My shop burned down.", asked_at=now
    )


def make_audit(number: str, *, now: datetime) -> TaxAudit:
    """Of income tax 2025, opened by two people."""
    return TaxAudit.objects.create(
        number=new_code(15),
        account=make_account(number, now=now),
        tax="income",
        period="2025",
        status="open",
        score=40,
        reasons=[],
        why="Turnover and income differ.",
        proposed_by="3171010101800041",
        decided_by="3171010101800042",
        proposed_at=now,
    )


def make_return(taxpayer: str, period: str, *, now: datetime, filed: bool = False) -> TaxReturn:
    """A return the person declared: of a year 80 million of royalties, of a month as much turnover."""
    kind = get_kinds()["small-business" if "-" in period else "annual"]
    code, name = ("turnover", "omzet") if "-" in period else ("other", "penghasilan_lain")
    item = Item(f"{code}:own:1", code, {name: 80_000_000}, Origin.ADDED, label="Royalties", reason="A book.")
    made = TaxReturn.objects.create(
        number=new_code(11),
        kind=kind.code,
        taxpayer=taxpayer,
        period=period,
        agency_code="djp",
        draft=[item.as_plain()],
        revision=1,
        opened_at=now,
    )
    if filed:
        actor = Actor(ActorKind.RESIDENT, "Resident", account_id=1, person_number=taxpayer)
        file_return(actor=actor, kind=kind, period=period, revision=1, now=now)
    return made
