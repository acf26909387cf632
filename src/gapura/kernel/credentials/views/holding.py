"""A person's own: putting a credential into their telephone's wallet, seeing what was issued and shown, stopping it."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.credentials.actions import Offered, offer_credential, stop_credential
from gapura.kernel.credentials.codes import draw_code
from gapura.kernel.credentials.forms import PutForm
from gapura.kernel.credentials.metadata import make_offer
from gapura.kernel.credentials.models import Credential, Showing
from gapura.kernel.credentials.queries import find_kind, get_terms, list_credentials, list_showings_of
from gapura.kernel.credentials.types import CannotIssue, CredentialKind
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.identity.types import AccessDenied


@require_safe
def show_mine(request: HttpRequest) -> HttpResponse:
    actor, now = access_resident(request), clock.now()
    context = {
        "kinds": list(get_terms().kinds.values()),
        "credentials": [_present(one) | {"is_standing": one.is_standing(now)} for one in list_credentials(actor)],
        "showings": [_present_showing(one) for one in list_showings_of(actor)],
    }
    return render(request, "credentials/mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def put(request: HttpRequest, kind: str) -> HttpResponse:
    """Says what will be in it; then the code to scan and its digits, which only the answer to the form shows."""
    actor, declared = access_resident(request), find_kind(kind)
    if declared is None:
        raise AccessDenied
    form = PutForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    if form.is_valid():
        try:
            offered = offer_credential(actor=actor, kind=kind, now=clock.now(), **form.cleaned_data)
        except CannotIssue as refusal:
            form.add_error(None, str(refusal))
        except ExchangeRefusal:
            form.add_error(None, _("A register does not answer now. Try again in some minutes."))
        else:
            return _show_code(request, declared, offered)
    return render(request, "credentials/put.html", {"kind": declared, "form": form})


@require_POST
def stop(request: HttpRequest, number: str) -> HttpResponse:
    stop_credential(actor=access_resident(request), number=number, now=clock.now())
    messages.success(request, _("Stopped. Whoever is shown it from now on reads that it is revoked."))
    return redirect("credentials:mine")


def _show_code(request: HttpRequest, kind: CredentialKind, offered: Offered) -> HttpResponse:
    offer = json.dumps(make_offer(kind.code, offered.secret, len(offered.code)), separators=(",", ":"))
    address = f"openid-credential-offer://?{urlencode({'credential_offer': offer})}"
    context = {"kind": kind, "offered": offered, "address": address, "picture": draw_code(address)}
    return render(request, "credentials/code.html", context)


def _present(credential: Credential) -> dict[str, Any]:
    return {"credential": credential, "kind": find_kind(credential.kind)}


def _present_showing(showing: Showing) -> dict[str, Any]:
    return {
        "showing": showing,
        "terms": get_terms().showings.get(showing.terms),
        "agency": get_agency(showing.agency_code),
    }
