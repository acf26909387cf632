"""How surely somebody must be signed in, asked before the form; and what helps when signing in does not."""

from itertools import product

import pytest
from django.test import Client

from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.actions import register_authenticator
from gapura.kernel.identity.testing import (
    HOUSE,
    PASSWORD,
    REGISTRAR,
    SECRET,
    current_code,
    make_official,
    make_resident,
    sign_in,
)
from gapura.kernel.identity.tests.software_key import add_key, sign_in_with

pytestmark = pytest.mark.django_db
LOW, SUBSTANTIAL, HIGH = AssuranceLevel
PAGES = {LOW: "/test/unsure/", SUBSTANTIAL: "/test/surer/", HIGH: "/test/very-sure/"}
ENGLISH = {"Accept-Language": "en"}


def enter(client: Client, proof: AssuranceLevel, signed_in: AssuranceLevel) -> None:
    account = make_resident(level=proof)
    sign_in(client, account, second_factor=signed_in == SUBSTANTIAL, passkey=signed_in == HIGH)


@pytest.mark.parametrize(("proof", "signed_in", "needed"), list(product(AssuranceLevel, repeat=3)))
def test_every_proof_with_every_sign_in_for_every_need(
    client: Client, proof: AssuranceLevel, signed_in: AssuranceLevel, needed: AssuranceLevel
) -> None:
    enter(client, proof, signed_in)
    response = client.get(PAGES[needed])
    if min(proof, signed_in) >= needed:
        assert response.status_code == 200
    elif proof < needed:
        assert response.headers["Location"].startswith("/sign-in/proof/")
    else:
        assert response.headers["Location"].startswith("/sign-in/step-up/")


def test_a_weak_proof_is_said_plainly_with_what_to_do(client: Client) -> None:
    enter(client, LOW, HIGH)
    page = client.get(client.get(PAGES[HIGH]).headers["Location"], headers=ENGLISH).content.decode()
    assert "Please come to a counter" in page
    assert "Another way of signing in does not help" in page


def test_who_asks_for_a_step_up_in_vain_gets_the_same_answer(client: Client) -> None:
    enter(client, LOW, HIGH)
    page = client.get("/sign-in/step-up/?level=3&next=/x/", headers=ENGLISH).content.decode()
    assert "Please come to a counter" in page


def test_the_way_up_goes_through_the_passkey_and_comes_back_with_a_new_session_key(client: Client) -> None:
    make_resident(level=HIGH)
    client.post("/sign-in/", {"login": "citra", "password": PASSWORD})
    client.post("/confirm/", {"password": PASSWORD})
    key = add_key(client)
    away = client.get(PAGES[HIGH]).headers["Location"]
    confirm = client.get(away).headers["Location"]
    assert confirm == "/confirm/passkey/?next=%2Ftest%2Fvery-sure%2F"
    before = client.session.session_key
    assert sign_in_with(client, key, confirm).headers["Location"] == PAGES[HIGH]
    assert client.session.session_key != before
    assert client.get(PAGES[HIGH]).content == b"very sure"
    confirmed = next(event for event in list_events() if event.action == "identity.sign_in_confirmed")
    assert confirmed.detail["level"] == 3


@pytest.mark.parametrize(("level", "offers_code"), [("2", True), ("3", False), ("", True), ("9", True)])
def test_who_has_no_stronger_way_is_offered_those_that_would_do(client: Client, level: str, offers_code: bool) -> None:
    enter(client, HIGH, LOW)
    page = client.get(f"/sign-in/step-up/?level={level}&next=/x/", headers=ENGLISH).content.decode()
    assert "/security/passkeys/new/" in page
    assert ("/security/second-factor/" in page) == offers_code


def test_a_code_does_not_lead_up_to_what_needs_a_passkey(client: Client) -> None:
    account = make_resident(level=HIGH, with_authenticator=True)
    sign_in(client, account)
    client.post("/confirm/code/", {"code": current_code()})
    assert client.get(PAGES[SUBSTANTIAL]).status_code == 200
    assert client.get(PAGES[HIGH]).status_code == 302


def test_a_post_needs_a_passkey_in_this_session(client: Client) -> None:
    official = make_official()
    sign_in(client, official, second_factor=True)
    away = client.post("/capacity/", {"post": REGISTRAR})
    assert away.headers["Location"] == "/sign-in/step-up/?next=%2Fcapacity%2F&level=3"
    assert client.get("/test/registrar/").status_code == 302
    client.post("/confirm/code/", {"code": current_code()})
    key = add_key(client)
    client.post("/capacity/", {"post": REGISTRAR})
    assert client.get("/test/registrar/").status_code == 302, "having one is not having used it"
    sign_in_with(client, key, "/confirm/passkey/")
    before = client.session.session_key
    client.post("/capacity/", {"post": REGISTRAR})
    assert client.get("/test/registrar/").content.decode() == REGISTRAR
    assert client.session.session_key != before


def test_the_demonstration_waives_the_passkey_and_says_so(client: Client, settings: object) -> None:
    settings.GAPURA_OFFICIALS_NEED_PASSKEY = False  # type: ignore[attr-defined]
    sign_in(client, make_official(), second_factor=True)
    assert "without a passkey" in client.get("/capacity/", headers=ENGLISH).content.decode()
    client.post("/capacity/", {"post": REGISTRAR})
    assert client.get("/test/registrar/").status_code == 200


def test_a_phished_password_of_an_official_adds_no_second_factor(client: Client) -> None:
    from allauth.mfa.models import Authenticator

    official = make_official()
    Authenticator.objects.all().delete()
    sign_in(client, official)
    client.post("/confirm/", {"password": PASSWORD})
    for page in ("/security/passkeys/new/", "/security/second-factor/"):
        assert "come to a counter" in client.get(page, headers=ENGLISH).content.decode()
        client.post(page, {"code": "000000", "name": "x", "credential": "{}"})
    assert not Authenticator.objects.exists()
    register_authenticator(actor=HOUSE, account_id=official.pk, secret=SECRET)
    assert client.get("/security/passkeys/new/").status_code == 302, "having one, it must be used first"


def test_the_header_says_who_is_signed_in(client: Client) -> None:
    sign_in(client, make_resident())
    assert ">citra</a>" in client.get("/security/").content.decode()
