"""A request for information at the desk: what was asked, and the public papers that answer it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.cases.actions import extend_term
from gapura.kernel.cases.types import CannotChangeCase
from gapura.kernel.identity.queries import access_official
from gapura.sectors.office.actions.information import choose_answer, drop_answer
from gapura.sectors.office.forms.disclosure import AnswerForm, ExtensionForm
from gapura.sectors.office.queries.information import access_request, can_be_extended, list_answers
from gapura.sectors.office.types import DISCLOSURE_ROLE, CannotDisclose


@require_http_methods(["GET", "HEAD", "POST"])
def show_request(request: HttpRequest, number: str) -> HttpResponse:
    """The request, and the papers chosen for it; deciding it is done on the page of its case."""
    actor = access_official(request, DISCLOSURE_ROLE)
    case = access_request(actor, number)
    form = AnswerForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    if form.is_valid():
        try:
            choose_answer(actor=actor, case_number=number, number=form.cleaned_data["number"], now=clock.now())
        except CannotDisclose as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("This paper answers the request."))
            return redirect("office:information", number)
    context = {
        "case": case,
        "form": form,
        "answers": list_answers(number),
        "extension": ExtensionForm(use_required_attribute=False) if can_be_extended(case) else None,
    }
    return render(request, "office/disclosure_request.html", context)


@require_POST
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Take the further days of the law, with the reason that who asked is told."""
    actor = access_official(request, DISCLOSURE_ROLE)
    access_request(actor, number)
    form = ExtensionForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        extend_term(actor=actor, number=number, reason=reason, now=clock.now())
        messages.success(request, _("The time is extended, and who asked is told."))
    except CannotChangeCase as refusal:
        messages.error(request, str(refusal))
    return redirect("office:information", number)


@require_POST
def drop(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_official(request, DISCLOSURE_ROLE)
    drop_answer(actor=actor, case_number=number, code=request.POST.get("code", ""), now=clock.now())
    return redirect("office:information", number)
