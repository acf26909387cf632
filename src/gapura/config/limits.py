"""What may be asked how often, by one account, one browser, one network, and all strangers together."""

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from gapura.foundation.rate_limits import Buckets, Rate
from gapura.kernel.identity.actions.sign_in import DEVICE_SALT
from gapura.kernel.identity.origins import DEVICE_DAYS, origin_of


@dataclass(frozen=True, slots=True)
class Limit:
    """``one``: an account, or a browser that signed in here before. ``network``: all others of an IPv4 /24 or IPv6 /48,
    where a telephone company may stand behind one address. ``strangers``: all of them, of all networks.

    Strangers never use up what belongs to an account or a known browser: no flood locks a person out.
    """

    name: str
    routes: frozenset[str]
    methods: frozenset[str]
    one: Rate
    network: Rate
    strangers: Rate


def _limit(name: str, methods: str, routes: str, *, one: Rate, network: Rate, strangers: Rate) -> Limit:
    return Limit(name, frozenset(routes.split()), frozenset(methods.split()), one, network, strangers)


LIMITS = (
    _limit(
        "sign-in",
        "POST",
        "identity:sign-in identity:passkey-sign-in identity:activate identity:phone-sign-in identity:confirm-phone "
        "mfa_authenticate account_login",
        one=Rate(30, 600),
        network=Rate(120, 600),
        strangers=Rate(1_200, 60),
    ),
    # Nobody reads and fills in a form in less: six at once, then one each ten seconds (ASVS 2.4.2).
    _limit("application", "POST", "cases:apply", one=Rate(6, 60), network=Rate(30, 600), strangers=Rate(600, 60)),
    _limit(
        "verification",
        "GET HEAD",
        "documents:verify-code",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(6_000, 60),
    ),
    # A rule is reckoned and a question chosen for whoever asks: work that nobody needs a hundred times a minute.
    _limit(
        "law",
        "GET HEAD",
        "law:rule law:benefits",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(1_200, 60),
    ),
    _limit(
        "filled law",
        "POST",
        "law:go-on-with-benefits",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(1_200, 60),
    ),
    # Each asks several registers about a whole family.
    _limit(
        "household", "POST", "law:fill-in-benefits", one=Rate(6, 60), network=Rate(30, 600), strangers=Rate(600, 60)
    ),
    _limit("upload", "POST", "documents:verify", one=Rate(10, 60), network=Rate(30, 60), strangers=Rate(300, 60)),
    # Each opens a sandbox, or asks the registers about somebody's number.
    _limit(
        "business file",
        "POST",
        "invoicing:upload invoicing:report withholding:deliver",
        one=Rate(20, 60),
        network=Rate(60, 60),
        strangers=Rate(300, 60),
    ),
    # Each opens a sandbox or sets pages; an editor that saves by itself asks twice a minute.
    _limit(
        "office file",
        "GET HEAD POST",
        "office:add-file office:export office:file-page office:calendar-import office:incoming-paper letters:add-file",
        one=Rate(30, 60),
        network=Rate(60, 60),
        strangers=Rate(300, 60),
    ),
    _limit(
        "office editor",
        "POST",
        "office:autosave office:preview",
        one=Rate(60, 60),
        network=Rate(600, 60),
        strangers=Rate(600, 60),
    ),
    _limit(
        "calendar feed",
        "GET HEAD",
        "office:feed",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(3_000, 60),
    ),
    _limit(
        "public documents",
        "GET HEAD",
        "public-documents:list public-documents:csv public-documents:json public-documents:feed",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(3_000, 60),
    ),
    _limit(
        "door code",
        "GET HEAD POST",
        "smart_work:arrive",
        one=Rate(20, 60),
        network=Rate(120, 60),
        strangers=Rate(600, 60),
    ),
    # Programs of businesses, one key a call: as many invoices as a busy shop writes.
    _limit(
        "business program",
        "GET HEAD POST",
        "invoicing:api-submit invoicing:api-invoice withholding:api-deliver withholding:api-delivery",
        one=Rate(600, 60),
        network=Rate(1_200, 60),
        strangers=Rate(6_000, 60),
    ),
    # A number can be guessed and a day too, but not both together, so slowly.
    _limit(
        "card check", "POST", "production:verify-card", one=Rate(20, 60), network=Rate(30, 60), strangers=Rate(300, 60)
    ),
    _limit(
        "shared link",
        "GET HEAD POST",
        "wallet:shared wallet:shared-file",
        one=Rate(30, 60),
        network=Rate(60, 60),
        strangers=Rate(600, 60),
    ),
    _limit(
        "phone wallet",
        "GET HEAD POST",
        "credentials:keys credentials:status credentials:nonce credentials:token credentials:credential "
        "credentials:request credentials:answer wallet:fetch-facts",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(6_000, 60),
    ),
    _limit(
        "browser report",
        "POST",
        "browser-reports",
        one=Rate(20, 60),
        network=Rate(60, 60),
        strangers=Rate(600, 60),
    ),
    _limit(
        "search",
        "GET HEAD",
        "portal:search office:search smart_work:home smart_work:center",
        one=Rate(60, 60),
        network=Rate(300, 60),
        strangers=Rate(3_000, 60),
    ),
    # Sums over all cases: dear for the database, and the figures of a day change little.
    _limit(
        "statistics",
        "GET HEAD",
        "cases:public-statistics cases:public-statistics-csv",
        one=Rate(20, 60),
        network=Rate(60, 60),
        strangers=Rate(120, 60),
    ),
    _limit(
        "look-up",
        "GET HEAD POST",
        "civil:search civil:person justice:search justice:reading",
        one=Rate(60, 60),
        network=Rate(60, 60),
        strangers=Rate(60, 60),
    ),
)
# Whatever else somebody signed in sends: no person clicks faster for long, so nothing in their browser may.
OF_A_PERSON = Rate(60, 60)
_BY_ROUTE = {(route, method): limit for limit in LIMITS for route in limit.routes for method in limit.methods}
buckets = Buckets()


class LimitsMiddleware:
    """429 with the time to return, before a view does any work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        limit = _BY_ROUTE.get((route, request.method or ""))
        if not settings.GAPURA_RATE_LIMITS:
            return None
        wanted = _wanted(limit, request) if limit else _of_a_person(request)
        wait = buckets.take(wanted, time.monotonic()) if wanted else 0
        if not wait:
            return None
        answer = HttpResponse(render_to_string("429.html"), status=429)
        answer.headers["Retry-After"] = str(math.ceil(wait))
        return answer


def _wanted(limit: Limit, request: HttpRequest) -> Sequence[tuple[str, Rate]]:
    if name := _known_name(request):
        return [(f"{limit.name} {name}", limit.one)]
    network = origin_of(request).network
    return [(f"{limit.name} {network}", limit.network), (f"{limit.name} strangers", limit.strangers)]


def _of_a_person(request: HttpRequest) -> Sequence[tuple[str, Rate]]:
    if request.method != "POST" or not request.user.is_authenticated:
        return []
    return [(f"sent account {request.user.pk}", OF_A_PERSON)]


def _known_name(request: HttpRequest) -> str:
    """The account, or the browser by the token it was given after an earlier sign-in; empty for strangers."""
    if request.user.is_authenticated:
        return f"account {request.user.pk}"
    token = request.COOKIES.get(settings.GAPURA_DEVICE_COOKIE_NAME, "")
    try:
        signing.loads(token, salt=DEVICE_SALT, max_age=DEVICE_DAYS * 86400)
    except signing.BadSignature:
        return ""
    return f"device {hashlib.sha256(token.encode()).hexdigest()[:32]}"
