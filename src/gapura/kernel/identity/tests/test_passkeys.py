"""Passkeys: one touch signs in; an answer that is old, copied, elsewhere, unverified or somebody else's does not."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity import passkeys
from gapura.kernel.identity.actions import disable_account, end_sessions
from gapura.kernel.identity.models import Account, SignInRecord
from gapura.kernel.identity.testing import HOUSE, PASSWORD, current_code, make_official, make_resident, sign_in
from gapura.kernel.identity.tests.software_key import (
    PRESENT,
    SoftwareKey,
    add_key,
    answer,
    host,
    options_on,
    question,
    sign_in_with,
)

pytestmark = pytest.mark.django_db
ENTRY = "/sign-in/passkey/"
FORM = {"login": "citra", "password": PASSWORD}


def is_signed_in(client: Client) -> bool:
    return client.get("/test/resident/").status_code == 200


def actions() -> list[str]:
    return [event.action for event in list_events()]


@pytest.fixture
def account() -> Account:
    return make_resident()


@pytest.fixture
def key(account: Account) -> SoftwareKey:
    """A passkey of Citra, added on the security page after confirming the password."""
    client = Client()
    client.post("/sign-in/", FORM)
    client.post("/confirm/", {"password": PASSWORD})
    return add_key(client)


def test_a_passkey_alone_signs_in_and_is_worth_high(client: Client, key: SoftwareKey) -> None:
    response = sign_in_with(client, key, f"{ENTRY}?next=/security/")
    assert response.headers["Location"] == "/security/"
    assert is_signed_in(client)
    assert "Passkey" in client.get("/security/", headers={"Accept-Language": "en"}).content.decode()
    assert SignInRecord.objects.order_by("-pk")[0].method == "passkey"
    last = next(event for event in list_events() if event.action == "identity.signed_in" and event.detail["level"] == 3)
    assert last.detail["method"] == "passkey"


def test_the_session_gets_a_new_key_at_the_passkey(client: Client, key: SoftwareKey) -> None:
    asked = question(client, ENTRY)
    before = client.session.session_key
    answer(client, ENTRY, key.get(asked))
    assert client.session.session_key != before


def test_setting_one_up_needs_confirming_and_leads_to_recovery_codes(client: Client, account: Account) -> None:
    sign_in(client, account)
    assert client.get("/security/passkeys/new/").headers["Location"].startswith("/confirm/")
    client.post("/confirm/", {"password": PASSWORD})
    new = SoftwareKey()
    made = answer(client, "/security/passkeys/new/", new.create(question(client, "/security/passkeys/new/")), name="A")
    assert made.headers["Location"] == "/security/recovery-codes/"
    assert client.get("/security/recovery-codes/").status_code == 200
    assert "identity.credentials_changed" in actions()


def test_an_answer_is_accepted_once(key: SoftwareKey) -> None:
    first, second = Client(), Client()
    credential = key.get(question(first, ENTRY))
    answer(first, ENTRY, credential)
    assert is_signed_in(first)
    answer(second, ENTRY, credential)
    question(second, ENTRY)
    answer(second, ENTRY, credential)
    assert not is_signed_in(second)


def test_an_answer_is_not_accepted_again_even_where_the_question_still_stands(key: SoftwareKey) -> None:
    """As when two workers read the session at the same moment: the database decides."""
    first, second = Client(), Client()
    credential = key.get(question(first, ENTRY))
    question(second, ENTRY)
    session = second.session
    session[passkeys._QUESTION] = first.session[passkeys._QUESTION]
    session.save()
    answer(first, ENTRY, credential)
    answer(second, ENTRY, credential)
    assert (is_signed_in(first), is_signed_in(second)) == (True, False)


def test_the_planted_fault_without_used_codes_the_second_answer_would_pass(
    key: SoftwareKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gapura.kernel.identity.actions.passkeys.accept_code", lambda **_attempt: True)
    key.count = -1  # a key that does not count: always 0
    monkeypatch.setattr(SoftwareKey, "get", _without_counting)
    first, second = Client(), Client()
    credential = key.get(question(first, ENTRY))
    question(second, ENTRY)
    session = second.session
    session[passkeys._QUESTION] = first.session[passkeys._QUESTION]
    session.save()
    answer(first, ENTRY, credential)
    answer(second, ENTRY, credential)
    assert is_signed_in(second)


_count = SoftwareKey.get


def _without_counting(self: SoftwareKey, options: Any) -> dict[str, Any]:
    self.count = -1
    return _count(self, options)


@pytest.mark.parametrize(("count", "let_in"), [(5, True), (4, False), (3, False), (0, False)])
def test_a_count_that_does_not_grow_is_a_copy(client: Client, key: SoftwareKey, count: int, let_in: bool) -> None:
    key.count = 3
    sign_in_with(Client(), key)  # counts to 4
    key.count = count - 1
    sign_in_with(client, key)
    assert is_signed_in(client) == let_in
    assert ("identity.passkey_copied" in actions()) != let_in


def test_keys_that_do_not_count_keep_working(key: SoftwareKey) -> None:
    for _turn in range(2):
        client = Client()
        key.count = -1
        sign_in_with(client, key)
        assert is_signed_in(client)


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://localhost:8000"},
        {"origin": "http://localhost:8001"},
        {"origin": "http://gapura.localhost:8000"},
        {"origin": "http://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"credential_id": b"another credential"},
    ],
    ids=str,
)
def test_an_answer_given_elsewhere_unverified_or_by_another_key_is_refused(
    client: Client, key: SoftwareKey, bent: dict[str, Any]
) -> None:
    honest = {name: getattr(key, name) for name in bent}
    for name, value in bent.items():
        setattr(key, name, value)
    page = sign_in_with(client, key)
    assert page.status_code == 200
    assert not is_signed_in(client)
    assert "identity.sign_in_failed" in actions()
    for name, value in honest.items():
        setattr(key, name, value)
    sign_in_with(client, key)
    assert is_signed_in(client), "the control: the same key, honest"


def test_an_old_question_is_not_answered_any_more(client: Client, key: SoftwareKey) -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    for minutes, let_in in ((6, False), (4, True)):
        with clock.frozen(start):
            asked = question(client, ENTRY)
        with clock.frozen(start + timedelta(minutes=minutes)):
            answer(client, ENTRY, key.get(asked))
            assert is_signed_in(client) == let_in


def test_an_answer_to_no_question_or_to_another_persons_is_refused(key: SoftwareKey) -> None:
    client, other = Client(), Client()
    asked = question(other, ENTRY)
    answer(client, ENTRY, key.get(asked))
    assert not is_signed_in(client)
    question(client, ENTRY)
    answer(client, ENTRY, key.get(asked))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "[]",
        "null",
        "1",
        '"x"',
        "{}",
        '{"response": []}',
        '{"id": "AA", "rawId": "AA", "response": {}}',
        "{",
    ],
)
def test_nonsense_is_refused_like_a_wrong_answer(client: Client, credential: str) -> None:
    question(client, ENTRY)
    assert client.post(ENTRY, {"credential": credential}).status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", [None, 1, [], {}, "", "AAAA", "!", "_____w"])
def test_a_bent_part_is_refused(client: Client, key: SoftwareKey, part: str, value: Any) -> None:
    credential = key.get(question(client, ENTRY))
    credential["response"][part] = value
    assert answer(client, ENTRY, credential).status_code == 200
    assert not is_signed_in(client)


def test_a_key_opens_only_the_account_it_belongs_to(client: Client, key: SoftwareKey) -> None:
    other = make_resident("budi", person_number="3171010101900003")
    credential = key.get(question(client, ENTRY))
    credential["response"]["userHandle"] = other.handle
    answer(client, ENTRY, credential)
    assert not is_signed_in(client)


def test_a_disabled_account_is_not_opened_by_its_passkey(client: Client, key: SoftwareKey, account: Account) -> None:
    disable_account(actor=HOUSE, account_id=account.pk)
    known = sign_in_with(client, key)
    assert not is_signed_in(client)
    unknown = answer(client, ENTRY, SoftwareKey(handle="AAAA").get(question(client, ENTRY)))
    assert _without_secrets(known.content) == _without_secrets(unknown.content)


def _without_secrets(page: bytes) -> str:
    return page.decode().split("<h1>")[1].split("data-options")[0]


def test_wrong_passkeys_lock_nobody_out(key: SoftwareKey) -> None:
    stranger = Client()
    for _turn in range(40):
        forged = SoftwareKey(handle=key.handle, credential_id=key.credential_id)
        answer(stranger, ENTRY, forged.get(question(stranger, ENTRY)))
    client = Client()
    sign_in_with(client, key)
    assert is_signed_in(client)
    by_password = Client()
    by_password.post("/sign-in/", FORM)
    assert by_password.get("/sign-in/code/").status_code == 200


def test_after_the_password_the_passkey_is_asked_and_no_way_leads_around(client: Client, key: SoftwareKey) -> None:
    away = client.post("/sign-in/?next=/test/resident/", FORM)
    assert away.headers["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)
    client.post("/sign-in/code/", {})
    client.post("/sign-in/code/", {"credential": "{}"})
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/confirm/passkey/", {"credential": "{}"})
    assert not is_signed_in(client)
    response = sign_in_with(client, key, "/sign-in/code/")
    assert response.headers["Location"] == "/test/resident/"


def test_after_the_password_of_one_the_passkey_of_another_does_not_help(client: Client, key: SoftwareKey) -> None:
    make_resident("budi", person_number="3171010101900003")
    budi = FORM | {"login": "budi"}
    client.post("/sign-in/", budi)
    client.post("/confirm/", {"password": PASSWORD})
    own = add_key(client)
    client.post("/sign-out/")
    client.post("/sign-in/", budi)
    sign_in_with(client, key, "/sign-in/code/")
    assert client.get("/security/").headers["Location"].startswith("/sign-in/")
    sign_in_with(client, own, "/sign-in/code/")
    assert client.get("/security/").status_code == 200, "the control: the right one does"


def test_a_signed_in_person_confirms_with_the_passkey(client: Client, key: SoftwareKey, account: Account) -> None:
    sign_in(client, account)
    before = client.session.session_key
    assert client.get("/confirm/").headers["Location"] == "/confirm/passkey/", "a password is not enough any more"
    sign_in_with(client, key, "/confirm/passkey/?next=/security/")
    assert client.session.session_key != before
    assert "identity.sign_in_confirmed" in actions()


def test_passkeys_are_renamed_and_removed_by_their_owner_only(client: Client, key: SoftwareKey) -> None:
    sign_in_with(client, key)
    sign_in_with(client, key, "/confirm/passkey/")
    passkey = Authenticator.objects.get(type="webauthn")
    page = f"/security/passkeys/{passkey.pk}/"
    client.post(page, {"rename": "1", "name": "My telephone"})
    assert "My telephone" in client.get("/security/").content.decode()

    stranger = Client()
    sign_in(stranger, make_resident("budi", person_number="3171010101900003"))
    stranger.post("/confirm/", {"password": PASSWORD})
    assert stranger.post(page, {"remove": "1"}).status_code == 404

    client.post(page, {"remove": "1"})
    assert not Authenticator.objects.exists(), "with the last strong way go the recovery codes"
    sign_in_with(client_after := Client(), key)
    assert not is_signed_in(client_after)


def test_an_official_keeps_the_last_passkey(client: Client) -> None:
    official = make_official()
    sign_in(client, official, second_factor=True)
    client.post("/confirm/code/", {"code": current_code()})
    key = add_key(client)
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    page = f"/security/passkeys/{Authenticator.objects.get(type='webauthn').pk}/"
    client.post(page, {"remove": "1"})
    assert Authenticator.objects.filter(type="webauthn").exists()
    add_key(client)
    client.post(page, {"remove": "1"})
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    assert key.handle


def test_the_security_page_ends_a_session_that_a_passkey_opened(client: Client, key: SoftwareKey) -> None:
    sign_in_with(client, key)
    account = Account.objects.get()
    from gapura.kernel.audit.types import Actor, ActorKind

    end_sessions(actor=Actor(ActorKind.RESIDENT, "citra", account_id=account.pk), keep="")
    assert not is_signed_in(client)


def test_only_pages_with_a_passkey_may_load_our_script(client: Client, key: SoftwareKey) -> None:
    assert "script-src 'self'" in client.get(ENTRY).headers["Content-Security-Policy"]
    assert "unsafe" not in client.get(ENTRY).headers["Content-Security-Policy"]
    assert "script-src" not in client.get("/sign-in/").headers["Content-Security-Policy"]


def test_a_browser_at_another_address_is_told_where_passkeys_work(client: Client) -> None:
    english = {"Accept-Language": "en"}
    assert "do not work at this address" in client.get(ENTRY, headers=english).content.decode()
    here = client.get(ENTRY, headers=english | {"Host": host()}).content.decode()
    assert "do not work at this address" not in here


def test_the_question_names_no_account_before_one_is_known(client: Client, key: SoftwareKey) -> None:
    asked = question(client, ENTRY)
    assert "allowCredentials" not in asked or asked["allowCredentials"] in (None, [])
    client.post("/sign-in/", FORM)
    named = options_on(client.get("/sign-in/code/").content.decode())
    assert len(named["allowCredentials"]) == 1
    assert json.dumps(named)
