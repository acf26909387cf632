"""Meetings as pages show them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import find_open_work
from gapura.sectors.office.actions.notices import CHANGED, ref
from gapura.sectors.office.actions.replies import uid_of
from gapura.sectors.office.models import FollowUp, Meeting, MeetingGuest
from gapura.sectors.office.permissions import can_agree_to_meeting, can_run_meeting, can_see_meeting
from gapura.sectors.office.queries.documents import access_document, cleared_classes
from gapura.sectors.office.queries.meetings import (
    TO_COME,
    answers_for,
    find_guest,
    has_room,
    is_vacant,
    labels_of,
    list_busy,
    list_near_posts,
    list_of_series,
    list_parts,
)
from gapura.sectors.office.series_items import draw_series
from gapura.sectors.office.types import AgendaState, BookingState, GuestRole, Item, MeetingStatus, Reply
from gapura.sectors.office.zones import hour_in, span_in

STATUSES: Mapping[str, tuple[Promise, str]] = {
    MeetingStatus.ASKED: (_("To be agreed to"), "warning"),
    MeetingStatus.CALLED: (_("Called"), "info"),
    MeetingStatus.HELD: (_("Held"), "success"),
    MeetingStatus.MINUTED: (_("Minutes drafted"), "success"),
    MeetingStatus.REFUSED: (_("Refused"), "danger"),
    MeetingStatus.CANCELLED: (_("Falls out"), "danger"),
}
REPLIES: Mapping[str, tuple[Promise, str]] = {
    Reply.NONE: (_("No reply yet"), "neutral"),
    Reply.ACCEPTED: (_("Comes"), "success"),
    Reply.TENTATIVE: (_("Perhaps"), "warning"),
    Reply.DECLINED: (_("Does not come"), "danger"),
}
ROLES: Mapping[str, Promise] = {
    GuestRole.CHAIR: _("leads it"),
    GuestRole.REQUIRED: _("should come"),
    GuestRole.OPTIONAL: _("may come"),
}
MATTERS: Mapping[str, tuple[Promise, str]] = {
    AgendaState.PROPOSED: (_("Proposed"), "warning"),
    AgendaState.LEFT_OUT: (_("Left out"), "neutral"),
}
OPEN = (MeetingStatus.ASKED, MeetingStatus.CALLED)


def present_row(actor: Actor, meeting: Meeting) -> dict[str, Any]:
    """A line of a list."""
    guest = find_guest(actor, meeting)
    return {
        "meeting": meeting,
        "when": span_in(meeting.starts_at, meeting.ends_at, meeting.zone),
        "status": STATUSES[meeting.status],
        "reply": REPLIES[guest.reply] if guest and meeting.status == MeetingStatus.CALLED else None,
    }


def present_meeting(actor: Actor, meeting: Meeting, *, now: datetime) -> dict[str, Any]:
    """Everything of one meeting, and what the official may do with it now."""
    runs, guest = can_run_meeting(actor, meeting), find_guest(actor, meeting)
    leads = answers_for(actor, meeting.unit_code)
    guests = sorted(meeting.guests.all(), key=lambda one: one.pk)
    posts = [one.post_code for one in guests if one.post_code]
    parts, cleared = list_parts(meeting), cleared_classes(actor)
    own = any(one.holder == f"post:{actor.post_code}" for one in find_open_work(kind=CHANGED, object_ref=ref(meeting)))
    return {
        "meeting": meeting,
        "when": span_in(meeting.starts_at, meeting.ends_at, meeting.zone),
        "status": STATUSES[meeting.status],
        "guest": guest,
        "guests": [_guest(one, now) for one in guests],
        "replies": count_replies(guests),
        "agenda": [(one, MATTERS.get(one.state)) for one in parts.agenda],
        "papers": [
            (one, guest is not None and one.document.security in cleared, _may_read(actor, one.document.code))
            for one in parts.papers
        ],
        "follow_ups": [_follow_up(actor, one) for one in parts.follow_ups],
        "busy": describe_busy(posts, meeting.starts_at, meeting.ends_at, meeting.zone, besides=meeting) if runs else [],
        "rooms": [one for one in parts.bookings if one.state in (BookingState.BOOKED, BookingState.IN_USE)],
        "has_news": own,
        "runs": runs,
        "may_agree": meeting.status == MeetingStatus.ASKED and can_agree_to_meeting(actor, meeting, leads=leads),
        "may_reply": guest is not None and meeting.status == MeetingStatus.CALLED and meeting.ends_at > now,
        "may_change": runs and meeting.status in OPEN,
        "series": _list_series(actor, meeting),
        "is_open": meeting.status in OPEN,
        "has_begun": runs and meeting.status in (MeetingStatus.CALLED, MeetingStatus.HELD) and meeting.starts_at <= now,
        "may_invite": [one for one in list_near_posts(actor) if one[0] not in posts] if runs else [],
        "minutes": _readable_minutes(actor, meeting),
        "today": local_day(now, meeting.zone),
    }


def _list_series(actor: Actor, meeting: Meeting) -> list[dict[str, Any]]:
    """The meetings of its series that the official may see, each with its time and whether it has its room."""
    return [
        {
            "meeting": one,
            "when": span_in(one.starts_at, one.ends_at, one.zone),
            "status": STATUSES[one.status],
            "is_moved": one.starts_at != one.original_at,
            "has_no_room": bool(one.series and one.series.room_code) and one.status in OPEN and not has_room(one),
        }
        for one in list_of_series(meeting)
        if can_see_meeting(actor, one, leads=answers_for(actor, one.unit_code))
    ]


def describe_busy(
    posts: Sequence[str], starts_at: datetime, ends_at: datetime, zone: str, besides: Meeting | None = None
) -> list[tuple[str, str]]:
    """Whose time is taken in it, and from when to when within it."""
    found = list_busy(posts, since=starts_at, until=ends_at, besides=besides)
    labels = labels_of({one.post_code for one in found})
    spans = [(one.post_code, max(one.starts_at, starts_at), min(one.ends_at, ends_at)) for one in found]
    return [
        (labels[post], f"{hour_in(first, zone)}–{hour_in(last, zone)}") for post, first, last in dict.fromkeys(spans)
    ]


def count_replies(guests: Sequence[MeetingGuest]) -> list[tuple[Any, int, str]]:
    """How many said what."""
    counts = {reply: sum(guest.reply == reply for guest in guests) for reply in REPLIES}
    return [(REPLIES[reply][0], count, REPLIES[reply][1]) for reply, count in counts.items() if count]


def _guest(guest: MeetingGuest, now: datetime) -> dict[str, Any]:
    return {
        "guest": guest,
        "role": ROLES[guest.role],
        "reply": REPLIES[guest.reply],
        "vacant": bool(guest.post_code) and is_vacant(guest.post_code, now),
    }


def _follow_up(actor: Actor, one: FollowUp) -> dict[str, Any]:
    return {"it": one, "mine": one.post_code == actor.post_code and one.done_at is None and not one.instruction}


def _readable_minutes(actor: Actor, meeting: Meeting) -> str:
    found = meeting.minutes
    return found.code if found is not None and _may_read(actor, found.code) else ""


def _may_read(actor: Actor, code: str) -> bool:
    try:
        access_document(actor, code)
    except AccessDenied:
        return False
    return True


def describe_meeting(meeting: Meeting, *, sequence: int, cancelled: bool) -> Item:
    """What leaves the house of the meeting: of a confidential one the time alone."""
    hidden = meeting.confidential
    return Item(
        uid=uid_of(meeting),
        sequence=sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        title=gettext("Meeting") if hidden else meeting.title,
        place="" if hidden else meeting.place,
        note="" if hidden else meeting.purpose,
        status="CANCELLED" if cancelled else "CONFIRMED",
        address=f"{settings.GAPURA_PUBLIC_ADDRESS}/desk/office/meetings/{meeting.code}/",
        original_at=meeting.original_at,
    )


def draw_file(actor: Actor, meeting: Meeting) -> list[Item]:
    """The meeting for the reader's own calendar program: with what they may see of its series."""
    seen = {
        one.pk
        for one in list_of_series(meeting)
        if can_see_meeting(actor, one, leads=answers_for(actor, one.unit_code))
    }
    fallen = meeting.status in (MeetingStatus.CANCELLED, MeetingStatus.REFUSED)
    standing = describe_series(meeting, seen, cancelled=False)
    return standing or [describe_meeting(meeting, sequence=meeting.sequence, cancelled=fallen)]


def describe_series(meeting: Meeting, concerning: Collection[int], *, cancelled: bool) -> list[Item]:
    """What leaves the house of the series: of those ``concerning`` the reader (keys), which stand or which fall out.

    One that does not repeat is itself alone.
    """
    wanted = (MeetingStatus.CANCELLED,) if cancelled else TO_COME
    every = [one for one in list_of_series(meeting) or [meeting] if one.pk in concerning]
    found = [one for one in every if one.status in wanted]
    items = [describe_meeting(one, sequence=one.sequence, cancelled=cancelled) for one in found]
    if meeting.series is None or not items:
        return items
    if cancelled and len(items) < len(every):
        return items
    return draw_series(meeting.series, items)
