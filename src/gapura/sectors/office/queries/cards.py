"""Task cards, for those of the unit and those who lead it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import list_parts_of
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import Milestone, TaskCard
from gapura.sectors.office.queries.documents import led_units, own_units
from gapura.sectors.office.queries.work import leads
from gapura.sectors.office.types import CardState

LATE = "late"
"""Open and past its term: a state that only the day makes."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Milestones of a plan: how many there are, are done, and are late on the day."""

    planned: int
    done: int
    late: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.planned if self.planned else 0


def list_readable_cards(actor: Actor) -> QuerySet[TaskCard]:
    """The cards of the official's unit, of the units they answer for, and those they own."""
    if actor.kind is not ActorKind.OFFICIAL:
        return TaskCard.objects.none()
    units = [*own_units(actor), *list_parts_of(led_units(actor))]
    return TaskCard.objects.filter(
        Q(unit_code__in=units) | Q(owner_post=actor.post_code), agency_code=actor.agency_code
    )


def access_card(actor: Actor, code: str) -> TaskCard:
    """The card, if the official may read it. Raises AccessDenied, also when there is none."""
    card = list_readable_cards(actor).filter(code=code).first()
    if card is None:
        raise AccessDenied
    return card


def access_own_card(actor: Actor, code: str) -> TaskCard:
    """The card, locked, if the official may change it: its owner, or who leads its unit. Raises AccessDenied."""
    card = access_card(actor, code)
    if not may_change_card(actor, card):
        raise AccessDenied
    return TaskCard.objects.select_for_update().get(pk=card.pk)


def may_change_card(actor: Actor, card: TaskCard) -> bool:
    return actor.post_code == card.owner_post or leads(actor, card.unit_code)


def list_cards(
    actor: Actor, *, unit_code: str = "", state: str = "", owner_post: str = "", today: date, limit: int | None = None
) -> list[TaskCard]:
    """The department box: open cards first, what is due soonest at the top, with their milestones."""
    rows = _boxed(list_readable_cards(actor), unit_code, owner_post)
    if state == LATE:
        rows = rows.filter(state=CardState.OPEN, due_on__lt=today)
    elif state:
        rows = rows.filter(state=state)
    order = rows.order_by("closed_at", "due_on", "pk") if state else rows.order_by("-state", "due_on", "pk")
    return list(order.prefetch_related("milestones")[:limit])


def count_cards(actor: Actor, *, unit_code: str = "", owner_post: str = "", today: date) -> dict[str, int]:
    """How many cards are in each state, and how many are late."""
    rows = _boxed(list_readable_cards(actor), unit_code, owner_post)
    found = rows.aggregate(
        open=Count("pk", filter=Q(state=CardState.OPEN)),
        late=Count("pk", filter=Q(state=CardState.OPEN, due_on__lt=today)),
        done=Count("pk", filter=Q(state=CardState.DONE)),
        dropped=Count("pk", filter=Q(state=CardState.DROPPED)),
    )
    return {key: int(value) for key, value in found.items()}


def get_progress(card: TaskCard, *, today: date) -> Progress:
    plan = list_plan(card)
    return Progress(
        len(plan),
        sum(one.done_on is not None for one in plan),
        sum(one.done_on is None and one.due_on < today for one in plan),
    )


def list_plan(card: TaskCard) -> list[Milestone]:
    """The milestones that are part of the plan, by the day they are due."""
    plan = [one for one in card.milestones.all() if one.dropped_on is None]
    return sorted(plan, key=lambda one: (one.due_on, one.pk))


def _boxed(rows: QuerySet[TaskCard], unit_code: str, owner_post: str) -> QuerySet[TaskCard]:
    if unit_code:
        rows = rows.filter(unit_code=unit_code)
    if owner_post:
        rows = rows.filter(owner_post=owner_post)
    return rows
