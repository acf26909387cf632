"""Asking for a seat, agreeing to it, changing and giving it back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import close_work
from gapura.sectors.smart_work.actions.ending import DECIDE, ask_manager, end_booking, record, tell
from gapura.sectors.smart_work.codes import hide_person
from gapura.sectors.smart_work.country import get_place, get_rules
from gapura.sectors.smart_work.models import Booking, Guest, Hold, Seat, UnmetSearch
from gapura.sectors.smart_work.permissions import can_book
from gapura.sectors.smart_work.queries import access_booking, access_request, find_obstacle, get_center, get_hours
from gapura.sectors.smart_work.queries.centers import place_of
from gapura.sectors.smart_work.queries.managers import find_manager, needs_no_manager
from gapura.sectors.smart_work.rules import minutes_saved
from gapura.sectors.smart_work.types import (
    AHEAD,
    ROOMS,
    BookingStatus,
    CannotBook,
    CannotDecideBooking,
    GuestName,
    Half,
    SeatSearch,
)


def book_seat(
    *,
    actor: Actor,
    center_code: str,
    seat_code: str,
    day: date,
    halves: Sequence[Half],
    purpose: str = "",
    home_region: str = "",
    guests: Sequence[GuestName] = (),
    now: datetime,
) -> Booking:
    """Hold the seat at once and ask the manager; where the country asks for none, it is confirmed.

    Raises AccessDenied for who is no official; CannotBook when the day, the seat or the person cannot be had.
    """
    if not can_book(actor):
        raise AccessDenied
    center = get_center(center_code)
    seat = Seat.objects.filter(center=center, code=seat_code, is_offered=True).select_related("center").first()
    if seat is None:
        raise CannotBook(_("There is no such seat at this center. Choose one from the plan."))
    ordered = sorted(set(halves))
    if obstacle := find_obstacle(center, day, ordered, now=now):
        raise CannotBook(obstacle)
    _check_guests(seat, guests)
    _check_own(actor, seat, day, ordered, now)
    booking = _compose(
        actor, seat, day, ordered, home=home_region, purpose=purpose.strip(), asked_at=now, **_decision(actor, now)
    )
    with transaction.atomic():
        booking.save(force_insert=True)
        _hold(booking)
        Guest.objects.bulk_create(
            [Guest(booking=booking, name=guest.name, organization=guest.organization) for guest in guests]
        )
        if booking.status == BookingStatus.REQUESTED:
            ask_manager(booking, now=now)
        record(actor, booking, "seat_booked", seat=seat.code, guests=len(guests))
    return booking


def agree_to_booking(*, actor: Actor, number: str, now: datetime) -> Booking:
    """Let the person go there. Raises AccessDenied; CannotDecideBooking when it was decided before or has begun."""
    with transaction.atomic():
        booking = _decide(actor, number, now)
        booking.status = BookingStatus.CONFIRMED
        booking.save()
        close_work(kind=DECIDE, object_ref=f"seat:{booking.number}", now=now)
        record(actor, booking, "booking_agreed")
        tell(actor, booking, gettext_noop("Your day at %(center)s on %(day)s was agreed to."), now=now)
    return booking


def refuse_booking(*, actor: Actor, number: str, note: str, now: datetime) -> Booking:
    """Say no, with a reason that the person reads. Raises as agree_to_booking does."""
    if not note.strip():
        raise CannotDecideBooking(_("Say why not, so that the person can choose another day."))
    with transaction.atomic():
        booking = _decide(actor, number, now)
        booking.note = note.strip()
        end_booking(actor, booking, BookingStatus.REFUSED, now=now)
        sentence = gettext_noop("Your day at %(center)s on %(day)s was not agreed to. Its page gives the reason.")
        tell(actor, booking, sentence, now=now)
    return booking


def cancel_booking(*, actor: Actor, number: str, now: datetime) -> Booking:
    """Give the seat back, before anybody came. Raises AccessDenied, CannotBook."""
    access_booking(actor, number)
    with transaction.atomic():
        booking = lock_booking(number)
        if booking.status not in AHEAD:
            raise CannotBook(_("This booking is over or in use; there is nothing to cancel."))
        end_booking(actor, booking, BookingStatus.CANCELLED, now=now)
    return booking


def change_seat(*, actor: Actor, number: str, seat_code: str, now: datetime) -> Booking:
    """Another free seat of the same kind at the same time and center; what was agreed to stays agreed to.

    Raises AccessDenied, CannotBook. For another day or center one cancels and books anew.
    """
    access_booking(actor, number)
    with transaction.atomic():
        booking = lock_booking(number)
        if booking.status not in AHEAD:
            raise CannotBook(_("This booking is over or in use; its seat cannot be changed any more."))
        seat = Seat.objects.filter(
            center=booking.center, code=seat_code, kind=booking.seat.kind, is_offered=True
        ).first()
        if seat is None:
            raise CannotBook(_("There is no such seat at this center. Choose one from the plan."))
        if (guests := booking.guests.count()) >= seat.capacity:
            raise CannotBook(_too_small(seat, guests))
        move_holds(booking, seat)
        record(actor, booking, "seat_changed", seat=seat.code)
    return booking


def move_holds(booking: Booking, seat: Seat) -> None:
    """Let the booking hold another seat. Raises CannotBook when somebody holds that. In the caller's transaction."""
    try:
        with transaction.atomic():
            Hold.objects.filter(booking=booking).update(seat=seat)
    except IntegrityError as error:
        raise CannotBook(_("Somebody took this seat a moment ago. Choose another one.")) from error
    booking.seat = seat
    booking.save()


def note_unmet_search(*, actor: Actor, search: SeatSearch) -> None:
    """Remember, once a person and day, that nothing was free near the region; nobody is named, nor in the log."""
    with transaction.atomic():
        _search, is_new = UnmetSearch.objects.get_or_create(
            day=search.day,
            region_code=search.near,
            kind=search.kind,
            asker=hide_person(actor.person_number or "", search.day),
        )
        if is_new:
            record_event(
                actor=system_actor("smart-work"),
                action="smart_work.search_unmet",
                object_ref=f"region:{search.near}",
                detail={"day": search.day.isoformat(), "kind": search.kind.value},
            )


def _compose(actor: Actor, seat: Seat, day: date, halves: Sequence[Half], *, home: str, **columns: Any) -> Booking:
    center, rules = seat.center, get_rules()
    office = actor.office_code or rules.head_office_region
    starts_at, ends_at = get_hours(center, day, halves)
    return Booking(
        number=f"KC{new_code(9)}",
        agency_code=actor.agency_code or "",
        unit_code=actor.unit_code,
        post_code=actor.post_code or "",
        post_label=actor.label,
        person_number=actor.person_number or "",
        center=center,
        seat=seat,
        day=day,
        halves=" ".join(halves),
        starts_at=starts_at,
        ends_at=ends_at,
        home_region=home,
        office_region=office,
        estimated_minutes=minutes_saved(get_place(home), get_place(office), place_of(center), rules.travel),
        **columns,
    )


def _decision(actor: Actor, now: datetime) -> dict[str, Any]:
    """The columns that say who is asked. Raises CannotBook where nobody can be."""
    if needs_no_manager(actor):
        return {"status": BookingStatus.CONFIRMED, "is_pre_approved": True}
    manager = find_manager(actor, today=local_day(now, settings.TIME_ZONE))
    if manager is None:
        raise CannotBook(
            _("Nobody is known who leads your unit, so nobody can agree. Ask the personnel office to enter it.")
        )
    label = next(iter(manager.post.title.values()))
    return {"status": BookingStatus.REQUESTED, "approver_post": manager.post.code, "approver_label": label[:120]}


def _check_guests(seat: Seat, guests: Sequence[GuestName]) -> None:
    if guests and seat.kind not in ROOMS:
        raise CannotBook(_("Guests can be announced for a room only."))
    if len(guests) >= seat.capacity and guests:
        raise CannotBook(_too_small(seat, len(guests)))


def _too_small(seat: Seat, guests: int) -> str:
    return _("%(room)s has room for %(capacity)s people; you would be %(people)s.") % {
        "room": seat.code,
        "capacity": seat.capacity,
        "people": guests + 1,
    }


def _check_own(actor: Actor, seat: Seat, day: date, halves: Sequence[Half], now: datetime) -> None:
    own = Booking.objects.filter(person_number=actor.person_number, status__in=list(AHEAD), ends_at__gt=now)
    if own.count() >= get_rules().most_open:
        raise CannotBook(
            _("You have %(most)s bookings ahead already. Cancel one before you ask for another.")
            % {"most": get_rules().most_open}
        )
    if seat.kind not in ROOMS and Hold.objects.filter(**_sitting(actor, day), half__in=list(halves)).exists():
        raise CannotBook(_already_sitting())


def _hold(booking: Booking) -> None:
    """The rows that make the seat this person's; whoever came a moment later meets them."""
    is_room = booking.seat.kind in ROOMS
    sitter = None if is_room else hide_person(booking.person_number, booking.day)
    rows = [
        Hold(booking=booking, seat=booking.seat, center=booking.center, day=booking.day, half=half, sitter=sitter)
        for half in booking.half_days
    ]
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(rows)
    except IntegrityError as error:
        own = sitter is not None and Hold.objects.filter(
            sitter=sitter, day=booking.day, half__in=list(booking.half_days)
        )
        taken = _("Somebody took this seat a moment ago. Choose another one.")
        raise CannotBook(_already_sitting() if own else taken) from error


def _sitting(actor: Actor, day: date) -> dict[str, Any]:
    return {"sitter": hide_person(actor.person_number or "", day), "day": day}


def _already_sitting() -> str:
    return _("You have a seat at this time already. Cancel it first, or change its seat.")


def _decide(actor: Actor, number: str, now: datetime) -> Booking:
    access_request(actor, number, today=local_day(now, settings.TIME_ZONE))
    booking = lock_booking(number)
    if booking.status != BookingStatus.REQUESTED:
        raise CannotDecideBooking(_("This was decided, cancelled or released already; nothing was changed."))
    if booking.starts_at <= now:
        raise CannotDecideBooking(_("The half day has begun, so it is too late to decide. The person is told."))
    booking.decided_at, booking.decided_by_label = now, actor.label[:120]
    booking.decided_by_person = actor.person_number or ""
    return booking


def lock_booking(number: str) -> Booking:
    return Booking.objects.select_for_update(of=("self",)).select_related("center", "seat").get(number=number)
