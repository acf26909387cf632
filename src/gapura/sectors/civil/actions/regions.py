"""The country's list of regions, as the registers use it."""

import csv
from collections.abc import Iterator

from django.db import transaction

from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import load_rows
from gapura.sectors.civil.models import Region

LEVELS = ("provinces", "regencies", "districts", "villages")


def load_regions(*, actor: Actor, country: Jurisdiction) -> int:
    """Bring the regions to the country's files (``data/*.csv``: code first, name last); how many there are.

    Codes that are no longer listed stay: old addresses point at them. Records one audit event.
    """
    listed = dict(read_regions(country))
    with transaction.atomic():
        known = dict(Region.objects.values_list("code", "name"))
        load_rows(Region, ("code", "name"), ((c, n) for c, n in listed.items() if c not in known))
        for code, name in listed.items():
            if known.get(code, name) != name:
                Region.objects.filter(code=code).update(name=name)
        record_event(
            actor=actor,
            action="civil.regions_loaded",
            object_ref=country.code,
            detail={"regions": len(listed)},
        )
    return len(listed)


def read_regions(country: Jurisdiction) -> Iterator[tuple[str, str]]:
    """Code and name of every region in the country's files, larger ones first."""
    for level in LEVELS:
        with country.path("data", f"{level}.csv").open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle)
            next(rows)
            for code, *_, name in rows:
                yield code, name
