"""A resident's bill: what it is for, how to pay it, what came and what went back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.payments.actions import begin_payment, inquire_intent, seal_receipt
from gapura.kernel.payments.forms import PayForm
from gapura.kernel.payments.models import Bill
from gapura.kernel.payments.plugin import find_bill_origin, list_payment_providers
from gapura.kernel.payments.queries import (
    access_bill,
    find_latest_intent,
    find_live_intent,
    get_balance,
    list_payments_of,
    list_refunds_of,
)
from gapura.kernel.payments.types import (
    AccountKind,
    BankUnavailable,
    BillNotFound,
    BillStatus,
    CannotGiveReceipt,
    CannotPay,
)


@require_http_methods(["GET", "HEAD", "POST"])
def show_bill(request: HttpRequest, number: str) -> HttpResponse:
    """The bill. Sending the form makes the bank ready; the page then leads there by a link."""
    actor = access_resident(request)
    bill = _find_bill(actor, number)
    form = PayForm(request.POST if request.method == "POST" else None, providers=list_payment_providers())
    if form.is_valid() and _begin(request, actor, bill, form):
        return redirect("payments:bill", bill.number)
    context = {
        "bill": bill,
        "origin": find_bill_origin(bill.service_code),
        "form": form,
        "intent": find_live_intent(bill) if bill.status == BillStatus.OPEN else None,
        "payments": list_payments_of(bill),
        "refunds": list_refunds_of(bill),
        "held": get_balance(AccountKind.HELD, bill=bill),
    }
    return render(request, "payments/bill.html", context)


def _begin(request: HttpRequest, actor: Actor, bill: Bill, form: PayForm) -> bool:
    back = settings.GAPURA_PUBLIC_ADDRESS + reverse("payments:back", args=[bill.number])
    bank = form.cleaned_data["provider"]
    try:
        begin_payment(actor=actor, number=bill.number, provider_code=bank, return_address=back, now=clock.now())
    except CannotPay as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
def come_back(request: HttpRequest, number: str) -> HttpResponse:
    """Where the bank sends people after paying. Nothing in the address is believed: the bank is asked."""
    actor = access_resident(request)
    bill = _find_bill(actor, number)
    intent = find_latest_intent(bill)
    try:
        if intent is not None:
            inquire_intent(actor=system_actor("treasury"), reference=intent.reference, now=clock.now())
    except BankUnavailable:
        messages.info(request, _("The bank has not told us yet. This page shows the payment as soon as it does."))
    return redirect("payments:bill", number)


@require_POST
def get_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Seals the receipt, or finds the one that stands, and leads to its file."""
    actor = access_resident(request)
    try:
        return redirect("portal:document-file", seal_receipt(actor=actor, number=number, now=clock.now()))
    except BillNotFound as absence:
        raise Http404 from absence
    except CannotGiveReceipt as refusal:
        messages.error(request, str(refusal))
        return redirect("payments:bill", number)


def _find_bill(actor: Actor, number: str) -> Bill:
    try:
        return access_bill(actor, number)
    except BillNotFound as absence:
        raise Http404 from absence
