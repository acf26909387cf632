"""The registrar's desk: the agency's sites, a new one, a new secret, the end of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.federation.actions import end_client, propose_client, renew_secret
from gapura.kernel.federation.forms import ClientForm
from gapura.kernel.federation.models import Client
from gapura.kernel.federation.permissions import REGISTRAR
from gapura.kernel.federation.queries import access_client, access_clients, list_claims
from gapura.kernel.federation.types import CannotRegisterClient
from gapura.kernel.identity.queries import access_official
from gapura.web.languages import reader_language


@require_safe
def list_clients(request: HttpRequest) -> HttpResponse:
    """The sites of one's own agency."""
    actor = access_official(request, REGISTRAR)
    return render(request, "federation/clients.html", {"clients": list(access_clients(actor))})


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """A new site, for another registrar to decide."""
    actor = access_official(request, REGISTRAR)
    form = ClientForm(request.POST if request.method == "POST" else None, language=reader_language())
    if form.is_valid():
        try:
            propose_client(actor=actor, terms=form.get_terms(actor.agency_code or ""), now=clock.now())
        except CannotRegisterClient as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The site is proposed. Another registrar of your office decides."))
            return HttpResponseRedirect(reverse("federation:clients"))
    return render(request, "federation/propose_client.html", {"form": form})


@require_safe
def show_client(request: HttpRequest, client_id: str) -> HttpResponse:
    """One site of the agency."""
    client = access_client(access_official(request, REGISTRAR), client_id)
    return _show(request, client)


@require_POST
def make_secret(request: HttpRequest, client_id: str) -> HttpResponse:
    """A new secret, shown this once."""
    actor = access_official(request, REGISTRAR)
    client = access_client(actor, client_id)
    try:
        secret = renew_secret(actor=actor, client=client)
    except CannotRegisterClient as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("federation:client", args=[client_id]))
    return _show(request, client, secret)


@require_POST
def end(request: HttpRequest, client_id: str) -> HttpResponse:
    """Nobody signs in there any more."""
    end_client(actor=access_official(request, REGISTRAR), client_id=client_id, now=clock.now())
    messages.success(request, _("Nobody signs in at this site with Gapura any more."))
    return HttpResponseRedirect(reverse("federation:clients"))


def _show(request: HttpRequest, client: Client, secret: str = "") -> HttpResponse:
    known = list_claims()
    facts = [known[code].title for code in client.claims if code in known]
    return render(request, "federation/client.html", {"client": client, "facts": facts, "secret": secret})
