"""People who apply over HTTP as a browser does, for the benchmarks and drills that need a crowd."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from urllib.parse import urlencode

SERVICE = "civil.never-married"
APPLY = f"/services/{SERVICE}/apply/"


class NotServed(Exception):
    """The answer was not the page that was asked for; ``status`` is what it was."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__(f"{address} answered {status}")
        self.status = status


def settle(people: int) -> list[str]:
    """Agreements, keys, so many people who never married; the cookie of each one's signed-in browser."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.actions import adopt_declared_agreements
    from gapura.kernel.identity.testing import make_resident, sign_in
    from gapura.sectors.civil.testing import make_person, make_residence

    call_command("pki_init", verbosity=0)
    adopt_declared_agreements(actor=system_actor("benchmark"))
    cookies = []
    for serial in range(1, people + 1):
        number = f"317101420590{serial:04d}"
        make_person(number)
        make_residence(number)
        client = Client()
        sign_in(client, make_resident(f"person-{serial}", person_number=number))
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies


class Applicant:
    """One signed-in browser. Every method raises NotServed, OSError or HTTPException when it is not served."""

    def __init__(self, port: int, cookie: str, *, timeout: float = 60) -> None:
        self.port, self.cookie, self.timeout = port, cookie, timeout

    def open_form(self) -> dict[str, str]:
        """The fields of the empty form, with the key that makes sending it twice harmless."""
        with self._ask("GET", APPLY) as response:
            page = _read(APPLY, response, 200)
            cookies: SimpleCookie = SimpleCookie()
            for header in response.headers.get_all("Set-Cookie") or []:
                cookies.load(header)
        if "csrf" in cookies:
            self.cookie = f"{self.cookie.split(';')[0]}; csrf={cookies['csrf'].value}"
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken|idempotency_key)"[^>]*value="([^"]+)"', page))
        subjects = re.findall(r'name="subject"[^>]*value="(\d{16})"', page)
        if len(fields) != 2 or not subjects:
            raise NotServed(APPLY, 200)
        return fields | {"subject": subjects[0]}

    def send(self, fields: dict[str, str]) -> str:
        """The number of the case that the form opened, now or when it was sent before."""
        with self._ask("POST", APPLY, urlencode(fields)) as response:
            _read(APPLY, response, 302)
            place = response.getheader("Location") or ""
        if not place.startswith("/cases/"):
            raise NotServed(APPLY, 302)
        return place.split("/")[2]

    def has_document(self, number: str) -> bool:
        """Whether the case's page already offers the sealed document."""
        address = f"/cases/{number}/"
        with self._ask("GET", address) as response:
            return "/file/" in _read(address, response, 200)

    @contextmanager
    def _ask(self, method: str, address: str, body: str | None = None) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        headers = {"Cookie": self.cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        try:
            connection.request(method, address, body=body, headers=headers)
            yield connection.getresponse()
        finally:
            connection.close()


def _read(address: str, response: http.client.HTTPResponse, expected: int) -> str:
    page = response.read().decode(errors="replace")
    if response.status != expected:
        raise NotServed(address, response.status)
    return page
