"""A country of a few persons whose registers answer from memory, and mandates between them. For tests only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.mandates import plugin
from gapura.kernel.mandates.actions import accept_mandate, grant_mandate
from gapura.kernel.mandates.models import Mandate as Mandate
from gapura.kernel.mandates.models import MandateUse as MandateUse
from gapura.kernel.mandates.plugin import FamilyRegister
from gapura.kernel.mandates.types import ActingFor, Representable

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
SITI, AGUS, DEWI, CHILD = "3171014501900001", "3171010101800002", "3171016003850002", "3171010203180001"
NAMES = {SITI: "Siti Rahayu", AGUS: "Agus Salim", DEWI: "Dewi Lestari", CHILD: "Budi Rahayu"}
SERVICE, OTHER_SERVICE = "civil.residence-certificate", "civil.never-married"


class MemoryFamilies(FamilyRegister):
    """``dependants`` by person number."""

    def __init__(self) -> None:
        self.dependants: dict[str, list[Representable]] = {}

    def list_dependants(self, person_number: str, on: date) -> list[Representable]:
        return self.dependants.get(person_number, [])


@dataclass
class Registers:
    """What the registers say in these tests."""

    person: MemoryProvider
    family: MemoryProvider
    business: MemoryProvider
    families: MemoryFamilies

    def add(self, number: str, name: str) -> None:
        """A living grown-up in nobody's care."""
        self.person.records[number] = [{"number": number, "full_name": name}]
        self.person.answers |= {("is-alive", number): True, ("is-over-age", number): True}
        self.family.answers["has-guardian", number] = False


@contextmanager
def memory_registers() -> Iterator[Registers]:
    """Registers from memory with four persons, inside the block."""
    before = list(plugin._registers)
    families = MemoryFamilies()
    with memory_providers("civil.person", "civil.family", "business.representation") as providers:
        plugin.register_family_register(families)
        registers = Registers(
            providers["civil.person"], providers["civil.family"], providers["business.representation"], families
        )
        for number, name in NAMES.items():
            registers.add(number, name)
        registers.person.answers["is-over-age", CHILD] = False
        try:
            yield registers
        finally:
            plugin._registers[:] = before


def adopt_agreements() -> None:
    """Every standing agreement the country declares."""
    stand_all_agreements()


def person(number: str, assurance: AssuranceLevel = AssuranceLevel.SUBSTANTIAL) -> Actor:
    """A signed-in resident."""
    return Actor(ActorKind.RESIDENT, "resident", account_id=1, person_number=number, assurance=assurance)


def acting(actor: Actor, begun: ActingFor) -> Actor:
    """The actor as the session makes them after ``begin_acting``."""
    return replace(actor, principal=begun.principal, mandate=begun.mandate)


def make_mandate(
    principal: str = SITI, representative: str = AGUS, *, accepted: bool = True, now: datetime = NOW, **changes: Any
) -> Mandate:
    """A signed (and accepted) mandate for ``SERVICE`` and 30 days, with ``changes``."""
    day = changes.pop("valid_from", now.date())
    terms: dict[str, Any] = {
        "relation": "proxy",
        "representative": representative,
        "representative_name": NAMES.get(representative, ""),
        "services": [SERVICE],
        "valid_from": day,
        "valid_until": day + timedelta(days=30),
        "signed_at": now,
        "grant_key": f"key-{principal}-{representative}",
        "now": now,
    }
    mandate = grant_mandate(actor=person(principal), **(terms | changes))
    return accept_mandate(actor=person(representative), number=mandate.number, now=now) if accepted else mandate
