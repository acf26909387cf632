"""A person's cards and passports on their way: how far, what was asked of registers, when to come for fingerprints."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.cases.queries import list_looks
from gapura.kernel.catalogue.queries import get_office_title, get_service
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.production.actions import book_visit
from gapura.kernel.production.forms import VisitForm
from gapura.kernel.production.models import CardOrder
from gapura.kernel.production.presentation import SAID, STATES
from gapura.kernel.production.queries import (
    access_order,
    find_present_piece,
    find_visit,
    list_orders_of,
    list_slots,
    list_steps,
)
from gapura.kernel.production.types import CannotBookVisit, OrderNotFound, OrderStatus


@require_safe
def show_cards(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    orders = [(order, _title_of(order), STATES[OrderStatus(order.status)]) for order in list_orders_of(actor)]
    return render(request, "production/cards.html", {"orders": orders})


@require_http_methods(["GET", "HEAD", "POST"])
def show_card(request: HttpRequest, number: str) -> HttpResponse:
    """One order. Sending the form books a time for fingerprints."""
    actor, now = access_resident(request), clock.now()
    try:
        order = access_order(actor, number)
    except OrderNotFound as absence:
        raise Http404 from absence
    form = None
    if order.status == OrderStatus.FINGERPRINTS:
        form = VisitForm(request.POST if request.method == "POST" else None, slots=list_slots(order, now=now))
        if form.is_valid():
            try:
                starts_at = datetime.fromisoformat(form.cleaned_data["starts_at"])
                book_visit(actor=actor, number=number, starts_at=starts_at, now=now)
            except CannotBookVisit as refusal:
                form.add_error("starts_at", str(refusal))
            else:
                messages.success(request, _("Your visit is booked. Bring nothing but yourself."))
                return redirect("production:card", number)
    return render(request, "production/card.html", {"form": form, **_tell(order, now)})


def _tell(order: CardOrder, now: datetime) -> dict[str, object]:
    return {
        "order": order,
        "title": _title_of(order),
        "state": STATES[OrderStatus(order.status)],
        "piece": find_present_piece(order),
        "visit": find_visit(order),
        "office": get_office_title(order.agency_code, order.office_code),
        "steps": [(SAID[step.said], step.at) for step in list_steps(order)],
        "took": int((order.approved_at - order.asked_at).total_seconds()),
        "looks": list_looks(order.case_number, now=now),
    }


def _title_of(order: CardOrder) -> object:
    return get_service(order.service_code, on=clock.local_day(order.approved_at, "UTC")).title
