"""What was reported about a person and those whose lines they may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_code_label
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.withholding.models import Claim, Consent, ItemEntry, Release, SlipEntry
from gapura.sectors.withholding.permissions import acts_in_person
from gapura.sectors.withholding.terms import get_terms
from gapura.sectors.withholding.types import Employer, Ground, Line, Shown

_YEARS_OF_EMPLOYERS = 2


def require_person(actor: Actor) -> str:
    """The number of the person, who acts for themselves. Raises AccessDenied."""
    if not acts_in_person(actor) or actor.person_number is None:
        raise AccessDenied
    return actor.person_number


def list_lines(number: str, full_name: str, ground: Ground, *, tax_year: int) -> Shown:
    """What stands reported about one person of one year. Who asks has judged that the actor may see it."""
    slips = _standing(SlipEntry, number, tax_year)
    lines = [_slip_line(one) for one in slips] + [_item_line(one) for one in _standing(ItemEntry, number, tax_year)]
    return Shown(number, full_name, ground, tuple(lines), tuple(slips))


def list_reported_years(number: str) -> list[int]:
    """The years of which anything stands reported about the person, newest first."""
    years: set[int] = set()
    for register in (SlipEntry, ItemEntry):
        standing = register.objects.filter(number=number, valid_until__isnull=True).known_at(None).order_by()
        years |= set(standing.values_list("tax_year", flat=True).distinct())
    return sorted(years, reverse=True)


def list_consents_for(viewer: str, *, now: datetime) -> list[Consent]:
    """Adults who let ``viewer`` see their lines, by name."""
    return list(_open(now).filter(viewer=viewer).order_by("person_name", "pk"))


def list_consents_of(person: str, *, now: datetime) -> list[Consent]:
    """Whom the person lets see their lines, newest first."""
    return list(_open(now).filter(person=person).order_by("-pk"))


def list_employers(number: str, *, tax_year: int) -> list[Employer]:
    """Who paid the person in the year or just before, by name."""
    slips = SlipEntry.objects.filter(
        number=number, valid_until__isnull=True, tax_year__gt=tax_year - _YEARS_OF_EMPLOYERS
    )
    named = slips.known_at(None).order_by().values_list("employer_number", "employer_name").distinct()
    return sorted((Employer(*one) for one in dict(named).items()), key=lambda one: (one.name, one.number))


def list_releases(actor: Actor, *, limit: int = 50) -> list[Release]:
    """What the person released, newest first. Raises AccessDenied."""
    mine = Release.objects.filter(person=require_person(actor))
    return list(mine.prefetch_related("items", "claims").order_by("-pk")[:limit])


@as_house("whether somebody else counts a dependant is told; who it is, is not")
def list_claimed_elsewhere(person: str, dependants: Sequence[str], *, tax_year: int) -> set[str]:
    """Which of the dependants somebody else counts for the year."""
    claims = Claim.objects.filter(dependant__in=dependants, tax_year=tax_year, ended_at__isnull=True)
    return set(claims.exclude(person=person).order_by().values_list("dependant", flat=True))


def _open(now: datetime) -> Any:
    today = local_day(now, settings.TIME_ZONE)
    return Consent.objects.filter(ended_at__isnull=True, valid_from__lte=today, valid_until__gt=today)


def _standing(register: type[SlipEntry] | type[ItemEntry], number: str, tax_year: int) -> list[dict[str, Any]]:
    standing = register.objects.filter(number=number, tax_year=tax_year, valid_until__isnull=True).known_at(None)
    return list(standing.order_by("valid_from", "pk").values())


def _slip_line(slip: Mapping[str, Any]) -> Line:
    return Line(
        key=f"slip-{slip['id']}",
        kind=slip["slip_kind"],
        title=get_code_label("slip_kind", slip["slip_kind"]),
        effect={},
        reported_by=slip["employer_name"],
        reference=slip["slip_number"],
        reported_on=slip["reported_on"],
        amount=slip["gross"],
        tax_withheld=slip["tax_withheld"],
        month_from=slip["month_from"],
        month_until=slip["month_until"],
    )


def _item_line(item: Mapping[str, Any]) -> Line:
    return Line(
        key=f"item-{item['id']}",
        kind=item["item_kind"],
        title=get_code_label("item_kind", item["item_kind"]),
        effect=get_terms().item_kinds[item["item_kind"]].effect,
        reported_by=item["provider_name"],
        reference=item["item_number"],
        reported_on=item["reported_on"],
        amount=item["amount"],
        tax_withheld=item["tax_withheld"],
    )
