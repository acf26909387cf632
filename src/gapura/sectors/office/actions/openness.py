"""Measuring whether documents are found: by a sample, because a search for each of millions would take days."""

from datetime import date, timedelta
from random import Random

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.models import FindingSample, OfficialDocument
from gapura.sectors.office.queries.finding import is_found_by_drafter
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import Direction, DocumentStatus

MOST_SAMPLED = 30
"""Documents of a unit that are looked for."""
EVERY = timedelta(days=7)


def measure_finding(*, actor: Actor, today: date, chance: Random) -> int:
    """Look for some registered documents of each unit by the words of their titles, as their drafters would; how many
    units. What was measured in the last week is not measured again. Letters that came from others have no drafter.
    """
    fresh = FindingSample.objects.filter(measured_on__gt=today - EVERY).values("unit_code")
    registered = OfficialDocument.objects.filter(status=DocumentStatus.REGISTERED, security=ordinary_class()).exclude(
        direction=Direction.INCOMING
    )
    due = registered.exclude(unit_code__in=fresh).order_by("agency_code", "unit_code")
    units = list(due.values_list("agency_code", "unit_code").distinct())
    for agency_code, unit_code in units:
        keys = list(registered.filter(unit_code=unit_code).order_by("pk").values_list("pk", flat=True))
        drawn = OfficialDocument.objects.filter(pk__in=chance.sample(keys, min(MOST_SAMPLED, len(keys)))).order_by("pk")
        found = [is_found_by_drafter(document) for document in drawn.defer("body", "sealed")]
        FindingSample.objects.get_or_create(  # another worker may have measured it meanwhile
            unit_code=unit_code,
            measured_on=today,
            defaults={"agency_code": agency_code, "sample": len(found), "found": sum(found)},
        )
    if units:
        record_event(actor=actor, action="office.finding_measured", object_ref="office", detail={"units": len(units)})
    return len(units)
