"""Sites, people's browsers at this house, and an outside provider that says what it is told. For tests only."""

import base64
import json
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client as Browser
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange import testing as exchange
from gapura.kernel.federation.actions import register_client, renew_secret
from gapura.kernel.federation.models import Connection as Connection
from gapura.kernel.federation.models import OutsideSignIn as OutsideSignIn
from gapura.kernel.federation.models import SiteSession as SiteSession
from gapura.kernel.federation.rules import challenge_of
from gapura.kernel.federation.types import ClientTerms
from gapura.kernel.identity.testing import PASSWORD, Account

HOUSE = system_actor("test")
GROUND = "UU 27/2022 Pasal 20"
AGENCY = "bpjs-kesehatan"


class Site:
    """A site that knows the protocol as far as a test needs it."""

    def __init__(self, client_id: str, secret: str, address: str) -> None:
        self.client_id, self.secret, self.address = client_id, secret, address
        self.verifier = secrets.token_urlsafe(48)

    def question(self, scope: str = "openid", **other: str) -> dict[str, str]:
        """Parameters of an authorization request; ``other`` replaces some, an empty text leaves one out."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.address,
            "scope": scope,
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        } | other
        return {name: value for name, value in asked.items() if value}

    def post(self, page: str, **form: str) -> Any:
        """Ask an endpoint from machine to machine, with the site's secret."""
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        return Browser().post(reverse(f"federation:{page}"), form, headers={"Authorization": f"Basic {basic}"})

    def exchange(self, code: str, /, **other: str) -> Any:
        """Exchange a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.address,
            "code_verifier": self.verifier,
        } | other
        return self.post("token", **form)


def agree_with_register(agency: str, *, fields: Sequence[str] = ("full_name", "birth_on")) -> None:
    """The agency may ask the register of persons what a site is told."""
    exchange.agree(agency, "civil.person", GROUND, fields=fields, questions=["is-over-age"])


def make_site(
    client_id: str = "members",
    *,
    host: str = "members.example",
    claims: tuple[str, ...] = ("name", "birthdate", "over_17"),
    agency: str = AGENCY,
    notice_address: str = "",
    address: str = "",
) -> Site:
    """A registered site with a secret, whose agency may ask for what the site is told."""
    agree_with_register(agency)
    address = address or f"https://{host}/back"
    terms = ClientTerms(
        client_id=client_id,
        title={"id": client_id, "en": client_id.title(), "ko": client_id},
        agency_code=agency,
        redirect_addresses=(address,),
        sign_out_addresses=(f"{address}/bye",),
        notice_address=notice_address,
        claims=claims,
        legal_ground=GROUND,
    )
    client = register_client(actor=HOUSE, terms=terms, now=clock.now())
    return Site(client_id, renew_secret(actor=HOUSE, client=client), address)


def sign_in_here(browser: Browser, account: Account) -> None:
    """Through the sign-in page, with the password."""
    answer = browser.post(reverse("identity:sign-in"), {"login": account.login, "password": PASSWORD})
    assert answer.status_code == 302, answer.content


def ask_person(browser: Browser, site: Site, scope: str = "openid", **other: str) -> Any:
    """The site sends the person here; the page (or redirect) they get."""
    answer = browser.get(reverse("federation:authorize"), site.question(scope, **other))
    if answer.status_code == 302 and answer.headers["Location"].startswith("/"):
        return browser.get(answer.headers["Location"])
    return answer


def agree(browser: Browser, site: Site, scope: str = "openid", *, claims: tuple[str, ...] = (), **other: str) -> str:
    """The person agrees; the code that the site gets."""
    page = ask_person(browser, site, scope, **other)
    if "http-equiv" not in page.content.decode():
        form = {"answer": "yes", "claims": list(claims)}
        page = browser.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], form)
    return sent_back(page)["code"]


def sent_back(page: Any) -> dict[str, str]:
    """What the site is told: from the page that leads back, or from a redirect."""
    if page.status_code == 302:
        address = page.headers["Location"]
    else:
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
        assert found, page.content.decode()
        address = found[1].replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class OutsideProvider:
    """An OpenID provider on this machine. ``claims`` is what its next ID token says; ``is_down`` breaks it."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = ECKey.generate_key("P-256", {"alg": "ES256", "kid": "outside"}, private=True)
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "ES256", "kid": "outside"}
        self.signing_key: Any = self.key
        self.metadata: dict[str, Any] = {}
        self.forms: list[dict[str, str]] = []

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            } | self.metadata
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        self.forms.append(form)
        token = jwt.encode(self.header, self.claims, self.signing_key, algorithms=[self.header["alg"]])
        return {"access_token": "outside", "token_type": "Bearer", "id_token": token}


@contextmanager
def outside_provider() -> Iterator[OutsideProvider]:
    """The provider inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            content = json.dumps(provider.answer(urlsplit(self.path).path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    provider = OutsideProvider(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
