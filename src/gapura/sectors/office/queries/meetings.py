"""Meetings, for those who are invited, ask for them, or answer for the unit; and whose time is taken when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.foundation.texts import in_language
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import (
    find_account_of,
    find_holder,
    list_parts_of,
    list_posts_named,
    list_posts_of_unit,
    list_units,
    list_units_above,
)
from gapura.kernel.identity.types import AccessDenied, Post
from gapura.sectors.office.models import (
    AgendaItem,
    DutyShift,
    FollowUp,
    Meeting,
    MeetingGuest,
    MeetingPaper,
    OfficialDocument,
    RoomBooking,
)
from gapura.sectors.office.permissions import can_run_meeting, can_see_meeting
from gapura.sectors.office.queries.calendar import list_busy_entries
from gapura.sectors.office.queries.documents import cleared_classes, led_units
from gapura.sectors.office.types import BookingState, DocumentStatus, GuestRole, MeetingStatus, Reply

TO_COME = (MeetingStatus.CALLED, MeetingStatus.HELD, MeetingStatus.MINUTED)


@dataclass(frozen=True, slots=True)
class Busy:
    """Time of a post that is taken; not by what."""

    post_code: str
    starts_at: datetime
    ends_at: datetime


def access_meeting(actor: Actor, code: str) -> Meeting:
    """The meeting, with its guests. Raises AccessDenied, also when there is none.

    Guests of another agency read it too: that they are invited was checked.
    """
    with as_house("whoever is invited reads the meeting, of whichever agency"):
        rows = Meeting.objects.filter(code=code).select_related("minutes", "series")
        meeting = rows.prefetch_related("guests").first()
    if meeting is None or not can_see_meeting(actor, meeting, leads=answers_for(actor, meeting.unit_code)):
        raise AccessDenied
    return meeting


def find_seen_meetings(actor: Actor, codes: Collection[str]) -> list[Meeting]:
    """Which of these meetings the official may open, with what belongs to them."""
    if actor.kind is not ActorKind.OFFICIAL or not actor.post_code:
        return []
    below = list_parts_of(led_units(actor))
    invited = MeetingGuest.objects.filter(meeting=OuterRef("pk"), post_code=actor.post_code)
    seen = Q(organizer_post=actor.post_code) | Q(approver_post=actor.post_code) | Q(unit_code__in=below)
    with as_house("whoever is invited finds the meeting, of whichever agency"):
        rows = Meeting.objects.filter(seen | Exists(invited), code__in=codes)
        return list(rows.prefetch_related("guests", "agenda", "follow_ups"))


@dataclass(frozen=True, slots=True)
class MeetingParts:
    """What belongs to a meeting, each in order; papers with their documents."""

    agenda: tuple[AgendaItem, ...]
    papers: tuple[MeetingPaper, ...]
    follow_ups: tuple[FollowUp, ...]
    bookings: tuple[RoomBooking, ...]


def list_parts(meeting: Meeting) -> MeetingParts:
    """For who may see the meeting, of whichever agency. Four queries."""
    with as_house("whoever is invited reads the meeting, of whichever agency"):
        return MeetingParts(
            tuple(meeting.agenda.order_by("place")),
            tuple(meeting.papers.select_related("document").order_by("added_at", "pk")),
            tuple(meeting.follow_ups.order_by("due_on", "pk")),
            tuple(meeting.bookings.select_related("room").order_by("-pk")[:3]),
        )


def access_paper(actor: Actor, code: str, document: str) -> OfficialDocument:
    """A paper or the minutes of a meeting, for its guests: also those of another agency. Raises AccessDenied."""
    meeting = access_meeting(actor, code)
    if find_guest(actor, meeting) is None:
        raise AccessDenied
    with as_house("the invited read the papers, of whichever agency"):
        found = [paper.document for paper in meeting.papers.select_related("document").order_by("pk")]
    if meeting.minutes is not None and meeting.minutes.status == DocumentStatus.REGISTERED:
        found.append(meeting.minutes)
    cleared = cleared_classes(actor)
    paper = next((one for one in found if one.code == document and one.security in cleared), None)
    if paper is None:
        raise AccessDenied
    return paper


def access_run_meeting(actor: Actor, code: str) -> Meeting:
    """The meeting, if the official asked for it or chairs it. Raises AccessDenied."""
    meeting = access_meeting(actor, code)
    if not can_run_meeting(actor, meeting):
        raise AccessDenied
    return meeting


def access_follow_up(actor: Actor, number: int) -> FollowUp:
    """What the official's post is to do after a meeting. Raises AccessDenied."""
    with as_house("who is to do it may be of another agency than the meeting"):
        found = FollowUp.objects.select_related("meeting").filter(pk=number, post_code=actor.post_code or "-").first()
    if found is None or actor.kind is not ActorKind.OFFICIAL:
        raise AccessDenied
    return found


def answers_for(actor: Actor, unit_code: str) -> bool:
    """Whether the official answers for the unit's work: they lead it, or one that it is part of."""
    led = set(led_units(actor))
    return bool(led and unit_code) and any(unit.code in led for unit in list_units_above(unit_code))


def find_guest(actor: Actor, meeting: Meeting) -> MeetingGuest | None:
    """The official's own invitation."""
    return next(
        (guest for guest in meeting.guests.all() if guest.post_code and guest.post_code == actor.post_code), None
    )


def list_meetings(actor: Actor, *, since: datetime, until: datetime) -> list[Meeting]:
    """Meetings of the time that the official is invited to, asked for or is to agree to, in order."""
    if actor.kind is not ActorKind.OFFICIAL:
        return []
    with as_house("whoever is invited sees the meeting, of whichever agency"):
        rows = _of_posts([actor.post_code or ""], extra=Q(approver_post=actor.post_code))
        rows = rows.filter(starts_at__lt=until, ends_at__gt=since).prefetch_related("guests")
        return list(rows.order_by("starts_at", "pk"))


def list_called_meetings(posts: Collection[str], *, since: datetime, until: datetime) -> list[Meeting]:
    """What takes the posts' time: called meetings that they have not declined, with their guests."""
    with as_house("whose time is taken, not by what, is for whoever plans with them"):
        rows = _of_posts(posts).filter(status__in=TO_COME, starts_at__lt=until, ends_at__gt=since)
        return list(rows.select_related("series").prefetch_related("guests").order_by("starts_at", "pk"))


def list_called_of_series(posts: Collection[str], series: Collection[int]) -> list[Meeting]:
    """The same of whole series, whenever their meetings are, by what the rule says."""
    with as_house("whose time is taken, not by what, is for whoever plans with them"):
        rows = _of_posts(posts).filter(status__in=TO_COME, series__in=series)
        return list(rows.select_related("series").prefetch_related("guests").order_by("original_at"))


def list_of_series(meeting: Meeting) -> list[Meeting]:
    """Every meeting of its series with guests and bookings, in the order of the rule; none where it does not repeat."""
    if meeting.series_id is None:
        return []
    with as_house("whoever is invited reads the meeting, of whichever agency"):
        rows = Meeting.objects.filter(series=meeting.series_id).select_related("series")
        return list(rows.prefetch_related("guests", "bookings").order_by("original_at"))


def has_room(meeting: Meeting) -> bool:
    """Whether a room is booked for it; for meetings of ``list_of_series``."""
    return any(one.state in (BookingState.BOOKED, BookingState.IN_USE) for one in meeting.bookings.all())


def list_busy(posts: Sequence[str], *, since: datetime, until: datetime, besides: Meeting | None = None) -> list[Busy]:
    """When the posts' time is taken by meetings, entries of their calendar and duty, in order."""
    wanted = set(posts)
    found = [
        Busy(post, meeting.starts_at, meeting.ends_at)
        for meeting in list_called_meetings(posts, since=since, until=until)
        if besides is None or meeting.pk != besides.pk
        for post in sorted(_takes_part(meeting) & wanted)
    ]
    found += [Busy(*taken) for taken in list_busy_entries(posts, since=since, until=until)]
    with as_house("whose time is taken, not by what, is for whoever plans with them"):
        shifts = DutyShift.objects.filter(post_code__in=wanted, starts_at__lt=until, ends_at__gt=since)
        found += [Busy(shift.post_code, shift.starts_at, shift.ends_at) for shift in shifts.order_by("pk")]
    return sorted(found, key=lambda one: (one.starts_at, one.post_code))


def suggest_times(
    posts: Sequence[str], *, near: datetime, length: timedelta, until: datetime, limit: int = 3
) -> list[datetime]:
    """The first beginnings from ``near`` on, by quarter hours within its hours of the day, when all are free."""
    busy = list_busy(posts, since=near, until=until)
    step, at = timedelta(minutes=15), near
    found: list[datetime] = []
    while at + length <= until and len(found) < limit:
        clash = next((one for one in busy if one.starts_at < at + length and one.ends_at > at), None)
        if clash is None:
            found.append(at)
            at += max(length, step)
        else:
            at = clash.ends_at + (-(clash.ends_at - near)) % step
    return found


def list_near_posts(actor: Actor) -> list[tuple[str, str]]:
    """Posts to invite from, as code and title: those of the official's unit, and who leads above."""
    if not actor.unit_code:
        return []
    leaders = [find_unit_leader(unit.code) for unit in list_units_above(actor.unit_code)[1:]]
    posts = list_posts_of_unit(actor.unit_code) + [leader for leader in leaders if leader]
    return [(post.code, label_of(post)) for post in posts if post.code != actor.post_code]


def list_near_units(actor: Actor) -> list[tuple[str, str]]:
    """Units of the official's office, as code and title, to invite whole."""
    units = list_units(agency_code=actor.agency_code or "", office_code=actor.office_code or "")
    return [(unit.code, in_language(unit.title, settings.LANGUAGE_CODE)) for unit in units if unit.ended_on is None]


def find_approver(actor: Actor, chair_post: str) -> str:
    """Whose agreement a meeting needs: the chair's, else that of who leads above; none where nobody does."""
    if chair_post != actor.post_code:
        return chair_post
    if led_units(actor) or not actor.unit_code:
        return ""
    for unit in list_units_above(actor.unit_code):
        if leader := find_unit_leader(unit.code):
            return leader.code
    return ""


def find_unit_leader(unit_code: str) -> Post | None:
    """The highest post of the unit itself that leads, held or vacant."""
    ranks = list_ranks()
    leaders = [post for post in list_posts_of_unit(unit_code) if post.rank in ranks and ranks[post.rank].leads]
    return min(leaders, key=lambda post: (ranks[post.rank].order, post.code), default=None)


def label_of(post: Post) -> str:
    return in_language(post.title, settings.LANGUAGE_CODE)


def labels_of(codes: Iterable[str]) -> dict[str, str]:
    """Titles of posts by code; unknown ones stand for themselves."""
    named = list_posts_named(list(codes))
    return {code: label_of(named[code]) if code in named else code for code in codes}


def find_address(post_code: str, *, on: date) -> tuple[str, str]:
    """E-mail address and language of who holds the post on the day; empty where nobody or no address is."""
    holder = find_holder(post_code, on=on)
    account = find_account_of(holder.person_number) if holder else None
    return (account.email, account.language) if account else ("", settings.LANGUAGE_CODE)


def is_vacant(post_code: str, at: datetime) -> bool:
    return find_holder(post_code, on=local_day(at, settings.TIME_ZONE)) is None


def _of_posts(posts: Collection[str], extra: Q | None = None) -> QuerySet[Meeting]:
    invited = MeetingGuest.objects.filter(meeting=OuterRef("pk"), post_code__in=posts).exclude(reply=Reply.DECLINED)
    return Meeting.objects.filter(Q(organizer_post__in=posts) | Exists(invited) | (extra or Q(pk__in=[])))


def _takes_part(meeting: Meeting) -> set[str]:
    guests = {guest.post_code for guest in meeting.guests.all() if guest.reply != Reply.DECLINED and guest.post_code}
    return guests or {meeting.organizer_post}


def chair_of(meeting: Meeting) -> MeetingGuest | None:
    return next((guest for guest in meeting.guests.all() if guest.role == GuestRole.CHAIR), None)
