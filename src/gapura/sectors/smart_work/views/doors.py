"""The door: the code on its screen and poster, signing in with a phone, and the host's page."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, get_familiarity
from gapura.sectors.smart_work.actions import check_in, close_center, withdraw_seat
from gapura.sectors.smart_work.actions.arrivals import read_arrival
from gapura.sectors.smart_work.codes import draw_door_code, make_door_code
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.forms import ClosureForm
from gapura.sectors.smart_work.models import Center, Closure, Seat
from gapura.sectors.smart_work.presentation import when_of
from gapura.sectors.smart_work.queries import access_kept_center, list_expected
from gapura.sectors.smart_work.types import HOST, ArrivalRefused, BookingStatus, CannotChangeCenter
from gapura.web.languages import reader_language

SCREEN_SECONDS = 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_arrival(request: HttpRequest, token: str) -> HttpResponse:
    """What the scanned code leads to: the seat, and one button."""
    actor = access_official(request)
    network, now = get_familiarity(request).network, clock.now()
    try:
        if request.method == "POST":
            arrived = check_in(actor=actor, token=token, network=network, language=reader_language(), now=now)
            messages.success(request, _("You are signed in. Have a good day."))
            return redirect("smart_work:booking", arrived[0].number)
        ready = read_arrival(actor, token, network=network, language=reader_language(), now=now)
    except ArrivalRefused as refusal:
        return render(request, "smart_work/arrive.html", {"ready": [], "refusal": str(refusal)}, status=409)
    shown = [(one, when_of(one), one.status == BookingStatus.ARRIVED) for one in ready]
    return render(request, "smart_work/arrive.html", {"ready": shown, "refusal": ""})


@never_cache
@require_safe
def show_screen(request: HttpRequest, code: str) -> HttpResponse:
    """The screen at the door: a code that changes by itself."""
    center = access_kept_center(access_official(request, HOST), code)
    answer = render(request, "smart_work/screen.html", _door(center, is_poster=False))
    answer["Refresh"] = str(SCREEN_SECONDS)  # nobody stands at a screen to press a button
    return answer


@never_cache
@require_safe
def show_poster(request: HttpRequest, code: str) -> HttpResponse:
    """The code of the day on paper; it counts inside the center's network only."""
    center = access_kept_center(access_official(request, HOST), code)
    return render(request, "smart_work/screen.html", _door(center, is_poster=True))


@require_http_methods(["GET", "HEAD", "POST"])
def show_host(request: HttpRequest, code: str) -> HttpResponse:
    """Who is expected today, closing days, seats out of use."""
    actor = access_official(request, HOST)
    center = access_kept_center(actor, code)
    form = ClosureForm(request.POST if request.POST.get("do") == "close" else None)
    if request.method == "POST":
        try:
            if told := _carry_out(request, actor, center, form):
                messages.success(request, told)
                return redirect("smart_work:host", code)
        except CannotChangeCenter as refusal:
            messages.error(request, str(refusal))
    today = clock.now().astimezone(ZoneInfo(center.timezone)).date()
    expected = [
        (one, when_of(one), one.status == BookingStatus.ARRIVED, list(one.guests.all()))
        for one in list_expected(actor, center, today)
    ]
    context = {
        "center": center,
        "today": today,
        "expected": expected,
        "closures": list(Closure.objects.filter(center=center, closed_until__gt=today).order_by("closed_from", "pk")),
        "one_day": timedelta(days=1),
        "seats": list(Seat.objects.filter(center=center, is_offered=True).order_by("code")),
        "form": form,
    }
    return render(request, "smart_work/host.html", context)


def _carry_out(request: HttpRequest, actor: Actor, center: Center, form: ClosureForm) -> str:
    """What was done, in a sentence; nothing when the form says what is wrong. Raises CannotChangeCenter."""
    if request.POST.get("do") == "withdraw":
        seat = request.POST.get("seat", "")
        told = withdraw_seat(actor=actor, center_code=center.code, seat_code=seat, now=clock.now())
        return _("Seat %(seat)s is out of use; %(number)s bookings were moved or cancelled.") % {
            "seat": seat,
            "number": told,
        }
    if not form.is_valid():
        return ""
    given = form.cleaned_data
    until = given["last"] + timedelta(days=1)
    close_center(
        actor=actor,
        code=center.code,
        closed_from=given["first"],
        closed_until=until,
        reason=given["reason"],
        now=clock.now(),
    )
    return _("The center is closed on these days, and everybody who booked is told.")


def _door(center: Center, *, is_poster: bool) -> dict[str, object]:
    minutes, now = get_rules().code_minutes, clock.now()
    token = make_door_code(center.code, center.timezone, minutes=minutes, now=now, is_poster=is_poster)
    address = settings.GAPURA_PUBLIC_ADDRESS + reverse("smart_work:arrive", args=[token])
    return {
        "center": center,
        "picture": draw_door_code(address),
        "is_poster": is_poster,
        "today": now.astimezone(ZoneInfo(center.timezone)).date(),
        "minutes": minutes,
    }
