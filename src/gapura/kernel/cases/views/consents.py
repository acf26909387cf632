"""What others ask a resident to agree to, over HTTP."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.cases.actions import answer_consent
from gapura.kernel.cases.queries import get_consent_request, list_consents, list_said
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound
from gapura.kernel.identity.plugin import find_name
from gapura.kernel.identity.queries import access_resident, require_assurance

AGREE, REFUSE = "agree", "refuse"


@require_safe
def list_mine(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    consents = list_consents(actor, on=clock.today(settings.TIME_ZONE))
    return render(request, "cases/consents.html", {"consents": consents})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Who asks, what for, and what the form says; then two buttons. Signing is as strong as the service wants."""
    actor, today = access_resident(request), clock.today(settings.TIME_ZONE)
    try:
        consent = get_consent_request(actor, number, on=today)
    except CaseNotFound as absence:
        raise Http404 from absence
    if consent.is_open:
        require_assurance(request, consent.service.assurance)
    choice = request.POST.get("choice")
    if request.method != "POST" or choice not in (AGREE, REFUSE):
        name = find_name(consent.applicant, today)
        context = {"consent": consent, "said": list_said(consent.service, consent.answers), "applicant_name": name}
        return render(request, "cases/consent.html", context)
    try:
        answer_consent(actor=actor, number=number, agreed=choice == AGREE, now=clock.now())
    except CannotChangeCase as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You agreed.") if choice == AGREE else _("You refused. The applicant is told."))
    return redirect("cases:consents")
