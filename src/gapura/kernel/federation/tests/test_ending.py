"""Signing out: here, at the site, and everywhere else; and the key that signs."""

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse
from joserfc import jws

from gapura.foundation import clock
from gapura.kernel.federation import keys
from gapura.kernel.federation.tasks import notice_orphans, tell_site
from gapura.kernel.federation.testing import (
    Site,
    SiteSession,
    agree,
    make_site,
    outside_provider,
    sign_in_here,
)
from gapura.kernel.identity.testing import make_resident
from gapura.kernel.outbox.actions import deliver_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client: Browser) -> Browser:
    sign_in_here(client, make_resident())
    return client


def is_active(site: Site, tokens: Any) -> bool:
    return bool(site.post("introspect", token=tokens["access_token"]).json()["active"])


def test_a_site_signs_the_person_out_of_everything_in_this_browser(person: Browser) -> None:
    one, two = make_site(), make_site("clinics", host="clinics.example")
    tokens, others = (site.exchange(agree(person, site)).json() for site in (one, two))
    hint = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": f"{one.address}/bye", "state": "s"}
    page = person.get(reverse("federation:sign-out"), hint)
    assert f"{one.address}/bye?state=s" in page.content.decode()
    assert "_auth_user_id" not in person.session
    assert not is_active(one, tokens)
    assert not is_active(two, others)


def test_nobody_is_signed_out_by_a_link_of_somebody_else(person: Browser) -> None:
    site = make_site()
    other = Browser()
    sign_in_here(other, make_resident("budi", person_number="3171010101800003"))
    foreign = site.exchange(agree(other, site)).json()["id_token"]
    for hint in ("", "wrong", foreign):
        page = person.get(reverse("federation:sign-out"), {"id_token_hint": hint})
        assert "Sign out of Gapura as well?" in page.content.decode()
        assert "_auth_user_id" in person.session
    assert person.post(reverse("federation:sign-out"), {"answer": "yes"}).headers["Location"] == "/"
    assert "_auth_user_id" not in person.session


def test_after_signing_out_nobody_is_led_to_an_address_that_is_not_registered(person: Browser) -> None:
    site = make_site()
    tokens = site.exchange(agree(person, site)).json()
    hint = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://evil.example/"}
    assert person.get(reverse("federation:sign-out"), hint).headers["Location"] == "/"


def test_signing_out_here_ends_the_sites_soon_after(person: Browser) -> None:
    site = make_site()
    tokens = site.exchange(agree(person, site)).json()
    assert notice_orphans() == 0
    assert is_active(site, tokens)
    person.post(reverse("identity:sign-out"))
    assert not is_active(site, tokens)  # at once, whatever the worker does
    assert notice_orphans() == 1
    assert SiteSession.objects.get().end_reason == "session_gone"
    assert notice_orphans() == 0


def test_the_site_is_told_with_a_signed_notice(person: Browser) -> None:
    with outside_provider() as listener:
        site = make_site(notice_address=f"{listener.issuer}/notice")
        tokens = site.exchange(agree(person, site)).json()
        person.post(reverse("identity:sign-out"))
        notice_orphans()
        deliver_pending()
        (form,) = listener.forms
    claims = keys.read_signed(form["logout_token"])
    said = keys.read_signed(tokens["id_token"])
    assert claims is not None
    assert said is not None
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert (claims["sid"], claims["sub"], claims["aud"]) == (said["sid"], said["sub"], site.client_id)
    assert "nonce" not in claims
    assert jws.extract_compact(form["logout_token"].encode()).protected["typ"] == "logout+jwt"


def test_a_site_that_never_used_its_code_is_not_told(person: Browser) -> None:
    with outside_provider() as listener:
        agree(person, make_site(notice_address=f"{listener.issuer}/notice"))
        person.post(reverse("identity:sign-out"))
        notice_orphans()
        deliver_pending()
        assert listener.forms == []


def test_a_site_that_does_not_answer_is_told_again(person: Browser) -> None:
    with outside_provider() as listener:
        address = f"{listener.issuer}/notice"
    site = make_site(notice_address=address)
    site.exchange(agree(person, site))
    with pytest.raises(Exception, match="refused"):
        tell_site(session_id=SiteSession.objects.get().pk)


def test_a_session_that_ended_exchanges_no_code(person: Browser) -> None:
    site = make_site()
    late, code = agree(person, site), agree(person, site)
    assert site.exchange(code).status_code == 200
    person.post(reverse("identity:sign-out"))
    assert site.exchange(late).json()["error"] == "invalid_grant"


def test_the_key_is_made_once_and_nobody_else_may_read_it(home: Path) -> None:
    first = keys.list_public_keys()
    file = home / "keys" / "openid.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.list_public_keys() == first
    assert "d" not in first["keys"][0]
    assert "d" in json.loads(file.read_text())["keys"][0]


def test_a_new_key_signs_and_the_old_one_still_checks_what_it_signed(home: Path) -> None:
    before = keys.sign({"iss": "x"})
    call_command("federation_keys_rotate")
    after = keys.sign({"iss": "x"})
    kids = [key["kid"] for key in keys.list_public_keys()["keys"]]
    assert jws.extract_compact(after.encode()).protected["kid"] == kids[0]
    assert jws.extract_compact(before.encode()).protected["kid"] == kids[1]
    assert keys.read_signed(before) == keys.read_signed(after) == {"iss": "x"}
    assert [("d" in key) for key in json.loads((home / "keys" / "openid.json").read_text())["keys"]] == [True, False]
    keys.rotate(now=clock.now() + timedelta(days=100))
    keys.rotate(now=clock.now() + timedelta(days=100))
    assert keys.read_signed(before) is None  # retired long ago


def test_what_another_key_signed_is_not_ours(home: Path, tmp_path: Path, settings: Any) -> None:
    ours = keys.sign({"iss": "x"})
    settings.GAPURA_HOME = tmp_path / "other"
    theirs = keys.sign({"iss": "x"})
    settings.GAPURA_HOME = home
    assert keys.read_signed(ours) is not None
    assert keys.read_signed(theirs) is None
    assert keys.read_signed("x.y.z") is None


def test_discovery_says_what_there_is_and_no_more(client: Browser, settings: Any) -> None:
    said = client.get("/.well-known/openid-configuration").json()
    assert said["issuer"] == settings.GAPURA_PUBLIC_ADDRESS
    assert said["subject_types_supported"] == ["pairwise"]
    assert said["id_token_signing_alg_values_supported"] == ["ES256"]
    assert said["response_types_supported"] == ["code"]
    for name in ("authorization_endpoint", "jwks_uri", "end_session_endpoint"):
        path = said[name].removeprefix(said["issuer"])
        assert client.get(path).status_code in (200, 302, 400), name
    for name in ("token", "introspection", "revocation", "pushed_authorization_request"):
        path = said[f"{name}_endpoint"].removeprefix(said["issuer"])
        assert client.post(path).status_code == 401, name
