"""What waits for somebody: due first, a page at a time, in two queries however much waits."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from gapura.kernel.audit.types import Actor
from gapura.kernel.worklist.models import WorkItem
from gapura.kernel.worklist.types import Holder, OpenWork, WorkFilters, WorkPage, holders_of

EVERYTHING = WorkFilters()


def list_open_work(
    actor: Actor, *, filters: WorkFilters = EVERYTHING, after: str | None = None, limit: int = 50
) -> WorkPage:
    """One page of the official's basket: what is due soonest first, what has no term last.

    ``after`` is the ``next`` of the page before; a mark that is none begins anew.
    """
    rows = _filtered(_open_for(actor), filters)
    if mark := _parse_mark(after):
        rows = rows.filter(Q(sort_on__gt=mark[0]) | Q(sort_on=mark[0], pk__gt=mark[1]))
    found = list(rows.order_by("sort_on", "pk")[: limit + 1])
    lines = tuple(_line(row) for row in found[:limit])
    return WorkPage(lines, lines[-1].mark if len(found) > limit else None)


def count_open_work(actor: Actor) -> dict[str, int]:
    """How much waits, by kind; what has none is absent."""
    counts = _open_for(actor).order_by("kind").values_list("kind").annotate(Count("pk"))
    return dict(counts)


def find_open_work(*, kind: str, object_ref: str) -> list[OpenWork]:
    """Everybody who still has to do this with the object, oldest first."""
    rows = WorkItem.objects.filter(kind=kind, object_ref=object_ref, done_at__isnull=True)
    return [_line(row) for row in rows.order_by("pk")]


def list_held_work(holder: Holder) -> list[OpenWork]:
    """Everything open of one holder, oldest first: what a hand-over would move."""
    rows = WorkItem.objects.filter(holder=holder.key, done_at__isnull=True)
    return [_line(row) for row in rows.order_by("pk")]


def _open_for(actor: Actor) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(holder__in=[holder.key for holder in holders_of(actor)], done_at__isnull=True)


def _filtered(rows: QuerySet[WorkItem], filters: WorkFilters) -> QuerySet[WorkItem]:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.urgent:
        rows = rows.filter(urgent=True)
    if filters.due_before:
        rows = rows.filter(due_on__lt=filters.due_before)
    return rows


def _parse_mark(after: str | None) -> tuple[date, int] | None:
    day, _, number = (after or "").partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _line(row: WorkItem) -> OpenWork:
    return OpenWork(
        row.pk,
        row.kind,
        row.object_ref,
        row.title,
        row.path,
        row.sender,
        row.urgent,
        row.due_on,
        row.opened_at,
        row.seen_at,
        row.holder,
        f"{row.sort_on.isoformat()}.{row.pk}",
    )
