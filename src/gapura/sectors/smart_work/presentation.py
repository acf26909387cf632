"""Bookings, plans and figures as pages show them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from babel.dates import get_day_names
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gapura.foundation.texts import in_language
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import Booking, Floor, Seat
from gapura.sectors.smart_work.types import BookingStatus, Half, Occupancy, Place, RemoteOutcome, SeatKind
from gapura.web.languages import reader_language

STATUSES: Mapping[str, tuple[Promise, str]] = {
    BookingStatus.REQUESTED: (_("Waits for your manager"), "info"),
    BookingStatus.CONFIRMED: (_("Agreed to"), "success"),
    BookingStatus.ARRIVED: (_("You are signed in"), "success"),
    BookingStatus.FINISHED: (_("Over"), "neutral"),
    BookingStatus.REFUSED: (_("Not agreed to"), "danger"),
    BookingStatus.CANCELLED: (_("Cancelled"), "neutral"),
    BookingStatus.LAPSED: (_("Nobody decided in time"), "warning"),
    BookingStatus.NO_SHOW: (_("Released: nobody came"), "warning"),
}
FOR_MANAGERS: Mapping[str, Promise] = {
    BookingStatus.REQUESTED: _("Waits for a decision"),
    BookingStatus.CONFIRMED: _("Agreed to"),
    BookingStatus.ARRIVED: _("Agreed to"),
}
"""A manager learns that a day was agreed to, and not whether anybody came."""
KINDS: Mapping[str, Promise] = {
    SeatKind.DESK: _("Desk"),
    SeatKind.BOOTH: _("Closed booth"),
    SeatKind.VIDEO_ROOM: _("Video room"),
    SeatKind.MEETING_ROOM: _("Meeting room"),
}
WHEN: Mapping[str, Promise] = {"day": _("Whole day"), Half.AM: _("Morning"), Half.PM: _("Afternoon")}
PLACES: Mapping[str, Promise] = {
    Place.CENTER_NETWORK: _("In the network of a center"),
    Place.CHECKED_IN: _("Signed in at a center"),
    Place.KNOWN_NETWORK: _("A network you have used before"),
    Place.UNKNOWN: _("Unknown"),
}
OUTCOMES: Mapping[str, tuple[Promise, str]] = {
    RemoteOutcome.OPENED: (_("Opened"), "success"),
    RemoteOutcome.WITHDRAWN: (_("Refused: withdrawn before"), "danger"),
    RemoteOutcome.NO_PASSKEY: (_("Refused: no passkey"), "danger"),
    RemoteOutcome.UNKNOWN_DEVICE: (_("Refused: unknown device"), "danger"),
    RemoteOutcome.UNKNOWN_PLACE: (_("Refused: unknown place"), "danger"),
}
STEP = 40
"""How many units of the picture one step of a plan is."""


def when_of(booking: Booking) -> Promise:
    """``Whole day``, ``Morning`` or ``Afternoon``."""
    return WHEN[booking.halves if booking.halves in WHEN else "day"]


def equipment_words(seat: Seat) -> str:
    """What stands at the seat, in the reader's language."""
    known = get_rules().equipment
    return ", ".join(in_language(known[code], reader_language()) for code in seat.equipment_codes if code in known)


def list_region_choices() -> list[tuple[str, str]]:
    """The country's regions, by name."""
    return sorted(((one.code, one.name) for one in get_rules().regions.values()), key=lambda pair: pair[1])


def list_lawful_places() -> list[tuple[str, str]]:
    """From where the law lets officials work, in the country's order."""
    return [(code, in_language(one.title, reader_language())) for code, one in get_rules().places.items()]


def name_of_place(code: str) -> str:
    """What the place is called that somebody named; nothing where none was."""
    place = get_rules().places.get(code)
    return in_language(place.title, reader_language()) if place else ""


def list_equipment_choices() -> list[tuple[str, str]]:
    return [(code, in_language(title, reader_language())) for code, title in get_rules().equipment.items()]


def draw_floor(
    floor: Floor, taken: Mapping[int, Collection[str]], own: Collection[int], halves: Sequence[Half]
) -> dict[str, Any]:
    """A floor as its picture and its list show it; ``own``: ids of seats that the reader holds then."""
    lines = floor.plan.splitlines()
    walls = [
        {"x": STEP * x, "y": STEP * y} for y, line in enumerate(lines) for x, sign in enumerate(line) if sign == "#"
    ]
    seats = sorted(floor.seats.all(), key=lambda seat: (seat.kind, seat.code))
    return {
        "code": floor.code,
        "title": floor.title,
        "width": STEP * max(map(len, lines)),
        "height": STEP * len(lines),
        "walls": walls,
        "seats": [_draw_seat(seat, _state(seat, taken, own, halves)) for seat in seats],
    }


def _state(seat: Seat, taken: Mapping[int, Collection[str]], own: Collection[int], halves: Sequence[Half]) -> str:
    if seat.pk in own:
        return "own"
    if not seat.is_offered:
        return "closed"
    return "taken" if set(taken.get(seat.pk, ())) & set(halves) else "free"


def _draw_seat(seat: Seat, state: str) -> dict[str, Any]:
    words = {
        "free": gettext("free"),
        "taken": gettext("taken"),
        "own": gettext("yours"),
        "closed": gettext("out of use"),
    }
    kind, width, height = str(KINDS[seat.kind]), STEP * seat.width - 8, STEP * seat.height - 8
    return {
        "code": seat.code,
        "kind": kind,
        "state": state,
        "words": words[state],
        "accessible": seat.is_accessible,
        "capacity": seat.capacity,
        "equipment": equipment_words(seat),
        "x": STEP * seat.x + 4,
        "y": STEP * seat.y + 4,
        "width": width,
        "height": height,
        "middle": (STEP * seat.x + 4 + width // 2, STEP * seat.y + 4 + height // 2),
        "name": f"{kind} {seat.code}, {words[state]}",
    }


def list_tables(
    occupancy: Sequence[Occupancy],
    by_week: Sequence[tuple[date, int, int]],
    by_half: Sequence[tuple[str, int, Half, int, int]],
    unmet: Sequence[tuple[str, int]],
) -> dict[str, tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """The figures as tables for files: caption, headings and rows by code of the table."""
    regions = get_rules().regions
    days = get_day_names("wide", locale=reader_language())
    return {
        "centers": (
            gettext("By center"),
            ("center", "offered", "held", "used", "percent"),
            [(one.center, *map(str, (one.offered, one.held, one.used, one.percent))) for one in occupancy],
        ),
        "weeks": (
            gettext("By week"),
            ("monday", "held", "used"),
            [(monday.isoformat(), str(held), str(used)) for monday, held, used in by_week],
        ),
        "halves": (
            gettext("By half day"),
            ("center", "weekday", "half", "held", "used"),
            [
                (code, days[weekday - 1], half.value, str(held), str(used))
                for code, weekday, half, held, used in by_half
            ],
        ),
        "unmet": (
            gettext("Where seats are missing"),
            ("region", "name", "searches"),
            [(code, regions[code].name if code in regions else code, str(times)) for code, times in unmet],
        ),
    }


def default_period(today: date) -> tuple[date, date]:
    """The twelve weeks before today, yesterday included."""
    return today - timedelta(weeks=12), today - timedelta(days=1)
