"""The sites a person is connected with, what each learns, and the way to end that."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.federation.actions import disconnect_site, unlink_outside_sign_in
from gapura.kernel.federation.outside import find_provider
from gapura.kernel.federation.queries import list_claims, list_connections, list_outside_sign_ins
from gapura.kernel.identity.queries import access_resident


@require_safe
def list_sites(request: HttpRequest) -> HttpResponse:
    """Connected sites, and outside sign-ins that open the account."""
    actor = access_resident(request)
    links = [(link, find_provider(link.provider)) for link in list_outside_sign_ins(actor.account_id or 0)]
    claims = list_claims()
    connections = list_connections(actor.person_number or "", now=clock.now())
    context = {
        "connections": [(one, [claims[code].title for code in one.claims if code in claims]) for one in connections],
        "links": [(link, provider.title if provider else {"": link.provider}) for link, provider in links],
    }
    return render(request, "federation/sites.html", context)


@require_POST
def disconnect(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Take back what was agreed to."""
    disconnect_site(actor=access_resident(request), connection_id=connection_id, now=clock.now())
    messages.success(request, _("The site is disconnected. It learns nothing more about you."))
    return HttpResponseRedirect(reverse("federation:sites"))


@require_POST
def unlink(request: HttpRequest, link_id: int) -> HttpResponse:
    """Let an outside sign-in open the account no more."""
    unlink_outside_sign_in(actor=access_resident(request), link_id=link_id, now=clock.now())
    messages.success(request, _("This way to sign in is removed."))
    return HttpResponseRedirect(reverse("federation:sites"))
