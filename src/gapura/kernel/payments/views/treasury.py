"""The treasurer's desk: what differs from the bank, and what lies where."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.identity.queries import access_official
from gapura.kernel.payments.actions import close_difference, propose_refund
from gapura.kernel.payments.forms import CloseForm, RefundForm
from gapura.kernel.payments.models import Difference
from gapura.kernel.payments.presentation import ACCOUNTS, DIFFERENCES
from gapura.kernel.payments.queries import (
    access_difference,
    count_open_differences,
    find_payment,
    list_balances,
    list_day_ends,
    list_differences,
    list_revenue,
)
from gapura.kernel.payments.types import TREASURER, BillNotFound, DifferenceKind, PaymentRefusal, RefundGround


@require_safe
def show_treasury(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, TREASURER)
    agency = actor.agency_code or ""
    counts = count_open_differences(agency)
    balances = list_balances()
    context = {
        "differences": [(one, DIFFERENCES[DifferenceKind(one.kind)]) for one in list_differences(actor)],
        "counted": [((str(title), str(title)[:9]), counts.get(kind, 0)) for kind, title in DIFFERENCES.items()],
        "balances": [(ACCOUNTS[kind], owner, balance) for (kind, owner), balance in balances.items()],
        "sum": sum(balances.values()),
        "revenue": list_revenue().get(agency, 0),
        "agency": get_agency(agency),
        "day_ends": list_day_ends(),
    }
    return render(request, "payments/treasury.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_difference(request: HttpRequest, difference_id: int, action: str = "") -> HttpResponse:
    """One difference: say how it was cleared up, or propose that its money goes back."""
    actor = access_official(request, TREASURER)
    try:
        difference = access_difference(actor, difference_id)
    except BillNotFound as absence:
        raise Http404 from absence
    sent = request.POST if request.method == "POST" else None
    forms: dict[str, CloseForm | RefundForm] = {"close": CloseForm(sent if action == "close" else None)}
    payment = find_payment(difference.provider, difference.transaction_id)
    if payment is not None:
        forms["refund"] = RefundForm(sent if action == "refund" else None)
    form = forms.get(action)
    if form is not None and form.is_valid() and _carry_out(request, actor, difference, action, form):
        return redirect("payments:treasury")
    context = {"difference": difference, "title": DIFFERENCES[DifferenceKind(difference.kind)], "forms": forms}
    return render(request, "payments/difference.html", context)


def _carry_out(
    request: HttpRequest, actor: Actor, difference: Difference, action: str, form: CloseForm | RefundForm
) -> bool:
    """Whether it was done; if not, the form says why."""
    given, now = form.cleaned_data, clock.now()
    try:
        if action == "refund":
            propose_refund(
                actor=actor,
                provider=difference.provider,
                transaction_id=difference.transaction_id,
                ground=RefundGround(given["ground"]),
                reason=given["reason"],
                now=now,
            )
            messages.success(request, _("A second official now decides whether the money goes back."))
        else:
            close_difference(actor=actor, pk=difference.pk, note=given["note"], now=now)
            messages.success(request, _("The difference is cleared up."))
    except BillNotFound:
        form.add_error(None, _("This money is not yours to give back."))
        return False
    except PaymentRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
