"""Reading cases, only those the actor may see."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.permissions import can_decide_appeals, can_work_case, has_basket, is_applicant
from gapura.kernel.cases.plugin import get_population_register
from gapura.kernel.cases.rules import OPEN_STATUSES, possible_actions
from gapura.kernel.cases.types import BasketFilters, BasketPage, BasketRow, CaseNotFound, Representable
from gapura.kernel.catalogue.types import PublicService, Relation

COUNT_AT_MOST = 1000  # counting beyond this tells an official nothing and costs a scan


def access_case(actor: Actor, number: str) -> Case:
    """The case, for its applicant or an official of its office. Raises CaseNotFound for everyone else."""
    case = Case.objects.filter(number=number).first()
    if case is None or not (is_applicant(actor, case) or can_work_case(actor, case)):
        raise CaseNotFound(number)
    return case


def get_timeline(case: Case) -> list[CaseStep]:
    """Every step, oldest first."""
    return list(CaseStep.objects.filter(case=case).order_by("pk"))


def list_cases_of(actor: Actor, *, before: int | None = None, limit: int = 20) -> list[Case]:
    """The applicant's cases, newest first; ``before`` is the id of the last one shown."""
    cases = Case.objects.filter(applicant=actor.person_number)
    if before is not None:
        cases = cases.filter(pk__lt=before)
    return list(cases.order_by("-pk")[:limit])


def list_available_actions(actor: Actor, case: Case) -> list[str]:
    """What the actor may do with the case now, by the table of transitions and their office."""
    if is_applicant(actor, case):
        return possible_actions(case.status, ActorKind.RESIDENT)
    if not can_work_case(actor, case):
        return []
    actions = possible_actions(case.status, ActorKind.OFFICIAL)
    appeals = can_decide_appeals(actor, case)
    return [a for a in actions if a != "fulfill" and (appeals or not a.endswith("_appeal"))]


def list_representable(actor: Actor, *, service: PublicService, on: date) -> list[Representable]:
    """For whom the actor may ask this service: themselves first, then those the register shows."""
    allowed = {rule.relation for rule in service.applicants}
    person = actor.person_number or ""
    own = [Representable(person, actor.label, Relation.SELF)] if Relation.SELF in allowed else []
    if allowed <= {Relation.SELF}:
        return own
    return own + [d for d in get_population_register().list_dependants(person, on) if d.relation in allowed]


def list_work_basket(actor: Actor, *, filters: BasketFilters, after: str | None = None, limit: int = 50) -> BasketPage:
    """Open cases of the actor's office, those due first come first. Two queries at any size.

    Raises CaseNotFound when the actor has no basket. ``after`` is the ``next`` of the page before.
    """
    basket = _basket(actor, filters)
    page = basket.order_by("due_on", "pk")
    if after and (position := _position(after)):
        due_on, pk = position
        page = page.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=pk), due_on__gte=due_on)
    rows = list(page.values(*_ROW, "pk")[: limit + 1])
    count = basket.order_by().values("pk")[: COUNT_AT_MOST + 1].count()
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return BasketPage(
        rows=tuple(BasketRow(**{name: row[name] for name in _ROW}) for row in rows[:limit]),
        next=f"{last['due_on'].isoformat()}_{last['pk']}" if last else None,
        count=min(count, COUNT_AT_MOST),
        at_most=COUNT_AT_MOST,
    )


_ROW = (
    "number",
    "service_code",
    "service_title",
    "status",
    "subject",
    "submitted_at",
    "due_on",
    "assigned_post",
)


def _basket(actor: Actor, filters: BasketFilters) -> QuerySet[Case]:
    if not has_basket(actor):
        raise CaseNotFound("No basket for this actor.")
    basket = Case.objects.filter(agency_code=actor.agency_code, status__in=sorted(OPEN_STATUSES))
    wanted: dict[str, Any] = {
        "office_code": actor.office_code or None,
        "status": filters.status,
        "service_code": filters.service_code,
        "due_on__lt": filters.overdue_on,
    }
    own = Q(applicant=actor.person_number) | Q(subject=actor.person_number)
    return basket.filter(**{name: value for name, value in wanted.items() if value is not None}).exclude(own)


def _position(after: str) -> tuple[date, int] | None:
    """The keyset of a page; None for a torn or forged one, which then shows the first page."""
    due_on, _, pk = after.partition("_")
    try:
        return date.fromisoformat(due_on), int(pk)
    except ValueError:
        return None
