"""People the population register knows, kept in memory; the registers of land and buildings are the real ones."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.testing import MemoryPopulation, memory_population
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import memory_providers

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI, CITRA, CHILD = "3171014205900001", "3171010105880002", "3171014101800003", "3171010203180001"
PARCEL, BUILDING = "31710000000010", "BG-3171-0001"
NAMES = {ANI: "Ani Wijaya", BUDI: "Budi Santoso", CITRA: "Citra Dewi", CHILD: "Dodi Wijaya"}


@pytest.fixture
def people(db: None) -> Iterator[MemoryPopulation]:
    """Ani (with a child), Budi and Citra, alive in one town on one frozen day; every declared agreement in force."""
    stand_all_agreements()
    with memory_providers("civil.person", "civil.family") as civil, memory_population() as population:
        for number, name in NAMES.items():
            civil["civil.person"].records[number] = [{"number": number, "full_name": name}]
            civil["civil.person"].answers["is-alive", number] = True
            population.offices[number] = "31.71"
        civil["civil.family"].answers["is-parent-of-minor", CHILD] = True
        with clock.frozen(NOW):
            yield population
