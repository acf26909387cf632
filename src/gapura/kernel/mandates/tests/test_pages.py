"""Acting for another in a browser: always visible, closed where it must be, over when it is over."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.mandates.actions import end_mandate
from gapura.kernel.mandates.testing import (
    AGUS,
    CHILD,
    DEWI,
    NOW,
    SERVICE,
    SITI,
    TODAY,
    Mandate,
    Registers,
    make_mandate,
    person,
)
from gapura.kernel.mandates.types import Representable

CLOSED = "Not while you act for somebody else"


def open_browser(login: str, number: str, *, second_factor: bool = True) -> Client:
    client = Client()
    sign_in(client, make_resident(login, person_number=number, with_authenticator=True), second_factor=second_factor)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def agus(registers: Registers) -> Iterator[Client]:
    return open_browser("agus", AGUS)


@pytest.fixture
def siti(registers: Registers) -> Iterator[Client]:
    registers.families.dependants[SITI] = [Representable(CHILD, "Budi Rahayu", "child")]
    registers.family.answers["is-parent-of-minor", CHILD] = True
    return open_browser("siti", SITI)


def begin(browser: Client, mandate: Mandate) -> str:
    """Begin to act under the mandate, and give the page that follows."""
    form = {"relation": mandate.relation, "principal": mandate.principal, "number": mandate.number}
    return browser.post("/mandates/act/", form, follow=True).content.decode()


def act_for_child(browser: Client, number: str = CHILD) -> str:
    form = {"relation": "child", "principal": number, "number": ""}
    return browser.post("/mandates/act/", form, follow=True).content.decode()


def test_a_banner_says_for_whom_under_what_and_until_when_on_every_page_until_one_stops(agus: Client) -> None:
    page = begin(agus, make_mandate())
    assert "You are acting for Siti Rahayu" in page
    assert "Proxy" in page
    assert "Until" in page
    for address in ("/", "/search/", "/cases/", "/documents/", f"/services/{SERVICE}/", "/help/"):
        assert "You are acting for Siti Rahayu" in agus.get(address).content.decode(), address
    page = agus.post("/mandates/stop/", follow=True).content.decode()
    assert "You are acting for" not in page
    events = AuditEvent.objects.filter(action__startswith="mandates.acting").order_by("id")
    assert [event.action for event in events] == ["mandates.acting_begun", "mandates.acting_ended"]
    assert {event.actor_reference.partition(" for ")[2][:16] for event in events} == {SITI}


def test_what_belongs_to_each_person_alone_is_closed_while_acting(agus: Client) -> None:
    number = make_mandate().number
    own = [
        "/messages/",
        "/my-data/",
        "/security/",
        "/mandates/",
        "/mandates/grant/",
        "/capacity/",
        "/mandates/clients/",
    ]
    for address in own:
        assert agus.get(address).status_code == 200, address
    begin(agus, Mandate.objects.get())
    for address in own:
        answer = agus.get(address)
        assert (answer.status_code, CLOSED in answer.content.decode()) == (403, True), address
    assert agus.post(f"/mandates/{number}/end/").status_code == 403
    assert Mandate.objects.get().ended_at is None


def test_revoked_in_another_tab_the_next_request_acts_for_nobody(agus: Client) -> None:
    mandate = make_mandate()
    begin(agus, mandate)
    end_mandate(actor=person(SITI), number=mandate.number, now=NOW)
    page = agus.get("/cases/").content.decode()
    assert "has ended" in page
    assert "You are acting for" not in page


def test_a_term_ends_by_itself_in_an_open_session(agus: Client) -> None:
    mandate = make_mandate(valid_until=TODAY + timedelta(days=1))
    late = NOW.replace(hour=16, minute=50)  # ten minutes before midnight in Jakarta
    with clock.frozen(late):
        sign_in(agus, make_resident("late", person_number=DEWI))
        sign_in(agus, _account("agus"), second_factor=True)
        assert "You are acting for Siti Rahayu" in begin(agus, mandate)
    with clock.frozen(late + timedelta(minutes=15)):
        assert "You are acting for" not in agus.get("/cases/").content.decode()


def test_a_childs_eighteenth_birthday_ends_it_in_an_open_session(registers: Registers, siti: Client) -> None:
    late = NOW.replace(hour=16, minute=50)
    with clock.frozen(late):
        sign_in(siti, _account("siti"), second_factor=True)
        assert "You are acting for Budi Rahayu" in act_for_child(siti)
        asked = AccessRecord.objects.count()
        assert "You are acting for Budi Rahayu" in siti.get("/cases/").content.decode()
        assert AccessRecord.objects.count() == asked  # a yes holds for the day
    registers.family.answers["is-parent-of-minor", CHILD] = False
    with clock.frozen(late + timedelta(minutes=15)):
        page = siti.get("/cases/").content.decode()
    assert AccessRecord.objects.count() == asked + 1
    assert "You are acting for" not in page
    assert "has ended" in page


def test_a_swapped_number_in_the_form_acts_for_nobody(siti: Client, agus: Client) -> None:
    assert "You may not apply for this person" in act_for_child(siti, DEWI)
    mandate = make_mandate()
    mandate.principal = DEWI
    assert "You are acting for" not in begin(agus, mandate)
    mandate.refresh_from_db()
    assert "You are acting for Siti Rahayu" in begin(agus, mandate)


def test_signing_out_ends_it(agus: Client) -> None:
    begin(agus, make_mandate())
    agus.post("/sign-out/")
    sign_in(agus, _account("agus"), second_factor=True)
    assert "You are acting for" not in agus.get("/").content.decode()


def test_who_acts_for_themselves_pays_nothing_and_who_acts_under_a_grant_one_query(
    agus: Client, django_assert_num_queries: Callable[[int], Any]
) -> None:
    mandate = make_mandate()
    agus.get("/help/")
    with django_assert_num_queries(2):
        agus.get("/help/")
    begin(agus, mandate)
    with django_assert_num_queries(3):
        agus.get("/help/")


def test_granting_shows_what_is_signed_asks_for_the_second_factor_and_signs_once(siti: Client) -> None:
    show_factor(siti, NOW)
    page = siti.post("/mandates/grant/", _grant_form(), follow=True).content.decode()
    assert "Sign the mandate" in page
    assert "Agus Salim" in page
    assert not Mandate.objects.exists()
    key = re.search(r'name="grant_key" value="(\w+)"', page)
    assert key, page
    for _ in range(2):  # the form replayed
        page = siti.post("/mandates/grant/sign/", {"grant_key": key.group(1)}, follow=True).content.decode()
        assert "You signed the mandate" in page
    assert Mandate.objects.count() == 1
    siti.post("/mandates/grant/sign/", {"grant_key": "another"})
    assert Mandate.objects.count() == 1


def test_without_a_fresh_second_factor_nothing_is_signed(registers: Registers) -> None:
    siti = open_browser("siti", SITI, second_factor=False)
    siti.post("/mandates/grant/", _grant_form())
    for answer in (siti.get("/mandates/grant/sign/"), siti.post("/mandates/grant/sign/", {"grant_key": "x"})):
        assert (answer.status_code, answer.headers["Location"][:17]) == (302, "/sign-in/step-up/")
    for minutes, status in ((0, 200), (10, 200), (11, 302)):
        sign_in(siti, _account("siti"), second_factor=True)
        show_factor(siti, NOW - timedelta(minutes=minutes))
        siti.post("/mandates/grant/", _grant_form())
        assert siti.get("/mandates/grant/sign/").status_code == status, minutes


def test_a_wrong_form_says_what_is_wrong(siti: Client) -> None:
    page = siti.post("/mandates/grant/", {"days": "0"}).content.decode()
    assert "Choose at least one service" in page
    page = siti.post("/mandates/grant/", _grant_form(services=["civil.death-extract"])).content.decode()
    assert "error-summary" in page


def test_both_see_the_mandate_its_uses_and_its_end_and_a_stranger_sees_nothing(siti: Client, agus: Client) -> None:
    mandate = make_mandate(accepted=False)
    address = f"/mandates/{mandate.number}/"
    assert "Not yet accepted" in siti.get(address).content.decode()
    assert "Somebody trusts you" in agus.get("/mandates/").content.decode()
    assert "You accepted the mandate" in agus.post(f"{address}accept/", follow=True).content.decode()
    assert "Siti Rahayu" in agus.get("/mandates/clients/?q=siti").content.decode()
    assert "This mandate has ended" in siti.post(f"{address}end/", follow=True).content.decode()
    dewi = open_browser("dewi", DEWI)
    for answer in (dewi.get(address), dewi.get("/mandates/NOSUCH/"), dewi.post(f"{address}end/")):
        assert answer.status_code == 404


def show_factor(browser: Client, at: datetime) -> None:
    """Let the session have shown its factors at the moment; the library reads the real clock."""
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record | {"at": at.timestamp()} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()


def _grant_form(**changes: Any) -> dict[str, Any]:
    form = {
        "relation": "proxy",
        "representative": AGUS,
        "representative_name": "Agus Salim",
        "services": [SERVICE],
        "days": "30",
    }
    return form | changes


def _account(login: str) -> Any:
    from gapura.kernel.identity.queries import find_account

    return find_account(login)
