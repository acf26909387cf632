"""Who inherits from a person who died, by the law of their religion (heirs.yaml of the country)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.sectors.civil.models import DeathEntry, PersonEntry
from gapura.sectors.civil.queries.persons import PARENTS, list_parent_numbers
from gapura.sectors.civil.queries.relations import find_kin
from gapura.sectors.civil.types import Kin, Kinship

_BY_SEX = {"male": Kin.FATHER, "female": Kin.MOTHER}
_OF_KINSHIP = {
    Kinship.SPOUSE: Kin.SPOUSE,
    Kinship.CHILD: Kin.CHILD,
    Kinship.ADOPTED_CHILD: Kin.ADOPTED_CHILD,
}


def list_heirs(person_number: str, *, on: date, known_at: datetime | None) -> dict[str, Kin] | None:
    """Person numbers of those who lived when the person died and inherit by law; None when no death is recorded.

    A marriage counts that stood until the death, so an earlier spouse is none and of several wives each is one.
    """
    deaths = list_entries(DeathEntry, ("valid_from",), person_number, as_of=on, known_at=known_at, by="number")
    if not deaths:
        return None
    died_on: date = deaths[0]["valid_from"]
    living: Mapping[Kin, set[str]] = _list_living_kin(person_number, died_on, known_at)
    rules = _rules_for(_religion_of(person_number, died_on, known_at))
    return {
        number: kin
        for kin, unless in rules.items()
        if not any(living.get(nearer) for nearer in unless)
        for number in sorted(living.get(kin, ()))
    }


def _list_living_kin(person_number: str, died_on: date, known_at: datetime | None) -> dict[Kin, set[str]]:
    """Who lived when the person died, by what they were to them; who died the same day did not (commorientes)."""
    eve = died_on - timedelta(days=1)
    kin: dict[Kin, set[str]] = defaultdict(set)
    near = find_kin(person_number, on=eve, known_at=known_at)
    known = list_entries_of(PersonEntry, ("number", "sex"), near, begun=True, as_of=eve, known_at=known_at)
    for number, sex in {one["number"]: one["sex"] for one in known}.items():
        kin[_OF_KINSHIP.get(near[number]) or _BY_SEX.get(sex, Kin.FATHER)].add(number)
    parents = {number for number, kinship in near.items() if kinship in (Kinship.PARENT, Kinship.ADOPTIVE_PARENT)}
    kin[Kin.SIBLING] = _children_of(parents, eve, known_at) - {person_number}
    for parent in parents:
        kin[Kin.GRANDPARENT] |= list_parent_numbers(parent, on=eve, known_at=known_at)
    dead = _list_dead(set().union(*kin.values()), died_on, known_at)
    children, siblings = kin[Kin.CHILD] | kin[Kin.ADOPTED_CHILD], kin[Kin.SIBLING]
    living = {code: numbers - dead for code, numbers in kin.items()}
    living[Kin.GRANDCHILD] = _list_in_place_of(children & dead, died_on, known_at)
    living[Kin.NEPHEW] = _list_in_place_of(siblings & dead, died_on, known_at)
    return living


def _list_in_place_of(gone: set[str], died_on: date, known_at: datetime | None) -> set[str]:
    """The living descendants of those who are gone; for a dead one, their own children, and so on."""
    found: set[str] = set()
    seen = set(gone)
    while gone:
        born = _children_of(gone, died_on - timedelta(days=1), known_at) - seen
        gone = _list_dead(born, died_on, known_at)
        found |= born - gone
        seen |= born
    return found


def _children_of(parents: set[str], on: date, known_at: datetime | None) -> set[str]:
    born = list_entries_of(PersonEntry, ("number",), parents, as_of=on, known_at=known_at, by=PARENTS, begun=True)
    return {entry["number"] for entry in born}


def _list_dead(numbers: set[str], on: date, known_at: datetime | None) -> set[str]:
    died = list_entries_of(DeathEntry, ("number",), numbers, as_of=on, known_at=known_at, by=("number",))
    return {entry["number"] for entry in died}


def _religion_of(person_number: str, on: date, known_at: datetime | None) -> str:
    eve = on - timedelta(days=1)
    entries = list_entries_of(PersonEntry, ("religion",), (person_number,), as_of=eve, known_at=known_at, begun=True)
    return str(entries[-1]["religion"]) if entries else ""


def _rules_for(religion: str) -> Mapping[Kin, Sequence[Kin]]:
    laws = _declared()
    law = next((law for law in laws if religion in law["religions"]), laws[-1])
    return {Kin(code): [Kin(nearer) for nearer in unless] for code, unless in law["heirs"].items()}


@cache
def _declared() -> list[dict[str, Any]]:
    declared: list[dict[str, Any]] = load(settings.GAPURA_JURISDICTION).read("heirs.yaml")
    return declared
