"""What a page costs the server beyond its frame: home and case page of a signed-in person."""

from collections.abc import Callable
from datetime import date
from statistics import median

from benchmarks.harness import Result, start_django, time_median

NAME = "pages"
SITI, BUDI = "3171014501900001", "3171010203180001"
MOST_QUERIES = 5
MOST_TIMES_EMPTY = 2.0
TURNS = 60


def run() -> list[Result]:
    start_django()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cookie, case_address = _prepare()
    _add_empty_page()
    fetch = _fetcher(cookie)
    results = []
    for page, address in (("home", "/"), ("case page", case_address)):
        with CaptureQueriesContext(connection) as queries:
            fetch(address)()
            asked = len(queries)
        seconds, empty = _time_by_turns(fetch(address), fetch("/empty/"))
        results.append(
            Result(
                name=f"pages, {page}",
                value=1000 * seconds,
                unit="ms",
                against=f"an empty page of the same shell, {1000 * empty:.2f} ms",
                ratio=seconds / empty,
                goal=f"ratio ≤ {MOST_TIMES_EMPTY:g}",
                held=seconds / empty <= MOST_TIMES_EMPTY,
            )
        )
        results.append(
            Result(
                name=f"pages, {page}, queries",
                value=asked,
                unit="queries",
                against="session and account included",
                goal=f"≤ {MOST_QUERIES}",
                held=asked <= MOST_QUERIES,
            )
        )
    return results


def _time_by_turns(page: Callable[[], object], empty: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, taken in turns so that whatever else the machine does slows both alike."""
    turns = [(time_median(page, 3, warm_up=1), time_median(empty, 3, warm_up=1)) for _ in range(TURNS)]
    return median(turn[0] for turn in turns), median(turn[1] for turn in turns)


def _prepare() -> tuple[str, str]:
    """A mother with three cases; her session's cookie and the address of one case."""
    from django.core.management import call_command
    from django.test import Client

    from gapura.foundation import clock
    from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
    from gapura.kernel.cases.actions import submit_application
    from gapura.kernel.catalogue.actions import adopt_declared_agreements
    from gapura.kernel.identity.testing import make_resident, sign_in
    from gapura.sectors.civil.testing import make_family, make_person, make_residence

    call_command("pki_init", verbosity=0)
    make_person(SITI, "Siti Rahayu")
    make_person(BUDI, "Budi Rahayu", birth_on=date(2018, 3, 2), sex="male", mother_number=SITI)
    make_residence(SITI)
    make_family("3171010101150001", {SITI: "head", BUDI: "child"})
    adopt_declared_agreements(actor=system_actor("benchmark"))
    mother = Actor(ActorKind.RESIDENT, "siti", person_number=SITI, assurance=AssuranceLevel.SUBSTANTIAL)
    case = None
    for service_code in ("civil.person-extract", "civil.never-married", "civil.family-card"):
        case = submit_application(
            actor=mother,
            service_code=service_code,
            subject=SITI,
            relation="self",
            answers={},
            language="id",
            idempotency_key=service_code,
            now=clock.now(),
        )
    assert case is not None
    assert case.document_code
    client = Client()
    sign_in(client, make_resident("siti", person_number=SITI))
    return client.cookies.output(header="", sep=";").split(";")[0].strip(), f"/cases/{case.number}/"


def _add_empty_page() -> None:
    """The frame of every page with nothing in it, behind the same middleware."""
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import clear_url_caches, path

    from gapura.config import urls

    template = engines.all()[0].from_string('{% extends "shell/page.html" %}')

    def show_empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse(template.render({}, request))

    urls.urlpatterns.append(path("empty/", show_empty))
    clear_url_caches()


def _fetcher(cookie: str) -> Callable[[str], Callable[[], bytes]]:
    """Requests through the whole WSGI application, without a network."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    application = WSGIHandler()
    factory = RequestFactory(SERVER_NAME="127.0.0.1", HTTP_COOKIE=cookie)

    def fetch(address: str) -> Callable[[], bytes]:
        environ = factory.get(address).environ

        def request() -> bytes:
            statuses: list[str] = []
            parts = application(dict(environ), lambda status, headers: statuses.append(status))
            assert statuses[0].startswith("200"), f"{address}: {statuses[0]}"
            return b"".join(parts)

        return request

    return fetch
