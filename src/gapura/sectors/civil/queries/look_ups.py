"""Under which grounds officials open registers, and the look-ups they opened."""

from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.civil.models import LookUp, PersonEntry
from gapura.sectors.civil.permissions import can_propose_correction, can_read_look_up
from gapura.sectors.civil.queries.persons import find_office_code, get_owner_agency
from gapura.sectors.civil.types import LookUpGround, OutlierRules


def list_look_up_grounds() -> list[LookUpGround]:
    """The country's grounds, in its order."""
    return [LookUpGround(**ground) for ground in _declared()["grounds"]]


def get_look_up_ground(code: str) -> LookUpGround:
    """Raises LookupError when the country names no such ground."""
    for ground in list_look_up_grounds():
        if ground.code == code:
            return ground
    raise LookupError(f"No ground of look-up is called {code!r}.")


def get_outlier_rules() -> OutlierRules:
    """What the country calls a conspicuous look-up."""
    declared = _declared()["outliers"]
    from_hour, until_hour = declared["working_hours"]
    return OutlierRules(
        working_hours=(from_hour, until_hour),
        ceiling_percent=declared["ceiling_percent"],
        honey_records=frozenset(declared["honey_records"]),
        **{f"undecided_{name}": value for name, value in declared["undecided"].items()},
    )


def access_look_up(actor: Actor, number: str, *, today: date) -> LookUp:
    """The look-up, if it is the actor's own of today and found somebody. Raises AccessDenied otherwise."""
    look_up = LookUp.objects.filter(pk=number).first()
    if look_up is None or not can_read_look_up(actor, look_up, today):
        raise AccessDenied
    return look_up


def is_correctable_by(actor: Actor, look_up: LookUp, *, today: date) -> bool:
    """Whether the person lives under the actor's own office, which alone may correct their entries."""
    office_code = find_office_code(look_up.person_number, on=today)
    return can_propose_correction(actor, get_owner_agency(), office_code)


def find_numbers_by_name(full_name: str, birth_on: date, *, at_most: int = 2) -> list[str]:
    """Person numbers of exactly this name and birth date; the name as written, in capitals, or as a title."""
    spellings = {full_name, full_name.upper(), full_name.title()}
    entries = PersonEntry.objects.filter(full_name__in=spellings, birth_on=birth_on).known_at(None)
    return list(entries.order_by("number").values_list("number", flat=True).distinct()[:at_most])


@cache
def _declared() -> dict[str, Any]:
    declared: dict[str, Any] = load(settings.GAPURA_JURISDICTION).read("look_ups.yaml")
    return declared
