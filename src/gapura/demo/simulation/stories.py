"""Finding people with a story worth showing, and their neighbors who could be officials."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.people import Person
from gapura.demo.simulation.settlement import World
from gapura.demo.types import Story
from gapura.sectors.civil.types import EndReason, MaritalStatus


@dataclass(frozen=True, slots=True)
class Citizen:
    """What is kept of a person once the community is forgotten."""

    number: str
    full_name: str
    office_code: str


@dataclass
class StoryFinder:
    """Keeps the first resident found for every story, and officials from the same place."""

    residents: dict[Story, Citizen] = field(default_factory=dict)
    officials: dict[str, list[Citizen]] = field(default_factory=dict)

    def look_at(self, community: Community, officials_per_office: range, told: Mapping[Story, Collection[str]]) -> None:
        """Take the stories that ``community`` adds; its people must have numbers by now.

        ``told``: by story that the registers tell, the numbers of those it is the story of.
        """
        world = community.world
        by_registers = {story: partial(_is_one_of, numbers) for story, numbers in told.items()}
        for story, tells in (_TELLING | by_registers).items():
            if story in self.residents:
                continue
            for person in _adults(community):
                if (
                    self._is_free(person)
                    and tells(person, world)
                    and self._appoint(community, person, officials_per_office)
                ):
                    self.residents[story] = _citizen(person)
                    break

    def _is_free(self, person: Person) -> bool:
        return _citizen(person) not in (*self.residents.values(), *self.officials.get(_office(person), []))

    def _appoint(self, community: Community, resident: Person, wanted: range) -> bool:
        """Choose officials for the office of ``resident``; False where too few people live there."""
        office = _office(resident)
        today = community.world.today
        candidates = [
            _citizen(p)
            for p in _adults(community)
            if p is not resident and self._is_free(p) and 28 <= p.age_at(today) < 55 and _office(p) == office
        ]
        if office not in self.officials and len(candidates) >= wanted.start:
            self.officials[office] = candidates[: wanted.stop - 1]
        return office in self.officials


def _adults(community: Community) -> Iterator[Person]:
    today = community.world.today
    return (p for p in community.people if p.died > today and 24 <= p.age_at(today) < 75)


def _office(person: Person) -> str:
    district: str = person.homes[-1][1].district
    return district.rpartition(".")[0]


def _citizen(person: Person) -> Citizen:
    return Citizen(person.number, person.name, _office(person))


def _is_one_of(numbers: Collection[str], person: Person, world: World) -> bool:
    return person.number in numbers


def _has_two_children(person: Person, world: World) -> bool:
    today = world.today
    at_home = [c for c in person.children if c.died > today and c.family is person.family]
    young = [c for c in at_home if 1 <= c.age_at(today) < 16]
    return person.spouse is not None and len(person.children) == len(young) == 2 and person.father is not None


def _divorced_and_moved(person: Person, world: World) -> bool:
    moves = [day for day, _ in person.homes[1:] if day > world.register_since]
    status = person.statuses[-1][1]
    return status is MaritalStatus.DIVORCED and len(moves) >= 3 and person.age_at(world.today) < 60


def _has_ward(person: Person, world: World) -> bool:
    """Somebody whose ward stays one for some years to come."""
    today = world.today
    charges = [ward.charges[-1] for ward in person.wards if ward.died > today and ward.charges]
    return any(
        charge.guardian is person and charge.day < today - 100 and charge.until > today + 700 for charge in charges
    )


def _never_married(person: Person, world: World) -> bool:
    return len(person.statuses) == 1 and person.age_at(world.today) < 40 and len(person.homes) > 1


def _lost_spouse(person: Person, world: World) -> bool:
    """Widowed lately enough for the register to hold the death."""
    return (
        person.statuses[-1][1] is MaritalStatus.WIDOWED
        and len(person.marriages) == 1
        and person.marriages[0].end_reason == EndReason.DEATH
        and (person.marriages[0].ended or 0) > max(world.register_since, world.today - 4000)
    )


_TELLING: dict[Story, Callable[[Person, World], bool]] = {
    Story.GUARDIAN: _has_ward,  # the rarest first
    Story.MOVER: _divorced_and_moved,
    Story.WIDOWED: _lost_spouse,
    Story.PARENT: _has_two_children,
    Story.SINGLE: _never_married,
}
