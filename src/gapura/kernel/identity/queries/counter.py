"""Visits to the counter."""

from datetime import datetime

from django.http import HttpRequest

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.models import CounterVisit
from gapura.kernel.identity.permissions import COUNTER_ROLE, can_see_visit
from gapura.kernel.identity.queries.actors import access_official
from gapura.kernel.identity.types import AccessDenied


def access_counter(request: HttpRequest) -> Actor:
    """Who works at a counter in this request. Raises as access_official does."""
    return access_official(request, COUNTER_ROLE)


def access_visit(actor: Actor, visit_id: int) -> CounterVisit:
    """A visit to the counter of the actor's office. Raises AccessDenied, also when there is none."""
    visit = CounterVisit.objects.filter(pk=visit_id).first()
    if visit is None or not can_see_visit(actor, visit):
        raise AccessDenied
    return visit


def list_visits(actor: Actor, limit: int = 50) -> list[CounterVisit]:
    """The last visits to the counter of the actor's office, newest first."""
    rows = CounterVisit.objects.filter(agency_code=actor.agency_code or "", office_code=actor.office_code or "")
    return list(rows.order_by("-entered_at", "-pk")[:limit])


def find_activation(visit_id: int, *, now: datetime) -> CounterVisit | None:
    """The visit whose code is being used, while it can be; None when its time or its use is over."""
    return CounterVisit.objects.filter(pk=visit_id, confirmed=True, used_at__isnull=True, code_until__gt=now).first()
