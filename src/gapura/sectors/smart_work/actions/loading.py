"""Days that people spent at centers before they came here, many at once, as the actions would have left them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.smart_work.codes import hide_person
from gapura.sectors.smart_work.country import get_place, get_rules
from gapura.sectors.smart_work.models import Booking, Center, Hold, Seat, UnmetSearch
from gapura.sectors.smart_work.queries import get_hours, list_centers
from gapura.sectors.smart_work.queries.centers import place_of
from gapura.sectors.smart_work.rules import kilometers, minutes_saved
from gapura.sectors.smart_work.types import OPEN, BookingStatus, DayThere, Half, SeatKind

_KEEPS_SEAT = (*OPEN, BookingStatus.FINISHED)
_ASKED_BEFORE = timedelta(days=3)
_AT_ONCE = 500


def load_days(*, actor: Actor, days: Sequence[DayThere], now: datetime) -> int:
    """Keep the days: nearest centers, one seat a person, no seat twice; how many bookings that is.

    Who has no center near, or finds it full, has searched in vain, which is counted. All or nothing.
    """
    house = _House()
    bookings = [booking for there in days if (booking := house.book(there)) is not None]
    with transaction.atomic():
        Booking.objects.bulk_create(bookings, batch_size=_AT_ONCE)
        Hold.objects.bulk_create((hold for booking in bookings for hold in _holds(booking)), batch_size=_AT_ONCE)
        UnmetSearch.objects.bulk_create(house.unmet.values(), batch_size=_AT_ONCE)
        detail = {"bookings": len(bookings), "unmet": len(house.unmet)}
        record_event(actor=actor, action="smart_work.days_loaded", detail=detail)
    return len(bookings)


class _House:
    """The centers while they fill."""

    def __init__(self) -> None:
        self.unmet: dict[tuple[date, str], UnmetSearch] = {}
        self._taken: set[tuple[int, date, Half]] = set()
        self._near: dict[str, list[Center]] = {}
        self._centers = list_centers()
        self._seats: dict[str, list[Seat]] = {center.code: [] for center in self._centers}
        for seat in Seat.objects.filter(kind=SeatKind.DESK, is_offered=True).order_by("center", "code"):
            self._seats[seat.center_id].append(seat)

    def book(self, there: DayThere) -> Booking | None:
        near = self._list_near(there.worker.home_region)
        for center in near[there.choice :] + near[: there.choice]:
            if str(there.day.isoweekday()) in center.weekdays and (seat := self._find_seat(center, there)) is not None:
                if there.status in _KEEPS_SEAT:
                    self._taken |= {(seat.pk, there.day, half) for half in there.halves}
                return _compose(there, center, seat)
        region, day = there.worker.home_region, there.day
        asker = hide_person(there.worker.person_number, day)
        self.unmet[day, asker] = UnmetSearch(day=day, region_code=region, kind=SeatKind.DESK, asker=asker)
        return None

    def _find_seat(self, center: Center, there: DayThere) -> Seat | None:
        """The favorite one, else the next that is free."""
        seats = self._seats[center.code]
        first = there.worker.favorite % len(seats) if seats else 0
        for seat in seats[first:] + seats[:first]:
            if not any((seat.pk, there.day, half) in self._taken for half in there.halves):
                return seat
        return None

    def _list_near(self, region: str) -> list[Center]:
        if region not in self._near:
            home = get_place(region)
            far = [(kilometers(home, place_of(center)), center) for center in self._centers] if home else []
            near = [pair for pair in far if pair[0] <= get_rules().near_km]
            self._near[region] = [center for _km, center in sorted(near, key=lambda pair: pair[0])]
        return self._near[region]


def _compose(there: DayThere, center: Center, seat: Seat) -> Booking:
    worker, rules = there.worker, get_rules()
    starts_at, ends_at = get_hours(center, there.day, there.halves)
    is_over = there.status not in OPEN
    label, person = worker.agreed_by
    arrived_at = None if there.came is None else starts_at + timedelta(minutes=there.came)
    left_at = None if there.left is None else ends_at + timedelta(minutes=there.left)
    home, office = get_place(worker.home_region), get_place(rules.head_office_region)
    return Booking(
        number=f"KC{new_code(9)}",
        agency_code=worker.agency_code,
        unit_code=worker.unit_code,
        post_code=worker.post_code,
        post_label=worker.post_label,
        person_number=worker.person_number,
        center=center,
        seat=seat,
        day=there.day,
        halves=" ".join(there.halves),
        starts_at=starts_at,
        ends_at=ends_at,
        status=there.status,
        asked_at=starts_at - _ASKED_BEFORE,
        decided_at=starts_at - _ASKED_BEFORE + timedelta(hours=2),
        decided_by_label=label,
        decided_by_person=person,
        arrived_at=arrived_at,
        left_at=left_at,
        ended_at=(left_at or ends_at) if is_over else None,
        home_region=worker.home_region,
        office_region=rules.head_office_region,
        estimated_minutes=minutes_saved(home, office, place_of(center), rules.travel),
        own_minutes=there.own_minutes,
        rating=there.rating,
    )


def _holds(booking: Booking) -> Iterator[Hold]:
    if booking.status in _KEEPS_SEAT:
        sitter = hide_person(booking.person_number, booking.day)
        common: dict[str, Any] = {"seat": booking.seat, "center": booking.center, "day": booking.day, "sitter": sitter}
        for half in booking.half_days:
            yield Hold(booking=booking, half=half, is_used=booking.arrived_at is not None, **common)
