"""Client libraries that others wrote sign people in here: authlib, and mozilla-django-oidc in a site of its own."""

import html
import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.federation.actions import register_client, renew_secret
from gapura.kernel.federation.types import ClientTerms
from gapura.kernel.identity.testing import NUMBER, PASSWORD, make_resident
from gapura.sectors.civil.testing import make_person

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system_actor("test")
GROUND = "UU 27/2022 Pasal 20"
NOWHERE = "http://127.0.0.1:9/"
SCOPE = "openid name birthdate over_17"


@dataclass
class Site:
    """What the library is configured with."""

    issuer: str
    client_id: str
    client_secret: str
    address: str
    sessions: list[OAuth2Session] = field(default_factory=list)

    @property
    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=10).json()
        return found

    def session(self, scope: str = SCOPE) -> OAuth2Session:
        session = OAuth2Session(
            self.client_id,
            self.client_secret,
            scope=scope,
            redirect_uri=self.address,
            code_challenge_method="S256",
        )
        self.sessions.append(session)
        return session


class Person:
    """A person's browser: follows redirects and the pages that lead on, and fills in what a person would."""

    def __init__(self, issuer: str) -> None:
        self.issuer, self.browser = issuer, requests.Session()

    def sign_in(self, login: str) -> None:
        page = self.browser.get(f"{self.issuer}/sign-in/", timeout=10)
        answer = self.submit(page, login=login, password=PASSWORD)
        assert "sign-out" in answer.text

    def open(self, address: str) -> requests.Response:
        """The page the person ends at. A site that does not exist ends the way: its address is enough."""
        while not address.startswith(NOWHERE):
            page = self.browser.get(address, timeout=10, allow_redirects=False)
            if page.is_redirect:
                address = urljoin(address, page.headers["Location"])
            elif led := re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text):
                address = html.unescape(led[1])
            else:
                return page
        page = requests.Response()
        page.status_code, page.url, page._content = 0, address, b""
        return page

    def agree(self, page: requests.Response, *claims: str) -> requests.Response:
        assert "Agree and continue" in page.text, page.text
        answer = self.submit(page, answer="yes", claims=list(claims))
        led = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
        assert led, answer.text
        return self.open(html.unescape(led[1]))

    def submit(self, page: requests.Response, **typed: Any) -> requests.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        form = {"csrfmiddlewaretoken": token[1]} | typed
        return self.browser.post(page.url, form, headers={"Referer": page.url}, timeout=10)


@pytest.fixture
def issuer(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """A running house with Citra in its register."""
    settings.GAPURA_PUBLIC_ADDRESS, settings.GAPURA_HOME, settings.GAPURA_DEMO = live_server.url, tmp_path, True
    make_person(NUMBER, "Citra Lestari", birth_on=date(1990, 2, 5))
    stand_all_agreements()
    yield str(live_server.url)
    for thread in threading.enumerate():  # each holds a connection to the database until it ends
        if "process_request_thread" in thread.name:
            thread.join(5)


@pytest.fixture
def person(issuer: str) -> Iterator[Person]:
    made = Person(issuer)
    made.sign_in(make_resident().login)
    yield made
    made.browser.close()  # a server's thread that waits for more would keep its database open


def register(issuer: str, client_id: str, address: str) -> Site:
    terms = ClientTerms(
        client_id=client_id,
        title={"en": client_id.title()},
        agency_code="bpjs-kesehatan",
        redirect_addresses=(address,),
        sign_out_addresses=(urljoin(address, "/bye/"),),
        claims=("name", "birthdate", "over_17"),
        legal_ground=GROUND,
    )
    client = register_client(actor=HOUSE, terms=terms, now=clock.now())
    return Site(issuer, client_id, renew_secret(actor=HOUSE, client=client), address)


@pytest.fixture
def site(issuer: str) -> Iterator[Site]:
    made = register(issuer, "members", f"{NOWHERE}back")
    yield made
    for session in made.sessions:
        session.close()


def came_back(page: requests.Response) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def verified(site: Site, tokens: dict[str, Any], nonce: str) -> CodeIDToken:
    """The ID token as authlib checks it, signature to ``at_hash``."""
    keys = requests.get(site.metadata["jwks_uri"], timeout=10).json()
    token = jwt.decode(tokens["id_token"], KeySet.import_key_set(keys), algorithms=["ES256"])
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={"iss": {"values": [site.issuer]}, "aud": {"values": [site.client_id]}},
        params={"nonce": nonce, "client_id": site.client_id, "access_token": tokens["access_token"]},
    )
    claims.validate()
    return claims


def test_authlib_signs_a_person_in(site: Site, person: Person) -> None:
    metadata, verifier, nonce = site.metadata, generate_token(48), generate_token(20)
    client = site.session()
    address, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    answer = person.agree(person.open(address), "name", "over_17")
    assert came_back(answer)["state"] == state
    tokens = client.fetch_token(metadata["token_endpoint"], authorization_response=answer.url, code_verifier=verifier)
    claims = verified(site, tokens, nonce)
    told = client.get(metadata["userinfo_endpoint"], timeout=10).json()
    assert told == {"sub": claims["sub"], "name": "Citra Lestari", "over_17": True}
    accesses = AccessRecord.objects.filter(subject=NUMBER, outcome="asked")
    assert sorted((access.fields, access.question) for access in accesses) == [([], "is-over-age"), (["full_name"], "")]
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(metadata["token_endpoint"], authorization_response=answer.url, code_verifier=verifier)
    assert client.get(metadata["userinfo_endpoint"], timeout=10).status_code == 401  # the replay ended it


def test_authlib_without_the_verifier_gets_nothing(site: Site, person: Person) -> None:
    client, metadata = site.session(), site.metadata
    address, _ = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=generate_token(48))
    answer = person.agree(person.open(address))
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(metadata["token_endpoint"], authorization_response=answer.url)


def test_authlib_refreshes_and_revokes(site: Site, person: Person) -> None:
    metadata, verifier = site.metadata, generate_token(48)
    client = site.session("openid offline_access")
    address, _ = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    answer = person.agree(person.open(address))
    first = client.fetch_token(metadata["token_endpoint"], authorization_response=answer.url, code_verifier=verifier)
    second = client.refresh_token(metadata["token_endpoint"], refresh_token=first["refresh_token"])
    assert second["access_token"] != first["access_token"]
    known = client.introspect_token(metadata["introspection_endpoint"], token=second["access_token"])
    assert known.json()["active"] is True
    client.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"])
    known = client.introspect_token(metadata["introspection_endpoint"], token=second["access_token"])
    assert known.json() == {"active": False}


@pytest.fixture
def mozilla(issuer: str, tmp_path: Path) -> Iterator[str]:
    """The address of the site built on mozilla-django-oidc."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    registered = register(issuer, "clinics", f"{home}/oidc/callback/")
    options = {
        "issuer": issuer,
        "folder": str(tmp_path),
        "client_id": registered.client_id,
        "client_secret": registered.client_secret,
        "port": port,
    }
    script = Path(__file__).with_name("openid_relying_party.py")
    process = subprocess.Popen([sys.executable, str(script), json.dumps(options)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == str(port)
        yield home
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_a_site_built_on_mozilla_django_oidc_signs_a_person_in_and_out(
    issuer: str, person: Person, mozilla: str
) -> None:
    asked = person.open(f"{mozilla}/oidc/authenticate/")
    home = person.agree(asked, "name", "birthdate")
    known = home.json()
    assert (known["signed_in"], known["name"], known["others"]) == (True, "Citra Lestari", {"birthdate": "1990-02-05"})
    again = person.open(f"{mozilla}/oidc/authenticate/")  # no question the second time
    assert again.json()["sub"] == known["sub"]
    bye = person.open(f"{mozilla}/oidc/logout/")
    assert bye.url == f"{mozilla}/bye/", bye.text
    assert bye.json()["signed_in"] is False
    assert "/sign-in/" in person.open(f"{issuer}/connected-sites/").url  # signed out here as well


def test_two_libraries_at_two_hosts_know_the_person_by_different_names(
    site: Site, person: Person, mozilla: str
) -> None:
    there = person.agree(person.open(f"{mozilla}/oidc/authenticate/")).json()["sub"]
    client, verifier, nonce = site.session(), generate_token(48), generate_token(20)
    address, _ = client.create_authorization_url(
        site.metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    answer = person.agree(person.open(address))
    tokens = client.fetch_token(
        site.metadata["token_endpoint"], authorization_response=answer.url, code_verifier=verifier
    )
    assert verified(site, tokens, nonce)["sub"] != there
