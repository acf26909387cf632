"""A business or an agency reports, looks at what became of it, and sees what people released to it."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.foundation.isolation import current_scope, scoped
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, get_actor
from gapura.sectors.withholding.actions import end_token, find_reporter_name, issue_token, submit_delivery, use_release
from gapura.sectors.withholding.forms import DeliveryForm, TokenForm
from gapura.sectors.withholding.permissions import reports_for
from gapura.sectors.withholding.queries import (
    access_delivery,
    get_terms,
    list_deliveries,
    list_findings,
    list_received,
    list_tokens,
    require_reporter,
)
from gapura.sectors.withholding.rules import COLUMNS
from gapura.sectors.withholding.types import PAYROLL, CannotDeliver, CannotRelease, DeliveryState
from gapura.sectors.withholding.wording import describe_fault, describe_file

ROWS_ON_A_PAGE = 20
_LOOK_AGAIN_SECONDS = 3
Page = Callable[..., HttpResponse]


def _for_reporters(page: Page) -> Page:
    """Who reports, and the rows under the number they report with: an agency's stand under its number, not its code."""

    @wraps(page)
    def show(request: HttpRequest, **parts: Any) -> HttpResponse:
        actor = get_actor(request)
        if not reports_for(actor):
            actor = access_official(request, PAYROLL)
        scope, reporter = current_scope(), require_reporter(actor)
        with scoped(replace(scope, persons=(*scope.persons, reporter))):
            return page(request, actor, **parts)

    return show


@require_safe
@_for_reporters
def show_deliveries(request: HttpRequest, actor: Actor) -> HttpResponse:
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    sent = list_deliveries(actor, before=before, limit=ROWS_ON_A_PAGE + 1)
    older = sent[ROWS_ON_A_PAGE - 1].pk if len(sent) > ROWS_ON_A_PAGE else None
    return render(request, "withholding/reporting.html", {"sent": sent[:ROWS_ON_A_PAGE], "older": older})


@require_http_methods(["GET", "POST"])
@_for_reporters
def deliver(request: HttpRequest, actor: Actor) -> HttpResponse:
    today = local_day(clock.now(), settings.TIME_ZONE)
    form = DeliveryForm(today=today)
    if request.method == "POST":
        form = DeliveryForm(request.POST, request.FILES, today=today)
        if form.is_valid() and (number := _submit(request, actor, form)):
            return redirect("withholding:delivery", number)
    return render(request, "withholding/deliver.html", {"form": form, "columns": COLUMNS, "terms": get_terms()})


def _submit(request: HttpRequest, actor: Actor, form: DeliveryForm) -> str | None:
    """The number of the delivery; None where the form now says why there is none."""
    given = dict(form.cleaned_data)
    content = given.pop("file").read()
    try:
        delivery, is_new = submit_delivery(
            actor=actor,
            reporter_name=find_reporter_name(actor=actor, now=clock.now()),
            content=content,
            now=clock.now(),
            **given,
        )
    except CannotDeliver as refusal:
        form.add_error("file", str(refusal))
        return None
    if not is_new:
        messages.info(request, _("You sent this very file before. This is what became of it."))
    return delivery.number


@require_safe
@never_cache
@_for_reporters
def show_delivery(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    delivery = access_delivery(actor, number)
    findings = [(one.line, one.column, describe_fault(one.fault)) for one in list_findings(delivery)]
    context = {"delivery": delivery, "findings": findings, "file_words": describe_file(delivery)}
    response = render(request, "withholding/delivery.html", context)
    if delivery.state == DeliveryState.WAITING:
        response["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response


@require_http_methods(["GET", "POST"])
@never_cache
@_for_reporters
def show_tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    form, value = TokenForm(use_required_attribute=False), ""
    if request.method == "POST":
        form = TokenForm(request.POST, use_required_attribute=False)
        if form.is_valid():
            _token, value = issue_token(
                actor=actor,
                reporter_name=find_reporter_name(actor=actor, now=clock.now()),
                label=form.cleaned_data["label"],
                now=clock.now(),
            )
            form = TokenForm(use_required_attribute=False)
    context = {"form": form, "tokens": list_tokens(actor, now=clock.now()), "value": value}
    return render(request, "withholding/tokens.html", context)


@require_POST
@_for_reporters
def stop_token(request: HttpRequest, actor: Actor, token_id: int) -> HttpResponse:
    end_token(actor=actor, token_id=token_id, now=clock.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("withholding:tokens")


@require_safe
@_for_reporters
def show_received(request: HttpRequest, actor: Actor) -> HttpResponse:
    received = list_received(actor)
    return render(request, "withholding/received.html", {"received": received})


@require_POST
@_for_reporters
def use(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    try:
        use_release(actor=actor, number=number, now=clock.now())
    except CannotRelease as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("It is in your payroll now. The person sees that you use it."))
    return redirect("withholding:received")
