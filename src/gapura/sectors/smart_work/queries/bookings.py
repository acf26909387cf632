"""Bookings: the person's own, what waits for a manager, and who is expected at a center."""

from datetime import date, timedelta

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.smart_work.models import Booking, Center
from gapura.sectors.smart_work.permissions import can_decide_booking, can_keep_center, is_own_booking
from gapura.sectors.smart_work.queries.managers import list_deciders, list_led_units
from gapura.sectors.smart_work.types import OPEN, BookingStatus


def access_booking(actor: Actor, number: str) -> Booking:
    """The official's own booking. Raises AccessDenied, also when there is none."""
    booking = Booking.objects.select_related("center", "seat").filter(number=number).first()
    if booking is None or not is_own_booking(actor, booking):
        raise AccessDenied
    return booking


def access_request(actor: Actor, number: str, *, today: date) -> Booking:
    """The request, for whoever may agree to it today. Raises AccessDenied, also when there is none."""
    booking = Booking.objects.select_related("center", "seat").filter(number=number).first()
    if booking is None or not _can_decide(actor, booking, today):
        raise AccessDenied
    return booking


def list_own_bookings(actor: Actor, *, limit: int = 30) -> list[Booking]:
    """The official's own, the latest day first."""
    own = Booking.objects.filter(person_number=actor.person_number, agency_code=actor.agency_code)
    return list(own.select_related("center", "seat").order_by("-day", "-pk")[:limit])


def find_own_today(actor: Actor, day: date) -> list[Booking]:
    """The official's open bookings of the day, by the beginning."""
    own = Booking.objects.filter(person_number=actor.person_number, day=day, status__in=list(OPEN))
    return list(own.select_related("center", "seat").order_by("starts_at", "pk"))


def list_agreed_days(actor: Actor, *, today: date, days: int = 30, limit: int = 200) -> list[Booking]:
    """Days agreed to in the units that the actor leads: who, when and where, and nothing of what happened there."""
    rows = Booking.objects.filter(
        agency_code=actor.agency_code,
        unit_code__in=list_led_units(actor),
        day__gte=today,
        day__lt=today + timedelta(days=days),
        status__in=list(OPEN),
    ).exclude(person_number=actor.person_number)
    return list(rows.select_related("center").order_by("day", "pk")[:limit])


def list_expected(actor: Actor, center: Center, day: date) -> list[Booking]:
    """Who is agreed to come to the center on the day, with their guests, for its hosts. Raises AccessDenied."""
    if not can_keep_center(actor, center):
        raise AccessDenied
    coming = (BookingStatus.CONFIRMED, BookingStatus.ARRIVED)
    with as_house("a center's host lets in officials of every agency; only the center's own day is read"):
        rows = Booking.objects.filter(center=center, day=day, status__in=list(coming))
        return list(rows.select_related("seat").prefetch_related("guests").order_by("starts_at", "seat__code"))


def _can_decide(actor: Actor, booking: Booking, today: date) -> bool:
    deciders = list_deciders(booking.post_code, booking.approver_post, today=today)
    return can_decide_booking(actor, booking, deciders=deciders)
