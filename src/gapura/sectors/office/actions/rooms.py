"""Booking rooms by quarter hours, giving them back, and losing them when nobody comes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.models import Meeting, Room, RoomBooking, RoomSlot
from gapura.sectors.office.permissions import can_keep_rooms
from gapura.sectors.office.queries.rooms import access_booking, access_room, is_closed
from gapura.sectors.office.recurrence import BadRule, day_start, expand, read_rule
from gapura.sectors.office.types import BookingState, CannotBookRoom
from gapura.sectors.office.zones import furthest_ahead, get_planning, is_zone, span_in

QUARTER = timedelta(minutes=15)
ROOM_LOST = "office.room-lost"


def open_room(*, actor: Actor, title: str, seats: int, equipment: Sequence[str], zone: str, now: datetime) -> Room:
    """Add a room to the catalogue of the keeper's office. Raises AccessDenied, CannotBookRoom."""
    if not can_keep_rooms(actor) or not actor.agency_code:
        raise AccessDenied
    if not is_zone(zone) or not set(equipment) <= set(get_planning()["equipment"]) or not 0 < seats < 10_000:
        raise CannotBookRoom(_("Choose seats, equipment and zone from what the form offers."))
    try:
        with transaction.atomic():
            room = Room.objects.create(
                code=new_code(9),
                agency_code=actor.agency_code,
                office_code=actor.office_code or "",
                title=title,
                seats=seats,
                equipment=sorted(equipment),
                zone=zone,
            )
            record_event(actor=actor, action="office.room_opened", object_ref=f"room:{room.code}")
    except IntegrityError as error:
        raise CannotBookRoom(_("Your office has a room of this name already. Choose another name.")) from error
    return room


def close_room(*, actor: Actor, code: str, on: date, why: str, now: datetime) -> int:
    """Let nobody book from the day on; who had booked is told in their basket. How many bookings fell out."""
    room = access_room(actor, code)
    if not can_keep_rooms(actor):
        raise AccessDenied
    with transaction.atomic():
        room.closed_on, room.closed_why = on, why
        room.save(update_fields=["closed_on", "closed_why"])
        lost = room.bookings.select_for_update().filter(
            state=BookingState.BOOKED, ends_at__gt=max(now, day_start(on, room.zone))
        )
        bookings = list(lost.order_by("starts_at"))
        for booking in bookings:
            _end(booking, BookingState.RELEASED, now)
            _tell_lost(actor, room, booking, now)
        record_event(
            actor=actor,
            action="office.room_closed",
            object_ref=f"room:{room.code}",
            detail={"on": on.isoformat(), "lost": len(bookings)},
        )
    return len(bookings)


def book_room(
    *,
    actor: Actor,
    code: str,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    rule: str = "",
    skip_taken: bool = False,
    now: datetime,
) -> list[RoomBooking]:
    """Book the room once, or as often as ``rule`` (an RRULE) says; all of it or, without ``skip_taken``, nothing.

    The same post asking again for the same time has what it has. Raises CannotBookRoom that names the days taken.
    """
    room = access_room(actor, code)
    beginnings = _list_beginnings(room, starts_at, rule)
    length, series = ends_at - starts_at, new_code(9)
    taken: list[datetime] = []
    bookings: list[RoomBooking] = []
    with transaction.atomic():
        for beginning in beginnings:
            try:
                bookings.append(
                    reserve(
                        actor=actor, room=room, starts_at=beginning, ends_at=beginning + length, purpose=purpose,
                        series=series, now=now,
                    )
                )  # fmt: skip
            except RoomTaken:
                taken.append(beginning)
        if taken and not (skip_taken and bookings):
            days = "; ".join(span_in(one, one + length, room.zone) for one in taken[:5])
            raise CannotBookRoom(
                _("Somebody else has the room: %(days)s. Choose another time or another room.") % {"days": days}
            )
    return bookings


class RoomTaken(CannotBookRoom):
    """Somebody else has a quarter hour of it."""


def reserve(
    *,
    actor: Actor,
    room: Room,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    series: str = "",
    meeting: Meeting | None = None,
    now: datetime,
) -> RoomBooking:
    """One booking, inside the caller's transaction. Raises RoomTaken, CannotBookRoom."""
    _check_time(room, starts_at, ends_at, now)
    own = room.bookings.filter(
        starts_at=starts_at, ends_at=ends_at, post_code=actor.post_code, state=BookingState.BOOKED, meeting=meeting
    ).first()
    if own is not None:
        return own
    try:
        with transaction.atomic():
            booking = RoomBooking.objects.create(
                code=new_code(11),
                room=room,
                meeting=meeting,
                series=series or new_code(9),
                purpose=purpose[:200],
                starts_at=starts_at,
                ends_at=ends_at,
                post_code=actor.post_code or "",
                label=actor.label,
                booked_by_person=actor.person_number or "",
                booked_at=now,
            )
            slots = [starts_at + QUARTER * number for number in range((ends_at - starts_at) // QUARTER)]
            RoomSlot.objects.bulk_create([RoomSlot(room=room, booking=booking, starts_at=slot) for slot in slots])
            record_event(
                actor=actor,
                action="office.room_booked",
                object_ref=f"room:{room.code}",
                detail={"booking": booking.code, "from": starts_at.isoformat(), "until": ends_at.isoformat()},
            )
    except IntegrityError as error:
        raise RoomTaken(_("Somebody else has the room then. Choose another time or another room.")) from error
    return booking


def release_booking(*, actor: Actor, code: str, whole_series: bool = False, now: datetime) -> int:
    """Give the room back from now on, or all that is still to come of the series. How many that were; twice is 0."""
    booking = access_booking(actor, code)
    with transaction.atomic():
        ending = RoomBooking.objects.select_for_update().filter(series=booking.series, ends_at__gt=now)
        ending = ending.filter(state__in=(BookingState.BOOKED, BookingState.IN_USE), room=booking.room)
        ended = list(ending.order_by("pk") if whole_series else ending.filter(pk=booking.pk))
        for one in ended:
            _end(one, BookingState.RELEASED, now)
            record_event(actor=actor, action="office.room_released", object_ref=f"booking:{one.code}")
    return len(ended)


def enter_room(*, actor: Actor, code: str, now: datetime) -> RoomBooking:
    """Say that somebody came: from a quarter hour before the beginning. Raises CannotBookRoom."""
    booking = access_booking(actor, code)
    with transaction.atomic():
        booking = RoomBooking.objects.select_for_update().get(pk=booking.pk)
        if booking.state == BookingState.IN_USE:
            return booking
        if booking.state != BookingState.BOOKED or not booking.starts_at - QUARTER <= now < booking.ends_at:
            raise CannotBookRoom(_("This booking cannot be used now: it is over, was given back, or begins later."))
        booking.state, booking.came_at = BookingState.IN_USE.value, now
        booking.save(update_fields=["state", "came_at"])
        record_event(actor=actor, action="office.room_entered", object_ref=f"booking:{code}")
    return booking


def release_unused(*, actor: Actor, now: datetime) -> int:
    """Let others have what nobody came to: the country's minutes after its beginning. How many that were."""
    late = now - timedelta(minutes=get_planning()["no_show_minutes"])
    unused = RoomBooking.objects.filter(state=BookingState.BOOKED, starts_at__lte=late)
    count = 0
    for number in list(unused.order_by("pk").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            booking = RoomBooking.objects.select_for_update().filter(pk=number, state=BookingState.BOOKED).first()
            if booking is None:
                continue
            _end(booking, BookingState.NO_SHOW, now)
            record_event(actor=actor, action="office.room_not_used", object_ref=f"booking:{booking.code}")
            count += 1
    return count


def note_lost_room(*, actor: Actor, code: str, now: datetime) -> None:
    """The booker has read that the room was closed: it leaves their basket."""
    booking = access_booking(actor, code)
    with transaction.atomic():
        close_work(kind=ROOM_LOST, object_ref=f"booking:{booking.code}", now=now)
        record_event(actor=actor, action="office.room_loss_read", object_ref=f"booking:{booking.code}")


def free_meeting_rooms(meeting: Meeting, *, now: datetime) -> None:
    """Give back what a meeting had booked, inside the caller's transaction."""
    for booking in meeting.bookings.select_for_update().filter(state=BookingState.BOOKED).order_by("pk"):
        _end(booking, BookingState.RELEASED, now)


def _end(booking: RoomBooking, state: BookingState, now: datetime) -> None:
    booking.state, booking.ended_at = state.value, now
    booking.save(update_fields=["state", "ended_at"])
    RoomSlot.objects.filter(booking=booking, starts_at__gte=now - QUARTER).delete()


def _tell_lost(actor: Actor, room: Room, booking: RoomBooking, now: datetime) -> None:
    open_work(
        kind=ROOM_LOST,
        object_ref=f"booking:{booking.code}",
        holder=Holder.post(room.agency_code, booking.post_code),
        title=_("%(room)s is closed: %(purpose)s needs another room")
        % {"room": room.title, "purpose": booking.purpose},
        path=f"/desk/office/rooms/bookings/{booking.code}/",
        sender=actor.label,
        due_on=booking.starts_at.date(),
        now=now,
    )


def _list_beginnings(room: Room, starts_at: datetime, rule: str) -> list[datetime]:
    if not rule:
        return [starts_at]
    most = get_planning()["room_repetitions"]
    try:
        kept = read_rule(rule, room.zone)
        found = list(expand(starts_at, zone=room.zone, rule=kept, since=starts_at, until=starts_at + furthest_ahead()))
    except BadRule as error:
        raise CannotBookRoom(_("The repetition cannot be read. Choose one that the form offers.")) from error
    if not 0 < len(found) <= most:
        raise CannotBookRoom(_("Book at most %(most)s times at once, within a year.") % {"most": most})
    return found


def _check_time(room: Room, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if any(moment.minute % 15 or moment.second or moment.microsecond for moment in (starts_at, ends_at)):
        raise CannotBookRoom(_("Rooms are booked by quarter hours: begin and end at 00, 15, 30 or 45."))
    hours = get_planning()["longest_meeting_hours"]
    if not timedelta(0) < ends_at - starts_at <= timedelta(hours=hours):
        raise CannotBookRoom(_("A booking ends after it begins, at most %(hours)s hours later.") % {"hours": hours})
    if ends_at <= now or starts_at > now + furthest_ahead():
        raise CannotBookRoom(_("Book a time that is to come, within a year."))
    if is_closed(room, ends_at):
        raise CannotBookRoom(_("The room is closed then: %(why)s") % {"why": room.closed_why})
