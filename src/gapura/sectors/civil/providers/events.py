"""Births, marriages, divorces, deaths and adoptions, as their certificates state them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from gapura.sectors.civil.models import (
    AdoptionEntry,
    BirthEntry,
    DeathEntry,
    DivorceEntry,
    MarriageEntry,
    PersonEntry,
    VitalEvent,
)
from gapura.sectors.civil.providers.register import CivilProvider, Record
from gapura.sectors.civil.queries import get_names, get_office_name

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
        entry = BirthEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at).first()
        if entry is None:
            return []
        person = _last_known(subject, as_of, known_at)
        return [_registration(entry) | {"birth_order": entry.birth_order} | person]


class DeathProvider(CivilProvider):
    """States who the dead person last was: the one place where their data stay readable."""

    evidence_type = "civil.death"
    questions = {"died-within": "died_within"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        entry = DeathEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at).first()
        if entry is None:
            return []
        death = {"died_on": entry.valid_from, "death_place": entry.death_place}
        return [_registration(entry) | death | _last_known(subject, as_of, known_at)]

    def died_within(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether no more than so many ``days`` have gone by since the death; None where none is recorded."""
        died = DeathEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at)
        died_on = died.values_list("valid_from", flat=True).first()
        return None if died_on is None else (as_of - died_on).days <= int(parameters["days"])


class MarriageProvider(CivilProvider):
    """Every marriage begun by ``as_of``, oldest first; an end after that day is not told."""

    evidence_type = "civil.marriage"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        entries = MarriageEntry.objects.filter(_spouse(subject), valid_from__lte=as_of).known_at(known_at)
        marriages = list(entries.order_by("valid_from"))
        names = _couple_names(marriages, as_of, known_at)
        for entry in marriages:
            ended = entry.valid_until is not None and entry.valid_until <= as_of
            yield (
                _registration(entry)
                | _couple(entry, names)
                | {
                    "married_on": entry.valid_from,
                    "married_at": entry.married_at,
                    "religion": entry.religion,
                    "ended_on": entry.valid_until if ended else None,
                    "end_reason": entry.end_reason if ended else "",
                }
            )


class SpouseProvider(CivilProvider):
    """Whom the person is married to on ``as_of``."""

    evidence_type = "civil.spouse"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        marriages = MarriageEntry.objects.filter(_spouse(subject)).as_of(as_of).known_at(known_at)
        for entry in marriages.order_by("valid_from"):
            spouse = entry.wife_number if entry.husband_number == subject else entry.husband_number
            yield {"spouse_number": spouse, "married_on": entry.valid_from}


class DivorceProvider(CivilProvider):
    evidence_type = "civil.divorce"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        entries = DivorceEntry.objects.filter(_spouse(subject)).as_of(as_of).known_at(known_at)
        divorces = list(entries.order_by("valid_from"))
        names = _couple_names(divorces, as_of, known_at)
        numbers = [entry.marriage_number for entry in divorces]
        marriages = MarriageEntry.objects.filter(certificate_number__in=numbers).known_at(known_at)
        married_on = dict(marriages.values_list("certificate_number", "valid_from"))
        for entry in divorces:
            yield (
                _registration(entry)
                | _couple(entry, names)
                | _ruling(entry)
                | {
                    "married_on": married_on.get(entry.marriage_number),
                    "divorced_on": entry.valid_from,
                }
            )


class AdoptionProvider(CivilProvider):
    evidence_type = "civil.adoption"

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        entries = AdoptionEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at)
        adoptions = list(entries.order_by("valid_from"))
        parents = [n for a in adoptions for n in (a.adoptive_father_number, a.adoptive_mother_number)]
        names = get_names(parents, on=as_of, known_at=known_at)
        for entry in adoptions:
            yield (
                _registration(entry)
                | _ruling(entry)
                | {
                    "adoptive_father_name": names.get(entry.adoptive_father_number, ""),
                    "adoptive_mother_name": names.get(entry.adoptive_mother_number, ""),
                    "adopted_on": entry.valid_from,
                }
            )


def _registration(entry: VitalEvent) -> dict[str, Any]:
    return {
        "certificate_number": entry.certificate_number,
        "registered_on": entry.registered_on,
        "registering_office": get_office_name(entry.regency_code),
    }


def _ruling(entry: DivorceEntry | AdoptionEntry) -> dict[str, Any]:
    return {"court": entry.court, "ruling_number": entry.ruling_number}


def _couple(entry: MarriageEntry | DivorceEntry, names: dict[str, str]) -> dict[str, Any]:
    return {
        "husband_number": entry.husband_number,
        "husband_name": names.get(entry.husband_number, ""),
        "wife_number": entry.wife_number,
        "wife_name": names.get(entry.wife_number, ""),
    }


def _couple_names(
    entries: Iterable[MarriageEntry | DivorceEntry], as_of: date, known_at: datetime | None
) -> dict[str, str]:
    numbers = {number for entry in entries for number in (entry.husband_number, entry.wife_number)}
    return get_names(numbers, on=as_of, known_at=known_at)


def _spouse(subject: str) -> Q:
    return Q(husband_number=subject) | Q(wife_number=subject)


def _last_known(subject: str, as_of: date, known_at: datetime | None) -> dict[str, Any]:
    entries = PersonEntry.objects.filter(number=subject, valid_from__lte=as_of).known_at(known_at)
    return entries.order_by("-valid_from").values(*_OF_PERSON).first() or {}
