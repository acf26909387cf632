"""Who is related to whom, by birth, adoption and marriage, whichever family card they stand on."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.queries import list_entries_of
from gapura.sectors.civil.models import AdoptionEntry, DeathEntry, MarriageEntry, PersonEntry
from gapura.sectors.civil.queries.persons import ADOPTERS, COUPLE, PARENTS
from gapura.sectors.civil.types import Kinship, RelationToHead


class Relative(NamedTuple):
    """A relative as the register last knew them; without a number only the name is known."""

    kinship: Kinship
    number: str
    full_name: str
    sex: str
    birth_on: date | None
    has_died: bool


def list_relations(person_number: str, *, on: date, known_at: datetime | None) -> list[Relative]:
    """Parents, spouse and children on ``on``: parents first, adoptive ones before, then by birth."""
    kin = find_kin(person_number, on=on, known_at=known_at)
    columns = ("number", "full_name", "sex", "birth_on")
    times: dict[str, Any] = {"as_of": on, "known_at": known_at}
    known = {entry["number"]: entry for entry in list_entries_of(PersonEntry, columns, kin, begun=True, **times)}
    dead = {entry["number"] for entry in list_entries_of(DeathEntry, ("number",), kin, by=("number",), **times)}
    relatives = [
        Relative(kinship, number, one["full_name"], one["sex"], one["birth_on"], number in dead)
        for number, kinship in kin.items()
        if (one := known.get(number))
    ]
    return [*_named_parents(person_number, set(known), on, known_at), *sorted(relatives, key=_order)]


def find_kin(person_number: str, *, on: date, known_at: datetime | None) -> dict[str, Kinship]:
    """The numbers of parents, spouse and children on ``on``, also of those whom the register has no entry of."""
    return {number: kinship for kinship, number in _list_kin(person_number, on, known_at)}


def _order(relative: Relative) -> tuple[int, date, str]:
    return list(Kinship).index(relative.kinship), relative.birth_on or date.min, relative.number


def _list_kin(person_number: str, on: date, known_at: datetime | None) -> Iterator[tuple[Kinship, str]]:
    """Later ones prevail: an adopted child's parents by birth stay parents, the adoptive ones are called so."""

    def find(table: type[RegisterEntry], names: tuple[str, ...], begun: bool = False) -> list[dict[str, Any]]:
        """The entries that hold the person's number in one of the columns."""
        return list_entries_of(table, names, (person_number,), by=names, begun=begun, as_of=on, known_at=known_at)

    births = find(PersonEntry, ("number", *PARENTS), begun=True)
    adoptions = find(AdoptionEntry, ("number", *ADOPTERS))
    yield from ((Kinship.CHILD, one["number"]) for one in births if one["number"] != person_number)
    yield from ((Kinship.ADOPTED_CHILD, one["number"]) for one in adoptions if one["number"] != person_number)
    for marriage in find(MarriageEntry, COUPLE):
        yield from ((Kinship.SPOUSE, marriage[name]) for name in COUPLE if marriage[name] not in ("", person_number))
    yield from ((Kinship.PARENT, number) for number in _named(births, PARENTS, person_number))
    yield from ((Kinship.ADOPTIVE_PARENT, number) for number in _named(adoptions, ADOPTERS, person_number))


def _named(entries: list[dict[str, Any]], names: tuple[str, ...], of: str) -> Iterator[str]:
    """The numbers in the columns ``names`` of the person's own entries."""
    return (one[name] for one in entries if one["number"] == of for name in names if one[name])


def _named_parents(person_number: str, known: set[str], on: date, known_at: datetime | None) -> Iterator[Relative]:
    """Parents of whom the register has the name alone: born before it began."""
    columns = (*PARENTS, "father_name", "mother_name")
    entries = list_entries_of(PersonEntry, columns, (person_number,), as_of=on, known_at=known_at, begun=True)
    for last in entries[-1:]:
        for parent, sex in (("father", "male"), ("mother", "female")):
            if last[f"{parent}_name"] and last[f"{parent}_number"] not in known:
                yield Relative(Kinship.PARENT, "", last[f"{parent}_name"], sex, None, False)


def find_relation_to_head(number: str, head: str, *, on: date) -> str:
    """What the register knows the person to be to the head; else a relative of another kind."""
    entries = PersonEntry.objects.filter(number__in=(number, head)).as_of(on).known_at(None)
    parents = {one.number: (one.father_number, one.mother_number) for one in entries.order_by("pk")}
    married = MarriageEntry.objects.as_of(on).known_at(None)
    if head in parents.get(number, ()):
        return RelationToHead.CHILD.value
    if number in parents.get(head, ()):
        return RelationToHead.PARENT.value
    if married.filter(husband_number=head, wife_number=number).exists():
        return RelationToHead.WIFE.value
    if married.filter(husband_number=number, wife_number=head).exists():
        return RelationToHead.HUSBAND.value
    return RelationToHead.OTHER.value
