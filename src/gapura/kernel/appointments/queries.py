"""What the country calls a power, and who holds what in an agency, never beyond one's own."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from gapura.foundation.jurisdictions import load
from gapura.kernel.appointments.models import AppointmentOrder, EmergencyAccess, Official, PostRecord, Token
from gapura.kernel.appointments.permissions import can_order, can_see_people, can_see_review, can_take_power
from gapura.kernel.appointments.rules import emergency_mark
from gapura.kernel.appointments.types import (
    APPROVER,
    EMERGENCY,
    Holding,
    OrderStatus,
    Powers,
    PowerTaken,
)
from gapura.kernel.audit.queries import iterate_events_by
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import list_holders, list_posts
from gapura.kernel.identity.types import AccessDenied, Post


def get_powers() -> Powers:
    """What the country says about roles."""
    return _read_powers(settings.GAPURA_JURISDICTION)


@cache
def _read_powers(jurisdiction: str) -> Powers:
    declared = load(jurisdiction).read("powers.yaml")
    return Powers(
        titles={role: facts["title"] for role, facts in declared.items()},
        ordinary=frozenset(role for role, facts in declared.items() if facts["kind"] == "ordinary"),
        emergency=frozenset(role for role, facts in declared.items() if facts.get("emergency")),
    )


def list_powers(roles: Iterable[str]) -> list[str]:
    """Those of ``roles`` that are powers, in order."""
    return sorted(role for role in roles if get_powers().is_power(role))


def list_officials(agency_code: str) -> QuerySet[Official]:
    """The agency's officials that are not deleted, oldest first."""
    return Official.objects.filter(agency_code=agency_code, ended_at__isnull=True).order_by("created_at", "id")


def access_official(agency_code: str, official_id: UUID, *, for_update: bool = False) -> Official:
    """Raises AccessDenied when there is none, or it is another agency's. ``for_update`` holds it in a transaction."""
    rows = list_officials(agency_code).filter(pk=official_id)
    official = (rows.select_for_update() if for_update else rows).first()
    if official is None:
        raise AccessDenied
    return official


def list_post_records(agency_code: str) -> QuerySet[PostRecord]:
    """The agency's posts that are not abolished, oldest first."""
    rows = PostRecord.objects.filter(agency_code=agency_code, ended_at__isnull=True)
    return rows.select_related("post").order_by("created_at", "id")


def access_post_record(agency_code: str, record_id: UUID, *, for_update: bool = False) -> PostRecord:
    """Raises AccessDenied when there is none, or it is another agency's. ``for_update`` holds it in a transaction."""
    rows = list_post_records(agency_code).filter(pk=record_id)
    record = (rows.select_for_update(of=("self",)) if for_update else rows).first()
    if record is None:
        raise AccessDenied
    return record


def list_open_orders(on: date) -> QuerySet[AppointmentOrder]:
    """Orders that wait or are in force on the day ``on``; the future counts, what has lapsed does not."""
    waiting = Q(status__in=[OrderStatus.WAITING_ACCOUNT, OrderStatus.WAITING_APPROVAL])
    in_force = Q(status=OrderStatus.IN_FORCE) & (Q(valid_until__isnull=True) | Q(valid_until__gt=on))
    return AppointmentOrder.objects.filter(waiting | in_force).select_related("official").order_by("id")


def access_order(actor: Actor, order_id: int) -> AppointmentOrder:
    """An order of the actor's agency. Raises AccessDenied."""
    order = AppointmentOrder.objects.select_related("official", "post").filter(pk=order_id).first()
    if order is None or not can_see_people(actor) or order.official.agency_code != actor.agency_code:
        raise AccessDenied
    return order


def list_holdings(actor: Actor, *, on: date) -> list[Holding]:
    """Who holds what in the actor's agency since when, by which order and approval. Raises AccessDenied."""
    if not can_see_people(actor):
        raise AccessDenied
    agency = actor.agency_code or ""
    orders = {
        (order.account_id, order.post_id): order
        for order in AppointmentOrder.objects.filter(
            official__agency_code=agency, status=OrderStatus.IN_FORCE
        ).select_related("official")
    }
    lines = []
    for holder in list_holders(agency_code=agency, on=on):
        order = orders.get((holder.account_id, holder.post.code))
        named = order.official.display_name or order.official.user_name if order else holder.login
        lines.append(
            Holding(
                person=named,
                account_id=holder.account_id,
                post_code=holder.post.code,
                post_title=holder.post.title,
                roles=tuple(sorted(holder.post.roles)),
                powers=tuple(list_powers(holder.post.roles)),
                valid_from=holder.valid_from,
                valid_until=holder.valid_until,
                order_number=order.number if order else "",
                kind=order.kind if order else "",
                approval_id=order.approval_id if order else None,
            )
        )
    return lines


def list_recent_orders(actor: Actor, limit: int = 50) -> list[AppointmentOrder]:
    """The agency's latest orders, newest first. Raises AccessDenied."""
    if not can_see_people(actor):
        raise AccessDenied
    rows = AppointmentOrder.objects.filter(official__agency_code=actor.agency_code)
    return list(rows.select_related("official", "post").order_by("-id")[:limit])


def find_power_taken(actor: Actor, *, now: datetime) -> PowerTaken | None:
    """The emergency access the actor's post has at the moment ``now``. Costs a query only where the right exists."""
    if not can_take_power(actor):
        return None
    row = EmergencyAccess.objects.filter(
        person_number=actor.person_number,
        post_code=actor.post_code,
        taken_at__lte=now,
        until__gt=now,
        reviewed_at__isnull=True,
    ).first()
    if row is None:
        return None
    return PowerTaken(row.pk, row.role, get_powers().title(row.role), row.case_number, row.until)


def list_open_reviews(actor: Actor) -> list[EmergencyAccess]:
    """Emergency accesses of the agency without a review, those due first on top."""
    if actor.kind is not ActorKind.OFFICIAL or actor.roles.isdisjoint({APPROVER, EMERGENCY}):
        raise AccessDenied
    rows = EmergencyAccess.objects.filter(agency_code=actor.agency_code, reviewed_at__isnull=True)
    if APPROVER not in actor.roles:
        rows = rows.filter(person_number=actor.person_number)
    return list(rows.order_by("review_due_on", "pk"))


def access_emergency(actor: Actor, access_id: int) -> EmergencyAccess:
    """Raises AccessDenied, also when there is none."""
    access = EmergencyAccess.objects.filter(pk=access_id).first()
    if access is None or not can_see_review(actor, access):
        raise AccessDenied
    return access


def list_events_of(access: EmergencyAccess, limit: int = 200) -> list[tuple[datetime, str, str]]:
    """What was done under the access, oldest first: each audit event that its mark in the actor's label shows."""
    events = iterate_events_by([f"official:{access.post_code}"], since=access.taken_at, until=access.until)
    mark = emergency_mark(access.pk, access.role)
    marked = (event for event in events if event.actor_label.endswith(mark))
    return [(event.occurred_at, event.action, event.object_ref) for event in islice(marked, limit)]


def list_orderable_posts(actor: Actor) -> list[Post]:
    """Posts the actor may order appointments to, by code."""
    posts = list_posts(agency_code=actor.agency_code or "")
    abolished = set(PostRecord.objects.filter(ended_at__isnull=False).values_list("post_id", flat=True))
    return [
        post for post in posts if post.code not in abolished and can_order(actor, post.agency_code, post.office_code)
    ]


def list_tokens(agency_code: str) -> list[Token]:
    """The agency's tokens, ended ones too, newest first."""
    return list(Token.objects.filter(agency_code=agency_code).order_by("-pk"))


def count_four_eyes(*, on: date) -> dict[str, int]:
    """Powers decided by four eyes, and those where one person had two of the three parts; likewise reviews."""
    decided = AppointmentOrder.objects.exclude(decided_by_person="")
    alone = Q(decided_by_person=F("ordered_by_person")) | Q(decided_by_person=F("subject_person"))
    reviewed = EmergencyAccess.objects.filter(reviewed_at__isnull=False)
    overdue = EmergencyAccess.objects.filter(reviewed_at__isnull=True, review_due_on__lt=on)
    return {
        "powers_given": decided.count(),
        "self_approvals": decided.filter(alone | Q(ordered_by_person=F("subject_person"))).count(),
        "reviews": reviewed.count(),
        "self_reviews": reviewed.filter(reviewed_by_person=F("person_number")).count(),
        "reviews_overdue": overdue.count(),
    }
