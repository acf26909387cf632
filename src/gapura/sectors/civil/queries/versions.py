"""Every version of a person's entries in one register, in two times. Ask only under an opened look-up."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.sectors.civil.models import (
    AdoptionEntry,
    BirthEntry,
    DeathEntry,
    DivorceEntry,
    FamilyMembership,
    LookUp,
    MarriageEntry,
    PersonEntry,
    ResidenceEntry,
)
from gapura.sectors.civil.queries.persons import get_office_name, get_place
from gapura.sectors.civil.types import Version

_TABLES: dict[str, type[RegisterEntry]] = {
    "person": PersonEntry,
    "residence": ResidenceEntry,
    "family": FamilyMembership,
    "birth": BirthEntry,
    "marriage": MarriageEntry,
    "divorce": DivorceEntry,
    "death": DeathEntry,
    "adoption": AdoptionEntry,
}
_DERIVED: dict[str, Callable[[Any], dict[str, str]]] = {
    "village_code": lambda entry: get_place(entry.village_code)._asdict(),
    "rt": lambda entry: {"neighbourhood": f"{entry.rt}/{entry.rw}"},
    "regency_code": lambda entry: {"registering_office": get_office_name(entry.regency_code)},
}


def list_versions(look_up: LookUp, register: str) -> list[Version]:
    """All the register ever held of the person: newest days first, then the newest record."""
    table = _TABLES[register]
    entries = table.objects.filter(_about(table, look_up.person_number))
    return [_version(entry) for entry in entries.order_by("-valid_from", "-recorded_at", "-pk")]


def access_entry(look_up: LookUp, register: str, entry_id: int) -> RegisterEntry:
    """A believed entry of the person looked up. Raises AccessDenied when another's or superseded."""
    table = _TABLES[register]
    entry: RegisterEntry | None = (
        table.objects.filter(_about(table, look_up.person_number), pk=entry_id).known_at(None).first()
    )
    if entry is None:
        raise AccessDenied
    return entry


def find_entry(register: str, entry_id: int) -> RegisterEntry | None:
    """The entry while it is believed, else None. For carrying out what was approved."""
    entry: RegisterEntry | None = _TABLES[register].objects.filter(pk=entry_id).known_at(None).first()
    return entry


def _about(table: type[RegisterEntry], person_number: str) -> Q:
    columns = {field.name for field in table._meta.concrete_fields}
    if "husband_number" in columns:
        return Q(husband_number=person_number) | Q(wife_number=person_number)
    return Q(number=person_number)


def get_facts(entry: RegisterEntry) -> dict[str, Any]:
    """The entry's data by evidence field code, with the names its codes of places stand for."""
    facts = {field.name: getattr(entry, field.name) for field in entry._meta.concrete_fields}
    for column, derive in _DERIVED.items():
        if column in facts:
            facts |= derive(entry)
    return facts


def _version(entry: RegisterEntry) -> Version:
    return Version(
        entry_id=entry.pk,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        recorded_at=entry.recorded_at,
        superseded_at=entry.superseded_at,
        source_kind=entry.source_kind,
        source_reference=entry.source_reference,
        facts=get_facts(entry),
    )
