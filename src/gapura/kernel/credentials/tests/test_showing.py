"""An official asks, a wallet shows, and everything that proves nothing is refused."""

from datetime import timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.credentials.actions import ask_to_show, clear_over, issuing, stop_credential
from gapura.kernel.credentials.queries import access_showing
from gapura.kernel.credentials.requests import get_verifier_name
from gapura.kernel.credentials.rules import from_base64, to_base64
from gapura.kernel.credentials.testing import (
    HOLDER,
    IDENTITY,
    PERSON,
    VERIFIER,
    Credential,
    Showing,
    Wallet,
    offer,
)
from gapura.kernel.credentials.types import VERIFIER_ROLE, CannotAsk
from gapura.kernel.exchange.testing import MemoryProvider
from gapura.kernel.identity.types import AccessDenied

Known = dict[str, MemoryProvider]


def ask(terms: str = "over-17") -> Showing:
    return ask_to_show(actor=VERIFIER, terms=terms, now=clock.now())


def show(wallet: Wallet, credential: str, showing: Showing, *names: str, **changes: object) -> str:
    audience = get_verifier_name(showing, now=clock.now())
    terms = {"audience": audience, "nonce": showing.nonce, **changes}
    return wallet.present(credential, names or ["age_over_17"], **terms)


def test_an_agency_reads_that_somebody_is_17_and_nothing_else_is_kept(known: Known) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    answer = wallet.answer(showing, show(wallet, credential, showing, *IDENTITY))
    assert answer.status_code == 200
    showing.refresh_from_db()
    assert showing.shown == {"age_over_17": True}, "what was not asked is not kept, even when it is shown"
    assert (showing.holder, showing.credential_id) == (PERSON, Credential.objects.get().pk)
    assert AuditEvent.objects.filter(action="credentials.shown", subject=PERSON).count() == 1
    assert clear_over(actor=VERIFIER, now=clock.now() + timedelta(minutes=6)) == 1
    showing.refresh_from_db()
    assert showing.shown == {}


def test_a_request_is_answered_once(known: Known) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    presentation = show(wallet, credential, showing)
    assert wallet.answer(showing, presentation).status_code == 200
    assert wallet.answer(showing, presentation).status_code == 404
    assert wallet.answer(ask(), presentation).status_code == 400, "the same answer fits no other request"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"audience": "x509_hash:another"},
        {"sd_hash": "another"},
        {"iat": 1},
        {"iat": 99_999_999_999},
    ],
)
def test_a_proof_for_something_else_is_refused_and_the_right_one_is_still_taken(
    known: Known, changes: dict[str, object]
) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    assert wallet.answer(showing, show(wallet, credential, showing, **changes)).status_code == 400
    assert wallet.answer(showing, show(wallet, credential, showing)).status_code == 200


def test_a_copied_credential_is_refused(known: Known) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    assert wallet.answer(showing, show(Wallet(), credential, showing)).status_code == 400
    assert wallet.answer(showing, show(wallet, credential, showing)).status_code == 200


def test_what_was_altered_is_refused(known: Known) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    good = show(wallet, credential, showing)
    jwt, disclosure, binding = good.split("~")
    header, claims, signature = jwt.split(".")
    other_claims = to_base64(from_base64(claims).replace(b'"exp":1', b'"exp":9'))
    other_disclosure = to_base64(from_base64(disclosure).replace(b"17", b"21"))
    altered = [
        f"{header}.{other_claims}.{signature}~{disclosure}~{binding}",
        f"{jwt}~{other_disclosure}~{binding}",
        f"{jwt}~{disclosure}~{disclosure}~{binding}",
        f"{jwt}~{disclosure}~",
        f"{jwt}~{binding}",
        "~",
        "no tilde",
        f"{jwt}~\ud800~{binding}",
        f"{jwt}~{to_base64(b'[' * 20_000)}~{binding}",
        "x" * 70_000,
    ]
    for presentation in altered:
        assert wallet.answer(showing, presentation).status_code == 400, presentation[:80]
    assert wallet.answer(showing, good).status_code == 200


def test_what_was_stopped_is_refused(known: Known) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    stop_credential(actor=HOLDER, number=Credential.objects.get().number, now=clock.now())
    answer = wallet.answer(showing, show(wallet, credential, showing))
    assert (answer.status_code, "revoked" in answer.json()["error_description"]) == (400, True)


def test_what_has_expired_is_refused(known: Known) -> None:
    wallet = Wallet()
    with clock.frozen(clock.now() - timedelta(days=366)):
        credential = wallet.receive(offer())
    showing = ask()
    answer = wallet.answer(showing, show(wallet, credential, showing))
    assert (answer.status_code, "expired" in answer.json()["error_description"]) == (400, True)


def test_another_kind_of_credential_is_refused(known: Known) -> None:
    wallet = Wallet()
    licence, showing = wallet.receive(offer("driving-licence")), ask()
    assert wallet.answer(showing, show(wallet, licence, showing, "name")).status_code == 400
    asked = ask_to_show(actor=VERIFIER, terms="may-drive", now=clock.now())
    assert wallet.answer(asked, show(wallet, licence, asked, "name", "licences")).status_code == 200


def test_another_agencys_key_signs_no_identity(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    sign = issuing.sign_sd_jwt
    monkeypatch.setattr(issuing, "sign_sd_jwt", lambda _agency, *rest, **terms: sign("kua", *rest, **terms))
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    answer = wallet.answer(showing, show(wallet, credential, showing))
    assert (answer.status_code, "another agency" in answer.json()["error_description"]) == (400, True)


def test_a_request_is_over_after_its_minutes(known: Known) -> None:
    wallet = Wallet()
    credential, showing = wallet.receive(offer()), ask()
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert wallet.answer(showing, show(wallet, credential, showing)).status_code == 404


def test_an_agency_asks_only_what_the_country_lets_it(known: Known) -> None:
    with pytest.raises(CannotAsk):
        ask_to_show(actor=official(VERIFIER_ROLE, agency="djp"), terms="over-17", now=clock.now())
    with pytest.raises(AccessDenied):
        ask_to_show(actor=official("civil.registrar"), terms="over-17", now=clock.now())
    showing = ask()
    assert access_showing(VERIFIER, showing.number) == showing
    with pytest.raises(AccessDenied):
        access_showing(official(VERIFIER_ROLE, agency="kua"), showing.number)


def test_only_its_holder_stops_a_credential(known: Known) -> None:
    Wallet().receive(offer())
    number = Credential.objects.get().number
    with pytest.raises(AccessDenied):
        stop_credential(actor=resident("3171010101800009"), number=number, now=clock.now())
    first = stop_credential(actor=HOLDER, number=number, now=clock.now())
    again = stop_credential(actor=HOLDER, number=number, now=clock.now() + timedelta(hours=1))
    assert first.ended_at == again.ended_at
