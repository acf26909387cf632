"""Births, marriages, divorces, deaths and adoptions, as their certificates state them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.sectors.civil.models import (
    AdoptionEntry,
    BirthEntry,
    DeathEntry,
    DivorceEntry,
    MarriageEntry,
    PersonEntry,
)
from gapura.sectors.civil.providers.register import CivilProvider, Record
from gapura.sectors.civil.queries import get_names, get_office_name
from gapura.sectors.civil.queries.persons import ADOPTERS, COUPLE

Entry: TypeAlias = Mapping[str, Any]

_OF_REGISTRATION = ("certificate_number", "registered_on", "regency_code")
_OF_RULING = ("court", "ruling_number")
_OF_MARRIAGE = ("married_at", "religion", "valid_from", "valid_until", "end_reason")
_OF_PERSON = (
    "number",
    "full_name",
    "sex",
    "birth_place",
    "birth_on",
    "father_name",
    "mother_name",
)


class BirthProvider(CivilProvider):
    evidence_type = "civil.birth"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "by": "number"}
        for entry in list_entries(BirthEntry, (*_OF_REGISTRATION, "birth_order"), subject, **times)[:1]:
            born = {"birth_order": entry["birth_order"]}
            yield _registration(entry) | born | _last_known(subject, as_of, known_at)


class DeathProvider(CivilProvider):
    """States who the dead person last was: the one place where their data stay readable."""

    evidence_type = "civil.death"
    questions = {"died-within": "died_within"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*_OF_REGISTRATION, "valid_from", "death_place")
        for entry in list_entries(DeathEntry, columns, subject, as_of=as_of, known_at=known_at, by="number")[:1]:
            death = {"died_on": entry["valid_from"], "death_place": entry["death_place"]}
            yield _registration(entry) | death | _last_known(subject, as_of, known_at)

    def died_within(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether no more than so many ``days`` have gone by since the death; None where none is recorded."""
        died = list_entries(DeathEntry, ("valid_from",), subject, as_of=as_of, known_at=known_at, by="number")
        return (as_of - died[0]["valid_from"]).days <= int(parameters["days"]) if died else None


class MarriageProvider(CivilProvider):
    """Every marriage begun by ``as_of``, oldest first; an end after that day is not told."""

    evidence_type = "civil.marriage"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*_OF_REGISTRATION, *COUPLE, *_OF_MARRIAGE)
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        marriages = list_entries_of(MarriageEntry, columns, (subject,), by=COUPLE, begun=True, **times)
        names = _couple_names(marriages, as_of, known_at)
        for entry in marriages:
            ended = entry["valid_until"] is not None and entry["valid_until"] <= as_of
            yield (
                _registration(entry)
                | _couple(entry, names)
                | {
                    "married_on": entry["valid_from"],
                    "married_at": entry["married_at"],
                    "religion": entry["religion"],
                    "ended_on": entry["valid_until"] if ended else None,
                    "end_reason": entry["end_reason"] if ended else "",
                }
            )


class SpouseProvider(CivilProvider):
    """Whom the person is married to on ``as_of``."""

    evidence_type = "civil.spouse"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*COUPLE, "valid_from")
        for entry in list_entries_of(MarriageEntry, columns, (subject,), by=COUPLE, as_of=as_of, known_at=known_at):
            husband, wife = (entry[spouse] for spouse in COUPLE)
            yield {"spouse_number": wife if husband == subject else husband, "married_on": entry["valid_from"]}


class DivorceProvider(CivilProvider):
    evidence_type = "civil.divorce"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*_OF_REGISTRATION, *COUPLE, *_OF_RULING, "valid_from", "marriage_number")
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        divorces = list_entries_of(DivorceEntry, columns, (subject,), by=COUPLE, **times)
        names = _couple_names(divorces, as_of, known_at)
        numbers = [entry["marriage_number"] for entry in divorces]
        marriages = list_entries_of(MarriageEntry, ("certificate_number", "valid_from"), numbers, begun=True, **times)
        married_on = {entry["certificate_number"]: entry["valid_from"] for entry in marriages}
        for entry in divorces:
            yield (
                _registration(entry)
                | _couple(entry, names)
                | _ruling(entry)
                | {
                    "married_on": married_on.get(entry["marriage_number"]),
                    "divorced_on": entry["valid_from"],
                }
            )


class AdoptionProvider(CivilProvider):
    evidence_type = "civil.adoption"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = (*_OF_REGISTRATION, *ADOPTERS, *_OF_RULING, "valid_from")
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        adoptions = list_entries_of(AdoptionEntry, columns, (subject,), by=("number",), **times)
        names = get_names([entry[parent] for entry in adoptions for parent in ADOPTERS], on=as_of, known_at=known_at)
        for entry in adoptions:
            yield (
                _registration(entry)
                | _ruling(entry)
                | {
                    "adoptive_father_name": names.get(entry["adoptive_father_number"], ""),
                    "adoptive_mother_name": names.get(entry["adoptive_mother_number"], ""),
                    "adopted_on": entry["valid_from"],
                }
            )


def _registration(entry: Entry) -> Record:
    return {
        "certificate_number": entry["certificate_number"],
        "registered_on": entry["registered_on"],
        "registering_office": get_office_name(entry["regency_code"]),
    }


def _ruling(entry: Entry) -> Record:
    return {name: entry[name] for name in _OF_RULING}


def _couple(entry: Entry, names: Mapping[str, str]) -> Record:
    husband, wife = (entry[spouse] for spouse in COUPLE)
    return {
        "husband_number": husband,
        "husband_name": names.get(husband, ""),
        "wife_number": wife,
        "wife_name": names.get(wife, ""),
    }


def _couple_names(entries: Iterable[Entry], as_of: date, known_at: datetime | None) -> dict[str, str]:
    return get_names({entry[spouse] for entry in entries for spouse in COUPLE}, on=as_of, known_at=known_at)


def _last_known(subject: str, as_of: date, known_at: datetime | None) -> Record:
    entries = list_entries_of(PersonEntry, _OF_PERSON, (subject,), as_of=as_of, known_at=known_at, begun=True)
    return entries[-1] if entries else {}
