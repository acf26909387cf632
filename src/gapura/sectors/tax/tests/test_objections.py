"""What happens to a return after it is filed: audited, objected to, and compared with what registers say since."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.testing import make_refusal, resident
from gapura.kernel.cases.types import Application
from gapura.kernel.exchange.testing import MemoryProvider
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import deliver_pending, publish
from gapura.kernel.registers.events import RegisterChanged
from gapura.sectors.tax.actions.ledger import post_assessment
from gapura.sectors.tax.actions.returns import mark_assessed, prepare_return
from gapura.sectors.tax.models import ReturnVersion, TaxReturn
from gapura.sectors.tax.public_services import GrantAppeal, GrantObjection
from gapura.sectors.tax.queries.ledger import get_balance, list_postings, sum_ledgers
from gapura.sectors.tax.testing import make_return
from gapura.sectors.tax.tests.returns import DEWI, IN_MARCH, STRANGER, annual, filing_town, slip
from gapura.sectors.tax.types import AssessmentKind, CannotFile

HOUSE = system_actor("test")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(db: None) -> Iterator[dict[str, MemoryProvider]]:
    with filing_town() as providers:
        yield providers


@pytest.fixture
def assessed(town: Any) -> TaxReturn:
    """Filed, then assessed 5 million more."""
    made = make_return(DEWI, "2025", now=IN_MARCH, filed=True)
    post_assessment(
        actor=HOUSE,
        taxpayer=DEWI,
        tax="income",
        period="2025",
        kind=AssessmentKind.TAX,
        amount=5_000_000,
        due_on=date(2026, 5, 1),
        source="audit:ABC",
        now=IN_MARCH,
    )
    mark_assessed(taxpayer=DEWI, tax="income", period="2025")
    made.refresh_from_db()
    return made


def application(made: TaxReturn, submitted_at: datetime = IN_MARCH) -> Application:
    return Application(
        number="C1", service_code="tax.objection", agency_code="djp", office_code="", applicant=DEWI, subject=DEWI,
        relation="self", answers={"return": made.number, "grounds": "I never earned it."}, consents={},
        submitted_at=submitted_at,
    )  # fmt: skip


def test_an_assessed_return_is_closed_until_an_objection_is_granted(assessed: TaxReturn) -> None:
    with pytest.raises(CannotFile, match="has assessed this period"):
        prepare_return(actor=resident(DEWI), kind=annual(), period="2025", now=IN_MARCH)
    owed = get_balance(DEWI, "income", "2025").owed
    asked: dict[str, Any] = {"application": application(assessed), "evidence": (), "now": IN_MARCH}
    assert GrantObjection().find_refusal(**asked) is None
    assert GrantObjection().carry_out(actor=HOUSE, **asked) == {"withdrawn": "1"}
    assert get_balance(DEWI, "income", "2025").owed == owed - 5_000_000
    assert sum(sum_ledgers(list_postings(DEWI)).values()) == 0
    assert prepare_return(actor=resident(DEWI), kind=annual(), period="2025", now=IN_MARCH).draft
    again = GrantObjection().find_refusal(**asked)
    assert again is not None
    assert "No assessment" in again.reason["en"]


def test_an_objection_comes_within_three_months_an_appeal_by_its_own_term(assessed: TaxReturn) -> None:
    in_time, late = datetime(2026, 6, 2, 16, 0, tzinfo=UTC), datetime(2026, 6, 3, 3, 0, tzinfo=UTC)
    common: dict[str, Any] = {"evidence": (), "now": late}
    assert GrantObjection().find_refusal(application=application(assessed, in_time), **common) is None
    refusal = GrantObjection().find_refusal(application=application(assessed, late), **common)
    assert refusal is not None
    assert "three months" in refusal.reason["en"]


def refused(made: TaxReturn, decided_at: datetime) -> None:
    """An objection to the assessment of the return that the tax office refused."""
    make_refusal("tax.objection", DEWI, {"return": made.number}, decided_at=decided_at)


@pytest.mark.parametrize(
    ("asked_at", "says"),
    [
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), ""),
        (datetime(2026, 8, 31, 17, 0, tzinfo=UTC), "three months"),  # 1 September in Jakarta
    ],
)
def test_an_appeal_comes_within_three_months_of_the_refusal(assessed: TaxReturn, asked_at: datetime, says: str) -> None:
    """Refused on 31 May: the last day is 31 August, and one counts from the last of several refusals."""
    refused(assessed, datetime(2026, 4, 1, 3, 0, tzinfo=UTC))
    refused(assessed, datetime(2026, 5, 31, 3, 0, tzinfo=UTC))
    refusal = GrantAppeal().find_refusal(application=application(assessed, asked_at), evidence=(), now=asked_at)
    assert (refusal is None) == (not says)
    assert refusal is None or says in refusal.reason["en"]


def test_nobody_appeals_before_an_objection_to_the_same_return_was_refused(assessed: TaxReturn) -> None:
    asked: dict[str, Any] = {"application": application(assessed), "evidence": (), "now": IN_MARCH}
    make_refusal("tax.objection", DEWI, {"return": "ANOTHER"}, decided_at=IN_MARCH)
    make_refusal("tax.objection", STRANGER, {"return": assessed.number}, decided_at=IN_MARCH)
    make_refusal("tax.slip-correction", DEWI, {"return": assessed.number}, decided_at=IN_MARCH)
    refusal = GrantAppeal().find_refusal(**asked)
    assert refusal is not None
    assert "there is none yet" in refusal.reason["en"]
    refused(assessed, IN_MARCH)
    assert GrantAppeal().find_refusal(**asked) is None


def test_nobody_objects_for_somebody_else(assessed: TaxReturn) -> None:
    theirs = replace(application(assessed), subject=STRANGER, applicant=STRANGER)
    refusal = GrantObjection().find_refusal(application=theirs, evidence=(), now=IN_MARCH)
    assert refusal is not None
    assert "No assessment" in refusal.reason["en"]


def test_what_is_reported_after_filing_is_told_with_its_difference(town: Any) -> None:
    made = make_return(DEWI, "2025", now=IN_MARCH, filed=True)  # royalties alone, as no register knew more
    filed = ReturnVersion.objects.get(tax_return=made)
    town["tax.withholding-slip"].records[DEWI] = [slip()]
    changed = RegisterChanged("withholding.slipentry", DEWI, correction=False, source="import:1", concerned=(DEWI,))
    with transaction.atomic():
        publish(changed)
        publish(replace(changed, register="property.parcelentry"))
    while deliver_pending():
        pass
    made.refresh_from_db()
    assert made.news is not None
    assert made.news["difference"] == made.news["balance"] - filed.balance > 0
    assert [one.kind for one in list_messages(DEWI)].count(MessageKind.RETURN_DIFFERS) == 1
