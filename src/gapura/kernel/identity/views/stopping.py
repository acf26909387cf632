"""Stopping one's own account: from the security page, or with the link of a message."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import stop_account
from gapura.kernel.identity.queries import find_account_to_stop, get_actor
from gapura.kernel.identity.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: SignedInRequest) -> HttpResponse:
    """Asks once more, then stops the account that is signed in."""
    actor = get_actor(request)
    if request.method != "POST":
        return render(request, "identity/stop.html", {"state": "asks"})
    stop_account(actor=actor, account_id=request.user.pk, way="page", now=clock.now())
    return _say_stopped(request)


@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_link(request: SignedInRequest, token: str) -> HttpResponse:
    """The same without signing in. Opening the link stops nothing: programs that read mail open links too."""
    account = find_account_to_stop(token)
    if account is None:
        return render(request, "identity/stop.html", {"state": "spent"}, status=410)
    if request.method != "POST":
        return render(request, "identity/stop.html", {"state": "asks"})
    stop_account(actor=system_actor("stop link"), account_id=account.pk, way="link", now=clock.now())
    return _say_stopped(request)


def _say_stopped(request: HttpRequest) -> HttpResponse:
    logout(request)
    request.actor = None  # type: ignore[attr-defined] # nobody is signed in on the page that says so
    return render(request, "identity/stop.html", {"state": "stopped"})
