"""Headers that hold the browser to what our pages need (ASVS 5.0 V3.4), and a page without the database."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
RETRY_AFTER_SECONDS = "30"


class SecurityHeadersMiddleware:
    """No script, no style from elsewhere, no frame; nothing a signed-in person sees is stored on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        is_personal = settings.SESSION_COOKIE_NAME in {*request.COOKIES, *response.cookies}
        response.headers.setdefault("Cache-Control", "private, no-store" if is_personal else "no-cache")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 with a time to return when the database does not answer; every other error stays a 500."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("The database does not answer: %s", request.path, exc_info=exception)
        response = HttpResponse(render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response
