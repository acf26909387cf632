"""A driver whom the population register knows; the documents are really sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.testing import memory_population
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import memory_providers

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI = "3171014205900001", "3171010105880002"


@pytest.fixture
def town(db: None) -> Iterator[None]:
    """Ani and Budi live in Jakarta; every declared agreement is in force."""
    stand_all_agreements()
    with memory_providers("civil.person") as providers, memory_population() as population, clock.frozen(NOW):
        person = providers["civil.person"]
        for number, name in ((ANI, "Ani Wijaya"), (BUDI, "Budi Wijaya")):
            population.offices[number] = "31.71"
            person.records[number] = [
                {"number": number, "full_name": name, "birth_place": "Jakarta", "birth_on": "1990-05-02"}
            ]
            person.answers["is-alive", number] = True
        yield
