"""The buyer answers; the seller takes an invoice back, or puts another in its place."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions import answer_invoice, cancel_invoice, correct_invoice
from gapura.sectors.invoicing.forms import AnswerForm, InvoiceForm, ReasonForm, initial_of, resume
from gapura.sectors.invoicing.models import Invoice
from gapura.sectors.invoicing.permissions import is_seller
from gapura.sectors.invoicing.queries import access_invoice, get_core, get_terms
from gapura.sectors.invoicing.rules.amounts import cents
from gapura.sectors.invoicing.rules.country import list_rates
from gapura.sectors.invoicing.types import BuyerView, CannotChange, CannotIssue
from gapura.sectors.invoicing.views.faults import describe_faults
from gapura.sectors.invoicing.views.writing import MORE_LINES


@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    actor, form = access_resident(request), AnswerForm(request.POST)
    access_invoice(actor, number)
    if not form.is_valid():
        messages.warning(request, _("Say whether the invoice is right."))
        return redirect("invoicing:invoice", number)
    given, declared = form.cleaned_data, form.cleaned_data["declared_tax"]
    try:
        answer_invoice(
            actor=actor,
            number=number,
            view=BuyerView(given["view"]),
            declared_tax=None if declared is None else cents(declared),
            said=given["said"],
            now=clock.now(),
        )
    except CannotChange as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The seller sees your answer."))
    return redirect("invoicing:invoice", number)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_resident(request)
    invoice = _require_seller(actor, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            note = cancel_invoice(actor=actor, number=number, now=clock.now(), **form.cleaned_data)
        except (CannotChange, CannotSealDocument) as refusal:
            return _refused(request, refusal, number)
        messages.success(request, _("Cancelled. This credit note takes the invoice back."))
        return redirect("invoicing:invoice", note.number)
    return render(request, "invoicing/cancel.html", {"invoice": invoice, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """The invoice's own form again, with the reason: what is sent replaces the invoice."""
    actor, today = access_resident(request), clock.today(settings.TIME_ZONE)
    invoice = _require_seller(actor, number)
    if request.method != "POST":
        codes = {(rate.category, rate.percent): rate.code for rate in reversed(list_rates(get_terms(), on=today))}
        form = InvoiceForm(today=today, initial=initial_of(get_core(invoice), codes))
        return _show(request, invoice, form, ReasonForm())
    if request.POST.get("do") == "more":
        begun = resume(request.POST.dict(), more=MORE_LINES)
        return _show(request, invoice, InvoiceForm(today=today, initial=begun), ReasonForm())
    form, reason = InvoiceForm(request.POST.dict(), today=today), ReasonForm(request.POST)
    if not (reason.is_valid() & form.is_whole()):
        return _show(request, invoice, form, reason)
    try:
        made = correct_invoice(
            actor=actor, number=number, new=form.to_invoice(), now=clock.now(), **reason.cleaned_data
        )
    except CannotIssue as refusal:
        return _show(request, invoice, form, reason, refusal)
    except (CannotChange, CannotSealDocument) as refusal:
        return _refused(request, refusal, number)
    messages.success(request, _("Corrected. This invoice takes the place of the earlier one."))
    return redirect("invoicing:invoice", made.number)


def _require_seller(actor: Actor, number: str) -> Invoice:
    invoice = access_invoice(actor, number)
    if not is_seller(actor, invoice):
        raise AccessDenied
    return invoice


def _refused(request: HttpRequest, refusal: Exception, number: str) -> HttpResponse:
    messages.warning(request, str(refusal))
    return redirect("invoicing:invoice", number)


def _show(
    request: HttpRequest, invoice: Invoice, form: InvoiceForm, reason: ReasonForm, refusal: CannotIssue | None = None
) -> HttpResponse:
    context = {"invoice": invoice, "form": form, "reason": reason, "refusal": refusal}
    return render(request, "invoicing/correct.html", context | {"faults": describe_faults(refusal)})
