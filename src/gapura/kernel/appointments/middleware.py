"""Adds an emergency power to the actor of a request, for as long as it lasts and marked in everything they do."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from gapura.foundation import clock
from gapura.kernel.appointments.queries import find_power_taken
from gapura.kernel.appointments.rules import marked_label
from gapura.kernel.identity.queries import find_actor


class EmergencyMiddleware:
    """Runs after the session was resumed; the clock of this request decides, so nothing has to end the power."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = find_actor(request)
        taken = find_power_taken(actor, now=clock.now()) if actor else None
        if actor and taken:
            request.power_taken = taken  # type: ignore[attr-defined] # read by the banner
            request.actor = replace(  # type: ignore[attr-defined] # as AccessMiddleware set it
                actor,
                roles=actor.roles | {taken.role},
                label=marked_label(actor.label, taken.access_id, taken.role),
            )
        return self.get_response(request)
