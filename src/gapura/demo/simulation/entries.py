"""From lives to register entries: what the register would hold had it watched the community since it began.

Every history is written in two times: a version that ended later stays readable as it was believed before.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.numbering import Numbering, as_date
from gapura.demo.simulation.people import Address, Charge, Family, Marriage, Person
from gapura.demo.simulation.working_life import WorkingLife
from gapura.sectors.civil.types import EndReason

Row = tuple[Any, ...]
Version = tuple[int, int, Row]  # true from, known since, facts

TIMES = ("valid_from", "valid_until", "recorded_at", "superseded_at", "source_kind", "source_reference")
_ADDRESS = ("street", "rt", "rw", "village_code")
_EVENT = ("certificate_number", "registered_on", "regency_code")
COLUMNS: dict[str, tuple[str, ...]] = {
    register: (*TIMES, *facts)
    for register, facts in {
        "civil.PersonEntry": (
            *("number", "full_name", "sex", "birth_place", "birth_on", "blood_type", "religion"),
            *("father_name", "mother_name", "father_number", "mother_number", "citizenship"),
            *("marital_status", "occupation", "education"),
        ),
        "civil.ResidenceEntry": ("number", *_ADDRESS, "postal_code"),
        "civil.FamilyEntry": ("family_number", "head_number", *_ADDRESS, "postal_code"),
        "civil.FamilyMembership": ("number", "family_number", "relation_to_head", "position"),
        "civil.Guardianship": ("ward_number", "guardian_number", "court", "ruling_number"),
        "civil.BirthEntry": (*_EVENT, "number", "birth_order"),
        "civil.MarriageEntry": (*(*_EVENT, "husband_number", "wife_number", "married_at", "religion", "end_reason"),),
        "civil.DivorceEntry": (
            *(*_EVENT, "marriage_number", "husband_number", "wife_number", "court", "ruling_number"),
        ),
        "civil.DeathEntry": (*_EVENT, "number", "death_place"),
        "civil.AdoptionEntry": (
            *(*_EVENT, "number", "adoptive_father_number", "adoptive_mother_number"),
            *("court", "ruling_number"),
        ),
    }.items()
}


class Registrar:
    """Registers communities one after the other; ``rows`` of each are handed over and forgotten."""

    def __init__(self, community: Community, numbering: Numbering, source: tuple[str, str], zone: str) -> None:
        self.rows: dict[str, list[Row]] = {register: [] for register in COLUMNS}
        self._community, self._numbering, self._source = community, numbering, source
        self._world, self._random = community.world, Random(0)  # noqa: S311 - seeded anew for every person
        self._facts = community.world.figures.population
        self._since, self._today = community.world.register_since, community.world.today
        self._working_life = WorkingLife(self._facts)
        self._zone = zone
        self._births = community.world.figures.course("birth_has_certificate")
        self._office = community.district.rpartition(".")[0]
        self._rulings = 0

    def register(self) -> dict[str, list[Row]]:
        """All entries of the community, by register."""
        registered = [p for p in self._community.people if p.died > self._since]
        for person in registered:
            person.number = self._numbering.person(person.born, person.sex)
        for family in self._community.families:
            self._write_family(family)
        for person in registered:
            self._write_person(person)
            self._write_certificates(person)
        for person in registered:
            for marriage in person.marriages:
                if marriage.husband is person and marriage.wife.number:
                    self._write_marriage(marriage)
        return self.rows

    # Histories

    def _write_person(self, person: Person) -> None:
        end = self._end_of(person)
        self._write("civil.PersonEntry", self._versions(self._biographies(person), person.serial, person.died), end)
        homes = [(day, (person.number, *home, "")) for day, home in person.homes]
        self._write("civil.ResidenceEntry", self._versions(homes, person.serial, person.died), end)
        lines = [
            (day, (person.number, standing.family.number, standing.relation.value, standing.position))
            for day, standing in person.standings
        ]
        self._write("civil.FamilyMembership", self._versions(lines, person.serial, person.died), end)
        for charge in person.charges:
            self._write_guardianship(person, charge)

    def _biographies(self, person: Person) -> list[tuple[int, Row]]:
        father, mother = person.father, person.mother
        constant = (
            person.number,
            person.name,
            person.sex.value,
            self._place(person.birthplace),
            as_date(person.born),
            person.blood_type,
            person.religion,
            person.father_name,
            person.mother_name,
            father.number if father else "",
            mother.number if mother else "",
            self._facts["citizenship"],
        )
        return [(day, (*constant, *facts)) for day, facts in self._working_life.stations(person, self._today)]

    def _write_family(self, family: Family) -> None:
        if family.ended is not None and family.ended <= self._since:
            return
        serial = family.cards[0][1][0].serial
        issued = family.issued if family.issued > self._since else self._since + serial * 37 % 700
        family.number = self._numbering.family(min(issued, self._today))
        cards = [(day, (family.number, head.number, *address, "")) for day, (head, address) in family.cards]
        last = family.ended if family.ended is not None else self._today + 1
        end = None if family.ended is None else (family.ended, self._known(family.ended, serial))
        self._write("civil.FamilyEntry", self._versions(cards, serial, last), end)

    def _write_guardianship(self, ward: Person, charge: Charge) -> None:
        if charge.until <= max(self._since, charge.day) or charge.day > self._today:
            return
        facts = (ward.number, charge.guardian.number, *self._ruling(ward, charge.day, "petition"))
        known = max(charge.day + 1, self._since)
        end = None if charge.until > self._today else (charge.until, max(charge.until, known))
        self._write("civil.Guardianship", [(charge.day, min(known, self._today), facts)], end)

    # Certificates

    def _write_certificates(self, person: Person) -> None:
        random = self._random
        # By person, so that what happens to one next year does not change the papers of all others.
        random.seed(person.born * 1000 + person.serial)
        if random.random() < self._births.at(as_date(person.born).year):
            late = (random.random() < 0.15 and random.randint(400, 5000)) or random.randint(3, 60)
            head = self._event("birth", person.born, late)
            self._write_event("civil.BirthEntry", person.born, head, (person.number, person.birth_order))
        if person.died <= self._today:
            place = person.homes[-1][1]
            head = self._event("death", person.died, random.randint(1, 40))
            self._write_event("civil.DeathEntry", person.died, head, (person.number, self._place(place)))
        adoption = person.adoption
        if adoption is not None:
            head = self._event("adoption", adoption.day, random.randint(5, 30))
            facts = (person.number, adoption.father.number, adoption.mother.number)
            ruling = self._ruling(person, adoption.day, "petition")
            self._write_event("civil.AdoptionEntry", adoption.day, head, (*facts, *ruling))

    def _write_marriage(self, marriage: Marriage) -> None:
        husband, wife = marriage.husband, marriage.wife
        self._random.seed(marriage.day * 1000 + husband.serial)
        head = self._event("marriage", marriage.day, self._random.randint(0, 20))
        religion = husband.religion
        place = self._facts["wedding_places"][religion].format(
            district=self._world.places.place_name(marriage.place.district)
        )
        facts = (*head, husband.number, wife.number, place, religion)
        known = self._recorded(head)
        if marriage.ended is None:
            self._write("civil.MarriageEntry", [(marriage.day, known, (*facts, ""))], None)
            return
        corrected = max(known, self._known(marriage.ended, husband.serial))
        if corrected > known:
            self._add("civil.MarriageEntry", (marriage.day, None), (known, corrected), (*facts, ""))
        period = (marriage.day, marriage.ended)
        self._add("civil.MarriageEntry", period, (corrected, None), (*facts, marriage.end_reason))
        if marriage.end_reason == EndReason.DIVORCE:
            court = self._ruling(husband, marriage.ended, "divorce")
            event = self._event("divorce", marriage.ended, self._random.randint(7, 60))
            parted = (head[0], husband.number, wife.number, *court)
            self._write_event("civil.DivorceEntry", marriage.ended, event, parted)

    def _event(self, kind: str, day: int, delay: int) -> tuple[str, date, str]:
        registered = min(day + delay, self._today)
        return self._numbering.certificate(kind, registered), as_date(registered), self._office

    def _recorded(self, event: tuple[str, date, str]) -> int:
        return max(event[1].toordinal(), self._since)

    def _write_event(self, register: str, day: int, event: tuple[str, date, str], facts: Row) -> None:
        self._add(register, (day, None), (self._recorded(event), None), (*event, *facts))

    def _ruling(self, person: Person, day: int, kind: str) -> tuple[str, str]:
        """Court and number of a ruling on ``person``'s family."""
        courts = self._facts["courts"]
        court = courts["family_of_muslims" if person.religion in courts["muslims"] else "family"]
        self._rulings += 1
        number = court[kind].format(serial=self._rulings, year=as_date(day).year)
        return court["court"].format(regency=self._place(person.homes[-1][1])), number

    def _place(self, address: Address) -> str:
        return self._world.places.place_name(address.district.rpartition(".")[0])

    # Two times

    def _versions(self, history: Iterable[tuple[int, Row]], serial: int, end: int) -> list[Version]:
        """What the register saw: the state at its beginning, then every change, each some days late."""
        versions: list[Version] = []
        for day, facts in history:
            if day >= end:
                break
            if day <= self._since:
                versions.clear()
            known = self._known(day, serial)
            versions.append((day, max(known, versions[-1][1]) if versions else known, facts))
        return versions

    def _known(self, day: int, serial: int) -> int:
        """When the office heard of what happened on ``day``: up to three weeks later."""
        return max(min(day + 1 + (day * 7 + serial * 13) % 21, self._today), self._since)

    def _end_of(self, person: Person) -> tuple[int, int] | None:
        return (person.died, self._known(person.died, person.serial)) if person.died <= self._today else None

    def _write(self, register: str, versions: list[Version], end: tuple[int, int] | None) -> None:
        following = [(start, known) for start, known, _ in versions[1:]]
        for (start, known, facts), change in zip(versions, [*following, end], strict=True):
            if change is None:
                self._add(register, (start, None), (known, None), facts)
                continue
            until, corrected = change[0], max(change[1], known)
            if corrected > known:
                self._add(register, (start, None), (known, corrected), facts)
            self._add(register, (start, until), (corrected, None), facts)

    def _add(self, register: str, valid: tuple[int, int | None], known: tuple[int, int | None], facts: Row) -> None:
        zone = self._zone
        self.rows[register].append(
            (
                as_date(valid[0]),
                None if valid[1] is None else as_date(valid[1]),
                midnight(known[0], zone),
                None if known[1] is None else midnight(known[1], zone),
                *self._source,
                *facts,
            )
        )


@lru_cache(maxsize=65536)
def midnight(day: int, zone: str) -> datetime:
    return datetime.combine(date.fromordinal(day), time(), ZoneInfo(zone)).astimezone(UTC)
