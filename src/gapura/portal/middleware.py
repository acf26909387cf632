"""What is different at a public terminal: short sessions, pages that move on by themselves, nothing kept."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from gapura.foundation import clock
from gapura.kernel.identity.queries import is_by_phone
from gapura.portal.kiosk import PATHS, idle_limit, is_kiosk, warning_limit

_SEEN = "kiosk_seen_at"


class KioskMiddleware:
    """Ends a terminal's session after its idle time, whatever the browser does, and lets no page stay or be kept.

    The page moves on by the ``Refresh`` header, which needs no script: first to the question whether somebody is
    there, then to the beginning.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A session that a phone handed over stays a terminal's, whatever becomes of its browser's cookies.
        handed_over = SESSION_KEY in request.session and is_by_phone(request)
        request.kiosk = is_kiosk(request) or handed_over  # type: ignore[attr-defined]  # read by the page shell
        if not request.kiosk:  # type: ignore[attr-defined]
            return self.get_response(request)
        if request.path.split("/")[1] not in PATHS:
            return redirect("portal:kiosk-services")
        is_asking = request.path == reverse("portal:kiosk-pause")
        if self._is_left(request, touches=not is_asking):
            logout(request)
            return redirect("portal:kiosk")
        response = self.get_response(request)
        response["Cache-Control"] = "private, no-store"
        is_page = response.get("Content-Type", "").startswith("text/html") and request.path != reverse("portal:kiosk")
        if is_page and "Refresh" not in response:  # a page that waits for something looks again by itself
            response["Refresh"] = self._next_page(request, is_asking=is_asking)
        return response

    @staticmethod
    def _is_left(request: HttpRequest, *, touches: bool) -> bool:
        """Whether nobody has touched the terminal for too long; a page that came by itself is no touch."""
        if SESSION_KEY not in request.session:
            return False
        now, seen = clock.now(), request.session.get(_SEEN)
        if seen and now - datetime.fromisoformat(seen) > idle_limit() + warning_limit():
            return True
        if touches or not seen:
            request.session[_SEEN] = now.isoformat()
        return False

    @staticmethod
    def _next_page(request: HttpRequest, *, is_asking: bool) -> str:
        if is_asking:
            return f"{warning_limit().seconds}; url={reverse('portal:kiosk')}"
        back = request.get_full_path() if request.method == "GET" else reverse("portal:kiosk-services")
        return f"{idle_limit().seconds}; url={reverse('portal:kiosk-pause')}?{urlencode({'next': back})}"
