"""The country's list of regions, as the registers use it."""

import csv
from collections.abc import Iterator

from django.db import connection, transaction

from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.civil.models import Region

LEVELS = ("provinces", "regencies", "districts", "villages")


def load_regions(*, actor: Actor, country: Jurisdiction) -> int:
    """Bring the regions to the country's files (``data/*.csv``: code first, name last); the number of regions.

    Codes that are no longer listed stay: old addresses point at them. Records one audit event.
    """
    regions = [Region(code=code, name=name) for code, name in read_regions(country)]
    with transaction.atomic():
        Region.objects.bulk_create(
            regions,
            batch_size=20_000 if connection.vendor == "postgresql" else 10_000,
            update_conflicts=True,
            update_fields=["name"],
            unique_fields=["code"],
        )
        record_event(
            actor=actor, action="civil.regions_loaded", object_ref=country.code, detail={"regions": len(regions)}
        )
    return len(regions)


def read_regions(country: Jurisdiction) -> Iterator[tuple[str, str]]:
    """Code and name of every region in the country's files, larger ones first."""
    for level in LEVELS:
        with country.path("data", f"{level}.csv").open(encoding="utf-8", newline="") as handle:
            rows = csv.reader(handle)
            next(rows)
            for code, *_, name in rows:
                yield code, name
