"""The pages of a public terminal: nobody's until somebody signs in, nobody's again as soon as they go."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.kernel.catalogue.queries import get_limit, list_services
from gapura.kernel.catalogue.types import DecisionMode

COOKIE = "kiosk"
PATHS = ("kiosk", "sign-in", "sign-out", "language", "services", "cases", "documents", "payments")
"""What a terminal is for. Whatever else the portal has is for one's own device."""


def idle_limit() -> timedelta:
    """After how long without a touch a terminal asks whether somebody is there."""
    return timedelta(seconds=get_limit("kiosk_idle_seconds"))


def warning_limit() -> timedelta:
    """How long it then waits for an answer."""
    return timedelta(seconds=get_limit("kiosk_warning_seconds"))


def is_kiosk(request: HttpRequest) -> bool:
    """Whether a terminal asks: it was opened at ``/kiosk/``, and its browser has not been closed since."""
    return COOKIE in request.COOKIES


@require_safe
def show_start(request: HttpRequest) -> HttpResponse:
    """The terminal's first page. Whoever was signed in at the terminal is so no longer, and nothing of them is left."""
    left = [name for name in request.COOKIES if name != COOKIE] if is_kiosk(request) else []
    if left:
        logout(request)
        rotate_token(request)
    response = render(request, "portal/kiosk.html")
    for name in left:
        response.delete_cookie(name)
    if request.headers.get("Sec-Fetch-Site", "none") != "cross-site":  # no other site makes a terminal of one's phone
        response.set_cookie(COOKIE, "1", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response


@require_safe
def show_services(request: HttpRequest) -> HttpResponse:
    """What a terminal gives at once: papers that the registers alone decide."""
    services = [
        service
        for service in list_services(on=clock.today(settings.TIME_ZONE))
        if service.output and service.decision.mode is DecisionMode.AUTOMATIC
    ]
    return render(request, "portal/kiosk_services.html", {"services": services})


@require_safe
def ask_presence(request: HttpRequest) -> HttpResponse:
    """Is somebody still there? Without an answer the terminal begins anew."""
    asked = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    back = asked if is_ours else reverse("portal:kiosk-services")
    return render(request, "portal/kiosk_pause.html", {"back": back, "seconds": warning_limit().seconds})
