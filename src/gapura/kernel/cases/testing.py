"""A population register from memory, and actors. For tests only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases import plugin
from gapura.kernel.cases.models import Case as Case
from gapura.kernel.cases.plugin import PopulationRegister
from gapura.kernel.cases.types import Representable


class MemoryPopulation(PopulationRegister):
    """``offices`` by person number, ``dependants`` and ``families`` likewise."""

    def __init__(self) -> None:
        self.offices: dict[str, str] = {}
        self.dependants: dict[str, list[Representable]] = {}
        self.families: dict[str, list[str]] = {}

    def find_office_code(self, person_number: str, on: date) -> str | None:
        return self.offices.get(person_number)

    def list_dependants(self, person_number: str, on: date) -> Sequence[Representable]:
        return self.dependants.get(person_number, [])

    def list_family_of(self, person_number: str, on: date) -> Sequence[str]:
        return self.families.get(person_number, [])


@contextmanager
def memory_population() -> Iterator[MemoryPopulation]:
    """A population register from memory in charge inside the block."""
    before = list(plugin._registers)
    population = MemoryPopulation()
    plugin.register_population_register(population)
    try:
        yield population
    finally:
        plugin._registers[:] = before


def resident(person_number: str, assurance: AssuranceLevel = AssuranceLevel.SUBSTANTIAL) -> Actor:
    """A signed-in resident proven to be ``person_number``."""
    return Actor(ActorKind.RESIDENT, "Resident", account_id=1, person_number=person_number, assurance=assurance)


def official(
    *roles: str, agency: str = "dukcapil", office: str = "31.71", person_number: str = "3171010101700009"
) -> Actor:
    """A signed-in official in a post with ``roles``."""
    return Actor(
        ActorKind.OFFICIAL,
        "Registrar",
        account_id=2,
        person_number=person_number,
        post_code=f"{agency}/{office}/{'-'.join(roles)}",
        agency_code=agency,
        office_code=office,
        roles=frozenset(roles),
        assurance=AssuranceLevel.HIGH,
    )
