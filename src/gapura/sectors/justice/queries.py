"""What keepers may open, and the country's terms of it."""

from datetime import date
from functools import cache
from typing import Any, TypeAlias

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.justice.models import Reading, TravelBanEntry, WarrantEntry
from gapura.sectors.justice.permissions import can_read
from gapura.sectors.justice.types import BarKind, BarTerms, ReadingGround

BarEntry: TypeAlias = TravelBanEntry | WarrantEntry
TABLES: dict[BarKind, type[BarEntry]] = {BarKind.TRAVEL_BAN: TravelBanEntry, BarKind.WARRANT: WarrantEntry}
NUMBERED_BY = {BarKind.TRAVEL_BAN: "ban_number", BarKind.WARRANT: "warrant_number"}


def list_grounds() -> list[ReadingGround]:
    """The country's grounds for opening somebody's bars, in its order."""
    return [ReadingGround(**ground) for ground in _declared()["grounds"]]


def get_ground(code: str) -> ReadingGround:
    """Raises LookupError when the country names no such ground."""
    for ground in list_grounds():
        if ground.code == code:
            return ground
    raise LookupError(f"No ground of reading is called {code!r}.")


def get_terms(kind: BarKind) -> BarTerms:
    """Who orders bars of the kind, and for how long at once."""
    terms = _declared()["bars"][kind.value]
    return BarTerms(tuple(terms["ordered_by"]), terms.get("longest_months"))


def access_reading(actor: Actor, number: str, *, today: date) -> Reading:
    """The reading, if it is the actor's own of today. Raises AccessDenied otherwise."""
    reading = Reading.objects.filter(pk=number).first()
    if reading is None or not can_read(actor, reading, today):
        raise AccessDenied
    return reading


def get_person_read(reading_number: str) -> str:
    """Of whom a reading is: for who decides what was proposed under it."""
    return Reading.objects.get(pk=reading_number).person_number


def find_bar(kind: BarKind, person_number: str, entry_id: int | None) -> BarEntry | None:
    """The entry that the register believes now, if it is the person's."""
    found: BarEntry | None = TABLES[kind].objects.filter(pk=entry_id, number=person_number).known_at(None).first()
    return found


def list_bars(person_number: str) -> list[tuple[BarKind, BarEntry]]:
    """Everything that the registers believe now, standing and ended, the newest first."""
    bars = [
        (kind, entry)
        for kind, table in TABLES.items()
        for entry in table.objects.filter(number=person_number).known_at(None)
    ]
    return sorted(bars, key=lambda bar: bar[1].valid_from, reverse=True)


@cache
def _declared() -> dict[str, Any]:
    declared: dict[str, Any] = load(settings.GAPURA_JURISDICTION).read("justice.yaml")
    return declared
