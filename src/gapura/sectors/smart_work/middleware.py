"""The gate of the desk: from outside the office nobody sees pages of their post without a session from elsewhere."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.actions import record_denial
from gapura.kernel.identity.queries import find_actor, get_address, get_whereabouts
from gapura.sectors.smart_work.models import RemoteSession
from gapura.sectors.smart_work.networks import is_at_office
from gapura.sectors.smart_work.queries import find_remote_session

SESSION_KEY = "smart_work.remote"
OPEN_ELSEWHERE = frozenset(
    f"{module}{name}"
    for module, names in (
        ("smart_work:", ("remote", "home", "center", "booking", "arrive", "figures", "csv")),
        ("identity:", ("sign-in", "passkey-sign-in", "step-up", "weak-proof", "sign-out", "capacity", "language")),
        ("identity:", ("security", "stop", "stop-by-link", "end-session", "end-sessions")),
        ("account_", ("login", "logout", "reauthenticate")),
        ("mfa_", ("authenticate", "reauthenticate", "reauthenticate_webauthn", "index")),
        ("appointments:", ("end-power",)),
        ("mandates:", ("stop",)),
        ("portal:", ("home", "help", "about", "privacy", "accessibility")),
        ("operations:", ("status",)),
        ("", ("browser-reports", "openapi")),
    )
    for name in names
)
"""What an official may open from anywhere: the way to a session, their own seats and account, pages about nobody."""


class OfficeGateMiddleware:
    """Runs after the session was resumed. The address is the one that identity believes, never a header as it came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = find_actor(request)
        if actor is not None and SESSION_KEY in request.session:
            request.remote_session = find_open_session(request, actor)  # type: ignore[attr-defined]  # read by the banner
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        actor = find_actor(request)
        if actor is None or actor.kind is not ActorKind.OFFICIAL or _name_of(request) in OPEN_ELSEWHERE:
            return None
        if getattr(request, "remote_session", None) or is_at_office(actor.agency_code or "", get_address(request)):
            return None
        record_denial(actor=actor, path=request.path)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        return HttpResponseRedirect(f"{reverse('smart_work:remote')}?{urlencode({'next': back, 'held': '1'})}")


def find_open_session(request: HttpRequest, actor: Actor) -> RemoteSession | None:
    """The session that this browser opened here; None when it is over, or network or device is another one."""
    number, here = request.session.get(SESSION_KEY, ""), get_whereabouts(request)
    return find_remote_session(actor, number, here, now=clock.now()) if number else None


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
