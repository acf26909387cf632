"""From the offer to the credential: what a wallet must prove, and every way it is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.credentials.actions import clear_over, offer_credential
from gapura.kernel.credentials.testing import (
    HOLDER,
    IDENTITY,
    PERSON,
    Credential,
    Offer,
    Wallet,
    choose,
    make_credential,
    offer,
)
from gapura.kernel.credentials.types import CannotIssue
from gapura.kernel.exchange.testing import AccessRecord, MemoryProvider
from gapura.kernel.identity.types import AccessDenied

Known = dict[str, MemoryProvider]


def token_of(wallet: Wallet) -> str:
    offered = offer()
    return str(wallet.redeem(offered.secret, offered.code).json()["access_token"])


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_wallet_gets_the_credential_and_the_log_says_who_asked_what(known: Known) -> None:
    credential = Wallet().receive(offer())
    assert len(choose(credential, list(IDENTITY))) == 1 + len(IDENTITY)
    row = Credential.objects.get()
    assert (row.holder, row.kind) == (PERSON, "identity")
    assert not any(str(value) in str(row.__dict__) for name, value in IDENTITY.items() if name == "name")
    actions = list(AuditEvent.objects.filter(subject=PERSON).order_by("pk").values_list("action", flat=True))
    wanted = {"credentials.offered", "credentials.redeemed", "credentials.issued", "exchange.evidence_requested"}
    assert wanted <= set(actions)
    asked = AccessRecord.objects.filter(subject=PERSON)
    assert {one.legal_ground for one in asked} == {"UU 27/2022 Pasal 13"}
    assert {one.outcome for one in asked} == {"asked"}


def test_the_same_form_shows_the_same_code_and_asks_once(known: Known) -> None:
    first, again = offer(), offer()
    assert (first.secret, first.code) == (again.secret, again.code)
    assert offer(form_key="another").secret != first.secret
    assert Offer.objects.count() == 2


def test_secrets_are_not_stored(known: Known) -> None:
    offered = offer()
    stored = str(Offer.objects.values().get())
    assert offered.secret not in stored
    assert offered.code not in stored


def test_nobody_puts_another_persons_facts_into_their_wallet(known: Known) -> None:
    for actor in (official("civil.registrar"), replace(HOLDER, principal="3171010203180001", mandate="child")):
        with pytest.raises(AccessDenied):
            offer(actor=actor)
    assert offer()


def test_where_a_register_holds_nothing_the_page_says_so_and_no_code_is_made(known: Known) -> None:
    known["transport.driving-licence"].records.clear()
    with pytest.raises(CannotIssue, match="hold nothing"):
        offer("driving-licence")
    assert not Offer.objects.exists()
    assert offer("identity")


def test_a_licence_is_never_valid_longer_than_its_last_class(known: Known) -> None:
    Wallet().receive(offer("driving-licence"))
    row = Credential.objects.get()
    assert row.valid_until - row.issued_at < timedelta(days=91)
    known["transport.driving-licence"].records[PERSON][0]["expires_on"] = "2020-01-01"
    with pytest.raises(CannotIssue, match=r"has ended|berakhir"):
        offer("driving-licence", form_key="another")


def test_the_dead_get_none(known: Known) -> None:
    known["civil.person"].answers["is-alive", PERSON] = False
    with pytest.raises(CannotIssue):
        offer()


# The token


def test_a_code_is_redeemed_once(known: Known) -> None:
    wallet, offered = Wallet(), offer()
    assert wallet.redeem(offered.secret, offered.code).status_code == 200
    assert error(wallet.redeem(offered.secret, offered.code)) == (400, "invalid_grant")
    with pytest.raises(CannotIssue):
        offer()


def test_five_wrong_digits_close_the_offer_even_for_the_right_ones(known: Known) -> None:
    wallet, offered = Wallet(), offer()
    wrong = f"{(int(offered.code) + 1) % 10**6:06d}"
    answers = [wallet.redeem(offered.secret, wrong) for _ in range(5)]
    assert {error(answer) for answer in answers} == {(400, "invalid_grant")}
    assert len({answer.content for answer in answers}) == 1, "the answers do not tell how many tries are left"
    assert error(wallet.redeem(offered.secret, offered.code)) == (400, "invalid_grant")
    assert Offer.objects.get().state == "closed"
    fresh = offer(form_key="another")
    for _ in range(4):
        wallet.redeem(fresh.secret, f"{(int(fresh.code) + 1) % 10**6:06d}")
    assert wallet.redeem(fresh.secret, fresh.code).status_code == 200


def test_an_offer_is_over_after_its_minutes(known: Known) -> None:
    offered = offer()
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        assert error(Wallet().redeem(offered.secret, offered.code)) == (400, "invalid_grant")
    assert Wallet().redeem(offered.secret, offered.code).status_code == 200


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"tx_code": ""}, "invalid_request"),
        ({"pre-authorized_code": "unknown"}, "invalid_grant"),
    ],
)
def test_the_token_endpoint_refuses_in_the_words_of_its_standard(known: Known, form: dict[str, str], code: str) -> None:
    offered = offer()
    assert error(Wallet().redeem(offered.secret, offered.code, **form)) == (400, code)


# The credential


def test_a_token_brings_one_credential(known: Known) -> None:
    wallet = Wallet()
    token = token_of(wallet)
    assert wallet.ask(token, wallet.prove(wallet.fetch_nonce())).status_code == 200
    assert error(wallet.ask(token, wallet.prove(wallet.fetch_nonce()))) == (401, "invalid_token")
    assert Credential.objects.count() == 1


def test_a_replayed_proof_brings_no_second_credential(known: Known) -> None:
    wallet = Wallet()
    proof = wallet.prove(wallet.fetch_nonce())
    first, offered = token_of(wallet), offer(form_key="another")
    second = wallet.redeem(offered.secret, offered.code).json()["access_token"]
    assert wallet.ask(first, proof).status_code == 200
    assert error(wallet.ask(second, proof)) == (400, "invalid_nonce")
    assert wallet.ask(second, wallet.prove(wallet.fetch_nonce())).status_code == 200


@pytest.mark.parametrize(
    ("header", "claims", "code"),
    [
        ({"typ": "JWT"}, {}, "invalid_proof"),
        ({"kid": "another"}, {}, "invalid_proof"),
        ({}, {"aud": "https://another.example"}, "invalid_proof"),
        ({}, {"iat": 1}, "invalid_proof"),
        ({}, {"iat": "now"}, "invalid_proof"),
        ({}, {"nonce": "made-up.1.seal"}, "invalid_nonce"),
        ({}, {"nonce": None}, "invalid_nonce"),
        ({}, {}, ""),
    ],
)
def test_a_proof_that_proves_nothing_is_refused(
    known: Known, header: dict[str, Any], claims: dict[str, Any], code: str
) -> None:
    wallet = Wallet()
    nonce = wallet.fetch_nonce()
    answer = wallet.ask(token_of(wallet), wallet.prove(nonce, header=header, **claims))
    assert (answer.status_code, answer.json().get("error", "")) == ((400, code) if code else (200, ""))


def test_a_key_that_did_not_sign_or_is_not_public_is_refused(known: Known) -> None:
    wallet, stranger = Wallet(), Wallet()
    token = token_of(wallet)
    for key in (stranger.key.as_dict(private=False), wallet.key.as_dict(private=True)):
        proof = wallet.prove(wallet.fetch_nonce(), header={"jwk": key})
        assert error(wallet.ask(token, proof)) == (400, "invalid_proof")
    assert wallet.ask(token, wallet.prove(wallet.fetch_nonce())).status_code == 200


def test_a_nonce_is_fresh_for_some_minutes(known: Known) -> None:
    wallet = Wallet()
    nonce = wallet.fetch_nonce()
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert error(wallet.ask(token_of(wallet), wallet.prove(nonce))) == (400, "invalid_nonce")


def test_a_token_is_for_its_own_kind_and_some_minutes(known: Known) -> None:
    wallet = Wallet()
    token = token_of(wallet)
    answer = wallet.ask(token, wallet.prove(wallet.fetch_nonce()), "driving-licence")
    assert error(answer) == (400, "unknown_credential_configuration")
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert error(wallet.ask(token, wallet.prove(wallet.fetch_nonce()))) == (401, "invalid_token")
    assert error(wallet.ask("made-up", wallet.prove(wallet.fetch_nonce()))) == (401, "invalid_token")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"proofs": 1}', b"[" * 5000])
def test_hostile_requests_are_refused_and_cost_no_token(known: Known, body: bytes) -> None:
    wallet = Wallet()
    token = token_of(wallet)
    headers = {"Authorization": f"Bearer {token}"}
    answer = wallet.browser.post("/credentials/credential/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert wallet.ask(token, wallet.prove(wallet.fetch_nonce())).status_code == 200


def test_a_register_that_does_not_answer_costs_no_token(known: Known) -> None:
    wallet = Wallet()
    token = token_of(wallet)
    known["civil.person"].is_down = True
    assert wallet.ask(token, wallet.prove(wallet.fetch_nonce())).status_code == 503
    known["civil.person"].is_down = False
    assert wallet.ask(token, wallet.prove(wallet.fetch_nonce())).status_code == 200


def test_a_place_on_a_status_list_is_given_once(known: Known) -> None:
    first, second = make_credential(PERSON, now=clock.now()), make_credential(PERSON, now=clock.now())
    second.status_index = first.status_index
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_offers_that_came_to_nothing_are_removed_and_issued_ones_stay(known: Known) -> None:
    Wallet().receive(offer())
    offer(form_key="never used")
    worker = resident(PERSON)
    assert clear_over(actor=worker, now=clock.now()) == 0
    assert clear_over(actor=worker, now=clock.now() + timedelta(days=2)) == 1
    assert Credential.objects.count() == Offer.objects.count() == 1


def test_an_unknown_kind_is_nobodys(known: Known) -> None:
    with pytest.raises(AccessDenied):
        offer_credential(actor=HOLDER, kind="unknown", form_key="form", now=clock.now())
