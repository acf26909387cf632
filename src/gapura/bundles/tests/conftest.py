"""A married couple that expects a child, and the country's agreements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client

from gapura.bundles.actions import request_bundle
from gapura.bundles.models import BundleRequest
from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases.testing import official
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.civil.testing import make_family, make_marriage, make_person, make_residence
from gapura.sectors.health.actions import report_birth
from gapura.sectors.health.testing import BirthAttendedEntry, make_insurance
from gapura.sectors.health.types import BirthTold
from gapura.sectors.welfare.testing import make_rank

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
BORN = date(2026, 5, 3)
SITI, BUDI, AGUS = "3171014501900001", "3171010203880001", "3171010101800002"
CARD = "3171010101150001"
MIDWIFE = official("health.birth-reporter", agency="kemenkes", office="31.71", person_number="3171015505850003")
TOLD = BirthTold(
    mother=SITI,
    father=BUDI,
    born_on=BORN,
    born_at="07:45",
    birth_place="Jakarta Pusat",
    sex="female",
    child_order=1,
    weight_grams=3150,
    facility_code="R317101",
    facility_name="RSIA Cideng",
    notice_number="SKL-1",
)


@pytest.fixture
def town(db: None) -> Iterator[None]:
    """Siti and Budi, married, insured by the state and in need, in Jakarta, on a day in May 2026."""
    make_person(SITI, "Siti Rahayu", marital_status="married")
    make_person(BUDI, "Budi Santoso", sex="male", birth_on=date(1988, 3, 2), marital_status="married")
    make_person(AGUS, "Agus Salim", sex="male")
    for number in (SITI, BUDI, AGUS):
        make_residence(number)
    make_family(CARD, {BUDI: "head", SITI: "wife"})
    make_marriage(BUDI, SITI, date(2020, 1, 4))
    for number in (SITI, BUDI):
        make_insurance(number, insurance_payer="state", insurance_segment="pbi_jk")
        make_rank(number, 2)
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def resident(number: str) -> Actor:
    return Actor(ActorKind.RESIDENT, "r", account_id=1, person_number=number, assurance=AssuranceLevel.SUBSTANTIAL)


def tell(**changes: object) -> BirthAttendedEntry:
    """The hospital's notice."""
    return report_birth(actor=MIDWIFE, told=replace(TOLD, **changes), now=clock.now())  # type: ignore[arg-type]


def ask(person: str = SITI, key: str = "form-1", **changes: str) -> BundleRequest:
    """What a parent sends."""
    return request_bundle(
        actor=resident(person),
        code="happy-birth",
        subject=person,
        answers={"birth": {"child_name": "Ratna Santoso", "twin": "1"} | changes},
        language="en",
        idempotency_key=key,
        now=clock.now(),
    )


def states(request: BundleRequest) -> dict[str, str]:
    return dict(request.items.order_by("position").values_list("code", "status"))


@pytest.fixture
def browser(town: None, client: Client) -> Client:
    """Siti's browser, in English."""
    sign_in(client, make_resident("siti", person_number=SITI))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client
