"""Rooms of an agency, what is free, and how much they are used."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import Room, RoomBooking, RoomSlot
from gapura.sectors.office.permissions import can_keep_rooms
from gapura.sectors.office.types import BookingState

HOURS_A_DAY = 8
"""What a room could be used on a working day; the share of use is reckoned of it."""


@dataclass(frozen=True, slots=True)
class RoomUse:
    """Minutes of a time: ``booked`` of all bookings, ``used`` of those where somebody came."""

    room: Room
    bookings: int
    booked: int
    used: int
    no_shows: int
    possible: int

    @property
    def percent(self) -> int:
        return 100 * self.used // self.possible if self.possible else 0


def access_room(actor: Actor, code: str) -> Room:
    """A room of the official's agency. Raises AccessDenied, also when there is none."""
    room = list_all_rooms(actor).filter(code=code).first()
    if room is None:
        raise AccessDenied
    return room


def access_booking(actor: Actor, code: str) -> RoomBooking:
    """A booking that the official made in this post, or any where they keep the rooms. Raises AccessDenied."""
    booking = RoomBooking.objects.select_related("room", "meeting").filter(code=code).first()
    if booking is None or booking.room.agency_code != actor.agency_code:
        raise AccessDenied
    if booking.post_code != actor.post_code and not can_keep_rooms(actor):
        raise AccessDenied
    return booking


def list_all_rooms(actor: Actor) -> QuerySet[Room]:
    """Every room of the agency, closed ones too, for a page to narrow down."""
    if actor.kind is not ActorKind.OFFICIAL or not actor.agency_code:
        return Room.objects.none()
    return Room.objects.filter(agency_code=actor.agency_code)


def list_rooms(actor: Actor, *, now: datetime) -> list[Room]:
    """The rooms that can be booked, those of the official's own office first."""
    rooms = [room for room in list_all_rooms(actor).order_by("title", "pk") if not is_closed(room, now)]
    return sorted(rooms, key=lambda room: room.office_code != (actor.office_code or ""))


def is_closed(room: Room, at: datetime) -> bool:
    return room.closed_on is not None and room.closed_on <= local_day(at, room.zone)


def list_free_rooms(
    actor: Actor, *, starts_at: datetime, ends_at: datetime, seats: int = 1, equipment: Collection[str] = ()
) -> list[Room]:
    """Rooms that nobody has in the whole time, with the seats and all of the equipment; the smallest first."""
    taken = RoomSlot.objects.filter(
        room=OuterRef("pk"), starts_at__gt=starts_at - timedelta(minutes=15), starts_at__lt=ends_at
    )
    rooms = list_all_rooms(actor).filter(~Exists(taken), seats__gte=seats).order_by("seats", "title")
    return [room for room in rooms if set(equipment) <= set(room.equipment) and not is_closed(room, ends_at)]


def list_bookings(room: Room, *, since: datetime, until: datetime) -> list[RoomBooking]:
    """Who has the room in the time, given back and lost ones left out, in order."""
    here = room.bookings.filter(starts_at__lt=until, ends_at__gt=since)
    return list(here.filter(state__in=(BookingState.BOOKED, BookingState.IN_USE)).order_by("starts_at"))


def list_own_bookings(actor: Actor, *, now: datetime) -> list[RoomBooking]:
    """What the official's post has booked and not yet had."""
    rows = RoomBooking.objects.select_related("room").filter(post_code=actor.post_code, ends_at__gt=now)
    return list(rows.filter(state__in=(BookingState.BOOKED, BookingState.IN_USE)).order_by("starts_at")[:50])


def measure_use(actor: Actor, *, since: datetime, until: datetime, working_days: int) -> list[RoomUse]:
    """Every room's use in the time, the most used first. Two queries."""
    rooms = list(list_all_rooms(actor).order_by("title", "pk"))
    rows = RoomBooking.objects.filter(Q(room__in=rooms), starts_at__gte=since, starts_at__lt=until)
    bookings = list(rows.order_by("starts_at", "pk"))
    uses = [_use(room, [one for one in bookings if one.room_id == room.pk], working_days) for room in rooms]
    return sorted(uses, key=lambda use: (-use.used, use.room.title))


def _use(room: Room, bookings: Sequence[RoomBooking], working_days: int) -> RoomUse:
    kept = [one for one in bookings if one.state != BookingState.RELEASED or one.came_at]
    return RoomUse(
        room=room,
        bookings=len(kept),
        booked=sum(_minutes(one.starts_at, one.ends_at) for one in kept),
        used=sum(_minutes(one.starts_at, min(one.ended_at or one.ends_at, one.ends_at)) for one in kept if one.came_at),
        no_shows=sum(one.state == BookingState.NO_SHOW for one in kept),
        possible=working_days * HOURS_A_DAY * 60,
    )


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return max(int((ends_at - starts_at).total_seconds() // 60), 0)
