"""One's own booking, and the requests that wait for a manager."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.sectors.smart_work.actions import (
    agree_to_booking,
    cancel_booking,
    change_seat,
    check_out,
    refuse_booking,
    review_use,
)
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.forms import RefusalForm, ReviewForm
from gapura.sectors.smart_work.models import Booking, Seat
from gapura.sectors.smart_work.presentation import (
    FOR_MANAGERS,
    KINDS,
    STATUSES,
    equipment_words,
    name_of_place,
    when_of,
)
from gapura.sectors.smart_work.queries import (
    access_booking,
    access_request,
    list_agreed_days,
    list_open_below,
    list_taken,
)
from gapura.sectors.smart_work.types import AHEAD, BookingStatus, CannotBook, CannotDecideBooking


@require_http_methods(["GET", "HEAD", "POST"])
def show_booking(request: HttpRequest, number: str) -> HttpResponse:
    """Where and when, how to sign in, and what can be done with it."""
    actor = access_official(request)
    booking = access_booking(actor, number)
    sent = request.POST if request.POST.get("do") == "review" else None
    review = ReviewForm(
        sent, initial={"own_minutes": booking.own_minutes, "rating": booking.rating, "comment": booking.comment}
    )
    if request.method == "POST" and (sent is None or review.is_valid()):
        try:
            messages.success(request, _carry_out(request, actor, booking, review))
            return redirect("smart_work:booking", number)
        except CannotBook as refusal:
            messages.error(request, str(refusal))
            booking = access_booking(actor, number)
    context = {
        "booking": booking,
        "status": STATUSES[booking.status],
        "when": when_of(booking),
        "kind": KINDS[booking.seat.kind],
        "equipment": equipment_words(booking.seat),
        "guests": list(booking.guests.order_by("pk")),
        "can_change": booking.status in AHEAD,
        "others": _list_others(booking) if booking.status in AHEAD else [],
        "review": review if booking.status == BookingStatus.FINISHED else None,
        "home": get_rules().regions.get(booking.home_region),
        "rules": get_rules(),
    }
    return render(request, "smart_work/booking.html", context)


@require_safe
def show_requests(request: HttpRequest) -> HttpResponse:
    """Days that were asked for and agreed to in the units that the official leads."""
    actor = access_official(request)
    rows = list_agreed_days(actor, today=clock.today(settings.TIME_ZONE))
    shown = [(row, FOR_MANAGERS[row.status], when_of(row)) for row in rows]
    below = list_open_below(actor, now=clock.now())
    elsewhere = [(one, name_of_place(one.named_place)) for one in below]
    return render(request, "smart_work/requests.html", {"rows": shown, "elsewhere": elsewhere})


@require_http_methods(["GET", "HEAD", "POST"])
def show_request(request: HttpRequest, number: str) -> HttpResponse:
    """One request, for whoever may agree to it."""
    actor = access_official(request)
    booking = access_request(actor, number, today=clock.today(settings.TIME_ZONE))
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("do") == "agree":
                agree_to_booking(actor=actor, number=number, now=clock.now())
            else:
                refuse_booking(actor=actor, number=number, note=form.cleaned_data["note"], now=clock.now())
            messages.success(request, _("The person is told."))
            return redirect("smart_work:requests")
        except CannotDecideBooking as refusal:
            form.add_error(None, str(refusal))
    context = {
        "booking": booking,
        "status": FOR_MANAGERS.get(booking.status, STATUSES[booking.status][0]),
        "is_open": booking.status == BookingStatus.REQUESTED,
        "when": when_of(booking),
        "kind": KINDS[booking.seat.kind],
        "guests": list(booking.guests.order_by("pk")),
        "form": form,
    }
    return render(request, "smart_work/request.html", context)


def _carry_out(request: HttpRequest, actor: Actor, booking: Booking, review: ReviewForm) -> str:
    """Do what the button says; the sentence that tells it was done. Raises CannotBook."""
    number, now = booking.number, clock.now()
    match request.POST.get("do"):
        case "cancel":
            cancel_booking(actor=actor, number=number, now=now)
            return _("The booking is cancelled, and the seat free for others.")
        case "change":
            change_seat(actor=actor, number=number, seat_code=request.POST.get("seat", ""), now=now)
            return _("You have another seat now.")
        case "leave":
            check_out(actor=actor, number=number, now=now)
            return _("You are signed out. Have a good way home.")
        case "review":
            review_use(actor=actor, number=number, now=now, **review.cleaned_data)
            return _("Thank you. It is counted with all others, without your name.")
    raise CannotBook(_("Choose one of the buttons."))


def _list_others(booking: Booking) -> list[Seat]:
    """Free seats of the same kind at the same time and center."""
    taken = list_taken(booking.center, booking.day, booking.half_days)
    same = Seat.objects.filter(center=booking.center, kind=booking.seat.kind, is_offered=True)
    return list(same.exclude(pk__in=taken).order_by("code"))
