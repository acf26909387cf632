"""Who lives with whom. Every family keeps a living adult head among its members, or ends."""

from gapura.demo.simulation.people import Address, Family, Person, Standing, note
from gapura.sectors.civil.types import RelationToHead, Sex


def relation_to(head: Person, person: Person) -> RelationToHead:
    """What ``person`` is to ``head`` on the family card."""
    if person is head:
        return RelationToHead.HEAD
    if person is head.spouse:
        return RelationToHead.WIFE if person.sex is Sex.FEMALE else RelationToHead.HUSBAND
    if head.is_parent_of(person):
        return RelationToHead.CHILD
    if person.adoption and head in (person.adoption.father, person.adoption.mother):
        return RelationToHead.ADOPTED_CHILD
    return _wider_relation(head, person)


def _wider_relation(head: Person, person: Person) -> RelationToHead:
    if person.is_parent_of(head):
        return RelationToHead.PARENT
    if head.spouse is not None and person.is_parent_of(head.spouse):
        return RelationToHead.PARENT_IN_LAW
    if are_siblings(head, person):
        return RelationToHead.SIBLING
    if any(parent is not None and head.is_parent_of(parent) for parent in (person.father, person.mother)):
        return RelationToHead.GRANDCHILD
    return RelationToHead.OTHER


def are_siblings(one: Person, other: Person) -> bool:
    return (one.father is not None and one.father is other.father) or (
        one.mother is not None and one.mother is other.mother
    )


def are_close_kin(one: Person, other: Person) -> bool:
    """Parent and child, siblings, uncle and niece or cousins: who may not or would not marry."""
    line = {id(p) for p in _ancestors(one)}
    return any(id(p) in line for p in _ancestors(other))


def _ancestors(person: Person) -> list[Person]:
    """The person, parents and grandparents as far as known."""
    found = [person]
    for generation in (person.father, person.mother):
        if generation is not None:
            found.append(generation)
            found += [p for p in (generation.father, generation.mother) if p is not None]
    return found


def found_family(head: Person, address: Address, day: int) -> Family:
    """A new family card with ``head``, who leaves the old one."""
    family = Family(issued=day, head=head, address=address)
    note(family.cards, day, (head, address))
    join(head, family, day)
    return family


def join(person: Person, family: Family, day: int) -> None:
    """Let ``person`` (who left the former family) stand on ``family``'s card and live there."""
    family.members.append(person)
    person.family = family
    position = person_position(family)
    note(person.standings, day, Standing(family, relation_to(family.head, person), position))
    note(person.homes, day, family.address)


def person_position(family: Family) -> int:
    """The next free line of the card; lines of those who left stay empty until the head changes."""
    taken = [p.standings[-1][1].position for p in family.members[:-1]]
    return max(taken, default=0) + 1


def leave(person: Person, day: int) -> Family | None:
    """Take ``person`` off the family card. The caller settles what is left of that family."""
    family, person.family = person.family, None
    if family is not None:
        family.members.remove(person)
        if not family.members:
            family.ended = day
    return family


def succeed(family: Family, former: Person, day: int, majority: int) -> bool:
    """Give ``family`` a new head after ``former`` left. False when only minors are left."""
    adults = [p for p in family.members if p.age_at(day) >= majority]
    if not adults:
        return False
    family.head = min(adults, key=lambda p: (p is not former.spouse, not former.is_parent_of(p), p.born))
    note(family.cards, day, (family.head, family.address))
    lines = sorted(family.members, key=lambda p: (p is not family.head, p is not family.head.spouse, p.born))
    for position, person in enumerate(lines, start=1):
        note(person.standings, day, Standing(family, relation_to(family.head, person), position))
    return True


def move(family: Family, address: Address, day: int) -> None:
    """The whole family moves house."""
    family.address = address
    note(family.cards, day, (family.head, address))
    for person in family.members:
        note(person.homes, day, address)
