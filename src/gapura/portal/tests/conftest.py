"""A mother and her child in the register, and her browser."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import Case
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.civil.testing import make_family, make_person, make_residence

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
SITI, BUDI, AGUS = "3171014501900001", "3171010203180001", "3171010101800002"
MOTHER = Actor(ActorKind.RESIDENT, "siti", account_id=1, person_number=SITI, assurance=AssuranceLevel.SUBSTANTIAL)


@pytest.fixture
def town(db: None) -> Iterator[None]:
    """A small register and the country's agreements, on a day in May 2026."""
    make_person(SITI, "Siti Rahayu")
    make_person(BUDI, "Budi Rahayu", birth_on=date(2018, 3, 2), sex="male", mother_number=SITI)
    make_person(AGUS, "Agus Salim", sex="male")
    for number in (SITI, BUDI, AGUS):
        make_residence(number)
    make_family("3171010101150001", {SITI: "head", BUDI: "child"})
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


@pytest.fixture
def browser(town: None, client: Client) -> Client:
    """Siti's browser, in English."""
    sign_in(client, make_resident("siti", person_number=SITI))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def ask(service_code: str = "civil.person-extract", subject: str = SITI, key: str = "first") -> Case:
    """A document Siti asked for, with everything that follows from it."""
    return submit_application(
        actor=MOTHER,
        service_code=service_code,
        subject=subject,
        relation="self" if subject == SITI else "child",
        answers={},
        language="en",
        idempotency_key=key,
        now=clock.now(),
    )
