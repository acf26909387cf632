"""The pages of a person and of an official; what reaches wallets and verifiers from the outside."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.credentials.actions import ask_to_show
from gapura.kernel.credentials.requests import get_verifier_name
from gapura.kernel.credentials.sd_jwt import read_jwt
from gapura.kernel.credentials.testing import (
    PERSON,
    VERIFIER,
    Credential,
    Offer,
    Showing,
    Wallet,
    offer,
    read_offer,
)
from gapura.kernel.credentials.types import VERIFIER_ROLE
from gapura.kernel.exchange.testing import MemoryProvider
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.outbox.actions import deliver_pending, publish
from gapura.kernel.registers.events import RegisterChanged

Known = dict[str, MemoryProvider]


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def holder(known: Known) -> Client:
    found = browser()
    sign_in(found, make_resident("holder", person_number=PERSON))
    return found


@pytest.fixture
def official(known: Known) -> Client:
    found, post = browser(), "dukcapil//counter"
    account = make_official("clerk", person_number="3171010101800021", post_code=post, roles=[VERIFIER_ROLE])
    sign_in(found, account, post_code=post)
    return found


def test_a_page_shows_code_and_digits_once_and_the_wallet_takes_them(holder: Client) -> None:
    page = holder.get("/phone-wallet/identity/put/").content.decode()
    found = re.search(r'name="form_key" value="(\w+)"', page)
    assert found
    pages = [holder.post("/phone-wallet/identity/put/", {"form_key": found[1]}) for _ in range(2)]
    texts = [unescape(one.content.decode()) for one in pages]
    addresses = {re.findall(r"openid-credential-offer://[^\"]+", text)[0] for text in texts}
    assert len(addresses) == 1, "the same form shows the same code"
    assert "no-store" in pages[0].headers["Cache-Control"]
    [grant] = read_offer(addresses.pop())["grants"].values()
    shown = re.search(r"(\d{3}) (\d{3})</code>", texts[0])
    assert shown
    wallet = Wallet()
    answer = wallet.redeem(grant["pre-authorized_code"], shown[1] + shown[2])
    assert wallet.ask(answer.json()["access_token"], wallet.prove(wallet.fetch_nonce())).status_code == 200
    assert "Valid" in holder.get("/phone-wallet/").content.decode()
    again = holder.post("/phone-wallet/identity/put/", {"form_key": found[1]}).content.decode()
    assert "openid-credential-offer" not in again


def test_who_has_no_licence_reads_why(holder: Client, known: Known) -> None:
    known["transport.driving-licence"].records.clear()
    page = holder.post("/phone-wallet/driving-licence/put/", {"form_key": "0" * 16}).content.decode()
    assert "hold nothing" in page
    known["civil.person"].is_down = True
    page = holder.post("/phone-wallet/identity/put/", {"form_key": "1" * 16}).content.decode()
    assert "does not answer now" in page
    assert not Offer.objects.exists()


def test_an_official_asks_a_wallet_shows_and_both_read_it(official: Client, holder: Client) -> None:
    wallet = Wallet()
    credential = wallet.receive(offer())
    address = official.post("/desk/show/", {"terms": "over-17"}).headers["Location"]
    assert "openid4vp://" not in official.get("/desk/show/").content.decode()
    assert "<svg" in official.get(address).content.decode()
    showing = Showing.objects.get()
    audience = get_verifier_name(showing, now=clock.now())
    presentation = wallet.present(credential, ["age_over_17"], audience=audience, nonce=showing.nonce)
    assert wallet.answer(showing, presentation).status_code == 200
    page = official.get(address).content.decode()
    assert "17 years old or older" in page
    assert "Yes" in page
    assert PERSON not in page
    assert "Is 17 or older" in holder.get("/phone-wallet/").content.decode()
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert "17 years old or older" not in official.get(address).content.decode()


def test_a_request_is_nobody_elses(official: Client, holder: Client, known: Known) -> None:
    address = official.post("/desk/show/", {"terms": "over-17"}).headers["Location"]
    other, post = browser(), "dukcapil//second"
    account = make_official("second", person_number="3171010101800022", post_code=post, roles=[VERIFIER_ROLE])
    sign_in(other, account, post_code=post)
    assert other.get(address).status_code == 404
    assert holder.get(address).status_code == 404
    assert official.get(address).status_code == 200


def test_a_changed_register_reaches_the_wallets_of_whom_it_concerns(holder: Client, known: Known) -> None:
    Wallet().receive(offer())
    known["civil.residence"].records[PERSON] = [{"regency": "Kota Bandung", "province": "Jawa Barat"}]
    publish(RegisterChanged("civil.residence", PERSON, False, "case:1", ()))
    deliver_pending()
    deliver_pending()
    assert Credential.objects.get().end_reason == "changed"
    assert "the register changed" in holder.get("/phone-wallet/").content.decode()


def test_a_status_list_says_nothing_of_lists_and_kinds_that_are_not(known: Known) -> None:
    make = browser().get
    assert make("/credentials/status/identity/0/").status_code == 200
    assert make("/credentials/status/identity/1/").status_code == 404
    assert make("/credentials/status/unknown/0/").status_code == 404
    assert make("/credentials/types/unknown/").status_code == 404


def test_a_request_is_signed_and_asks_for_no_more_than_the_country_lets(known: Known) -> None:
    showing = ask_to_show(actor=VERIFIER, terms="may-drive", now=clock.now())
    answer = browser().get(f"/credentials/requests/{showing.number}/")
    assert answer.headers["Content-Type"] == "application/oauth-authz-req+jwt"
    [asked] = read_jwt(answer.content.decode()).claims["dcql_query"]["credentials"]
    assert [claim["path"] for claim in asked["claims"]] == [["name"], ["licences"]]
