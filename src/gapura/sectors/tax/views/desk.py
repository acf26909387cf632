"""The tax officer's desk: find an account, see its ledger and risk, collect, propose audits, decide what waits."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.sectors.tax.account_pages import present_period
from gapura.sectors.tax.actions.audits import propose_audit
from gapura.sectors.tax.actions.collection import take_step
from gapura.sectors.tax.actions.look_ups import open_look_up
from gapura.sectors.tax.actions.write_offs import propose_write_off
from gapura.sectors.tax.desk_pages import REQUESTS, present_desk, present_looked_up, present_write_off
from gapura.sectors.tax.forms.desk import AuditForm, LookUpForm, WriteOffForm
from gapura.sectors.tax.permissions import require_power
from gapura.sectors.tax.queries.look_ups import access_look_up
from gapura.sectors.tax.queries.statistics import get_total_owed, list_months
from gapura.sectors.tax.types import OFFICER, SUPERVISOR, CannotCollect, TaxRefusal
from gapura.web.tables import as_csv_file


def _enter(request: HttpRequest, *roles: str) -> Actor:
    actor = access_official(request, *roles)
    require_power(actor, *roles)
    return actor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_desk(request: HttpRequest) -> HttpResponse:
    """What waits, whose risk is high, and the door to one account."""
    actor = _enter(request, OFFICER, SUPERVISOR)
    initial = {"taxpayer": request.GET.get("taxpayer", "")}
    form = LookUpForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and (number := _look_up(actor, form)):
        return redirect("tax:look-up", number)
    return render(request, "tax/desk.html", present_desk(actor) | {"form": form})


def _look_up(actor: Actor, form: LookUpForm) -> str | None:
    given = form.cleaned_data
    try:
        look_up = open_look_up(actor=actor, taxpayer=given["taxpayer"], reason=given["reason"], now=clock.now())
    except CannotCollect as refusal:
        form.add_error(None, str(refusal))
        return None
    if not look_up.taxpayer:
        form.add_error(None, _("There is no account of this number. The search has been recorded."))
        return None
    return look_up.number


@never_cache
@require_safe
def show_look_up(request: HttpRequest, number: str) -> HttpResponse:
    """The account looked up, today only and only for who looked it up."""
    actor = _enter(request, OFFICER, SUPERVISOR)
    today = clock.today(settings.TIME_ZONE)
    look_up = access_look_up(actor, number, today=today)
    context = present_looked_up(actor, look_up, today=today) | {"form": AuditForm()}
    return render(request, "tax/desk_account.html", context)


@never_cache
@require_safe
def show_ledger(request: HttpRequest, number: str, tax: str, period: str) -> HttpResponse:
    actor = _enter(request, OFFICER, SUPERVISOR)
    today = clock.today(settings.TIME_ZONE)
    look_up = access_look_up(actor, number, today=today)
    context = present_period(look_up.taxpayer, tax, period) | {"look_up": look_up}
    return render(request, "tax/desk_ledger.html", context)


@require_POST
def collect(request: HttpRequest, number: str, tax: str, period: str, step: str) -> HttpResponse:
    """Take the next step of collection."""
    actor = _enter(request, OFFICER)
    look_up = access_look_up(actor, number, today=clock.today(settings.TIME_ZONE))
    _attempt(
        request,
        lambda: take_step(actor=actor, taxpayer=look_up.taxpayer, tax=tax, period=period, code=step, now=clock.now()),
        _("The step is taken and the taxpayer is told."),
    )
    return redirect("tax:look-up", number)


@require_POST
def propose(request: HttpRequest, number: str, tax: str, period: str) -> HttpResponse:
    """Propose an audit; another person decides."""
    actor = _enter(request, OFFICER)
    look_up = access_look_up(actor, number, today=clock.today(settings.TIME_ZONE))
    form = AuditForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    _attempt(
        request,
        lambda: propose_audit(actor=actor, taxpayer=look_up.taxpayer, tax=tax, period=period, why=why, now=clock.now()),
        _("A second official now decides whether this is examined."),
    )
    return redirect("tax:look-up", number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose_giving_up(request: HttpRequest, number: str, tax: str, period: str) -> HttpResponse:
    """Propose to write off what a period owes; another person decides."""
    actor = _enter(request, OFFICER)
    look_up = access_look_up(actor, number, today=clock.today(settings.TIME_ZONE))
    context = present_write_off(look_up.taxpayer, tax, period)
    form = WriteOffForm(request.POST if request.method == "POST" else None, grounds=context["grounds"])
    if form.is_valid():
        given: dict[str, Any] = {"taxpayer": look_up.taxpayer, "tax": tax, "period": period, **form.cleaned_data}
        try:
            propose_write_off(actor=actor, now=clock.now(), **given)
        except TaxRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("A second official now decides whether this is written off."))
            return redirect("tax:look-up", number)
    return render(request, "tax/desk_write_off.html", context | {"form": form, "look_up": look_up})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_request(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """A refund, a plan or an audit that waits for an officer, and what can be done about it."""
    actor = _enter(request, OFFICER)
    page = REQUESTS[kind]
    waiting = page.access(actor, number)
    form: forms.Form = page.form(request.POST if request.method == "POST" else None)
    if form.is_valid() and _carry_out(page.act, actor, number, request.POST.get("do", ""), form):
        messages.success(request, _("Done. The taxpayer is told where it concerns them."))
        return redirect("tax:desk")
    context = {"form": form, "title": page.title, "facts": page.facts(waiting), "buttons": page.buttons}
    return render(request, "tax/desk_request.html", context)


def _carry_out(act: Callable[..., Any], actor: Actor, number: str, what: str, form: forms.Form) -> bool:
    try:
        act(actor, number, what, form.cleaned_data, clock.now())
    except TaxRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@never_cache
@require_safe
def show_statistics(request: HttpRequest) -> HttpResponse:
    _enter(request, OFFICER, SUPERVISOR)
    figures = list_months(until=clock.today(settings.TIME_ZONE))
    months = [(date_format(one.month, "F Y"), date_format(one.month, "M"), one) for one in figures]
    return render(request, "tax/desk_statistics.html", {"months": months, "owed": get_total_owed()})


@never_cache
@require_safe
def fetch_statistics(request: HttpRequest) -> HttpResponse:
    """The same figures for a spreadsheet."""
    _enter(request, OFFICER, SUPERVISOR)
    figures = list_months(until=clock.today(settings.TIME_ZONE))
    rows = [(f"{one.month:%Y-%m}", one.assessed, one.withheld, one.paid, one.refunded) for one in figures]
    return as_csv_file("tax-accounts", ("month", "assessed", "withheld", "paid", "refunded"), rows)


def _attempt(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    try:
        act()
    except TaxRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
