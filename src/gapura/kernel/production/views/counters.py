"""The counter: whose fingerprints are expected, what lies ready, and handing it over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.identity.queries import access_official
from gapura.kernel.photos.actions import view_photo
from gapura.kernel.photos.queries import find_photo
from gapura.kernel.production.actions import hand_over, take_fingerprints
from gapura.kernel.production.presentation import STATES
from gapura.kernel.production.queries import (
    access_order,
    find_present_piece,
    find_visit,
    list_counter_roles,
    list_orders_at_counter,
)
from gapura.kernel.production.types import CannotHandOver, OrderNotFound, OrderStatus


@require_safe
def show_counter(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, *list_counter_roles())
    orders = [(order, STATES[OrderStatus(order.status)], find_visit(order)) for order in list_orders_at_counter(actor)]
    return render(request, "production/counter.html", {"orders": orders})


@require_http_methods(["GET", "HEAD", "POST"])
def show_order(request: HttpRequest, number: str) -> HttpResponse:
    """One order at the counter. Sending it does the one thing that its state asks for."""
    actor, now = access_official(request, *list_counter_roles()), clock.now()
    try:
        order = access_order(actor, number)
        if request.method == "POST":
            if order.status == OrderStatus.FINGERPRINTS:
                take_fingerprints(actor=actor, number=number, now=now)
                messages.success(request, _("The fingerprints are taken. The document is being made."))
            else:
                hand_over(actor=actor, number=number, now=now)
                messages.success(request, _("Handed over. The document is in force from now on."))
            return redirect("production:counter")
    except OrderNotFound as absence:
        raise Http404 from absence
    except CannotHandOver as refusal:
        messages.error(request, str(refusal))
        return redirect("production:counter")
    context = {
        "order": order,
        "has_photo": find_photo(order.photo) is not None,
        "state": STATES[OrderStatus(order.status)],
        "piece": find_present_piece(order),
        "visit": find_visit(order),
    }
    return render(request, "production/order.html", context)


@require_safe
def show_photo(request: HttpRequest, number: str) -> HttpResponse:
    """The photo that is printed on the document, to compare the person with; each look is recorded."""
    actor = access_official(request, *list_counter_roles())
    try:
        photo = find_photo(access_order(actor, number).photo)
    except OrderNotFound as absence:
        raise Http404 from absence
    if photo is None:
        raise Http404
    picture = view_photo(actor=actor, photo=photo)
    return HttpResponse(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})
