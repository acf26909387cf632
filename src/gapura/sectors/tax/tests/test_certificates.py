"""Clearances, income and assessments: for who has everything, who has nothing or owes, and who may not."""

from datetime import date, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import is_faithful
from gapura.kernel.cases.testing import apply, stated
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.documents.queries import find_document
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry, end_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.tax.testing import make_arrears, make_income, make_local_assessment, make_taxpayer
from gapura.sectors.tax.tests.conftest import ANI, BUDI, NOW

CLEARANCE, LOCAL_CLEARANCE = "tax.clearance", "tax.local-clearance"
INCOME, ASSESSMENT = "tax.income-certificate", "tax.local-assessment"
ACTOR = system_actor("test")
SOURCE = Source(SourceKind.CASE, "CORRECTION1")

pytestmark = pytest.mark.usefixtures("town")


def test_a_taxpayer_without_arrears_is_cleared_for_a_month() -> None:
    make_taxpayer(ANI)
    make_arrears(BUDI)
    case = apply(CLEARANCE, ANI)
    assert stated(case)["tax.taxpayer"][0]["tax_number"] == ANI
    document = find_document(case.document_code)
    assert document is not None
    assert document.valid_until == date(2026, 6, 3)


def test_arrears_refuse_the_clearance_with_what_to_do_until_they_are_settled() -> None:
    make_taxpayer(ANI)
    arrears = make_arrears(ANI)
    refused = apply(CLEARANCE, ANI)
    assert (refused.status, refused.document_code) == (CaseStatus.REFUSED, "")
    assert "tunggakan" in refused.decision_reason["id"]
    assert "instalments" in refused.decision_remedy["en"]
    end_entry(actor=ACTOR, entry=arrears, ended_on=date(2026, 5, 4), source=SOURCE, now=clock.now())
    assert apply(CLEARANCE, ANI).document_code


def test_who_is_no_taxpayer_is_told_how_to_become_one() -> None:
    case = apply(CLEARANCE, ANI)
    assert case.status == CaseStatus.REFUSED
    assert "NPWP" in case.decision_remedy["id"]


def test_local_clearance_lists_only_what_was_chosen() -> None:
    for year in (2021, 2024, 2025):
        make_local_assessment(ANI, year)
    assert "tax.local-assessment" not in stated(apply(LOCAL_CLEARANCE, ANI))
    years = {choice: stated(apply(LOCAL_CLEARANCE, ANI, list=choice)) for choice in ("two-years", "all")}
    assert [one["tax_year"] for one in years["two-years"]["tax.local-assessment"]] == [2025, 2024]
    assert [one["tax_year"] for one in years["all"]["tax.local-assessment"]] == [2025, 2024, 2021]


def test_who_owns_nothing_owes_the_region_nothing() -> None:
    assert apply(LOCAL_CLEARANCE, ANI).document_code


def test_an_unpaid_notice_past_its_due_day_refuses_local_clearance_and_one_not_yet_due_does_not() -> None:
    make_local_assessment(ANI, 2026, paid_on=None)
    assert apply(LOCAL_CLEARANCE, ANI).document_code
    make_local_assessment(ANI, 2025, paid_on=None)
    refused = apply(LOCAL_CLEARANCE, ANI)
    assert refused.status == CaseStatus.REFUSED
    assert "jatuh tempo" in refused.decision_reason["id"]
    assert "unpaid" in refused.decision_remedy["en"]


def test_the_income_of_the_chosen_year_alone_is_stated() -> None:
    make_income(ANI, 2024)
    make_income(ANI, 2025, 120_000_000)
    (income,) = stated(apply(INCOME, ANI, year="2024"))["tax.income"]
    assert (income["tax_year"], income["gross_income"]) == (2024, 96_000_000)


def test_a_year_that_is_not_assessed_is_refused_with_what_to_do() -> None:
    make_income(ANI, 2024)
    make_income(BUDI, 2025)
    case = apply(INCOME, ANI, year="2025")
    assert case.status == CaseStatus.REFUSED
    assert "SPT" in case.decision_remedy["id"]


def test_one_local_assessment_is_stated_paid_or_not() -> None:
    paid = make_local_assessment(ANI, 2025)
    open_one = make_local_assessment(ANI, 2026, paid_on=None)
    for notice, paid_on in ((paid, "2025-05-12"), (open_one, None)):
        (stated_one,) = stated(apply(ASSESSMENT, ANI, item=notice.assessment_number))["tax.local-assessment"]
        assert (stated_one["assessment_number"], stated_one["paid_on"]) == (notice.assessment_number, paid_on)


def test_the_assessment_of_another_is_not_stated() -> None:
    make_local_assessment(ANI, 2025)
    other = make_local_assessment(BUDI, 2025)
    case = apply(ASSESSMENT, ANI, item=other.assessment_number)
    assert case.status == CaseStatus.REFUSED


ALL = [(CLEARANCE, {}), (LOCAL_CLEARANCE, {}), (INCOME, {"year": "2025"}), (ASSESSMENT, {"item": "N1"})]


@pytest.mark.parametrize(("service", "answers"), ALL)
def test_a_stranger_or_a_weak_sign_in_cannot_ask(service: str, answers: dict[str, str]) -> None:
    make_taxpayer(ANI)
    make_income(ANI, 2025)
    make_local_assessment(ANI, 2025, assessment_number="N1")
    with pytest.raises(CannotSubmitApplication):
        apply(service, BUDI, ANI, **answers)
    with pytest.raises(CannotSubmitApplication):
        apply(service, ANI, assurance=AssuranceLevel.LOW, **answers)
    case = apply(service, ANI, **answers)
    assert case.document_code
    assert is_faithful(actor=ACTOR, code=case.document_code, now=NOW + timedelta(days=3))


def test_a_corrected_income_replaces_the_paper() -> None:
    income = make_income(ANI, 2025)
    case = apply(INCOME, ANI, year="2025")
    old = find_document(case.document_code)
    with clock.frozen(NOW + timedelta(days=1)):
        changes = {"gross_income": 90_000_000}
        correct_entry(actor=ACTOR, entry=income, changes=changes, source=SOURCE, now=clock.now())
        deliver_pending()
    case.refresh_from_db()
    assert stated(case)["tax.income"][0]["gross_income"] == 90_000_000
    assert old is not None
    old.refresh_from_db()
    assert old.status == DocumentStatus.REPLACED
