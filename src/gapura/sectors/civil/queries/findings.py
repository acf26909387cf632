"""Conspicuous look-ups: who sees which, and what a month of them looks like."""

from collections.abc import Collection
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, QuerySet

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.civil.models import FamilyMembership, LookUp, LookUpFinding, PersonEntry, ResidenceEntry
from gapura.sectors.civil.permissions import can_answer_finding, can_supervise_finding, is_supervisor
from gapura.sectors.civil.types import Circle


def access_finding(actor: Actor, finding_id: int) -> LookUpFinding:
    """The finding, for the official concerned and their supervisors. Raises AccessDenied, also when there is none."""
    finding = LookUpFinding.objects.select_related("look_up").filter(pk=finding_id).first()
    if finding is None or not (can_answer_finding(actor, finding) or can_supervise_finding(actor, finding)):
        raise AccessDenied
    return finding


def list_open_findings(actor: Actor, *, limit: int = 100) -> list[LookUpFinding]:
    """What the actor still has to answer or to close, due first."""
    mine = LookUpFinding.objects.filter(closed_at__isnull=True, agency_code=actor.agency_code or "")
    if is_supervisor(actor):
        found = _supervised(actor).filter(closed_at__isnull=True)
        found |= mine.filter(official_person=actor.person_number, answered_at__isnull=True)
    else:
        found = mine.filter(official_person=actor.person_number or "-", answered_at__isnull=True)
    return list(found.select_related("look_up").order_by("answer_due_on", "pk")[:limit])


def count_findings(actor: Actor, *, month: date) -> list[tuple[str, str, int]]:
    """Kind, verdict (empty: open) and number of the month's findings in the supervisor's office."""
    if not is_supervisor(actor):
        raise AccessDenied
    start, end = _month(month)
    found = _supervised(actor).filter(found_at__gte=start, found_at__lt=end)
    rows = found.values("kind", "verdict").annotate(number=Count("pk")).order_by("kind", "verdict")
    return [(row["kind"], row["verdict"], row["number"]) for row in rows]


def count_look_ups(actor: Actor, *, month: date) -> int:
    """All look-ups of the supervisor's office in the month."""
    start, end = _month(month)
    opened = LookUp.objects.filter(agency_code=actor.agency_code or "", opened_at__gte=start, opened_at__lt=end)
    return (opened.filter(office_code=actor.office_code) if actor.office_code else opened).count()


def get_circles(numbers: Collection[str], *, on: date) -> dict[str, Circle]:
    """Name, family card, parents and home of each person. Three queries for any number of persons."""
    persons = PersonEntry.objects.filter(number__in=numbers).as_of(on).known_at(None).order_by("number")
    cards = FamilyMembership.objects.filter(number__in=numbers).as_of(on).known_at(None)
    homes = ResidenceEntry.objects.filter(number__in=numbers).as_of(on).known_at(None)
    card_of = dict(cards.values_list("number", "family_number"))
    home_of = {
        number: (village, rw, rt) for number, village, rw, rt in homes.values_list("number", "village_code", "rw", "rt")
    }
    return {
        number: Circle(
            number=number,
            full_name=name,
            family_number=card_of.get(number, ""),
            parents=frozenset({father, mother} - {""}),
            home=home_of.get(number, ()),
        )
        for number, name, father, mother in persons.values_list("number", "full_name", "father_number", "mother_number")
    }


def _supervised(actor: Actor) -> "QuerySet[LookUpFinding]":
    found = LookUpFinding.objects.filter(agency_code=actor.agency_code or "")
    if actor.office_code:
        found = found.filter(office_code=actor.office_code)
    return found.exclude(official_person=actor.person_number or "")


def _month(day: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(settings.TIME_ZONE)
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return datetime.combine(day.replace(day=1), time(), zone), datetime.combine(following, time(), zone)
