"""Headers that hold the browser to what our pages need (ASVS 5.0 V3.4), and a page without the database."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
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
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "report-uri /browser-reports/",
        "report-to house",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
    ),
    "Reporting-Endpoints": 'house="/browser-reports/"',
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
RETRY_AFTER_SECONDS = "30"
_SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_OUR_PAGES = frozenset(("same-origin", "none"))


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
        if _ends_session(response):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 with a time to return when the database does not answer; every other error stays a 500."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("The database does not answer: %s", request.path, exc_info=exception)
        response = HttpResponse(render_to_string("503.html"), status=503)
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response


def _ends_session(response: HttpResponse) -> bool:
    """Whether the browser is told to forget its session: signed out, too long idle, stopped, or ended elsewhere."""
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and cookie["max-age"] == 0


class OurPagesOnlyMiddleware:
    """Only our own pages change something or load what is personal (Fetch Metadata; ASVS 5.0 V3.5.8).

    Machines and old browsers send no such header and meet the other checks. An address that other sites may post to
    is exempt from the form's secret, and so from this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        asks_here = request.headers.get("Sec-Fetch-Site", "none") in _OUR_PAGES
        if asks_here or getattr(view, "csrf_exempt", False):
            return None
        is_link = request.headers.get("Sec-Fetch-Dest", "document") == "document"
        is_personal = settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.method in _SAFE_METHODS and (is_link or not is_personal):
            return None  # a link on another site leads here; what everybody may read, scripts of other sites may read
        return HttpResponse(render_to_string("403.html"), status=403)


class ZeroByteMiddleware:
    """Text with a zero byte is nonsense everywhere; PostgreSQL would stumble over it where SQLite keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        sent = (request.GET, request.POST) if request.method == "POST" else (request.GET,)
        if "\0" in request.path or any(
            "\0" in value for part in sent for _, values in part.lists() for value in values
        ):
            raise Http404
