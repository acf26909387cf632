"""Opening a center from its plan, closing it for some days, taking a seat out of use."""

from collections.abc import Mapping
from datetime import date, datetime
from ipaddress import ip_network
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gapura.foundation.isolation import as_house
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.smart_work.actions.bookings import lock_booking, move_holds
from gapura.sectors.smart_work.actions.ending import end_booking, tell
from gapura.sectors.smart_work.models import Booking, Center, Closure, Floor, Hold, Seat
from gapura.sectors.smart_work.queries import access_kept_center
from gapura.sectors.smart_work.rules import read_plan
from gapura.sectors.smart_work.types import AHEAD, BookingStatus, CannotBook, CannotChangeCenter, SeatDrawn

DECLARED = ("data", "smart_work_centers.yaml")
CLOSED = gettext_noop(
    "%(center)s is closed on %(day)s (%(reason)s), so your booking was cancelled. "
    "Another center near you may have a seat."
)
MOVED = gettext_noop("Your seat at %(center)s on %(day)s cannot be used. You have seat %(seat)s instead.")
LOST = gettext_noop(
    "Your seat at %(center)s on %(day)s cannot be used, and no other like it is free. Look for another."
)


def open_declared_centers(*, actor: Actor) -> int:
    """Every center of the country's own file; those that stand already stay as they are. How many were opened."""
    declared: dict[str, Any] = load(settings.GAPURA_JURISDICTION).read(*DECLARED)
    standing = set(Center.objects.values_list("code", flat=True))
    new = [given for given in declared["centers"] if given["code"] not in standing]
    for given in new:
        open_center(
            actor=actor,
            agency_code=declared["agency"],
            capacity=declared["capacity"],
            equipment=declared["equipment"],
            given=given,
        )
    return len(new)


def open_center(
    *,
    actor: Actor,
    agency_code: str,
    capacity: Mapping[str, int],
    equipment: Mapping[str, list[str]],
    given: Mapping[str, Any],
) -> Center:
    """A center as the country's file declares it, with the seats that its plans draw.

    ``capacity`` and ``equipment`` are by the letter of the plan. Raises CannotChangeCenter that says what is wrong.
    """
    try:
        ZoneInfo(given["timezone"])
        networks = [str(ip_network(one)) for one in given["networks"]]
        first: dict[str, int] = {}
        plans = [(floor, read_plan(floor["plan"], first=first)) for floor in given["floors"]]
    except (KeyError, ValueError) as error:
        raise CannotChangeCenter(f"Center {given.get('code')}: {error}") from error
    with transaction.atomic():
        center = Center.objects.create(
            code=given["code"],
            agency_code=agency_code,
            title=given["title"],
            address=given["address"],
            region_code=given["region"],
            latitude=given["at"][0],
            longitude=given["at"][1],
            timezone=given["timezone"],
            weekdays="".join(map(str, given["weekdays"])),
            networks=networks,
            contact=given["contact"],
        )
        for floor, seats in plans:
            row = Floor.objects.create(center=center, code=floor["code"], title=floor["title"], plan=floor["plan"])
            lines = floor["plan"].splitlines()
            Seat.objects.bulk_create(
                _seat(center, row, seat, lines[seat.y][seat.x], capacity, equipment) for seat in seats
            )
        record_event(actor=actor, action="smart_work.center_opened", object_ref=f"center:{center.code}")
    return center


def close_center(
    *, actor: Actor, code: str, closed_from: date, closed_until: date, reason: str, now: datetime
) -> Closure:
    """Close a center on the days (end exclusive). Whoever has booked there is told and loses the seat.

    Raises AccessDenied for who does not keep it; CannotChangeCenter for days that are none.
    """
    center = access_kept_center(actor, code)
    if closed_until <= closed_from or closed_from < now.astimezone(ZoneInfo(center.timezone)).date():
        raise CannotChangeCenter(_("The first day is today or later, and the last day is not before it."))
    if not reason.strip():
        raise CannotChangeCenter(_("Say why the center is closed; everybody who booked reads it."))
    with transaction.atomic():
        closure = Closure.objects.create(
            center=center,
            closed_from=closed_from,
            closed_until=closed_until,
            reason=reason.strip(),
            entered_by_label=actor.label[:120],
            entered_at=now,
        )
        record_event(
            actor=actor,
            action="smart_work.center_closed",
            object_ref=f"center:{center.code}",
            detail={"from": closed_from.isoformat(), "until": closed_until.isoformat()},
        )
        cancel_closed(actor, closure, now=now)
    return closure


def cancel_closed(actor: Actor, closure: Closure, *, now: datetime) -> int:
    """Cancel what was booked on the days of the closure; how many bookings that were. Finds those that came between."""
    with as_house("a center closes for officials of every agency"):
        rows = Booking.objects.filter(
            center=closure.center, day__gte=closure.closed_from, day__lt=closure.closed_until, status__in=list(AHEAD)
        )
        numbers = list(rows.order_by("pk").values_list("number", flat=True))
        for number in numbers:
            with transaction.atomic():
                booking = lock_booking(number)
                booking.note = closure.reason[:300]
                end_booking(actor, booking, BookingStatus.CANCELLED, now=now)
                tell(actor, booking, CLOSED, now=now, reason=closure.reason)
    return len(numbers)


def withdraw_seat(*, actor: Actor, center_code: str, seat_code: str, now: datetime) -> int:
    """Take a seat out of use. Who booked it gets another free one like it, or is told that there is none.

    How many bookings it concerned. Raises AccessDenied; CannotChangeCenter when there is no such seat in use.
    """
    center = access_kept_center(actor, center_code)
    with as_house("a seat goes out of use for officials of every agency"), transaction.atomic():
        seat = Seat.objects.select_for_update().filter(center=center, code=seat_code, is_offered=True).first()
        if seat is None:
            raise CannotChangeCenter(_("There is no such seat in use."))
        seat.is_offered = False
        seat.save()
        record_event(
            actor=actor,
            action="smart_work.seat_withdrawn",
            object_ref=f"center:{center.code}",
            detail={"seat": seat_code},
        )
        ahead = Booking.objects.filter(seat=seat, status__in=list(AHEAD), ends_at__gt=now)
        numbers = list(ahead.order_by("pk").values_list("number", flat=True))
        for number in numbers:
            _move_or_end(actor, lock_booking(number), now)
    return len(numbers)


def _move_or_end(actor: Actor, booking: Booking, now: datetime) -> None:
    for seat in _list_like(booking):
        try:
            move_holds(booking, seat)
        except CannotBook:
            continue
        tell(actor, booking, MOVED, now=now, seat=seat.code)
        return
    end_booking(actor, booking, BookingStatus.CANCELLED, now=now)
    tell(actor, booking, LOST, now=now)


def _list_like(booking: Booking) -> list[Seat]:
    """Free seats of the same kind that lack nothing the old one had."""
    old = booking.seat
    held = Hold.objects.filter(center=booking.center, day=booking.day, half__in=list(booking.half_days))
    seats = Seat.objects.filter(center=booking.center, kind=old.kind, is_offered=True, capacity__gte=old.capacity)
    needed = set(old.equipment_codes)
    return [
        seat
        for seat in seats.exclude(pk__in=held.values("seat")).order_by("code")
        if needed <= set(seat.equipment_codes) and (seat.is_accessible or not old.is_accessible)
    ]


def _seat(
    center: Center,
    floor: Floor,
    seat: SeatDrawn,
    letter: str,
    capacity: Mapping[str, int],
    equipment: Mapping[str, list[str]],
) -> Seat:
    return Seat(
        center=center,
        floor=floor,
        code=seat.code,
        kind=seat.kind,
        x=seat.x,
        y=seat.y,
        width=seat.width,
        height=seat.height,
        capacity=capacity.get(letter, 1),
        equipment="".join(f" {code}" for code in equipment.get(letter, ())) + " ",
        is_accessible=seat.accessible,
    )
