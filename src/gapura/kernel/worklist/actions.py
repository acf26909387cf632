"""Putting work into baskets and taking it out, in the transaction of the change that causes it."""

from collections.abc import Collection
from datetime import date, datetime

from gapura.kernel.worklist.models import NO_TERM, WorkItem
from gapura.kernel.worklist.plugin import get_work_kind
from gapura.kernel.worklist.types import Holder

LONGEST_TITLE = 200


def open_work(
    *,
    kind: str,
    object_ref: str,
    holder: Holder,
    title: str,
    path: str,
    sender: str = "",
    due_on: date | None = None,
    urgent: bool = False,
    now: datetime,
) -> None:
    """Let the holder see that something is to be done; what they have already is brought up to date.

    Raises LookupError when the kind is not registered.
    """
    get_work_kind(kind)
    WorkItem.objects.update_or_create(
        holder=holder.key,
        kind=kind,
        object_ref=object_ref,
        done_at=None,
        defaults={
            "title": title[:LONGEST_TITLE],
            "path": path,
            "sender": sender,
            "urgent": urgent,
            "due_on": due_on,
            "sort_on": due_on or NO_TERM,
        },
        create_defaults={
            "agency_code": holder.agency_code,
            "title": title[:LONGEST_TITLE],
            "path": path,
            "sender": sender,
            "urgent": urgent,
            "due_on": due_on,
            "sort_on": due_on or NO_TERM,
            "opened_at": now,
        },
    )


def close_work(*, kind: str, object_ref: str, holder: Holder | None = None, now: datetime) -> int:
    """Take the work out of the holder's basket (of all, where none is named). How many items that were."""
    rows = WorkItem.objects.filter(kind=kind, object_ref=object_ref, done_at__isnull=True)
    if holder is not None:
        rows = rows.filter(holder=holder.key)
    return rows.update(done_at=now)


def move_work(*, source: Holder, target: Holder, besides: Collection[str] = (), now: datetime) -> int:
    """Everything open of one holder goes to another: a hand-over, or units that merge. How many items moved.

    What the other has already is only closed here. ``besides``: kinds that stay, because their module moves its own.
    """
    rows = WorkItem.objects.filter(holder=source.key, done_at__isnull=True).exclude(kind__in=besides)
    theirs = WorkItem.objects.filter(holder=target.key, done_at__isnull=True).values_list("kind", "object_ref")
    double = [row.pk for row in rows if (row.kind, row.object_ref) in set(theirs)]
    WorkItem.objects.filter(pk__in=double).update(done_at=now)
    return rows.exclude(pk__in=double).update(holder=target.key, agency_code=target.agency_code, seen_at=None)


def mark_seen(*, kind: str, object_ref: str, holder: Holder, now: datetime) -> None:
    """Note that the holder has opened it; the first time counts."""
    rows = WorkItem.objects.filter(kind=kind, object_ref=object_ref, holder=holder.key, done_at__isnull=True)
    rows.filter(seen_at__isnull=True).update(seen_at=now)
