"""A taxpayer's account: what is owed and why, paying, getting back, paying later. The address never names a person."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.identity.queries import access_resident
from gapura.sectors.tax.account_pages import present_account, present_period
from gapura.sectors.tax.actions.installments import ask_for_plan
from gapura.sectors.tax.actions.payments import issue_tax_bill
from gapura.sectors.tax.actions.refunds import list_bank_accounts, request_refund
from gapura.sectors.tax.forms.accounts import PayForm, PlanForm, RefundForm
from gapura.sectors.tax.queries.accounts import access_account
from gapura.sectors.tax.queries.ledger import get_balance, list_balances
from gapura.sectors.tax.types import AccountNotFound, CannotChangeAccount

OWN = "me"


@never_cache
@require_safe
def show_account(request: HttpRequest, owner: str = OWN) -> HttpResponse:
    actor, taxpayer = _enter(request, owner)
    today = clock.today(settings.TIME_ZONE)
    context = present_account(actor, taxpayer, today=today) | {"owner": owner, "today": today}
    return render(request, "tax/account.html", context)


@never_cache
@require_safe
def show_period(request: HttpRequest, owner: str, tax: str, period: str) -> HttpResponse:
    """Every posting of one tax and period, newest first."""
    _actor, taxpayer = _enter(request, owner)
    context = present_period(taxpayer, tax, period)
    if not context["entries"]:
        raise Http404
    return render(request, "tax/period.html", context | {"owner": owner, "today": clock.today(settings.TIME_ZONE)})


@require_POST
def pay(request: HttpRequest, owner: str) -> HttpResponse:
    """The treasury's bill for what is owed now, or for the next part of a plan; the person pays there."""
    actor, taxpayer = _enter(request, owner)
    form = PayForm(request.POST)
    if not form.is_valid():
        return redirect("tax:accounts", owner)
    amount = form.cleaned_data["amount"]
    bill = _attempt(request, lambda: issue_tax_bill(actor=actor, taxpayer=taxpayer, amount=amount, now=clock.now()))
    return redirect("payments:bill", bill.number) if bill else redirect("tax:accounts", owner)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay_later(request: HttpRequest, owner: str) -> HttpResponse:
    """Ask for installments or a later day."""
    actor, taxpayer = _enter(request, owner)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _ask(request, actor, taxpayer, form):
        messages.success(request, _("Your request was sent. An officer decides; you will get a message."))
        return redirect("tax:accounts", owner)
    owed = sum(balance.owed for balance in list_balances(taxpayer))
    return render(request, "tax/plan.html", {"form": form, "owner": owner, "owed": owed})


def _ask(request: HttpRequest, actor: Actor, taxpayer: str, form: PlanForm) -> bool:
    given = form.cleaned_data
    try:
        ask_for_plan(
            actor=actor,
            taxpayer=taxpayer,
            months=given["months"],
            is_deferral=given["way"] == "later",
            reason=given["reason"],
            now=clock.now(),
        )
    except CannotChangeAccount as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, owner: str, tax: str, period: str) -> HttpResponse:
    """To which of the taxpayer's own bank accounts; other debts are settled first, and the page says so."""
    actor, taxpayer = _enter(request, owner)
    balance = get_balance(taxpayer, tax, period)
    if not balance.credit:
        raise Http404
    try:
        accounts = list_bank_accounts(actor=actor, taxpayer=taxpayer, now=clock.now())
    except ExchangeRefusal:
        messages.error(request, _("The banks' register does not answer now. Try again later; nothing is lost."))
        return redirect("tax:accounts", owner)
    form = RefundForm(request.POST if request.method == "POST" else None, accounts=accounts)
    if form.is_valid():
        return _request_refund(request, actor, taxpayer, owner, tax, period, form.cleaned_data["account_number"])
    others = sum(one.owed for one in list_balances(taxpayer))
    context = {"form": form, "owner": owner, "balance": balance, "accounts": accounts, "others": others}
    return render(request, "tax/refund.html", context)


def _request_refund(
    request: HttpRequest, actor: Actor, taxpayer: str, owner: str, tax: str, period: str, number: str
) -> HttpResponse:
    def ask() -> bool:
        asked = request_refund(
            actor=actor, taxpayer=taxpayer, tax=tax, period=period, account_number=number, now=clock.now()
        )
        if asked is None:
            messages.info(request, _("Everything settled other tax debts, so nothing is left to pay back."))
        else:
            messages.success(request, _("Your request was sent. An officer decides; you will get a message."))
        return True

    _attempt(request, ask)
    return redirect("tax:accounts", owner)


def _enter(request: HttpRequest, owner: str) -> tuple[Actor, str]:
    """Who asks, and the number behind ``owner``; somebody else's looks like one that does not exist."""
    actor = access_resident(request)
    taxpayer = actor.person_number or "" if owner == OWN else owner
    try:
        return actor, access_account(actor, taxpayer, on=clock.today(settings.TIME_ZONE))
    except AccountNotFound as absence:
        raise Http404 from absence


def _attempt(request: HttpRequest, act: Callable[[], Any]) -> Any:
    """What came of it, or None with the reason on the next page."""
    try:
        return act()
    except CannotChangeAccount as refusal:
        messages.error(request, str(refusal))
        return None
