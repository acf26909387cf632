"""Where a person lives and has lived."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.sectors.civil.models import ResidenceEntry
from gapura.sectors.civil.providers.register import CivilProvider, Record
from gapura.sectors.civil.queries import get_place

ADDRESS_COLUMNS = ("street", "rt", "rw", "village_code", "postal_code")


class ResidenceProvider(CivilProvider):
    evidence_type = "civil.residence"
    questions = {"lives-in-region": "lives_in_region", "lives-with": "lives_with"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*ADDRESS_COLUMNS, "valid_from")
        entries = list_entries(ResidenceEntry, columns, subject, as_of=as_of, known_at=known_at)
        return [address_of(entry) | {"lived_from": entry["valid_from"]} for entry in entries]

    def lives_in_region(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether the person lives in the province, regency, district or village ``region_code``."""
        entry = ResidenceEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at)
        village_code = entry.values_list("village_code", flat=True).first()
        return None if village_code is None else f"{village_code}.".startswith(f"{parameters['region_code']}.")

    def lives_with(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether the person has the address of ``person_number``."""
        people = [subject, str(parameters["person_number"])]
        entries = ResidenceEntry.objects.filter(number__in=people).as_of(as_of).known_at(known_at)
        homes = {row[0]: row[1:] for row in entries.values_list("number", *ADDRESS_COLUMNS[:4])}
        return None if subject not in homes else homes[subject] == homes.get(people[1])


class ResidenceHistoryProvider(CivilProvider):
    """Every address up to ``as_of``, newest first; what ended later is still open on that day."""

    evidence_type = "civil.residence-history"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*ADDRESS_COLUMNS, "valid_from", "valid_until")
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        lived = list_entries_of(ResidenceEntry, columns, (subject,), begun=True, order=("-valid_from",), **times)
        for entry in lived:
            ended = entry["valid_until"] if entry["valid_until"] and entry["valid_until"] <= as_of else None
            yield address_of(entry) | {"lived_from": entry["valid_from"], "lived_until": ended}


def address_of(entry: Mapping[str, Any]) -> Record:
    """The address fields of the standard, with the names the village code stands for."""
    place = get_place(entry["village_code"])
    return {
        "street": entry["street"],
        "neighbourhood": f"{entry['rt']}/{entry['rw']}",
        "village": place.village,
        "district": place.district,
        "regency": place.regency,
        "province": place.province,
        "village_code": entry["village_code"],
        "postal_code": entry["postal_code"],
    }
