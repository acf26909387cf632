"""Giving the population back as a file that can be read again."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.civil.actions.population_file.cells import safe_cell
from gapura.sectors.civil.actions.population_file.records import (
    ADDRESS_FACTS,
    COLUMNS,
    MEMBERSHIP_FACTS,
    PERSON_FACTS,
)
from gapura.sectors.civil.models import FamilyEntry, FamilyMembership, PersonEntry, ResidenceEntry

_CHUNK = 2000

Progress = Callable[[int], object]


def export_population(*, actor: Actor, file: Path, as_of: date, progress: Progress = lambda people: None) -> int:
    """Write everybody alive on ``as_of``, as known now, to ``file`` (UTF-8, by person number); how many.

    The file appears when it is complete. ``progress`` is told the people written so far. Records one
    audit event.
    """
    part = file.with_name(f"{file.name}.part")
    count = 0
    with part.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for persons in _chunks(as_of):
            writer.writerows(_rows(persons, as_of))
            count += len(persons)
            progress(count)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(file)
    record_event(
        actor=actor,
        action="civil.population_exported",
        detail={"people": count, "as_of": as_of.isoformat()},
    )
    return count


def _chunks(as_of: date) -> Iterator[list[PersonEntry]]:
    last = ""
    people = PersonEntry.objects.known_at(None).as_of(as_of).order_by("number")
    while chunk := list(people.filter(number__gt=last)[:_CHUNK]):
        yield chunk
        last = chunk[-1].number


def _rows(persons: Sequence[PersonEntry], as_of: date) -> Iterator[list[str]]:
    numbers = [person.number for person in persons]
    residences = _by_key(ResidenceEntry, "number", numbers, as_of)
    memberships = _by_key(FamilyMembership, "number", numbers, as_of)
    family_numbers = [membership.family_number for membership in memberships.values()]
    families = _by_key(FamilyEntry, "family_number", family_numbers, as_of)
    for person in persons:
        residence, membership = residences.get(person.number), memberships.get(person.number)
        family = families.get(membership.family_number) if membership else None
        values = (
            *(getattr(person, name) for name in PERSON_FACTS),
            *(getattr(residence, name, "") for name in ADDRESS_FACTS),
            *(getattr(membership, name, "") for name in MEMBERSHIP_FACTS),
            *(getattr(entry, "valid_from", "") for entry in (person, residence, membership, family)),
        )
        yield [safe_cell(str(value)) for value in values]


def _by_key(model: Any, key: str, values: Sequence[str], as_of: date) -> dict[str, Any]:
    entries = model.objects.known_at(None).as_of(as_of).filter(**{f"{key}__in": values}).order_by("pk")
    return {getattr(entry, key): entry for entry in entries}
