"""Names, times and traces every request; and answers what must be answered while the database is down."""

import re
import secrets
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from gapura.foundation.telemetry import REQUESTS, request_id, tracer

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
WITHOUT_DATABASE = ("/status/", "/health/", "/metrics")

Next = Callable[[HttpRequest], HttpResponse]


class ObservingMiddleware:
    """Outermost: whatever happens below is counted under the route's template, never under the path itself."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        token, started = request_id.set(name), perf_counter()
        method = request.method if request.method in _METHODS else "OTHER"
        try:
            with tracer.start_as_current_span("gapura.request", record_exception=False) as span:
                response = self.get_response(request)
                route = request.resolver_match.route if request.resolver_match else "none"
                span.set_attributes({"http.route": route, "http.response.status_code": response.status_code})
        finally:
            request_id.reset(token)
        REQUESTS.labels(method, route, str(response.status_code)).observe(perf_counter() - started)
        response.headers["X-Request-ID"] = name
        return response


class WithoutDatabaseMiddleware:
    """Health, figures and the status page: no session, no account, no query before the view."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(WITHOUT_DATABASE):
            return self.get_response(request)
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return HttpResponse(status=404)
        language = request.GET.get("language", "")
        if not translation.check_for_language(language):
            language = translation.get_language_from_request(request)
        with translation.override(language):
            view, given, named = request.resolver_match
            return view(request, *given, **named)
