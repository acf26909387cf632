"""Writing an invoice: fill in, look at what it comes to, issue. Works without JavaScript."""

from collections.abc import Mapping

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
from gapura.sectors.invoicing.actions import drop_draft, issue_invoice, save_draft
from gapura.sectors.invoicing.actions.issuing import prepare
from gapura.sectors.invoicing.forms import InvoiceForm, resume
from gapura.sectors.invoicing.queries import access_draft, get_terms, require_business
from gapura.sectors.invoicing.types import CannotIssue
from gapura.sectors.invoicing.views.faults import describe_faults

MORE_LINES = 3
_OWN = ("csrfmiddlewaretoken", "do")


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """``do`` says which button: more lines, save, check, or issue. ``draft``: go on with a saved one."""
    actor, today = access_resident(request), clock.today(settings.TIME_ZONE)
    require_business(actor)
    draft_id = _number(request.GET.get("draft", ""))
    if request.method != "POST":
        begun = resume(access_draft(actor, draft_id).form) if draft_id else None
        return _show(request, InvoiceForm(today=today, initial=begun))
    do = request.POST.get("do", "check")
    if do in ("more", "change"):
        begun = resume(_sent(request), more=MORE_LINES if do == "more" else 0)
        return _show(request, InvoiceForm(today=today, initial=begun))
    if do == "save":
        return _save(request, actor, draft_id)
    form = InvoiceForm(_sent(request), today=today)
    if not form.is_whole():
        return _show(request, form)
    return _issue(request, actor, form, draft_id) if do == "issue" else _check(request, actor, form)


@require_POST
def drop(request: HttpRequest, draft_id: int) -> HttpResponse:
    drop_draft(actor=access_resident(request), draft_id=draft_id)
    messages.success(request, _("The draft is gone."))
    return redirect("invoicing:sales")


def _save(request: HttpRequest, actor: Actor, draft_id: int | None) -> HttpResponse:
    save_draft(actor=actor, form=_sent(request), draft_id=draft_id, now=clock.now())
    messages.success(request, _("Saved. You find it under drafts."))
    return redirect("invoicing:sales")


def _check(request: HttpRequest, actor: Actor, form: InvoiceForm) -> HttpResponse:
    """What the invoice would say, before anything is issued."""
    new = form.to_invoice()
    try:
        core = prepare(actor, new, now=clock.now())
    except CannotIssue as refusal:
        return _show(request, form, refusal)
    context = {"core": core, "new": new, "sent": _sent(request), "units": get_terms().units}
    return render(request, "invoicing/check.html", context)


def _issue(request: HttpRequest, actor: Actor, form: InvoiceForm, draft_id: int | None) -> HttpResponse:
    try:
        invoice = issue_invoice(
            actor=actor, new=form.to_invoice(), form_key=form.cleaned_data["form_key"], now=clock.now()
        )
    except CannotIssue as refusal:
        return _show(request, form, refusal)
    except CannotSealDocument:
        form.add_error(None, _("The seal does not answer now. Nothing was issued. Try again in some minutes."))
        return _show(request, form)
    if draft_id:
        drop_draft(actor=actor, draft_id=draft_id)
    messages.success(request, _("Issued. The buyer finds it in their inbox."))
    return redirect("invoicing:invoice", invoice.number)


def _show(request: HttpRequest, form: InvoiceForm, refusal: CannotIssue | None = None) -> HttpResponse:
    context = {"form": form, "refusal": refusal, "faults": describe_faults(refusal)}
    return render(request, "invoicing/write.html", context)


def _sent(request: HttpRequest) -> Mapping[str, str]:
    return {name: value for name, value in request.POST.dict().items() if name not in _OWN}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
