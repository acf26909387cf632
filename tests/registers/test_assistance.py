"""Assistance for a child is due to poor families, whether it is asked for alone or with the birth."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.sectors.civil import testing as civil
from gapura.sectors.health import testing as health
from gapura.sectors.welfare import testing as welfare
from gapura.sectors.welfare.models import RecipientEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
PARENT, CHILD = "3171014205900001", "3171010103260001"
SERVICES = ("welfare.infant-assistance", "welfare.newborn-contribution", "welfare.jakarta-child-card")


@pytest.fixture(autouse=True)
def family() -> Iterator[None]:
    civil.make_person(PARENT)
    civil.make_residence(PARENT)
    civil.make_person(CHILD, "Budi Wijaya", birth_on=date(2026, 3, 1), mother_number=PARENT)
    civil.make_residence(CHILD)
    civil.make_family("3171010101260001", {PARENT: "head", CHILD: "child"})
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def ask(service: str) -> Case:
    return submit_application(
        actor=resident(PARENT),
        service_code=service,
        subject=CHILD,
        relation="child",
        answers={},
        language="id",
        idempotency_key=service,
        now=NOW,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_family_that_is_not_poor_is_refused(service: str) -> None:
    welfare.make_rank(PARENT, 9)
    health.make_insurance(PARENT, insurance_payer="self")
    case = ask(service)
    assert case.status == CaseStatus.REFUSED
    assert not RecipientEntry.objects.filter(number=CHILD).exists()


@pytest.mark.parametrize("service", SERVICES)
def test_a_poor_family_gets_it_at_once(service: str) -> None:
    welfare.make_rank(PARENT, 1)
    health.make_insurance(PARENT, insurance_payer="state")
    assert ask(service).status == CaseStatus.FULFILLED
    assert RecipientEntry.objects.filter(number=CHILD).count() == 1
