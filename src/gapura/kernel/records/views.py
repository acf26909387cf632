"""The records officer's desk, and a person's copies of their data."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.identity.queries import access_official, access_resident
from gapura.kernel.records.actions import fetch_copy, propose_hold, propose_lifting, renew_consent, withdraw_consent
from gapura.kernel.records.forms import HoldForm, LiftingForm
from gapura.kernel.records.presentation import present_due, present_hold
from gapura.kernel.records.queries import (
    list_clocks,
    list_consents,
    list_copies_of,
    list_due,
    list_holds,
    list_notices,
    list_withdrawals,
)
from gapura.kernel.records.types import OFFICER, CannotSetHold, CannotWithdrawConsent, HoldReason, HoldScope


@require_safe
def show_desk(request: HttpRequest) -> HttpResponse:
    """Clocks that run, what is due, what is held, and corrections the agency was told of."""
    actor, now = access_official(request, OFFICER), clock.now()
    context = {
        "clocks": list_clocks(now=now),
        "due": [present_due(one) for one in list_due(now)],
        "holds": [present_hold(one) for one in list_holds()],
        "notices": list_notices(actor),
    }
    return render(request, "records/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_hold(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, OFFICER)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        scope = HoldScope(given["person_number"], given["case_number"], given["retention_class"])
        try:
            propose_hold(
                actor=actor,
                reason=HoldReason(given["reason"]),
                reference=given["reference"],
                scope=scope,
                now=clock.now(),
            )
        except CannotSetHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Another records officer has been asked. Until they decide nothing is held."))
            return redirect("records:desk")
    return render(request, "records/hold.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def lift_hold(request: HttpRequest, number: str) -> HttpResponse:
    actor = access_official(request, OFFICER)
    form = LiftingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            propose_lifting(actor=actor, number=number, ground=form.cleaned_data["ground"], now=clock.now())
        except CannotSetHold as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Another records officer has been asked. Until they decide the hold stands."))
            return redirect("records:desk")
    return render(request, "records/lifting.html", {"form": form, "number": number})


@require_safe
def show_copies(request: HttpRequest) -> HttpResponse:
    """What a person may do about their data: ask for it, correct it, fetch it, take back a consent."""
    person_number = str(access_resident(request).person_number)
    context = {
        "copies": list_copies_of(person_number, now=clock.now()),
        "consents": list_consents(person_number, now=clock.now()),
        "withdrawals": list_withdrawals(person_number),
    }
    return render(request, "records/copies.html", context)


@require_safe
def download_copy(request: HttpRequest, code: str) -> HttpResponse:
    copy = fetch_copy(actor=access_resident(request), code=code, now=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="my-data-{copy.code}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(bytes(copy.content), content_type="application/zip", headers=headers)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    consumer, ground = request.POST.get("consumer", ""), request.POST.get("legal_ground", "")
    try:
        withdraw_consent(actor=actor, consumer=consumer, legal_ground=ground, now=clock.now())
    except CannotWithdrawConsent as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("From now on they are given nothing about you on this ground."))
    return redirect("records:copies")


@require_POST
def renew(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    renew_consent(actor=access_resident(request), withdrawal_id=withdrawal_id, now=clock.now())
    messages.success(request, _("You have consented again."))
    return redirect("records:copies")
