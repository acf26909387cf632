"""Provider says X is never taken for is person X: the leak of 2022, tried in every way, and refused.

Then two login providers were added to a tax portal, and the step "who signed in there is who is asked about
here" was left out; for four days people saw the papers of others. The attacks below are that mistake.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client as Browser
from django.urls import reverse
from joserfc.jwk import ECKey, OctKey

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.exchange.testing import MemoryProvider
from gapura.kernel.federation import rules
from gapura.kernel.federation.testing import (
    OutsideProvider,
    OutsideSignIn,
    outside_provider,
    sent_back,
    sign_in_here,
)
from gapura.kernel.identity.testing import NUMBER, Account, make_resident

pytestmark = pytest.mark.django_db
BUDI = "3171010101800003"
CITRA_SAYS = {"sub": "citra-there", "nik": NUMBER, "name": "CITRA  LESTARI", "born": "1990-02-05"}
BUDI_SAYS = {"sub": "budi-there", "nik": BUDI, "name": "Budi Santoso", "born": "1980-01-01"}


@pytest.fixture
def provider(home: Path) -> Any:
    with outside_provider() as running:
        entry = {
            "title": {"en": "Bank login", "id": "Bank login", "ko": "Bank login"},
            "issuer": running.issuer,
            "client_id": "gapura",
            "client_secret": "outside secret",
            "facts": {"nik": "number", "name": "name", "born": "birthdate"},
        }
        (home / "sign_in_providers.yaml").write_text(yaml.safe_dump({"bank": entry}))
        yield running


@pytest.fixture
def citra() -> Account:
    return make_resident()


@pytest.fixture
def budi(register: MemoryProvider) -> Account:
    register.records[BUDI] = [{"number": BUDI, "full_name": "Budi Santoso", "birth_on": "1980-01-01"}]
    return make_resident("budi", person_number=BUDI)


def begin(browser: Browser, **form: str) -> dict[str, str]:
    """Start at this house; what the provider is asked."""
    page = browser.post(reverse("federation:start", args=["bank"]), form)
    assert page.status_code == 200, page.content
    return sent_back(page)


def come_back(browser: Browser, provider: OutsideProvider, asked: dict[str, str], says: Any, **other: str) -> Any:
    """The provider signs somebody in and sends the browser back."""
    now = int(clock.now().timestamp())
    issued = {"iss": provider.issuer, "aud": "gapura", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
    provider.claims = issued | says
    answer = {"code": "outside-code", "state": asked["state"], "iss": provider.issuer} | other
    answer = {name: value for name, value in answer.items() if value}
    return browser.get(reverse("federation:come-back", args=["bank"]), answer)


def link(browser: Browser, provider: OutsideProvider, says: dict[str, str]) -> Any:
    """Signed in here: come back from the provider for the first time, and say yes."""
    page = come_back(browser, provider, begin(browser), says)
    assert page.headers["Location"] == reverse("federation:link")
    return browser.post(reverse("federation:link"))


def linked(account: Account, says: dict[str, str]) -> OutsideSignIn:
    return OutsideSignIn.objects.create(
        account=account, provider="bank", subject=says["sub"], claims={}, linked_at=clock.now()
    )


def is_signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def was_recorded() -> bool:
    return AuditEvent.objects.filter(action="federation.wrong_person").exists()


def test_who_signed_in_here_once_may_come_by_the_provider_from_then_on(
    client: Browser, provider: OutsideProvider, register: MemoryProvider, citra: Account
) -> None:
    sign_in_here(client, citra)
    assert link(client, provider, CITRA_SAYS).headers["Location"] == reverse("federation:sites")
    assert "Bank login" in client.get(reverse("federation:sites")).content.decode()
    later = Browser()
    come_back(later, provider, begin(later), CITRA_SAYS)
    assert later.session["_auth_user_id"] == str(citra.pk)


def test_what_a_provider_says_opens_no_account_by_itself(
    client: Browser, provider: OutsideProvider, register: MemoryProvider, citra: Account
) -> None:
    come_back(client, provider, begin(client), CITRA_SAYS)
    assert not is_signed_in(client)
    assert client.get(reverse("federation:link")).headers["Location"].startswith("/sign-in/")


def ask_for_citra_as_budi(browser: Browser, provider: OutsideProvider) -> Any:
    """The attack: name Citra here, sign in as yourself there."""
    return come_back(browser, provider, begin(browser, login=NUMBER), BUDI_SAYS)


def test_who_asks_for_somebody_else_is_refused_and_sees_nothing(
    client: Browser, provider: OutsideProvider, citra: Account, budi: Account
) -> None:
    linked(citra, CITRA_SAYS)
    linked(budi, BUDI_SAYS)
    answer = ask_for_citra_as_budi(client, provider)
    assert answer.status_code == 403
    assert not is_signed_in(client)
    assert was_recorded()
    assert not any(word in answer.content.decode() for word in (NUMBER, "Lestari", BUDI, "Santoso"))


def test_an_unknown_name_is_refused_like_a_known_one(client: Browser, provider: OutsideProvider, budi: Account) -> None:
    linked(budi, BUDI_SAYS)
    answer = come_back(client, provider, begin(client, login="nobody"), BUDI_SAYS)
    assert answer.status_code == 403
    assert not is_signed_in(client)


def test_the_check_of_whom_is_asked_for_is_what_refuses(
    client: Browser, provider: OutsideProvider, citra: Account, budi: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted fault: the step that was left out in 2022."""
    linked(budi, BUDI_SAYS)
    monkeypatch.setattr(rules, "is_account_meant", lambda meant_for, opened: True)
    assert ask_for_citra_as_budi(client, provider).status_code != 403


def test_a_provider_that_speaks_of_somebody_else_is_not_linked(
    client: Browser, provider: OutsideProvider, register: MemoryProvider, citra: Account, budi: Account
) -> None:
    sign_in_here(client, citra)
    answer = link(client, provider, BUDI_SAYS)
    assert answer.status_code == 403
    assert was_recorded()
    assert not OutsideSignIn.objects.exists()
    assert not any(word in answer.content.decode() for word in (NUMBER, "Lestari", BUDI, "Santoso"))


@pytest.mark.parametrize(
    "change", [{"nik": BUDI}, {"name": "Citra Lestar"}, {"born": "1990-02-06"}, {"nik": ""}, {"name": " "}]
)
def test_one_fact_that_differs_is_a_different_person(
    client: Browser, provider: OutsideProvider, register: MemoryProvider, citra: Account, change: dict[str, str]
) -> None:
    sign_in_here(client, citra)
    assert link(client, provider, CITRA_SAYS | change).status_code == 403
    assert not OutsideSignIn.objects.exists()
    assert link(client, provider, CITRA_SAYS).status_code == 302  # nothing but the change was wrong


def test_the_comparison_with_the_register_is_what_refuses(
    client: Browser,
    provider: OutsideProvider,
    register: MemoryProvider,
    citra: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted fault: the comparison always agrees; then Budi's login opens Citra's account."""
    monkeypatch.setattr(rules, "is_same_person", lambda said, registered: True)
    sign_in_here(client, citra)
    assert link(client, provider, BUDI_SAYS).status_code == 302
    thief = Browser()
    come_back(thief, provider, begin(thief), BUDI_SAYS)
    assert thief.session["_auth_user_id"] == str(citra.pk)


def test_words_added_to_the_way_back_change_nothing(
    client: Browser, provider: OutsideProvider, citra: Account, budi: Account
) -> None:
    linked(citra, CITRA_SAYS)
    linked(budi, BUDI_SAYS)
    added = {"login": NUMBER, "person_number": NUMBER, "sub": "citra-there", "account": str(citra.pk)}
    come_back(client, provider, begin(client), BUDI_SAYS, **added)
    assert client.session["_auth_user_id"] == str(budi.pk)


def test_the_answer_to_another_browser_is_refused(client: Browser, provider: OutsideProvider, citra: Account) -> None:
    """An attacker's answer slipped into the victim's browser, and the reverse."""
    linked(citra, CITRA_SAYS)
    victim = Browser()
    asked_by_attacker, asked_by_victim = begin(client), begin(victim)
    assert come_back(victim, provider, asked_by_attacker, CITRA_SAYS).status_code == 400
    assert not is_signed_in(victim)
    mixed = asked_by_attacker | {"nonce": asked_by_victim["nonce"]}
    assert come_back(client, provider, mixed, CITRA_SAYS).status_code == 400
    assert not is_signed_in(client)
    assert come_back(Browser(), provider, asked_by_attacker, CITRA_SAYS).status_code == 400


def test_an_answer_counts_once(client: Browser, provider: OutsideProvider, citra: Account) -> None:
    linked(citra, CITRA_SAYS)
    asked = begin(client)
    assert come_back(client, provider, asked, CITRA_SAYS).status_code == 302
    client.logout()
    assert come_back(client, provider, asked, CITRA_SAYS).status_code == 400


def test_a_login_that_belongs_to_one_account_is_not_given_to_another(
    client: Browser, provider: OutsideProvider, register: MemoryProvider, citra: Account, budi: Account
) -> None:
    linked(budi, CITRA_SAYS)
    sign_in_here(client, citra)
    assert come_back(client, provider, begin(client), CITRA_SAYS).status_code == 403
    assert client.session["_auth_user_id"] == str(citra.pk)


def test_what_is_unlinked_opens_nothing(
    client: Browser, provider: OutsideProvider, register: MemoryProvider, citra: Account
) -> None:
    sign_in_here(client, citra)
    link(client, provider, CITRA_SAYS)
    client.post(reverse("federation:unlink", args=[OutsideSignIn.objects.get().pk]))
    later = Browser()
    come_back(later, provider, begin(later), CITRA_SAYS)
    assert not is_signed_in(later)


def test_nobody_unlinks_for_somebody_else(client: Browser, provider: Any, citra: Account, budi: Account) -> None:
    standing = linked(citra, CITRA_SAYS)
    sign_in_here(client, budi)
    assert client.post(reverse("federation:unlink", args=[standing.pk])).status_code == 404
    standing.refresh_from_db()
    assert standing.ended_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another site"},
        {"aud": ["gapura", "another site"]},
        {"azp": "another site"},
        {"nonce": "another"},
        {"exp": 1},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_an_id_token_that_is_not_for_this_attempt_is_refused(
    client: Browser, provider: OutsideProvider, citra: Account, change: dict[str, Any]
) -> None:
    linked(citra, CITRA_SAYS)
    assert come_back(client, provider, begin(client), CITRA_SAYS | change).status_code == 400
    assert not is_signed_in(client)
    assert come_back(client, provider, begin(client), CITRA_SAYS).status_code == 302


def test_an_id_token_signed_by_somebody_else_is_refused(
    client: Browser, provider: OutsideProvider, citra: Account
) -> None:
    linked(citra, CITRA_SAYS)
    provider.signing_key = ECKey.generate_key("P-256", private=True)
    assert come_back(client, provider, begin(client), CITRA_SAYS).status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize("algorithm", ["HS256", "none", "RS1"])
def test_only_good_algorithms_sign(
    client: Browser, provider: OutsideProvider, citra: Account, algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own secret must not sign, nothing must not sign."""
    linked(citra, CITRA_SAYS)
    asked = begin(client)
    answer = provider.answer
    forged = {"HS256": _forge("HS256"), "none": _forge("none"), "RS1": _forge("RS1")}[algorithm]
    monkeypatch.setattr(
        provider, "answer", lambda path, form: answer(path, form) | ({"id_token": forged} if path == "/token" else {})
    )
    assert come_back(client, provider, asked, CITRA_SAYS).status_code == 400
    assert not is_signed_in(client)


def _forge(algorithm: str) -> str:
    import base64
    import json

    from joserfc import jws

    header, body = {"alg": algorithm, "kid": "outside"}, json.dumps(CITRA_SAYS)
    if algorithm == "HS256":
        return jws.serialize_compact(header, body, OctKey.import_key("outside secret, long enough for it"), ["HS256"])
    parts = [base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in (json.dumps(header), body)]
    return ".".join([*parts, ""])


def test_an_answer_of_another_provider_is_a_mix_up(client: Browser, provider: OutsideProvider, citra: Account) -> None:
    """RFC 9207: the honest provider's code must not be sent to the attacker's."""
    linked(citra, CITRA_SAYS)
    assert come_back(client, provider, begin(client), CITRA_SAYS, iss="https://evil.example").status_code == 400
    assert provider.forms == []  # the code went nowhere
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert come_back(client, provider, begin(client), CITRA_SAYS, iss="").status_code == 400
    assert come_back(client, provider, begin(client), CITRA_SAYS).status_code == 302


def test_a_provider_that_calls_itself_otherwise_is_not_asked(client: Browser, provider: OutsideProvider) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    assert client.post(reverse("federation:start", args=["bank"])).status_code == 400


def test_the_provider_is_asked_with_a_challenge_and_answered_with_its_verifier(
    client: Browser, provider: OutsideProvider, citra: Account
) -> None:
    linked(citra, CITRA_SAYS)
    asked = begin(client)
    come_back(client, provider, asked, CITRA_SAYS)
    assert asked["code_challenge_method"] == "S256"
    assert rules.is_answer_to(asked["code_challenge"], provider.forms[0]["code_verifier"])


def test_an_unknown_provider_is_nothing(client: Browser, provider: OutsideProvider) -> None:
    assert client.post(reverse("federation:start", args=["other"])).status_code == 404


def test_the_sign_in_page_offers_what_is_set_up(client: Browser, provider: OutsideProvider, home: Path) -> None:
    assert "Bank login" in client.get(reverse("identity:sign-in")).content.decode()
    (home / "sign_in_providers.yaml").unlink()
    assert "Bank login" not in client.get(reverse("identity:sign-in")).content.decode()


def test_a_way_back_leads_within_this_house_only(client: Browser, provider: OutsideProvider, citra: Account) -> None:
    linked(citra, CITRA_SAYS)
    for wanted, led in (
        ("/connected-sites/", "/connected-sites/"),
        ("//evil.example/", "/"),
        ("https://evil.example", "/"),
    ):
        browser = Browser()
        answer = come_back(browser, provider, begin(browser, next=wanted), CITRA_SAYS)
        assert answer.headers["Location"] == led
