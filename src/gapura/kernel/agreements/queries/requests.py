"""Requests for agreements, for the officials of their three sides."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from gapura.kernel.agreements.models import AgreementCase
from gapura.kernel.agreements.permissions import list_sides
from gapura.kernel.agreements.rules import TRANSITIONS
from gapura.kernel.agreements.types import OPEN, ROLES, Side
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import list_services
from gapura.kernel.identity.types import AccessDenied


def access_request(actor: Actor, number: str) -> AgreementCase:
    """The request, for officials of its sides. Raises AccessDenied, also when there is none."""
    case = AgreementCase.objects.filter(pk=number).first()
    if case is None or not list_sides(actor, case.parties):
        raise AccessDenied
    return case


def list_requests(actor: Actor, *, is_open: bool, limit: int = 100) -> list[AgreementCase]:
    """Requests of the sides the actor's post speaks for: open ones by due day, or the latest that were closed."""
    mine = Q(pk__in=())
    for side in Side:
        if ROLES[side] in actor.roles:
            mine |= Q(**{side.value: actor.agency_code})
    cases = AgreementCase.objects.filter(mine)
    if is_open:
        return list(cases.filter(status__in=OPEN).order_by("due_on", "pk")[:limit])
    return list(cases.exclude(status__in=OPEN).order_by("-requested_at", "pk")[:limit])


def list_open_steps(actor: Actor, case: AgreementCase) -> list[str]:
    """What the actor's post may do with the request now."""
    sides = list_sides(actor, case.parties)
    return [name for name, (side, before, _after) in TRANSITIONS.items() if side in sides and case.status in before]


def list_unneeded(
    consumer: str, evidence_type: str, *, fields: Iterable[str], questions: Iterable[str], on: date
) -> list[str]:
    """Fields and questions that no public service of the consumer in force on the day asks for: why are they wanted?"""
    needed: set[str] = set()
    for service in (service for service in list_services(on=on) if service.agency == consumer):
        for need in service.evidence:
            needed |= set(need.fields) if need.type == evidence_type else set()
        needed |= {check.question for check in service.checks if check.evidence_type == evidence_type}
    return sorted({*fields, *questions} - needed)
