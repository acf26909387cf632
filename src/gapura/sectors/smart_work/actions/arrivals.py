"""Coming, leaving, and saying what it was like."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.smart_work.actions.bookings import lock_booking
from gapura.sectors.smart_work.actions.ending import end_booking, record
from gapura.sectors.smart_work.codes import read_door_code
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import Booking, Center, Hold
from gapura.sectors.smart_work.permissions import can_book
from gapura.sectors.smart_work.queries import access_booking, find_own_today, get_hours
from gapura.sectors.smart_work.queries.remote import is_inside
from gapura.sectors.smart_work.types import ArrivalRefused, BookingStatus, CannotBook, DoorCode, Half


def read_arrival(actor: Actor, token: str, *, network: str, language: str, now: datetime) -> list[Booking]:
    """The official's bookings that the code at the door lets them begin now; those begun already are among them.

    Writes nothing. Raises ArrivalRefused, which says what to do.
    """
    if not can_book(actor):
        raise AccessDenied
    code = read_door_code(token, minutes=get_rules().code_minutes, now=now)
    center = Center.objects.filter(pk=code.center).first() if code else None
    if code is None or center is None:
        raise ArrivalRefused(_("This is no code of a smart work center. Scan the one at the door."))
    _check_fresh(code, center, network=network, now=now)
    today = find_own_today(actor, code.day)
    here = [booking for booking in today if booking.center_id == center.code and booking.ends_at > now]
    if not here:
        raise ArrivalRefused(_explain_absence(today, language))
    if all(booking.status == BookingStatus.REQUESTED for booking in here):
        raise ArrivalRefused(_("Your manager has not agreed yet. Ask them to open their work basket."))
    opens = timedelta(minutes=get_rules().opens_minutes)
    ready = [one for one in here if one.status != BookingStatus.REQUESTED and one.starts_at - opens <= now]
    if not ready:
        raise ArrivalRefused(
            _("It is too early: you can sign in %(minutes)s minutes before your half day begins.")
            % {"minutes": get_rules().opens_minutes}
        )
    return ready


def check_in(*, actor: Actor, token: str, network: str, language: str, now: datetime) -> list[Booking]:
    """Note that the official is there, by the code at the door. Doing it twice is as once.

    ``network``: of the request; a poster counts only inside the center's own. Raises ArrivalRefused.
    """
    with transaction.atomic():
        arrived = []
        for found in read_arrival(actor, token, network=network, language=language, now=now):
            booking = lock_booking(found.number)
            if booking.status == BookingStatus.CONFIRMED:
                booking.status, booking.arrived_at = BookingStatus.ARRIVED, now
                booking.save()
                Hold.objects.filter(booking=booking).update(is_used=True)
                record(actor, booking, "arrived", network=network)
            arrived.append(booking)
    return arrived


def check_out(*, actor: Actor, number: str, now: datetime) -> Booking:
    """Note that the official leaves; an afternoon that was not begun is free for others. Raises CannotBook."""
    access_booking(actor, number)
    with transaction.atomic():
        booking = lock_booking(number)
        if booking.status != BookingStatus.ARRIVED or booking.arrived_at is None:
            raise CannotBook(_("You are not signed in at this center; there is nothing to sign out of."))
        booking.left_at = max(now, booking.arrived_at)  # a clock that went back leaves no visit of less than nothing
        end_booking(actor, booking, BookingStatus.FINISHED, now=booking.left_at, keeps_holds=True)
        if Half.PM in booking.half_days and booking.left_at < get_hours(booking.center, booking.day, [Half.PM])[0]:
            Hold.objects.filter(booking=booking, half=Half.PM).delete()
    return booking


def review_use(
    *, actor: Actor, number: str, own_minutes: int | None, rating: int | None, comment: str, now: datetime
) -> Booking:
    """What the day saved by the person's own word, and how it was. Raises AccessDenied, CannotBook."""
    access_booking(actor, number)
    with transaction.atomic():
        booking = lock_booking(number)
        if booking.status != BookingStatus.FINISHED:
            raise CannotBook(_("You can say how it was when the day is over."))
        booking.own_minutes, booking.rating, booking.comment = own_minutes, rating, comment.strip()
        booking.save()
        record(actor, booking, "reviewed", own_minutes=own_minutes is not None)
    return booking


def _check_fresh(code: DoorCode, center: Center, *, network: str, now: datetime) -> None:
    if code.day != now.astimezone(ZoneInfo(center.timezone)).date():
        raise ArrivalRefused(_("This code was for another day. Scan the one that the door shows today."))
    if code.span is None:
        if not is_inside(center, network):
            raise ArrivalRefused(
                _("A poster counts only in the center's own network. Join it, or scan the screen at the door.")
            )
    elif abs(code.now_span - code.span) > 1:
        raise ArrivalRefused(_("This code has run out. Scan the one that the screen shows now."))


def _explain_absence(today: list[Booking], language: str) -> str:
    elsewhere = next((one for one in today if one.status != BookingStatus.REQUESTED), None)
    if elsewhere is None:
        return _("You have no seat here today. Look for a free one, and ask for it.")
    return _("Your seat today is at another center: %(center)s.") % {
        "center": in_language(elsewhere.center.title, language)
    }
