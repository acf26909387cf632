"""Who is related to whom, by birth, adoption and marriage, whichever family card they stand on."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q

from gapura.sectors.civil.models import AdoptionEntry, DeathEntry, MarriageEntry, PersonEntry
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
    kin = {number: kinship for kinship, number in _list_kin(person_number, on, known_at)}
    entries = PersonEntry.objects.filter(number__in=kin, valid_from__lte=on).known_at(known_at).order_by("valid_from")
    known = {entry.number: entry for entry in entries}
    deaths = DeathEntry.objects.filter(number__in=kin).as_of(on).known_at(known_at)
    dead = set(deaths.values_list("number", flat=True))
    relatives = [
        Relative(kinship, number, known[number].full_name, known[number].sex, known[number].birth_on, number in dead)
        for number, kinship in kin.items()
        if number in known
    ]
    return [*_named_parents(person_number, set(known), on, known_at), *sorted(relatives, key=_order)]


def _order(relative: Relative) -> tuple[int, date, str]:
    return list(Kinship).index(relative.kinship), relative.birth_on or date.min, relative.number


def _list_kin(person_number: str, on: date, known_at: datetime | None) -> Iterator[tuple[Kinship, str]]:
    """Later ones prevail: an adopted child's parents by birth stay parents, the adoptive ones are called so."""
    child_of = Q(father_number=person_number) | Q(mother_number=person_number)
    for number in _numbers(PersonEntry.objects.filter(child_of, valid_from__lte=on).known_at(known_at), "number"):
        yield Kinship.CHILD, number
    adopted = Q(adoptive_father_number=person_number) | Q(adoptive_mother_number=person_number)
    for number in _numbers(AdoptionEntry.objects.filter(adopted).as_of(on).known_at(known_at), "number"):
        yield Kinship.ADOPTED_CHILD, number
    couple = Q(husband_number=person_number) | Q(wife_number=person_number)
    for number in _numbers(
        MarriageEntry.objects.filter(couple).as_of(on).known_at(known_at), "husband_number", "wife_number"
    ):
        if number != person_number:
            yield Kinship.SPOUSE, number
    born = PersonEntry.objects.filter(number=person_number, valid_from__lte=on).known_at(known_at)
    for number in _numbers(born, "father_number", "mother_number"):
        yield Kinship.PARENT, number
    taken = AdoptionEntry.objects.filter(number=person_number).as_of(on).known_at(known_at)
    for number in _numbers(taken, "adoptive_father_number", "adoptive_mother_number"):
        yield Kinship.ADOPTIVE_PARENT, number


def _numbers(entries: object, *columns: str) -> Iterator[str]:
    for row in entries.order_by("valid_from").values_list(*columns):  # type: ignore[attr-defined]
        yield from (number for number in row if number)


def _named_parents(person_number: str, known: set[str], on: date, known_at: datetime | None) -> Iterator[Relative]:
    """Parents of whom the register has the name alone: born before it began."""
    entries = PersonEntry.objects.filter(number=person_number, valid_from__lte=on).known_at(known_at)
    last = entries.order_by("-valid_from").first()
    if last is None:
        return
    for name, number, sex in (
        (last.father_name, last.father_number, "male"),
        (last.mother_name, last.mother_number, "female"),
    ):
        if name and number not in known:
            yield Relative(Kinship.PARENT, "", name, sex, None, False)


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
