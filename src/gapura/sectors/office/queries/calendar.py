"""Calendars: whose one may see, what is in them in a time, and who subscribed to what."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.queries import list_absences
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import find_holder
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import CalendarEntry, CalendarException, CalendarFeed
from gapura.sectors.office.permissions import can_change_entry
from gapura.sectors.office.recurrence import expand
from gapura.sectors.office.types import Privacy


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an entry takes; ``original_at`` is when its rule puts it, which names it."""

    entry: CalendarEntry
    starts_at: datetime
    ends_at: datetime
    original_at: datetime


def access_entry(actor: Actor, code: str) -> CalendarEntry:
    """An entry that the official may change. Raises AccessDenied."""
    entry = _living().filter(code=code, agency_code=actor.agency_code or "-").first()
    if entry is None or not can_change_entry(actor, entry):
        raise AccessDenied
    return entry


def list_entries_of(holders: Collection[str], *, since: datetime, until: datetime) -> list[CalendarEntry]:
    """The holders' entries that may fall into the time, with their exceptions."""
    once = Q(rule="", starts_at__lt=until, ends_at__gt=since)
    over = Q(repeats_until__isnull=True) | Q(repeats_until__gt=since)
    again = ~Q(rule="") & Q(starts_at__lt=until) & over
    return list(_living().filter(once | again, holder__in=holders).order_by("starts_at", "pk"))


def list_occurrences(holders: Collection[str], *, since: datetime, until: datetime) -> list[Occurrence]:
    """Every time that the holders' entries take within the time, in order."""
    found = [
        one
        for entry in list_entries_of(holders, since=since, until=until)
        for one in occurrences_of(entry, since=since, until=until)
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.entry.pk))


def occurrences_of(entry: CalendarEntry, *, since: datetime, until: datetime) -> Iterator[Occurrence]:
    """The entry's times within the time: by its rule, without what falls out, moved where it was moved."""
    length = entry.ends_at - entry.starts_at
    changed = {one.original_at: one for one in entry.exceptions.all()}
    for moment in expand(entry.starts_at, zone=entry.zone, rule=entry.rule, since=since - length, until=until):
        if moment not in changed and moment + length > since:
            yield Occurrence(entry, moment, moment + length, moment)
    for one in changed.values():
        if one.starts_at and one.ends_at and one.starts_at < until and one.ends_at > since:
            yield Occurrence(entry, one.starts_at, one.ends_at, one.original_at)


def list_busy_entries(
    posts: Sequence[str], *, since: datetime, until: datetime
) -> list[tuple[str, datetime, datetime]]:
    """Post, beginning and end of what takes time in the posts' own calendars; not what it is."""
    with as_house("whose time is taken, not by what, is for whoever plans with them"):
        found = list_occurrences([f"post:{post}" for post in posts], since=since, until=until)
    return [(one.entry.holder[5:], one.starts_at, one.ends_at) for one in found if not one.entry.is_free]


def shows_words(actor: Actor, entry: CalendarEntry) -> bool:
    """Whether the official reads what it is: open ones do all who see the calendar, private ones who made it."""
    if entry.privacy == Privacy.OPEN:
        return True
    return bool(actor.person_number) and entry.made_by_person == actor.person_number


def list_away(posts: Collection[str], *, since: date, until: date) -> set[tuple[str, date]]:
    """Posts and days up to ``until``, that one included, on which their holders were entered as away."""
    found = set()
    for post in set(posts):
        holder = find_holder(post, on=since)
        for absence in list_absences(post, on=since):
            if holder is None or absence.person != holder.person_number:
                continue
            first, last = max(absence.valid_from, since), min(absence.valid_until - timedelta(days=1), until)
            found |= {(post, first + timedelta(days=number)) for number in range((last - first).days + 1)}
    return found


def list_feeds(actor: Actor) -> list[CalendarFeed]:
    """The official's own subscriptions in this post, the newest first."""
    rows = CalendarFeed.objects.filter(post_code=actor.post_code, person_number=actor.person_number or "-")
    return list(rows.filter(ended_at__isnull=True).order_by("-created_at", "-pk"))


def access_feed(actor: Actor, number: int) -> CalendarFeed:
    """A subscription of one's own. Raises AccessDenied."""
    feed = next((one for one in list_feeds(actor) if one.pk == number), None)
    if feed is None or actor.kind is not ActorKind.OFFICIAL:
        raise AccessDenied
    return feed


def find_feed(token: str, *, now: datetime) -> CalendarFeed | None:
    """The subscription behind a secret address, while its owner holds the post; None else."""
    with as_house("whoever has the secret address has no scope; the digest and the post judge"):
        feed = CalendarFeed.objects.filter(digest=digest_of_token(token), ended_at__isnull=True).first()
    if feed is None:
        return None
    holder = find_holder(feed.post_code, on=now.date())
    return feed if holder is not None and holder.person_number == feed.person_number else None


def digest_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def window_of_feed(now: datetime) -> tuple[datetime, datetime]:
    """What a program is given: a quarter of a year back, a year ahead."""
    return now - timedelta(days=90), now + timedelta(days=366)


def _living() -> QuerySet[CalendarEntry]:
    exceptions = Prefetch("exceptions", CalendarException.objects.order_by("original_at"))
    return CalendarEntry.objects.filter(removed_at__isnull=True).prefetch_related(exceptions)
