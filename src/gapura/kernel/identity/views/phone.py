"""Signing in at a terminal with one's own phone: the page with the code there, the question on the phone."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.identity.actions import PhoneConfirmation, ask_phone, confirm_phone, take_phone
from gapura.kernel.identity.adapters import draw_code
from gapura.kernel.identity.origins import origin_of
from gapura.kernel.identity.queries import BY_PHONE, find_actor, find_phone_sign_in, get_actor, sign_in_level
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.sessions import LIFETIME_AT_TERMINAL, shorten_session
from gapura.kernel.identity.types import PhoneSignInRefused
from gapura.kernel.identity.views.navigation import next_page

_SHOWN = "phone_sign_in"
_LOOK_AGAIN_SECONDS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_by_phone(request: SignedInRequest) -> HttpResponse:
    """At the terminal. Sending the form shows a code; the page then looks by itself whether it was confirmed."""
    now = clock.now()
    if find_actor(request):
        return redirect(next_page(request))
    if request.method == "POST":
        return _show_code(request, _ask(request, now), now)
    shown = request.session.get(_SHOWN)
    if shown is None:
        return render(request, "identity/phone_sign_in.html", {"state": "new", "next": next_page(request)})
    try:
        confirmation = take_phone(secret=shown["secret"], now=now)
    except PhoneSignInRefused:
        del request.session[_SHOWN]
        return render(request, "identity/phone_sign_in.html", {"state": "over", "next": shown["next"]})
    if confirmation is None:
        return _show_code(request, shown, now)
    del request.session[_SHOWN]
    _begin_session(request, confirmation, now)
    return redirect(shown["next"])


def _ask(request: HttpRequest, now: datetime) -> dict[str, str]:
    """A new code, kept in this browser's session and nowhere else."""
    code = ask_phone(origin=origin_of(request), now=now)
    shown = {
        "secret": code.secret,
        "digits": code.digits,
        "expires_at": code.expires_at.isoformat(),
        "next": next_page(request),
    }
    request.session[_SHOWN] = shown
    return shown


def _show_code(request: HttpRequest, shown: dict[str, Any], now: datetime) -> HttpResponse:
    address = settings.GAPURA_PUBLIC_ADDRESS + reverse("identity:confirm-phone", args=[shown["secret"]])
    seconds = int((datetime.fromisoformat(shown["expires_at"]) - now).total_seconds())
    context = {"state": "shown", "picture": draw_code(address), "digits": shown["digits"], "seconds": seconds}
    response = render(request, "identity/phone_sign_in.html", context)
    response["Refresh"] = f"{_LOOK_AGAIN_SECONDS}; url={request.path}"
    return response


def _begin_session(request: SignedInRequest, confirmation: PhoneConfirmation, now: datetime) -> None:
    """A session of its own under a new key, as strong as the phone's but for posts, and soon over."""
    record_authentication(request, confirmation.account, BY_PHONE, level=int(confirmation.level))
    get_adapter().login(request, confirmation.account)
    shorten_session(request, until=now + LIFETIME_AT_TERMINAL)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_on_phone(request: SignedInRequest, secret: str) -> HttpResponse:
    """On the phone, where the person is signed in: which terminal asks, and what it may then do."""
    actor, now = get_actor(request), clock.now()
    asked = find_phone_sign_in(secret, now=now)
    if asked is None:
        return render(request, "identity/phone_confirm.html", {"state": "over"}, status=410)
    if request.method != "POST":
        minutes = int(LIFETIME_AT_TERMINAL.total_seconds() // 60)
        return render(request, "identity/phone_confirm.html", {"state": "asks", "asked": asked, "minutes": minutes})
    try:
        confirm_phone(actor=actor, account=request.user, secret=secret, level=sign_in_level(request), now=now)
    except PhoneSignInRefused:
        return render(request, "identity/phone_confirm.html", {"state": "over"}, status=410)
    return render(request, "identity/phone_confirm.html", {"state": "confirmed"})
