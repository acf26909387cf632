"""Looking for a seat: centers near a place, and the plan of one of them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.queries import access_official
from gapura.sectors.smart_work.actions import book_seat, note_unmet_search
from gapura.sectors.smart_work.country import get_place, get_rules
from gapura.sectors.smart_work.forms import BookForm, SearchForm, WhenForm
from gapura.sectors.smart_work.models import Booking, Center, Seat
from gapura.sectors.smart_work.permissions import can_keep_center
from gapura.sectors.smart_work.presentation import (
    STATUSES,
    WHEN,
    draw_floor,
    list_equipment_choices,
    list_region_choices,
    when_of,
)
from gapura.sectors.smart_work.queries import (
    find_obstacle,
    get_center,
    list_floors,
    list_own_bookings,
    list_taken,
    search_centers,
)
from gapura.sectors.smart_work.types import OPEN, ROOMS, CannotBook, CenterFound, SeatSearch


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """One's own bookings, and centers with free seats on a day."""
    actor = access_official(request)
    bookings = list_own_bookings(actor)
    asked = request.GET if "day" in request.GET else None
    form = SearchForm(
        asked,
        regions=list_region_choices(),
        equipment=list_equipment_choices(),
        initial={"day": _next_day(), "near": _home_of(actor, bookings)},
    )
    found: list[CenterFound] | None = None
    if form.is_valid():
        found = search_centers(form.search, now=clock.now())
        _note_unmet(actor, form.search, found)
    context = {
        "bookings": [(one, *STATUSES[one.status], when_of(one)) for one in bookings],
        "form": form,
        "found": found,
        "asked": form.cleaned_data if form.is_valid() else {},
        "near_km": get_rules().near_km,
    }
    return render(request, "smart_work/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_center(request: HttpRequest, code: str) -> HttpResponse:
    """The plan of a center on a day; with a seat chosen, the form that asks for it."""
    actor = access_official(request)
    center = get_center(code)
    asked = {"day": _next_day().isoformat(), "when": "day"} | request.GET.dict()
    when = WhenForm(asked)
    if not when.is_valid():
        when = WhenForm({"day": _next_day().isoformat(), "when": "day"})
        when.is_valid()
    seat = Seat.objects.filter(center=center, code=asked.get("seat", ""), is_offered=True).first()
    form = _book_form(request, actor, seat) if seat else None
    if request.method == "POST" and seat and form and form.is_valid():
        booking = _book(actor, center, seat, when, form)
        if booking is not None:
            messages.success(request, _told(booking))
            return redirect("smart_work:booking", booking.number)
    return render(request, "smart_work/center.html", _show_plan(actor, center, when, seat) | {"form": form})


def _show_plan(actor: Actor, center: Center, when: WhenForm, seat: Seat | None) -> dict[str, Any]:
    day, halves = when.cleaned_data["day"], when.halves
    own = Booking.objects.filter(
        person_number=actor.person_number, center=center, day=day, status__in=list(OPEN)
    ).values_list("seat_id", flat=True)
    taken = list_taken(center, day, halves)
    floors = [draw_floor(floor, taken, set(own), halves) for floor in list_floors(center)]
    return {
        "center": center,
        "is_host": can_keep_center(actor, center),
        "when": when,
        "day": day,
        "when_code": when.cleaned_data["when"],
        "when_words": WHEN[when.cleaned_data["when"]],
        "obstacle": find_obstacle(center, day, halves, now=clock.now()),
        "floors": floors,
        "seat": seat,
        "is_taken": bool(seat and seat.pk in taken),
    }


def _book_form(request: HttpRequest, actor: Actor, seat: Seat) -> BookForm:
    return BookForm(
        request.POST if request.method == "POST" else None,
        regions=list_region_choices(),
        is_room=seat.kind in ROOMS,
        initial={"home_region": _home_of(actor, list_own_bookings(actor, limit=1))},
    )


def _book(actor: Actor, center: Center, seat: Seat, when: WhenForm, form: BookForm) -> Booking | None:
    """The booking; if there is none, the form says why."""
    given = form.cleaned_data
    try:
        return book_seat(
            actor=actor,
            center_code=center.code,
            seat_code=seat.code,
            day=when.cleaned_data["day"],
            halves=when.halves,
            purpose=given["purpose"],
            home_region=given["home_region"],
            guests=given.get("guests", []),
            now=clock.now(),
        )
    except CannotBook as refusal:
        form.add_error(None, str(refusal))
        return None


def _told(booking: Booking) -> str:
    if booking.is_pre_approved:
        return _("The seat is yours.")
    return _("The seat is held for you. %(manager)s was asked to agree.") % {"manager": booking.approver_label}


def _note_unmet(actor: Actor, search: SeatSearch, found: list[CenterFound]) -> None:
    """Count a search only for a day on which a center could have been open."""
    is_ahead = search.day > _today() and get_working_calendar().is_working_day(search.day)
    is_near = any(one.km is not None and one.km <= get_rules().near_km for one in found)
    if is_ahead and not is_near and get_place(search.near):
        note_unmet_search(actor=actor, search=search)


def _home_of(actor: Actor, bookings: list[Booking]) -> str:
    """Where the official came from last time; at first where the office is."""
    last = next((one.home_region for one in bookings if one.home_region), "")
    return last or (actor.office_code or "")[:5] or get_rules().head_office_region


def _next_day() -> date:
    return get_working_calendar().add_working_days(_today(), 1)


def _today() -> date:
    return clock.today(settings.TIME_ZONE)
