"""Reading cases, only those the actor may see."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac

from gapura.foundation.clock import local_day
from gapura.foundation.codes import code_of
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.permissions import (
    can_decide_appeals,
    can_move_as_subject,
    can_work_case,
    has_basket,
    is_applicant,
    is_subject,
)
from gapura.kernel.cases.plugin import get_population_register
from gapura.kernel.cases.rules import OPEN_STATUSES, follow_up_key, possible_actions
from gapura.kernel.cases.types import BasketFilters, BasketPage, BasketRow, CaseNotFound, CaseStatus, PastRefusal
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import PublicService, Relation, ServiceNotInForce
from gapura.kernel.documents.queries import Document, list_documents, list_documents_of
from gapura.kernel.mandates.queries import find_covered_services

COUNT_AT_MOST = 1000  # counting beyond this tells an official nothing and costs a scan


def access_case(actor: Actor, number: str, *, on: date | None = None) -> Case:
    """The case, for its applicant, whom it was filed for (of age on the day ``on``), or an official of its office.

    Raises CaseNotFound for everyone else. No query beyond the case for who applied for themselves.
    """
    case = Case.objects.select_related("rating").filter(number=number).first()
    if case is None or not (can_see_as_resident(actor, case, on) or can_work_case(actor, case)):
        raise CaseNotFound(number)
    return case


def get_number_to_be(actor: Actor, idempotency_key: str) -> str:
    """The number of the case that the actor opens with this key: fixed before, so that what is asked earlier has it.

    Nobody without the house's secret can tell it.
    """
    return code_of(
        salted_hmac("cases.number", f"{actor.person_number}/{idempotency_key}", algorithm="sha256").digest(), 11
    )


def can_see_as_resident(actor: Actor, case: Case, on: date | None) -> bool:
    """Who applied (under a mandate: while it covers the service), and who it is for once of age on the day ``on``."""
    if is_applicant(actor, case):
        covered = find_covered_services(actor)
        return covered is None or case.service_code in covered
    if not is_subject(actor, case):
        return False
    return case.is_granted or (on is not None and get_population_register().is_of_age(case.subject, on))


def get_timeline(case: Case) -> list[CaseStep]:
    """Every step, oldest first."""
    return list(CaseStep.objects.filter(case=case).order_by("pk"))


def list_cases_of(actor: Actor, *, on: date, before: int | None = None, limit: int = 20) -> list[Case]:
    """What the actor applied for, and what others applied for in their name, newest first.

    While they act for another, only what they applied for that person. ``before`` is the id of the last one shown.
    """
    cases = _cases_for_principal(actor) if actor.principal is not None else _cases_in_person(actor)
    if before is not None:
        cases = cases.filter(pk__lt=before)
    found = list(cases.order_by("-pk")[:limit])
    by_others = {case.pk for case in found if is_subject(actor, case) and not case.is_granted}
    if by_others and not get_population_register().is_of_age(actor.person_number or "", on):
        found = [case for case in found if case.pk not in by_others]
    return found


def _cases_in_person(actor: Actor) -> QuerySet[Case]:
    person, granted = actor.person_number, Q(relation__in=[Relation.PROXY, Relation.PROFESSIONAL])
    own = Q(~granted, applicant=person)
    return Case.objects.filter(own | Q(~Q(relation=Relation.SELF.value), subject=person))


def _cases_for_principal(actor: Actor) -> QuerySet[Case]:
    cases = Case.objects.filter(applicant=actor.person_number, subject=actor.principal)
    covered = find_covered_services(actor)
    return cases if covered is None else cases.filter(service_code__in=covered)


def list_papers(actor: Actor, *, on: date, limit: int = 100) -> list[Document]:
    """The documents that are the actor's or, while they act for another, that came of what they asked for them."""
    if actor.principal is None:
        return list_documents_of(str(actor.person_number), limit=limit)
    codes = [case.document_code for case in list_cases_of(actor, on=on, limit=limit) if case.document_code]
    return list_documents(codes)


def count_open_cases(*, today: date) -> dict[tuple[str, bool], int]:
    """Open cases of the whole house by status and whether they are overdue."""
    found = Case.objects.filter(status__in=sorted(OPEN_STATUSES)).order_by()
    late = found.filter(due_on__lt=today).values_list("status").annotate(number=Count("pk"))
    every = found.values_list("status").annotate(number=Count("pk"))
    overdue = dict(late)
    counts = {(status, True): overdue.get(status, 0) for status, _ in every}
    return counts | {(status, False): number - overdue.get(status, 0) for status, number in every}


def list_follow_ups(actor: Actor, case: Case) -> list[Case]:
    """What the case brought that is the actor's own. No query where its service brings nothing."""
    if case.decided_at is None or not _brings(case):
        return []
    own = Case.objects.filter(applicant=actor.person_number, idempotency_key__startswith=follow_up_key(case.number))
    return list(own.order_by("pk"))


def _brings(case: Case) -> bool:
    service = find_service(case)
    return service is not None and bool(service.follow_ups)


def list_decided(numbers: Collection[str]) -> set[str]:
    """Those of these cases that were decided, either way."""
    return set(Case.objects.filter(number__in=numbers, decided_at__isnull=False).values_list("number", flat=True))


def get_service_of(case: Case) -> PublicService:
    """The public service as it was on the day the case came. Raises ServiceNotInForce."""
    return get_service(case.service_code, on=local_day(case.submitted_at, settings.TIME_ZONE))


def find_service(case: Case) -> PublicService | None:
    """:func:`get_service_of`; None where the country knows it no more."""
    try:
        return get_service_of(case)
    except ServiceNotInForce:
        return None


def find_needed_approval(case: Case) -> str | None:
    """The kind of approval that alone may approve the case, by the law of the day it came; None: who works it may."""
    service = find_service(case)
    return service.decision.through or None if service else None


def list_available_actions(actor: Actor, case: Case, *, through: str | None = None) -> list[str]:
    """What the actor may do with the case now, by the table of transitions and their office.

    ``through``: the kind of the approval in which they do it; without it nobody approves what needs one.
    """
    if is_applicant(actor, case) or can_move_as_subject(actor, case):
        return possible_actions(case.status, ActorKind.RESIDENT)
    if not can_work_case(actor, case):
        return []
    actions = possible_actions(case.status, ActorKind.OFFICIAL)
    appeals = can_decide_appeals(actor, case)
    closed = {"fulfill", "remand"} | ({"approve"} if find_needed_approval(case) not in (None, through) else set())
    return [a for a in actions if a not in closed and (appeals or not a.endswith("_appeal"))]


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
    shown = tuple(
        BasketRow(**{name: row[name] for name in _ROW}, mark=f"{row['due_on'].isoformat()}_{row['pk']}")
        for row in rows[:limit]
    )
    return BasketPage(
        rows=shown,
        next=shown[-1].mark if more else None,
        count=min(count, COUNT_AT_MOST),
        at_most=COUNT_AT_MOST,
    )


def list_running_cases(service_codes: Collection[str]) -> list[BasketRow]:
    """Cases of these services not decided yet, of every office, the oldest first: for those who watch clocks."""
    running = Case.objects.filter(service_code__in=service_codes, status__in=sorted(OPEN_STATUSES))
    return [BasketRow(**row) for row in running.order_by("pk").values(*_ROW)]


def list_refusals(service_code: str, subject: str) -> list[PastRefusal]:
    """Decisions that refused the subject this service and still stand, the oldest first."""
    refused = Case.objects.filter(service_code=service_code, subject=subject, decided_at__isnull=False)
    standing = refused.filter(status__in=[CaseStatus.REFUSED, CaseStatus.APPEALED, CaseStatus.CLOSED])
    return [
        PastRefusal(case.number, case.answers, local_day(case.decided_at, settings.TIME_ZONE))
        for case in standing.exclude(decision_reason={}).order_by("decided_at", "pk")
        if case.decided_at is not None
    ]


def list_waiting_receivers(service_code: str) -> list[tuple[str, str]]:
    """Number and receiver of every case of the service that is not decided yet, the oldest first."""
    running = Case.objects.filter(service_code=service_code, status__in=sorted(OPEN_STATUSES)).order_by("pk")
    return [(case.number, case.receiver) for case in running.iterator()]


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
