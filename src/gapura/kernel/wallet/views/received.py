"""What people sent to an agency, on the desk of its officials, and to a company, for its representative."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.queries import describe_request
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.identity.queries import access_official, access_resident
from gapura.kernel.wallet.actions import fetch_facts, open_delivery
from gapura.kernel.wallet.forms import AttemptForm
from gapura.kernel.wallet.queries import find_receiver_of, list_received, list_shared_with
from gapura.kernel.wallet.types import RECEIVER_ROLE, CannotFetch, CannotOpen
from gapura.kernel.wallet.views.files import hand_out

ROWS_ON_A_PAGE = 50


@require_safe
def show_agency(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, RECEIVER_ROLE)
    shared = list_shared_with(actor, now=clock.now())
    return render(request, "wallet/agency.html", {**_inbox(request, actor), "shared": shared})


@require_POST
def open_facts(request: HttpRequest, number: str) -> HttpResponse:
    """What a person shared, as the registers say it now. Seen on this page alone."""
    actor = access_official(request, RECEIVER_ROLE)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return redirect("wallet:agency")
    try:
        facts = fetch_facts(
            actor=actor, receiver_agency=actor.agency_code or "", number=number, now=clock.now(), **form.cleaned_data
        )
    except CannotFetch as refusal:
        messages.warning(request, str(refusal))
        return redirect("wallet:agency")
    except ProviderUnavailable:
        messages.warning(request, _("A register does not answer now. Try again in some minutes."))
        return redirect("wallet:agency")
    return render(request, "wallet/fetched.html", {"groups": [_titled(*one) for one in facts.items()]})


@require_POST
def open_for_agency(request: HttpRequest, number: str) -> HttpResponse:
    return _open(request, access_official(request, RECEIVER_ROLE), number, "wallet:agency")


@require_safe
def show_company(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    return render(request, "wallet/company.html", _inbox(request, actor))


@require_POST
def open_for_company(request: HttpRequest, number: str) -> HttpResponse:
    return _open(request, access_resident(request), number, "wallet:company")


def _titled(evidence_type: str, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The records with the titles of what they say."""
    titles = {name: describe_request(evidence_type, [name])[1][0] for record in records for name in record}
    return {"title": describe_request(evidence_type, ())[0], "titles": titles, "records": records}


def _inbox(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    received = list_received(actor, now=clock.now(), before=before, limit=ROWS_ON_A_PAGE + 1)
    return {
        "received": received[:ROWS_ON_A_PAGE],
        "older": received[ROWS_ON_A_PAGE - 1].pk if len(received) > ROWS_ON_A_PAGE else None,
        "attempt": AttemptForm(auto_id=False)["attempt"],
        "receiver": find_receiver_of(actor),
    }


def _open(request: HttpRequest, actor: Actor, number: str, inbox: str) -> HttpResponse:
    """The file, once the opening is written; or back to the inbox with the reason."""
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return redirect(inbox)
    try:
        document = open_delivery(actor=actor, number=number, attempt=form.cleaned_data["attempt"], now=clock.now())
    except CannotOpen as refusal:
        messages.warning(request, str(refusal))
        return redirect(inbox)
    return hand_out(document)
