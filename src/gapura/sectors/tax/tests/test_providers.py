"""What the tax registers answer, in both times, and nothing more."""

from datetime import UTC, date, datetime

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.plugin import find_provider, list_evidence_types
from gapura.kernel.exchange.testing import Asker
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.registers.actions import correct_entry, end_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.tax.testing import make_arrears, make_income, make_local_assessment, make_taxpayer

NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
TODAY = date(2026, 3, 5)
ANI, BUDI = "3171014205900001", "3171010105880002"
HOUSE = system_actor("test")
CASE = Source(SourceKind.CASE, "C-1")
ASKER = Asker("UU 6/1983 Pasal 2", NOW)

ask, does, request = ASKER.ask, ASKER.does, ASKER.request

pytestmark = pytest.mark.django_db


def test_every_declared_evidence_type_and_question_is_answered_by_its_own_keeper() -> None:
    declared = [one for one in list_evidence_types() if one.code.startswith("tax.")]
    keepers = {}
    for one in declared:
        provider = find_provider(one.code)
        assert provider is not None
        keepers[one.code] = provider.agency_code
        assert set(getattr(provider, "questions", ())) == {question.code for question in one.questions}
    assert keepers == {
        "tax.taxpayer": "djp",
        "tax.income": "djp",
        "tax.arrears": "djp",
        "tax.business-taxpayer": "djp",
        "tax.invoice-totals": "djp",
        "tax.reported-item": "djp",
        "tax.return": "djp",
        "tax.withholding-slip": "djp",
        "tax.local-assessment": "bapenda",
    }


def test_nobody_asks_without_an_agreement() -> None:
    make_income(ANI, 2025)
    with pytest.raises(ExchangeRefusal):
        request_evidence(actor=HOUSE, request=request("tax.income", ANI, fields=frozenset({"gross_income"})), now=NOW)


def test_a_taxpayer_is_told_with_all_that_was_asked_and_no_more() -> None:
    make_taxpayer(ANI)
    make_taxpayer(BUDI, taxpayer_status="dormant")
    assert ask("tax.taxpayer", ANI) == [
        {
            "tax_number": ANI,
            "taxpayer_status": "active",
            "tax_office": "KPP Pratama Gambir",
            "registered_on": "2015-01-01",
        }
    ]
    assert ask("tax.taxpayer", ANI, "tax_number") == [{"tax_number": ANI}]
    assert does("tax.taxpayer", "is-active-taxpayer", ANI) is True
    assert does("tax.taxpayer", "is-active-taxpayer", BUDI) is False


def test_income_is_told_by_year_newest_first_once_it_is_assessed() -> None:
    make_income(ANI, 2023)
    make_income(ANI, 2024, 120_000_000)
    assert ask("tax.income", ANI, "tax_year", "gross_income") == [
        {"tax_year": 2024, "gross_income": 120_000_000},
        {"tax_year": 2023, "gross_income": 96_000_000},
    ]
    assert ask("tax.income", ANI, "gross_income") == [{"gross_income": 120_000_000}, {"gross_income": 96_000_000}]
    assert ask("tax.income", ANI, "tax_year", as_of=date(2025, 3, 19)) == [{"tax_year": 2023}]
    assert ask("tax.income", BUDI) == []


def test_whether_somebody_earned_at_most_an_amount_is_told_without_the_amount() -> None:
    make_income(ANI, 2024, 60_000_000)
    at_most = {"evidence_type": "tax.income", "question": "earned-at-most", "subject": ANI}
    assert does(**at_most, tax_year=2024, amount=60_000_000) is True
    assert does(**at_most, tax_year=2024, amount=59_999_999) is False
    assert does(**at_most, tax_year=2025, amount=60_000_000) is None


def test_arrears_stand_from_the_day_after_the_due_day_until_they_are_settled() -> None:
    arrears = make_arrears(ANI)
    assert does("tax.arrears", "has-no-arrears", ANI, as_of=date(2024, 7, 10)) is True
    assert does("tax.arrears", "has-no-arrears", ANI) is False
    assert does("tax.arrears", "has-no-arrears", BUDI) is True
    assert ask("tax.arrears", ANI, "arrears_amount", "in_arrears_from") == [
        {"arrears_amount": 1_250_000, "in_arrears_from": "2024-07-11"}
    ]
    end_entry(actor=HOUSE, entry=arrears, ended_on=TODAY, source=CASE, now=NOW)
    assert does("tax.arrears", "has-no-arrears", ANI) is True
    assert ask("tax.arrears", ANI) == []


def test_a_local_tax_is_in_arrears_after_its_due_day_and_not_before() -> None:
    make_local_assessment(ANI, 2025, paid_on=None)
    none = {"evidence_type": "tax.local-assessment", "question": "has-no-local-arrears", "subject": ANI}
    assert does(**none, as_of=date(2025, 6, 1)) is True
    assert does(**none, as_of=date(2025, 6, 2)) is False


def test_a_late_payment_ends_arrears_on_its_day() -> None:
    notice = make_local_assessment(ANI, 2025, paid_on=None)
    correct_entry(actor=HOUSE, entry=notice, changes={"paid_on": date(2026, 3, 1)}, source=CASE, now=NOW)
    none = {"evidence_type": "tax.local-assessment", "question": "has-no-local-arrears", "subject": ANI}
    assert does(**none) is True
    assert does(**none, as_of=date(2026, 2, 28)) is False
    assert ask("tax.local-assessment", ANI, "paid_on") == [{"paid_on": "2026-03-01"}]
    assert ask("tax.local-assessment", ANI, "paid_on", as_of=date(2026, 2, 28)) == [{"paid_on": None}]
    before = datetime(2026, 3, 1, tzinfo=UTC)
    assert ask("tax.local-assessment", ANI, "paid_on", known_at=before) == [{"paid_on": None}]


def test_arrears_on_one_object_do_not_hold_up_another() -> None:
    make_local_assessment(ANI, 2025, paid_on=None)
    make_local_assessment(ANI, 2024, object_number="B 2 A")
    on = {"evidence_type": "tax.local-assessment", "question": "has-no-arrears-on", "subject": ANI}
    assert does(**on, object_number="B 1234 KLM") is False
    assert does(**on, object_number="B 2 A") is True
