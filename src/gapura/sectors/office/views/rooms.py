"""Rooms: what is free, one room's days, one booking, and how much they are used."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.rooms import (
    book_room,
    close_room,
    enter_room,
    note_lost_room,
    open_room,
    release_booking,
)
from gapura.sectors.office.forms.meetings import BookingForm, FreeRoomForm, RoomForm, span_of
from gapura.sectors.office.models import Room, RoomBooking
from gapura.sectors.office.permissions import can_keep_rooms
from gapura.sectors.office.queries.rooms import (
    access_booking,
    access_room,
    list_all_rooms,
    list_bookings,
    list_free_rooms,
    list_own_bookings,
    measure_use,
)
from gapura.sectors.office.recurrence import day_start
from gapura.sectors.office.types import BookingState, OfficeRefusal
from gapura.sectors.office.zones import (
    day_in,
    get_planning,
    hour_in,
    list_zone_choices,
    span_in,
    zone_of_office,
    zone_title,
)
from gapura.web.languages import localized

STATES: Mapping[str, tuple[Any, str]] = {
    BookingState.BOOKED: (gettext_lazy("Booked"), "info"),
    BookingState.IN_USE: (gettext_lazy("In use"), "success"),
    BookingState.RELEASED: (gettext_lazy("Given back"), "neutral"),
    BookingState.NO_SHOW: (gettext_lazy("Nobody came"), "danger"),
}
DAYS_SHOWN = 14


@require_http_methods(["GET", "HEAD", "POST"])
def show_rooms(request: HttpRequest) -> HttpResponse:
    """All rooms, or those free at a time (``?day=``); who keeps them adds one here."""
    actor, now = access_official(request), clock.now()
    zone = zone_of_office(actor.office_code)
    search = FreeRoomForm(
        request.GET if "day" in request.GET else None, equipment=_equipment(), initial=_today(now, zone)
    )
    free = None
    if search.is_valid():
        given = search.cleaned_data
        starts_at, ends_at = span_of(given["day"], given["begins"], given["until"], zone)
        free = list_free_rooms(
            actor, starts_at=starts_at, ends_at=ends_at, seats=given["seats"], equipment=given["equipment"]
        )
    form = _room_form(request, actor)
    if form is not None and form.is_valid():
        try:
            open_room(actor=actor, now=now, **form.cleaned_data)
        except OfficeRefusal as refusal:
            form.add_error("title", str(refusal))
        else:
            messages.success(request, _("The room can be booked."))
            return redirect("office:rooms")
    rooms = list(list_all_rooms(actor).order_by("title", "pk")) if free is None else free
    context = {
        "search": search,
        "form": form,
        "is_search": free is not None,
        "asked": request.GET.urlencode() if free is not None else "",
        "rooms": [(room, _equipment_of(room), zone_title(room.zone)) for room in rooms],
        "own": [
            (one, span_in(one.starts_at, one.ends_at, one.room.zone), STATES[one.state])
            for one in list_own_bookings(actor, now=now)
        ],
    }
    return render(request, "office/rooms.html", context)


def _room_form(request: HttpRequest, actor: Actor) -> RoomForm | None:
    if not can_keep_rooms(actor):
        if request.method == "POST":
            raise AccessDenied
        return None
    return RoomForm(
        request.POST if request.method == "POST" else None,
        equipment=_equipment(),
        zones=list_zone_choices(),
        initial={"zone": zone_of_office(actor.office_code)},
        auto_id="new_%s",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show_room(request: HttpRequest, code: str) -> HttpResponse:
    """One room: who has it in the next days, and the form to book it. ``do=close`` by who keeps rooms."""
    actor, now = access_official(request), clock.now()
    room = access_room(actor, code)
    if request.method == "POST" and request.POST.get("do") == "close":
        return _close(request, actor, room)
    initial = {name: request.GET[name] for name in ("day", "begins", "until") if name in request.GET}
    form = BookingForm(request.POST if request.method == "POST" else None, initial=_today(now, room.zone) | initial)
    if form.is_valid():
        given = form.cleaned_data
        starts_at, ends_at = span_of(given["day"], given["begins"], given["until"], room.zone)
        try:
            made = book_room(
                actor=actor, code=code, starts_at=starts_at, ends_at=ends_at, purpose=given["purpose"],
                rule=form.rule(), skip_taken=given["skip_taken"], now=now,
            )  # fmt: skip
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Booked: %(times)s times.") % {"times": len(made)} if len(made) > 1 else _("Booked.")
            )
            return redirect("office:booking", made[0].code)
    context = {
        "room": room,
        "equipment": _equipment_of(room),
        "zone": zone_title(room.zone),
        "form": form,
        "days": _days(room, now),
        "may_close": can_keep_rooms(actor) and room.closed_on is None,
        "today": local_day(now, room.zone),
    }
    return render(request, "office/room.html", context)


def _close(request: HttpRequest, actor: Actor, room: Room) -> HttpResponse:
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        messages.error(request, _("Say from which day on it is closed."))
        return redirect("office:room", room.code)
    why = request.POST.get("why", "").strip()[:200]
    lost = close_room(actor=actor, code=room.code, on=on, why=why, now=clock.now())
    messages.success(request, _("Closed. %(lost)s bookings fell out; who had booked is told.") % {"lost": lost})
    return redirect("office:room", room.code)


@require_http_methods(["GET", "HEAD", "POST"])
def show_booking(request: HttpRequest, code: str) -> HttpResponse:
    """One booking. ``do``: enter, release, release-series, seen."""
    actor, now = access_official(request), clock.now()
    booking = access_booking(actor, code)
    if request.method == "POST":
        try:
            messages.success(request, _act_on(actor, code, request.POST.get("do", ""), now))
        except OfficeRefusal as refusal:
            messages.error(request, str(refusal))
        return redirect("office:booking", code)
    series = RoomBooking.objects.filter(series=booking.series, room=booking.room).order_by("starts_at")
    context = {
        "booking": booking,
        "when": span_in(booking.starts_at, booking.ends_at, booking.room.zone),
        "status": STATES[booking.state],
        "series": [
            (one, span_in(one.starts_at, one.ends_at, booking.room.zone), STATES[one.state]) for one in series[:60]
        ],
        "may_enter": booking.state == BookingState.BOOKED
        and booking.starts_at - timedelta(minutes=15) <= now < booking.ends_at,
        "may_release": booking.state in (BookingState.BOOKED, BookingState.IN_USE) and booking.ends_at > now,
        "minutes": get_planning()["no_show_minutes"],
    }
    return render(request, "office/room_booking.html", context)


def _act_on(actor: Actor, code: str, do: str, now: datetime) -> str:
    if do == "enter":
        enter_room(actor=actor, code=code, now=now)
        return _("The room is yours until the end.")
    if do in ("release", "release-series"):
        count = release_booking(actor=actor, code=code, whole_series=do == "release-series", now=now)
        return _("Given back: %(count)s.") % {"count": count}
    if do == "seen":
        note_lost_room(actor=actor, code=code, now=now)
        return _("Taken out of your basket.")
    raise AccessDenied


@require_safe
def show_use(request: HttpRequest) -> HttpResponse:
    """How much each room was used in the last four weeks."""
    actor, now = access_official(request), clock.now()
    zone = zone_of_office(actor.office_code)
    today = local_day(now, zone)
    first = today - timedelta(days=28)
    calendar = get_working_calendar()
    working = sum(calendar.is_working_day(first + timedelta(days=number)) for number in range(28))
    uses = measure_use(actor, since=day_start(first, zone), until=day_start(today, zone), working_days=working)
    return render(request, "office/room_use.html", {"uses": uses, "first": first, "last": today - timedelta(days=1)})


def _days(room: Room, now: datetime) -> list[tuple[str, list[tuple[str, RoomBooking]]]]:
    first = local_day(now, room.zone)
    since, until = day_start(first, room.zone), day_start(first + timedelta(days=DAYS_SHOWN), room.zone)
    days: dict[str, list[tuple[str, RoomBooking]]] = {}
    for booking in list_bookings(room, since=since, until=until):
        hours = f"{hour_in(booking.starts_at, room.zone)}–{hour_in(booking.ends_at, room.zone)}"
        days.setdefault(day_in(booking.starts_at, room.zone), []).append((hours, booking))
    return list(days.items())


def _today(now: datetime, zone: str) -> dict[str, Any]:
    return {"day": local_day(now, zone) + timedelta(days=1), "begins": time(9), "until": time(10), "seats": 1}


def _equipment() -> list[tuple[str, str]]:
    return [(code, localized(title)) for code, title in get_planning()["equipment"].items()]


def _equipment_of(room: Room) -> str:
    known = dict(_equipment())
    return ", ".join(known.get(code, code) for code in room.equipment)
