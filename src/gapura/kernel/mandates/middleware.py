"""Gives requests the principal they act for, and closes the pages that nobody uses for another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_actor
from gapura.kernel.mandates.plugin import is_open_for_another
from gapura.kernel.mandates.sessions import represent, resume
from gapura.kernel.mandates.types import ActingFor


class RepresentedRequest(HttpRequest):
    """For annotations only: what requests carry once ActingForMiddleware has seen them."""

    actor: Actor | None
    acting_for: ActingFor | None


class ActingForMiddleware:
    """Stands behind AccessMiddleware: the person is proven first, then whom they act for."""

    def __init__(self, get_response: Callable[[RepresentedRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: RepresentedRequest) -> HttpResponse:
        actor, request.acting_for = find_actor(request), None
        if actor is not None:
            request.acting_for, has_ended = resume(request, actor, now=clock.now())
            if request.acting_for is not None:
                request.actor = represent(actor, request.acting_for)
            if has_ended:
                messages.warning(request, _("Your right to act for somebody else has ended. You act for yourself."))
        if actor is None or request.acting_for is None:
            return self.get_response(request)
        # The scope was set before anybody knew whom the session acts for: their rows are in reach from here on.
        with scoped(Scope(persons=(actor.person_number or "", request.acting_for.principal))):
            return self.get_response(request)

    def process_view(
        self, request: RepresentedRequest, view: Any, arguments: Any, parameters: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.acting_for is None or (match and is_open_for_another(match.view_name)):
            return None
        return render(request, "mandates/closed.html", status=403)
