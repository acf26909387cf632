"""A small town on the day reports come in: two workers, a girl, and a business with its director."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.cases.testing import MemoryPopulation, memory_population
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.mandates.types import Representable
from gapura.sectors.withholding.actions import check_deliveries, submit_delivery
from gapura.sectors.withholding.models import Delivery
from gapura.sectors.withholding.testing import EMPLOYER, SLIP, as_csv
from gapura.sectors.withholding.types import Acceptance, Form, Scope

NOW = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)
ANI, BUDI, CITRA = "3171014205900001", "3171010105880002", "3171015207150003"
DIRECTOR = "3171011203800004"
HOUSE = system_actor("test")
REPRESENTATIVE = Actor(
    kind=ActorKind.RESIDENT,
    label="Dewi Lestari",
    account_id=1,
    person_number=DIRECTOR,
    assurance=AssuranceLevel.SUBSTANTIAL,
    principal=EMPLOYER,
    mandate="company",
)
PEOPLE = {ANI: "Ani Wijaya", BUDI: "Budi Wijaya", CITRA: "Citra Wijaya", DIRECTOR: "Dewi Lestari"}


@dataclass
class Town:
    """What its registers say."""

    family: MemoryProvider
    business: MemoryProvider
    population: MemoryPopulation

    def add_child(self, parent: str, child: str) -> None:
        mine = self.population.dependants.setdefault(parent, [])
        mine.append(Representable(child, PEOPLE[child], "child"))
        self.family.answers["is-parent-of-minor", child] = True


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """Everybody is known to the civil register; every declared agreement is in force."""
    stand_all_agreements()
    kinds = ("civil.person", "civil.family", "civil.family-member", "business.representation", "business.registration")
    with memory_providers(*kinds) as registers, memory_population() as population, clock.frozen(NOW):
        family = [{"number": number, "full_name": PEOPLE[number]} for number in (ANI, BUDI, CITRA)]
        for number, name in PEOPLE.items():
            registers["civil.person"].records[number] = [{"number": number, "full_name": name}]
            registers["civil.person"].answers["is-alive", number] = True
            registers["civil.family-member"].records[number] = family if number != DIRECTOR else []
        named = {"business_number": EMPLOYER, "legal_name": "PT Maju Jaya"}
        registers["business.registration"].records[DIRECTOR] = [named]
        registers["business.representation"].answers["is-representative-of", EMPLOYER] = True
        yield Town(registers["civil.family"], registers["business.representation"], population)


Deliver = Callable[..., Delivery]


@pytest.fixture
def deliver(town: Town) -> Deliver:
    """Send a file and let the worker look at it; the delivery as it stands then."""

    def send(
        *rows: dict[str, Any], content: bytes = b"", year: int = 2025, now: datetime = NOW, **more: Any
    ) -> Delivery:
        given = {"form": Form.SLIPS, "scope": Scope.WHOLE, "acceptance": Acceptance.ALL, "actor": REPRESENTATIVE} | more
        file = content or as_csv(*rows)
        delivery, _ = submit_delivery(reporter_name="PT Maju Jaya", tax_year=year, content=file, now=now, **given)
        check_deliveries(actor=HOUSE, statement_id=delivery.statement_id, now=now)
        delivery.refresh_from_db()
        return delivery

    return send


def slip(person: str, number: str = "S-1", **changed: Any) -> dict[str, Any]:
    return SLIP | {"person_number": person, "slip_number": number} | changed
