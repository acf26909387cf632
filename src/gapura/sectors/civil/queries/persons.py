"""Who belongs to whom, where they live, and what places are called.

Nothing here checks who asks: callers are the exchange's providers, the case engine and the desk's actions.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from gapura.foundation.periods import age_on
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.mandates.types import Representable
from gapura.kernel.registers.queries import get_register_owner, list_entries, list_entries_of
from gapura.sectors.civil.models import (
    AdoptionEntry,
    DeathEntry,
    FamilyMembership,
    Guardianship,
    MarriageEntry,
    PersonEntry,
    Region,
    ResidenceEntry,
)

PARENTS = ("father_number", "mother_number")
ADOPTERS = ("adoptive_father_number", "adoptive_mother_number")
COUPLE = ("husband_number", "wife_number")


class Place(NamedTuple):
    """Names of the four levels a village code stands for; empty where the code list is silent."""

    province: str
    regency: str
    district: str
    village: str


def get_owner_agency() -> str:
    """The agency that keeps this register."""
    return get_register_owner("civil")


def get_place(village_code: str) -> Place:
    """The names in a dotted village code (``31.71.01.1001``), remembered once all are known."""
    if village_code in _places:
        return _places[village_code]
    parts = village_code.split(".")
    codes = [".".join(parts[:level]) for level in range(1, 5)]
    names = dict(Region.objects.filter(code__in=codes).values_list("code", "name"))
    place = Place(*(names.get(code, "") for code in codes))
    if all(place):
        _places[village_code] = place
    return place


_places: dict[str, Place] = {}


def get_office_name(regency_code: str) -> str:
    """The name of the regency or city whose office registered something."""
    if regency_code not in _offices:
        name = Region.objects.filter(code=regency_code).values_list("name", flat=True).first()
        if name is None:
            return ""
        _offices[regency_code] = name
    return _offices[regency_code]


_offices: dict[str, str] = {}


def get_names(numbers: Iterable[str], *, on: date, known_at: datetime | None) -> dict[str, str]:
    """The last name each person had by ``on``, also of the dead. Unknown numbers are left out."""
    columns, asked = ("number", "full_name"), sorted(set(numbers) - {""})
    entries = list_entries_of(PersonEntry, columns, asked, as_of=on, known_at=known_at, begun=True)
    return {entry["number"]: entry["full_name"] for entry in entries}


def find_office_code(person_number: str, *, on: date) -> str | None:
    """The regency code of where the person lives (or last lived) on ``on``; None for unknown persons."""
    lives = list_entries(ResidenceEntry, ("village_code",), person_number, as_of=on, known_at=None)
    if lives:
        return _regency(lives[0]["village_code"])
    lived = ResidenceEntry.objects.filter(number=person_number, valid_from__lte=on).known_at(None)
    village_code = lived.order_by("-valid_from").values_list("village_code", flat=True).first()
    return _regency(village_code) if village_code else None


def _regency(village_code: str) -> str:
    return ".".join(village_code.split(".")[:2])


def list_family_of(person_number: str, *, on: date) -> list[str]:
    """Numbers of all on the person's family card on ``on``, in its order; empty without a card."""
    cards = FamilyMembership.objects.filter(number=person_number).as_of(on).known_at(None)
    members = FamilyMembership.objects.filter(family_number__in=cards.values("family_number"))
    return list(members.as_of(on).known_at(None).order_by("position").values_list("number", flat=True))


def list_members(family_number: str) -> list[str]:
    """Who stands on the family card, as far as the register knows no end of it."""
    members = FamilyMembership.objects.filter(family_number=family_number, valid_until=None).known_at(None)
    return list(members.order_by("position").values_list("number", flat=True))


def is_over_age(person_number: str, age: int, *, on: date) -> bool:
    """Whether a living person has completed ``age`` years; False for anybody else."""
    entries = PersonEntry.objects.filter(number=person_number).as_of(on).known_at(None)
    birth_on = entries.values_list("birth_on", flat=True).first()
    return birth_on is not None and age_on(birth_on, on) >= age


def list_dependants(person_number: str, *, on: date, age_of_majority: int) -> list[Representable]:
    """Living children under age, then wards, then close relatives who died; a person appears once."""
    children = _list_living_children(person_number, on, age_of_majority)
    found = {number: Representable(number, name, Relation.CHILD) for number, name in children}
    for number, name in _list_living_wards(person_number, on):
        found.setdefault(number, Representable(number, name, Relation.WARD))
    for number, name in _list_dead_relatives(person_number, on):
        found.setdefault(number, Representable(number, name, Relation.FAMILY))
    return list(found.values())


def list_parent_numbers(person_number: str, *, on: date, known_at: datetime | None) -> set[str]:
    """Parents by birth and by adoption, as the register says."""
    times: dict[str, Any] = {"as_of": on, "known_at": known_at}
    born = list_entries_of(PersonEntry, PARENTS, (person_number,), begun=True, **times)
    adopted = list_entries_of(AdoptionEntry, ADOPTERS, (person_number,), by=("number",), **times)
    return {number for entry in (*born, *adopted) for number in entry.values() if number}


def list_relatives(person_number: str, *, on: date, known_at: datetime | None) -> set[str]:
    """Spouses of a marriage that no divorce ended, parents and children, living or dead."""
    return (
        _list_spouses(person_number, on, known_at)
        | list_parent_numbers(person_number, on=on, known_at=known_at)
        | _list_children(person_number, on, known_at)
    )


def _list_spouses(person_number: str, on: date, known_at: datetime | None) -> set[str]:
    columns = (*COUPLE, "end_reason", "valid_until")
    marriages = list_entries_of(
        MarriageEntry, columns, (person_number,), by=COUPLE, begun=True, as_of=on, known_at=known_at
    )
    lasting = [one for one in marriages if one["end_reason"] != "divorce" or not _is_over(one, on)]
    return {one[spouse] for one in lasting for spouse in COUPLE} - {person_number}


def _is_over(entry: Mapping[str, Any], on: date) -> bool:
    return entry["valid_until"] is not None and entry["valid_until"] <= on


def _list_children(person_number: str, on: date, known_at: datetime | None) -> set[str]:
    times: dict[str, Any] = {"as_of": on, "known_at": known_at}
    born = list_entries_of(PersonEntry, ("number",), (person_number,), by=PARENTS, begun=True, **times)
    adopted = list_entries_of(AdoptionEntry, ("number",), (person_number,), by=ADOPTERS, **times)
    return {entry["number"] for entry in (*born, *adopted)}


def _list_living_children(person_number: str, on: date, age_of_majority: int) -> list[tuple[str, str]]:
    numbers = _list_children(person_number, on, None)
    living = PersonEntry.objects.filter(number__in=numbers).as_of(on).known_at(None).order_by("birth_on", "number")
    return [
        (number, name)
        for number, name, birth_on in living.order_by("birth_on", "number").values_list(
            "number", "full_name", "birth_on"
        )
        if age_on(birth_on, on) < age_of_majority
    ]


def _list_living_wards(person_number: str, on: date) -> list[tuple[str, str]]:
    wards = Guardianship.objects.filter(guardian_number=person_number).as_of(on).known_at(None)
    living = PersonEntry.objects.filter(number__in=wards.values("ward_number")).as_of(on).known_at(None)
    return list(living.order_by("birth_on", "number").values_list("number", "full_name"))


def _list_dead_relatives(person_number: str, on: date) -> list[tuple[str, str]]:
    relatives = list_relatives(person_number, on=on, known_at=None)
    dead = DeathEntry.objects.filter(number__in=relatives).as_of(on).known_at(None)
    numbers = list(dead.order_by("-valid_from", "number").values_list("number", flat=True))
    names = get_names(numbers, on=on, known_at=None)
    return [(number, names.get(number, "")) for number in numbers]
