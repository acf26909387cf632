"""“People and powers” and emergency access at the desk. They call the actions and hold no rule of their own."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.appointments.actions import (
    close_order,
    end_power,
    order_at_desk,
    record_people_export,
    review_power,
    take_power,
)
from gapura.kernel.appointments.forms import OrderForm, ReviewForm, TakePowerForm
from gapura.kernel.appointments.permissions import can_review, can_take_power
from gapura.kernel.appointments.queries import (
    access_emergency,
    access_order,
    get_powers,
    list_events_of,
    list_holdings,
    list_open_reviews,
    list_orderable_posts,
    list_recent_orders,
)
from gapura.kernel.appointments.types import (
    APPROVER,
    EMERGENCY,
    OFFICER,
    CannotOrder,
    CannotReview,
    CannotTakePower,
    OrderKind,
    OrderStatus,
    Verdict,
)
from gapura.kernel.approvals.types import CannotRequestApproval
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.queries import access_official
from gapura.web.languages import localized
from gapura.web.tables import as_csv_file


@require_safe
def show_people(request: HttpRequest) -> HttpResponse:
    actor, today = access_official(request, OFFICER, APPROVER), clock.today(settings.TIME_ZONE)
    context = {
        "holdings": list_holdings(actor, on=today),
        "orders": list_recent_orders(actor),
        "may_order": OFFICER in actor.roles,
        "role_title": _role_title,
        "status_words": _status_words(),
        "open_statuses": {OrderStatus.WAITING_ACCOUNT, OrderStatus.WAITING_APPROVAL, OrderStatus.IN_FORCE},
    }
    return render(request, "appointments/people.html", context)


@require_safe
def download_people(request: HttpRequest) -> HttpResponse:
    """The same list for a spreadsheet."""
    actor, today = access_official(request, OFFICER, APPROVER), clock.today(settings.TIME_ZONE)
    holdings = list_holdings(actor, on=today)
    record_people_export(actor=actor, lines=len(holdings))
    headings = ("person", "post", "title", "roles", "powers", "from", "until", "order", "kind", "approval")
    rows = [
        (
            one.person,
            one.post_code,
            localized(one.post_title),
            " ".join(one.roles),
            " ".join(one.powers),
            one.valid_from,
            one.valid_until,
            one.order_number,
            one.kind,
            one.approval_id,
        )
        for one in holdings
    ]
    return as_csv_file(f"people-{today}", headings, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    actor, now = access_official(request, OFFICER), clock.now()
    posts = [(post.code, f"{localized(post.title)} ({post.code})") for post in list_orderable_posts(actor)]
    form = OrderForm(
        request.POST if request.method == "POST" else None, posts=posts, today=clock.today(settings.TIME_ZONE)
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = order_at_desk(
                actor=actor,
                person_number=given["person_number"],
                display_name=given["display_name"],
                post_code=given["post"],
                kind=OrderKind(given["kind"]),
                number=given["number"],
                valid_from=given["valid_from"],
                valid_until=given["valid_until"],
                now=now,
            )
        except (CannotOrder, CannotRequestApproval) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _status_words()[made.status])
            return redirect("appointments:people")
    return render(request, "appointments/order.html", {"form": form})


@require_POST
def end(request: HttpRequest, order_id: int) -> HttpResponse:
    actor = access_official(request, OFFICER)
    try:
        close_order(actor=actor, order=access_order(actor, order_id), now=clock.now())
    except CannotOrder as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Ended. Whoever held it loses the post with their next request."))
    return redirect("appointments:people")


@require_safe
def show_emergencies(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, EMERGENCY, APPROVER)
    accesses = list_open_reviews(actor)
    waits = any(one.person_number == actor.person_number for one in accesses)
    context = {
        "accesses": accesses,
        "may_take": can_take_power(actor) and not waits,
        "role_title": _role_title,
        "today": clock.today(settings.TIME_ZONE),
        "now": clock.now(),
    }
    return render(request, "appointments/emergencies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, EMERGENCY)
    roles = [(role, _role_title(role)) for role in sorted(get_powers().emergency - actor.roles)]
    form = TakePowerForm(
        request.POST if request.method == "POST" else None,
        roles=roles,
        longest=get_limit("emergency_access_minutes"),
    )
    if form.is_valid():
        try:
            take_power(actor=actor, **form.cleaned_data, now=clock.now())
        except CannotTakePower as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("appointments:emergencies")
    return render(request, "appointments/take_power.html", {"form": form})


@require_POST
def give_back(request: HttpRequest, access_id: int) -> HttpResponse:
    end_power(actor=access_official(request, EMERGENCY), access_id=access_id, now=clock.now())
    messages.success(request, _("The power has been given back."))
    return redirect("appointments:emergencies")


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, access_id: int) -> HttpResponse:
    """What was done under the access, beside the question whether it was justified."""
    actor = access_official(request, EMERGENCY, APPROVER)
    access, now = access_emergency(actor, access_id), clock.now()
    reviewable = can_review(actor, access) and access.reviewed_at is None and access.until <= now
    form = ReviewForm(request.POST if request.method == "POST" else None) if reviewable else None
    if form is not None and form.is_valid():
        given = form.cleaned_data
        try:
            review_power(
                actor=actor,
                access_id=access_id,
                verdict=Verdict(given["verdict"]),
                note=given["note"],
                now=now,
            )
        except CannotReview as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("appointments:emergencies")
    context = {"form": form, "access": access, "role_title": _role_title, "events": list_events_of(access), "now": now}
    return render(request, "appointments/review.html", context)


def _status_words() -> dict[str, str]:
    return {
        OrderStatus.WAITING_ACCOUNT: _("Waits until the person has a proven account"),
        OrderStatus.WAITING_APPROVAL: _("Waits for a second person"),
        OrderStatus.IN_FORCE: _("In force"),
        OrderStatus.REFUSED: _("Refused"),
        OrderStatus.ENDED: _("Ended"),
    }


def _role_title(role: str) -> str:
    return localized(get_powers().title(role))
