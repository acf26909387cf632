"""A population register from memory, and actors. For tests only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases import plugin
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.models import Case as Case
from gapura.kernel.cases.models import CaseConsent
from gapura.kernel.cases.plugin import PopulationRegister
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.mandates import plugin as family_plugin
from gapura.kernel.mandates.plugin import FamilyRegister
from gapura.kernel.mandates.types import Representable


class MemoryPopulation(PopulationRegister, FamilyRegister):
    """``offices`` by person number, ``dependants`` and ``families`` likewise; ``grown_up`` numbers."""

    def __init__(self) -> None:
        self.offices: dict[str, str] = {}
        self.dependants: dict[str, list[Representable]] = {}
        self.families: dict[str, list[str]] = {}
        self.grown_up: set[str] = set()

    def find_office_code(self, person_number: str, on: date) -> str | None:
        return self.offices.get(person_number)

    def list_dependants(self, person_number: str, on: date) -> Sequence[Representable]:
        return self.dependants.get(person_number, [])

    def is_of_age(self, person_number: str, on: date) -> bool:
        return person_number in self.grown_up

    def list_family_of(self, person_number: str, on: date) -> Sequence[str]:
        return self.families.get(person_number, [])


def make_consent(case: Case, person: str, *, asked_at: datetime, days: int = 5) -> CaseConsent:
    """``person`` is asked to agree to the case within ``days``."""
    until = asked_at.date() + timedelta(days=days)
    return CaseConsent.objects.create(case=case, code="consent", person=person, asked_at=asked_at, until=until)


def make_refusal(service_code: str, subject: str, answers: dict[str, str], *, decided_at: datetime) -> Case:
    """A case of the subject's own that was refused."""
    key = f"refused-{new_code(8)}"
    return Case.objects.create(
        number=new_code(11),
        service_code=service_code,
        service_version="1",
        service_title={"id": "Surat", "en": "Paper", "ko": "서류"},
        agency_code="djp",
        office_code="",
        status=CaseStatus.REFUSED,
        applicant=subject,
        subject=subject,
        relation="self",
        answers=answers,
        language="id",
        channel="web",
        idempotency_key=key,
        submission_digest=key,
        submitted_at=decided_at,
        due_on=decided_at.date(),
        decided_at=decided_at,
        decision_reason={"id": "Tidak.", "en": "No.", "ko": "아니요."},
    )


def apply(
    service: str,
    person: str,
    subject: str = "",
    assurance: AssuranceLevel = AssuranceLevel.SUBSTANTIAL,
    **answers: str,
) -> Case:
    """``person`` asks for a service as ``subject`` (themselves), on a form of its own."""
    return submit_application(
        actor=resident(person, assurance),
        service_code=service,
        subject=subject or person,
        relation="self",
        answers=answers,
        language="id",
        idempotency_key=new_code(23),
        now=clock.now(),
    )


def stated(case: Case) -> dict[str, list[dict[str, Any]]]:
    """The records a case's document states, by evidence type."""
    document = find_document(case.document_code)
    assert document is not None, case.decision_reason
    return {one.evidence_type: [dict(record) for record in one.records] for one in get_facts(document)}


@contextmanager
def memory_population() -> Iterator[MemoryPopulation]:
    """A population register from memory in charge inside the block."""
    before, families_before = list(plugin._registers), list(family_plugin._registers)
    population = MemoryPopulation()
    plugin.register_population_register(population)
    family_plugin.register_family_register(population)
    try:
        yield population
    finally:
        plugin._registers[:] = before
        family_plugin._registers[:] = families_before


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
