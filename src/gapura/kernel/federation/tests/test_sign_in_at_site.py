"""The way of a person through a site's sign-in, and every step that is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.exchange.actions import suspend_agreement
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.exchange.testing import AccessRecord, MemoryProvider
from gapura.kernel.federation.keys import read_signed
from gapura.kernel.federation.testing import (
    HOUSE,
    Connection,
    Site,
    SiteSession,
    agree,
    ask_person,
    make_site,
    sent_back,
    sign_in_here,
)
from gapura.kernel.identity.testing import NUMBER, Account, make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def person(client: Browser) -> Browser:
    """Signed in here with a password."""
    sign_in_here(client, make_resident())
    return client


def facts(tokens: Any) -> Any:
    return Browser().get(reverse("federation:userinfo"), headers={"Authorization": f"Bearer {tokens['access_token']}"})


def test_a_person_agrees_once_and_the_site_learns_what_was_ticked(
    site: Site, person: Browser, register: MemoryProvider
) -> None:
    code = agree(person, site, "openid name birthdate over_17", claims=("name", "over_17"))
    tokens = site.exchange(code).json()
    assert facts(tokens).json() == {
        "sub": read_signed(tokens["id_token"])["sub"],
        "name": "Citra Lestari",
        "over_17": True,
    }
    again = ask_person(person, site, "openid name birthdate over_17")
    assert "code" in sent_back(again)  # remembered: no second question


def test_without_a_tick_the_site_learns_its_own_name_for_the_person_and_nothing_else(
    site: Site, person: Browser, register: MemoryProvider
) -> None:
    tokens = site.exchange(agree(person, site, "openid name birthdate")).json()
    assert set(facts(tokens).json()) == {"sub"}
    assert register.asked == []
    assert NUMBER not in str(read_signed(tokens["id_token"]))


def test_the_id_token_says_who_when_how_and_to_whom(site: Site, person: Browser, settings: Any) -> None:
    tokens = site.exchange(agree(person, site)).json()
    claims = read_signed(tokens["id_token"])
    assert claims["iss"] == settings.GAPURA_PUBLIC_ADDRESS
    assert claims["aud"] == site.client_id
    assert claims["nonce"] == "nonce-1"
    assert claims["acr"] == "http://eidas.europa.eu/LoA/low"
    assert claims["amr"] == ["pwd"]
    assert claims["exp"] - claims["iat"] == 300
    assert abs(claims["auth_time"] - claims["iat"]) < 60
    assert tokens["expires_in"] == 300
    assert "refresh_token" not in tokens


def test_every_release_is_an_access_the_person_sees(site: Site, person: Browser, register: MemoryProvider) -> None:
    tokens = site.exchange(agree(person, site, "openid name", claims=("name",))).json()
    facts(tokens)
    record = AccessRecord.objects.get(subject=NUMBER)
    assert (record.consumer, record.fields, record.outcome) == ("bpjs-kesehatan", ["full_name"], "asked")
    assert record.actor_label == "members"


def test_two_sites_know_the_same_person_by_different_names(person: Browser) -> None:
    names = set()
    for client_id in ("members", "clinics"):
        site = make_site(client_id, host=f"{client_id}.example")
        names.add(read_signed(site.exchange(agree(person, site)).json()["id_token"])["sub"])
    assert len(names) == 2


def test_two_sites_on_one_host_know_the_person_by_one_name(person: Browser) -> None:
    names = set()
    for client_id in ("members", "clinics"):
        site = make_site(client_id, host="one.example")
        names.add(read_signed(site.exchange(agree(person, site)).json()["id_token"])["sub"])
    assert len(names) == 1


def test_a_person_who_says_no_is_sent_back_with_that(site: Site, person: Browser) -> None:
    page = ask_person(person, site)
    address = f"{page.request['PATH_INFO']}?{page.request['QUERY_STRING']}"
    told = sent_back(person.post(address, {"answer": "no"}))
    assert (told["error"], told["state"]) == ("access_denied", "state-1")
    assert not Connection.objects.exists()


def test_every_answer_names_who_gives_it(site: Site, person: Browser, settings: Any) -> None:
    agree(person, site)
    assert sent_back(ask_person(person, site))["iss"] == settings.GAPURA_PUBLIC_ADDRESS
    refused = person.get(reverse("federation:authorize"), site.question("openid secrets"))
    assert sent_back(refused)["iss"] == settings.GAPURA_PUBLIC_ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "https://members.example/back/",
        "https://members.example/back?x=1",
        "https://members.example.evil.example/back",
        "http://members.example/back",
        "https://members.example/back#x",
        "",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered_letter_by_letter(
    site: Site, person: Browser, address: str
) -> None:
    answer = person.get(reverse("federation:authorize"), site.question(redirect_uri=address))
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert person.get(reverse("federation:authorize"), site.question()).status_code == 302  # the right one goes on


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "name"}, "invalid_scope"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"request": "ey"}, "request_not_supported"),
    ],
)
def test_what_a_site_may_not_ask_it_is_told_so(site: Site, person: Browser, change: dict[str, str], error: str) -> None:
    answer = person.get(reverse("federation:authorize"), site.question(**change))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(site.address)
    assert sent_back(answer)["error"] == error


def test_a_parameter_given_twice_is_refused(site: Site, person: Browser) -> None:
    twice = site.question() | {"state": ["a", "b"]}
    assert sent_back(person.get(reverse("federation:authorize"), twice))["error"] == "invalid_request"


def test_a_code_is_good_once_and_its_second_use_ends_what_the_first_began(site: Site, person: Browser) -> None:
    code = agree(person, site)
    tokens = site.exchange(code).json()
    assert facts(tokens).status_code == 200
    second = site.exchange(code)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert facts(tokens).status_code == 401
    assert SiteSession.objects.get().end_reason == "code_replayed"
    assert AuditEvent.objects.filter(action="federation.site_session_ended").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": ""},
        {"code_verifier": "A" * 43},
        {"redirect_uri": "https://members.example/other"},
        {"redirect_uri": ""},
        {"code": "wrong"},
    ],
)
def test_a_code_needs_its_verifier_and_its_address(site: Site, person: Browser, change: dict[str, str]) -> None:
    code = agree(person, site)
    refused = site.exchange(code, **change)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert site.exchange(code).status_code == 200  # the right one still works


def test_another_site_cannot_use_the_code(site: Site, person: Browser) -> None:
    other = make_site("clinics", host="clinics.example")
    code = agree(person, site)
    refused = other.exchange(code, redirect_uri=site.address, code_verifier=site.verifier)
    assert refused.json()["error"] == "invalid_grant"
    assert site.exchange(code).status_code == 200


def test_a_code_is_good_for_a_minute(site: Site, person: Browser) -> None:
    old, fresh = agree(person, site), agree(person, site)
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert site.exchange(old).json()["error"] == "invalid_grant"
    assert site.exchange(fresh).status_code == 200


def test_a_site_with_a_wrong_secret_is_nobody(site: Site, person: Browser) -> None:
    code = agree(person, site)
    right, site.secret = site.secret, "wrong"
    refused = site.exchange(code)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    site.secret = right
    assert site.exchange(code).status_code == 200


def test_a_refresh_token_works_once_and_a_copy_ends_the_family(site: Site, person: Browser) -> None:
    first = site.exchange(agree(person, site, "openid offline_access")).json()
    second = site.post("token", grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert facts(second).status_code == 200
    stolen = site.post("token", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert facts(second).status_code == 401
    after = site.post("token", grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert after.json()["error"] == "invalid_grant"
    assert SiteSession.objects.get().end_reason == "refresh_replayed"


def test_another_site_cannot_refresh_introspect_or_revoke(site: Site, person: Browser) -> None:
    other = make_site("clinics", host="clinics.example")
    tokens = site.exchange(agree(person, site, "openid offline_access")).json()
    refused = other.post("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    assert other.post("introspect", token=tokens["access_token"]).json() == {"active": False}
    assert other.post("revoke", token=tokens["refresh_token"]).status_code == 200
    assert site.post("introspect", token=tokens["access_token"]).json()["active"] is True


def test_a_site_asks_about_its_token_and_gives_it_back(site: Site, person: Browser) -> None:
    tokens = site.exchange(agree(person, site)).json()
    known = site.post("introspect", token=tokens["access_token"]).json()
    assert (known["active"], known["client_id"], known["scope"]) == (True, site.client_id, "openid")
    site.post("revoke", token=tokens["access_token"])
    assert site.post("introspect", token=tokens["access_token"]).json() == {"active": False}
    assert facts(tokens).status_code == 401


def test_what_is_taken_back_opens_nothing_more(site: Site, person: Browser, register: MemoryProvider) -> None:
    tokens = site.exchange(agree(person, site, "openid name", claims=("name",))).json()
    assert "name" in facts(tokens).json()
    page = person.get(reverse("federation:sites")).content.decode()
    assert "Members" in page
    assert "Full name" in page
    person.post(reverse("federation:disconnect", args=[Connection.objects.get().pk]))
    assert facts(tokens).status_code == 401
    assert "Members" not in person.get(reverse("federation:sites")).content.decode()
    assert "Agree and continue" in ask_person(person, site, "openid name").content.decode()


def test_nobody_disconnects_the_site_of_somebody_else(site: Site, person: Browser) -> None:
    agree(person, site)
    other = Browser()
    sign_in_here(other, make_resident("budi", person_number="3171010101800003"))
    connection = Connection.objects.get()
    assert other.post(reverse("federation:disconnect", args=[connection.pk])).status_code == 404
    connection.refresh_from_db()
    assert connection.ended_at is None


def test_what_was_agreed_runs_out(site: Site, person: Browser) -> None:
    tokens = site.exchange(agree(person, site)).json()
    Connection.objects.update(valid_until=clock.now() - timedelta(seconds=1), agreed_at=clock.now() - timedelta(days=9))
    assert facts(tokens).status_code == 401


def test_a_site_without_an_agreement_gets_no_fact(person: Browser, register: MemoryProvider) -> None:
    site = make_site(agency="kemensos")
    for agreement in list_agreements(consumer="kemensos"):
        suspend_agreement(actor=HOUSE, code=agreement.code, now=clock.now())
    tokens = site.exchange(agree(person, site, "openid name", claims=("name",))).json()
    assert set(facts(tokens).json()) == {"sub"}
    assert AccessRecord.objects.get(subject=NUMBER).outcome == "refused"
    assert register.asked == []


def test_a_register_that_is_down_is_tried_again_later(site: Site, person: Browser, register: MemoryProvider) -> None:
    tokens = site.exchange(agree(person, site, "openid name", claims=("name",))).json()
    register.is_down = True
    answer = facts(tokens)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_a_pushed_request_is_opened_once_and_by_its_own_site(site: Site, person: Browser) -> None:
    other = make_site("clinics", host="clinics.example")
    pushed = site.post("push", **site.question())
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 60)
    by_name = {"client_id": site.client_id, "request_uri": pushed.json()["request_uri"]}
    authorize = reverse("federation:authorize")
    assert person.get(authorize, by_name | {"client_id": other.client_id}).status_code == 400
    opened = person.get(authorize, by_name)
    assert "Agree and continue" in person.get(opened.headers["Location"]).content.decode()
    assert person.get(authorize, by_name).status_code == 400


def test_a_pushed_request_runs_out(site: Site, person: Browser) -> None:
    reference = site.post("push", **site.question()).json()["request_uri"]
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        answer = person.get(reverse("federation:authorize"), {"client_id": site.client_id, "request_uri": reference})
    assert answer.status_code == 400


def test_a_request_that_lies_too_long_is_not_answered(site: Site, person: Browser) -> None:
    question = person.get(reverse("federation:authorize"), site.question()).headers["Location"]
    assert person.get(question[:-3] + "xyz").status_code == 400  # changed on the way
    assert person.get(question).status_code == 200


def test_a_stranger_signs_in_first_and_comes_back_to_the_question(client: Browser, site: Site) -> None:
    account = make_resident()
    sent = ask_person(client, site)
    assert sent.headers["Location"].startswith("/sign-in/?next=")
    answer = client.post(sent.headers["Location"], {"login": account.login, "password": "x"})
    assert answer.status_code == 200
    sign_in_here(client, account)
    assert "Agree and continue" in ask_person(client, site).content.decode()


def test_an_account_of_nobody_proven_signs_in_nowhere(client: Browser, site: Site) -> None:
    sign_in_here(client, make_resident(person_number=None))
    assert ask_person(client, site).status_code == 404


def test_prompt_none_asks_nobody(client: Browser, site: Site) -> None:
    account = make_resident()
    assert sent_back(ask_person(client, site, prompt="none"))["error"] == "login_required"
    sign_in_here(client, account)
    assert sent_back(ask_person(client, site, prompt="none"))["error"] == "consent_required"
    agree(client, site)
    assert "code" in sent_back(ask_person(client, site, prompt="none"))


def test_a_new_sign_in_is_asked_for_when_the_site_wants_one(site: Site, person: Browser) -> None:
    agree(person, site)
    asked = ask_person(person, site, prompt="login")
    assert asked.headers["Location"].startswith("/confirm/")
    assert ask_person(person, site, max_age="0").headers["Location"].startswith("/confirm/")
    assert "code" in sent_back(ask_person(person, site, max_age="3600"))
    silently = sent_back(ask_person(person, site, prompt="none", max_age="0"))
    assert silently["error"] == "login_required"


def test_a_stronger_sign_in_is_asked_for_once(site: Site, person: Browser) -> None:
    strong = "http://eidas.europa.eu/LoA/substantial"
    question = person.get(reverse("federation:authorize"), site.question(acr_values=strong)).headers["Location"]
    assert person.get(question).headers["Location"].startswith("/sign-in/step-up/")
    assert sent_back(person.get(question))["error"] == "unmet_authentication_requirements"
    assert sent_back(ask_person(person, site, acr_values=strong, prompt="none"))["error"] == "interaction_required"


def test_who_disables_an_account_ends_what_it_opened(site: Site, person: Browser) -> None:
    tokens = site.exchange(agree(person, site)).json()
    assert facts(tokens).status_code == 200
    Account.objects.update(is_active=False)
    assert facts(tokens).status_code == 401


def test_secrets_and_tokens_are_nowhere_in_the_database(site: Site, person: Browser) -> None:
    from django.core.serializers import serialize

    from gapura.kernel.federation.models import Client, Token

    code = agree(person, site, "openid offline_access")
    tokens = site.exchange(code).json()
    stored = serialize("json", [*Client.objects.all(), *SiteSession.objects.all(), *Token.objects.all()])
    assert site.client_id in stored  # the search does find what is there
    for secret in (site.secret, code, tokens["access_token"], tokens["refresh_token"], site.verifier):
        assert secret not in stored
