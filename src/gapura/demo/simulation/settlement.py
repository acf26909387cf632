"""A settlement and its clock: people, houses, moves, and events taken in the order of days.

All randomness comes from the one generator given; the same generator state gives the same settlement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random
from typing import Any

from gapura.demo.simulation.figures import Figures
from gapura.demo.simulation.households import found_family, leave, move
from gapura.demo.simulation.life import YEAR, Lives
from gapura.demo.simulation.people import Address, Family, Person, note
from gapura.demo.simulation.places import Places
from gapura.sectors.civil.types import MaritalStatus, Sex


@dataclass(frozen=True)
class World:
    """What every settlement of a nation shares."""

    figures: Figures
    lives: Lives
    places: Places
    register_since: int
    today: int


class Settlement:
    """A place in time: its people, homes and coming events. ``people`` are all who ever lived there."""

    def __init__(self, world: World, district: str, random: Random) -> None:
        self.world, self.district, self.random = world, district, random
        self.people: list[Person] = []
        self.families: list[Family] = []
        self.brides: list[Person] = []  # women who wait for a groom from the community
        self._lives, self._facts = world.lives, world.figures.population
        self._majority: int = self._facts["age_of_majority"]
        self._province = district.partition(".")[0]
        self._events: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._sequence = 0

    # Time

    def count_living(self) -> int:
        return sum(person.died > self.world.today for person in self.people)

    def _plan(self, day: int | None, event: Callable[..., None], *arguments: Any) -> None:
        if day is not None and day <= self.world.today:
            self._sequence += 1
            heappush(self._events, (day, self._sequence, event, arguments))

    def _run(self) -> None:
        while self._events:
            day, _, event, arguments = heappop(self._events)
            event(day, *arguments)

    # People

    def _add_person(self, person: Person, alive_on: int) -> Person:
        person.name = self._lives.given_name(self.random, person)
        person.died = self._lives.death_day(self.random, person.sex, person.born)
        while person.died <= alive_on:
            person.died = self._lives.death_day(self.random, person.sex, person.born)
        if person.died > self.world.register_since:
            self._lives.prepare(self.random, person)
        note(person.statuses, person.born, MaritalStatus.SINGLE)
        note(person.homes, person.born, person.birthplace)
        self.people.append(person)
        self._plan(person.died, self._die, person)
        return person

    def _die(self, day: int, person: Person) -> None:
        """What a death changes for those left behind."""
        raise NotImplementedError

    def _outsider(self, sex: Sex, born: int, day: int, like: Person | None = None) -> Person:
        """Somebody with parents unknown to the register, alive on ``day``; of the tradition of ``like``."""
        tradition = like.tradition if like else self._lives.traditions[self._province].draw(self.random)
        religion = like.religion if like else self._lives.religions[tradition].draw(self.random)
        person = Person(
            serial=len(self.people),
            sex=sex,
            born=born,
            died=0,
            name="",
            tradition=tradition,
            religion=religion,
            clan=self._lives.clan(self.random, tradition),
            birthplace=self._address(self._destination(self.district) if like else self.district),
        )
        self._add_person(person, day)
        for parent, kind in (("father_name", Sex.MALE), ("mother_name", Sex.FEMALE)):
            relative = Person(0, kind, born, 0, "", tradition, religion, person.clan, person.birthplace)
            setattr(person, parent, self._lives.given_name(self.random, relative))
        return person

    def _child(self, father: Person, mother: Person, day: int, *, alive_on: int) -> Person:
        assert mother.family is not None
        child = Person(
            serial=len(self.people),
            sex=Sex.MALE if self.random.random() < 0.512 else Sex.FEMALE,
            born=day,
            died=0,
            name="",
            tradition=father.tradition,
            religion=father.religion,
            clan=father.clan,
            birthplace=mother.family.address,
            father=father,
            mother=mother,
            father_name=father.name,
            mother_name=mother.name,
            birth_order=len(mother.children) + 1,
        )
        father.children.append(child)
        mother.children.append(child)
        return self._add_person(child, alive_on)

    # Places

    def _address(self, district: str) -> Address:
        random, facts = self.random, self._facts
        street = facts["house"].format(
            street=random.choice(facts["streets"]), number=1 + int(random.random() ** 2 * 140)
        )
        village = self.world.places.draw_village(random, district)
        return Address(street, f"{random.randint(1, 12):03d}", f"{random.randint(1, 9):03d}", village)

    def _destination(self, district: str, *, near: bool = False) -> str:
        """The district a mover goes to: mostly close by."""
        within = self._facts["moves"]["within"]
        luck = self.random.random() * sum(within.values())
        if near or luck < within["village"] + within["district"]:
            return district
        if luck < within["village"] + within["district"] + within["regency"]:
            return self.random.choice(self.world.places.districts[district.rpartition(".")[0]])
        return self.world.places.draw_district(self.random)

    # Houses

    def _settle_family(self, head: Person, address: Address, day: int) -> Family:
        family = found_family(head, address, day)
        self.families.append(family)
        self._plan(self._next_move(day), self._move, family)
        return family

    def _next_move(self, day: int) -> int:
        return day + int((0.5 + self.random.expovariate(self._facts["moves"]["per_year"])) * YEAR)

    def _move(self, day: int, family: Family) -> None:
        if family.ended is None:
            move(family, self._address(self._destination(family.address.district)), day)
            self._plan(self._next_move(day), self._move, family)

    def _leave_home(self, day: int, person: Person) -> None:
        family = person.family
        if person.died > day and person.spouse is None and family is not None and family.head is not person:
            leave(person, day)
            self._settle_family(person, self._address(self._destination(family.address.district)), day)
