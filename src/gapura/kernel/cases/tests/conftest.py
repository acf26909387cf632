"""A person with everything the first services ask for, kept in memory; the documents are really sealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import MemoryPopulation, memory_population, resident
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
SITI, CHILD, STRANGER = "3171014501900001", "3171010203180001", "3171010101800002"
OFFICE = "31.71"


@dataclass
class State:
    """What the state knows in these tests."""

    population: MemoryPopulation
    person: MemoryProvider
    residence: MemoryProvider
    history: MemoryProvider
    family: MemoryProvider


@pytest.fixture
def state() -> Iterator[State]:
    codes = ("civil.person", "civil.residence", "civil.residence-history", "civil.family")
    with memory_providers(*codes) as providers, memory_population() as population, clock.frozen(NOW):
        known = State(population, *(providers[code] for code in codes))
        for number, name in ((SITI, "Siti Rahayu"), (CHILD, "Budi Rahayu"), (STRANGER, "Agus Salim")):
            _register(known, number, name)
        known.family.answers["is-parent-of-minor", CHILD] = True
        yield known


@pytest.fixture
def agreements(db: None) -> None:
    adopt_all_agreements()


def adopt_all_agreements() -> None:
    """Every standing agreement the country declares."""
    stand_all_agreements()


def _register(known: State, number: str, name: str) -> None:
    known.population.offices[number] = OFFICE
    known.person.records[number] = [
        {
            "number": number,
            "full_name": name,
            "sex": "female",
            "birth_place": "Jakarta",
            "birth_on": "1990-01-05",
            "religion": "islam",
            "marital_status": "single",
            "citizenship": "ID",
            "occupation": "teacher",
        }
    ]
    known.person.answers["is-alive", number] = True
    known.person.answers["has-never-married", number] = True
    address = {
        "street": "Jalan Melati 5",
        "neighbourhood": "001/002",
        "village": "Gambir",
        "district": "Gambir",
        "regency": "Kota Jakarta Pusat",
        "province": "DKI Jakarta",
        "postal_code": "10110",
        "lived_from": "2020-01-01",
    }
    known.residence.records[number] = [address]
    known.history.records[number] = [
        address | {"street": "Jalan Mawar 1", "lived_from": "1990-01-05", "lived_until": "2015-01-01"},
        address | {"street": "Jalan Kenanga 2", "lived_from": "2015-01-01", "lived_until": "2022-01-01"},
        address | {"lived_from": "2022-01-01", "lived_until": None},
    ]


def submit(key: str = "form") -> Case:
    """Siti's own application for the certificate that she never married."""
    return submit_application(
        actor=resident(SITI),
        service_code="civil.never-married",
        subject=SITI,
        relation="self",
        answers={},
        language="id",
        idempotency_key=key,
        now=NOW,
    )
