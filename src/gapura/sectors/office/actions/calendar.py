"""Writing into a calendar, taking a file of another program in, and giving programs an address to read at."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import CalendarEntry, CalendarException, CalendarFeed
from gapura.sectors.office.permissions import can_change_entry
from gapura.sectors.office.queries.calendar import (
    access_entry,
    access_feed,
    digest_of_token,
    list_feeds,
    occurrences_of,
)
from gapura.sectors.office.recurrence import EARLIEST, FURTHEST, BadRule, last_beginning, read_rule
from gapura.sectors.office.types import CalendarScope, CannotPlan, Privacy
from gapura.sectors.office.zones import is_zone

MOST_BYTES = 2 << 20
MOST_FEEDS = 10
OPENER = "gapura.sectors.office.ics_opener:read_calendar"
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What stands in a calendar; times aware, ``zone`` where their hours are meant, ``rule`` an RRULE or empty."""

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    all_day: bool = False
    place: str = ""
    note: str = ""
    privacy: str = Privacy.OPEN
    is_free: bool = False
    rule: str = ""


def add_entry(*, actor: Actor, holder: str, plan: EntryPlan, uid: str = "", now: datetime) -> CalendarEntry:
    """A new entry of the post (``post:…``), its unit or its agency. Raises AccessDenied, CannotPlan."""
    if actor.kind is not ActorKind.OFFICIAL or holder not in _own_holders(actor):
        raise AccessDenied
    if plan.privacy == Privacy.PRIVATE and not holder.startswith("post:"):
        raise CannotPlan(_("What stands in a shared calendar is for everybody who sees it."))
    columns = _checked(plan)
    code = new_code(11)
    with transaction.atomic():
        entry = CalendarEntry.objects.create(
            code=code,
            agency_code=actor.agency_code or "",
            holder=holder,
            made_by_label=actor.label,
            made_by_person=actor.person_number or "",
            uid=uid or f"{code.lower()}@gapura",
            changed_at=now,
            **columns,
        )
        record_event(actor=actor, action="office.entry_added", object_ref=f"entry:{code}")
    return entry


def change_entry(*, actor: Actor, code: str, plan: EntryPlan, now: datetime) -> CalendarEntry:
    """Other words or times, for all repetitions; exceptions of a rule that changes are forgotten.

    Raises AccessDenied, CannotPlan.
    """
    columns = _checked(plan)
    with transaction.atomic():
        entry = _lock(actor, code)
        timing = ("starts_at", "ends_at", "zone", "rule", "all_day")
        if any(getattr(entry, name) != columns[name] for name in timing):
            entry.exceptions.all().delete()
        for name, value in (columns | {"sequence": entry.sequence + 1, "changed_at": now}).items():
            setattr(entry, name, value)
        entry.save()
        record_event(actor=actor, action="office.entry_changed", object_ref=f"entry:{code}")
    return entry


def remove_entry(*, actor: Actor, code: str, now: datetime) -> None:
    """Take it out, with all its repetitions. Raises AccessDenied."""
    with transaction.atomic():
        entry = _lock(actor, code)
        entry.removed_at = entry.changed_at = now
        entry.save(update_fields=["removed_at", "changed_at"])
        record_event(actor=actor, action="office.entry_removed", object_ref=f"entry:{code}")


def except_occurrence(
    *, actor: Actor, code: str, original_at: datetime, starts_at: datetime | None = None, now: datetime
) -> CalendarEntry:
    """Let one repetition fall out, or begin at another time. ``original_at`` is when the rule puts it.

    Raises AccessDenied; CannotPlan when the rule does not put one there.
    """
    with transaction.atomic():
        entry = _lock(actor, code)
        length = entry.ends_at - entry.starts_at
        known = occurrences_of(entry, since=original_at - _LONGEST, until=original_at + _LONGEST)
        if not entry.rule or original_at not in {one.original_at for one in known}:
            raise CannotPlan(_("The entry does not repeat at that time."))
        CalendarException.objects.update_or_create(
            entry=entry,
            original_at=original_at,
            defaults={"starts_at": starts_at, "ends_at": starts_at + length if starts_at else None},
        )
        if starts_at and entry.repeats_until:
            entry.repeats_until = max(entry.repeats_until, starts_at + length)
        entry.sequence, entry.changed_at = entry.sequence + 1, now
        entry.save(update_fields=["sequence", "changed_at", "repeats_until"])
        record_event(actor=actor, action="office.occurrence_changed", object_ref=f"entry:{code}")
    return entry


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries of a file are new, brought up to date, and left out (repetitions that we do not keep)."""

    new: int = 0
    renewed: int = 0
    left_out: int = 0


def import_calendar(*, actor: Actor, content: bytes, zone: str, now: datetime) -> Imported:
    """Take the entries of an .ics file into the post's own calendar; the same file again adds nothing.

    An entry known by its UID is brought up to date unless the file's is older. Raises AccessDenied, CannotPlan.
    """
    if actor.kind is not ActorKind.OFFICIAL or not actor.post_code:
        raise AccessDenied
    events = _read(content, zone)
    whole = [event for event in events if not event["replaces"] and event["uid"]]
    counts = {"new": 0, "renewed": 0, "left_out": len(events) - len(whole)}
    with transaction.atomic():
        for event in whole:
            counts[_take(actor, event, now)] += 1
        moved = [event for event in events if event["replaces"] and _take_exception(actor, event, now)]
        counts["left_out"] -= len(moved)
        record_event(
            actor=actor, action="office.calendar_imported", object_ref=f"post:{actor.post_code}", detail=dict(counts)
        )
    return Imported(**counts)


def open_feed(*, actor: Actor, scope: CalendarScope, now: datetime) -> tuple[CalendarFeed, str]:
    """A secret address for programs. The token is told once and never again. Raises AccessDenied, CannotPlan."""
    if actor.kind is not ActorKind.OFFICIAL or not actor.person_number:
        raise AccessDenied
    if len(list_feeds(actor)) >= MOST_FEEDS:
        raise CannotPlan(_("You have %(most)s addresses. End one that you do not use.") % {"most": MOST_FEEDS})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        feed = CalendarFeed.objects.create(
            agency_code=actor.agency_code or "",
            post_code=actor.post_code or "",
            person_number=actor.person_number,
            scope=scope.value,
            digest=digest_of_token(token),
            created_at=now,
        )
        record_event(actor=actor, action="office.feed_opened", object_ref=f"feed:{feed.pk}", detail={"scope": scope})
    return feed, token


def end_feed(*, actor: Actor, number: int, now: datetime) -> None:
    """The address opens nothing from now on. Raises AccessDenied."""
    feed = access_feed(actor, number)
    with transaction.atomic():
        CalendarFeed.objects.filter(pk=feed.pk).update(ended_at=now)
        record_event(actor=actor, action="office.feed_ended", object_ref=f"feed:{feed.pk}")


def note_feed_read(*, feed: CalendarFeed, now: datetime) -> None:
    """When it was last read, once an hour at most: programs ask often."""
    if feed.read_at is None or now - feed.read_at > timedelta(hours=1):
        with as_house("a program has no scope; its secret address was judged"):
            CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)


def _own_holders(actor: Actor) -> set[str]:
    units = {f"unit:{actor.unit_code}"} if actor.unit_code else set()
    return {f"post:{actor.post_code}", f"agency:{actor.agency_code}"} | units


def _lock(actor: Actor, code: str) -> CalendarEntry:
    return CalendarEntry.objects.select_for_update().get(pk=access_entry(actor, code).pk)


def _checked(plan: EntryPlan) -> dict[str, Any]:
    """The plan as columns. Raises CannotPlan."""
    if not plan.title.strip() or not is_zone(plan.zone) or plan.privacy not in set(Privacy):
        raise CannotPlan(_("An entry needs a title and a zone."))
    if not timedelta(0) < plan.ends_at - plan.starts_at <= _LONGEST:
        raise CannotPlan(_("An entry ends after it begins, within a year."))
    if not EARLIEST < plan.starts_at < plan.ends_at < FURTHEST:
        raise CannotPlan(_("The time is too far away."))
    rule, until = "", None
    if plan.rule:
        try:
            rule = read_rule(plan.rule, plan.zone)
            last = last_beginning(plan.starts_at, zone=plan.zone, rule=rule)
        except BadRule as error:
            raise CannotPlan(_("The repetition cannot be read. Choose one that the form offers.")) from error
        until = last + (plan.ends_at - plan.starts_at) if last else None
    return asdict(plan) | {"rule": rule, "repeats_until": until, "title": plan.title[:200], "place": plan.place[:200]}


def _read(content: bytes, zone: str) -> Sequence[dict[str, Any]]:
    if len(content) > MOST_BYTES:
        raise CannotPlan(_("The file is larger than 2 MB. Export a shorter time."))
    try:
        events: Sequence[dict[str, Any]] = open_apart(OPENER, content, zone=zone).value["events"]
    except FileRefused as error:
        raise CannotPlan(_("The file is no calendar. Export it as iCalendar (.ics).")) from error
    return events


def _take(actor: Actor, event: dict[str, Any], now: datetime) -> str:
    """What became of one event: new, renewed or left_out."""
    holder = f"post:{actor.post_code}"
    rows = CalendarEntry.objects.select_for_update().filter(removed_at__isnull=True)
    known = rows.filter(holder=holder, uid=event["uid"][:255]).first()
    if known is not None and (not can_change_entry(actor, known) or event["sequence"] < known.sequence):
        return "left_out"
    plan = EntryPlan(
        title=event["title"][:200] or _("(without a title)"),
        starts_at=datetime.fromisoformat(event["starts_at"]),
        ends_at=datetime.fromisoformat(event["ends_at"]),
        zone=event["zone"],
        all_day=event["all_day"],
        place=event["place"],
        note=event["note"][:5000],
        privacy=Privacy.PRIVATE if event["is_private"] else Privacy.OPEN,
        is_free=event["is_free"],
        rule=event["rule"],
    )
    try:
        columns = _checked(plan)
    except CannotPlan:
        return "left_out"
    if known is None:
        known = add_entry(actor=actor, holder=holder, plan=plan, uid=event["uid"][:255], now=now)
        known.sequence, outcome = event["sequence"], "new"
    else:
        for name, value in (columns | {"sequence": event["sequence"], "changed_at": now}).items():
            setattr(known, name, value)
        outcome = "renewed"
    known.removed_at = now if event["is_cancelled"] else None
    known.save()
    for moment in event["removed"]:
        CalendarException.objects.update_or_create(
            entry=known, original_at=datetime.fromisoformat(moment), defaults={"starts_at": None, "ends_at": None}
        )
    return outcome


def _take_exception(actor: Actor, event: dict[str, Any], now: datetime) -> bool:
    entry = CalendarEntry.objects.filter(
        holder=f"post:{actor.post_code}", uid=event["uid"][:255], removed_at__isnull=True
    ).first()
    starts_at, ends_at = datetime.fromisoformat(event["starts_at"]), datetime.fromisoformat(event["ends_at"])
    if entry is None or not can_change_entry(actor, entry) or not entry.rule or ends_at <= starts_at:
        return False
    gone = event["is_cancelled"]
    CalendarException.objects.update_or_create(
        entry=entry,
        original_at=datetime.fromisoformat(event["replaces"]),
        defaults={"starts_at": None if gone else starts_at, "ends_at": None if gone else ends_at},
    )
    return True
