"""A consumer's own cash receipts and consent; a seller's report of one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.identity.queries import access_resident
from gapura.sectors.invoicing.actions import give_consent, report_receipt, stop_consent
from gapura.sectors.invoicing.forms import ReceiptForm
from gapura.sectors.invoicing.queries import find_consent, list_receipts, list_reported
from gapura.sectors.invoicing.rules.amounts import cents
from gapura.sectors.invoicing.types import CannotIssue, CannotReport


@require_safe
def show_receipts(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    return render(request, "invoicing/receipts.html", {"consent": find_consent(actor), "rows": list_receipts(actor)})


@require_POST
def change_consent(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    if request.POST.get("do") == "give":
        give_consent(actor=actor, now=clock.now())
        messages.success(request, _("From now on sellers may report your receipts when you tell them your number."))
    else:
        stop_consent(actor=actor, now=clock.now())
        messages.success(request, _("Stopped. No seller can report a receipt of yours any more."))
    return redirect("invoicing:receipts")


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    actor, today = access_resident(request), clock.today(settings.TIME_ZONE)
    rows = list_reported(actor)
    form = ReceiptForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        given = form.cleaned_data | {"gross": cents(form.cleaned_data["gross"]), "tax": cents(form.cleaned_data["tax"])}
        try:
            report_receipt(actor=actor, now=clock.now(), **given)
        except (CannotReport, CannotIssue) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Reported. Your customer sees it under their receipts."))
            return redirect("invoicing:report")
    return render(request, "invoicing/report.html", {"form": form, "rows": rows})
