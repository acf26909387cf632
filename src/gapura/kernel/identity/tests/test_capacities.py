"""Acting privately and in a post."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.actions import appoint_official, change_post, create_post, end_appointment, end_proof
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import (
    HOUSE,
    REGISTRAR,
    current_code,
    make_official,
    make_resident,
    sign_in,
)
from gapura.kernel.identity.tests.software_key import add_key, sign_in_with

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)  # noon in Jakarta
TODAY = date(2026, 3, 2)


def test_an_official_chooses_the_post_after_signing_in(client: Client) -> None:
    official = make_official()
    sign_in(client, official, second_factor=True)
    client.post("/confirm/code/", {"code": current_code()})
    key = add_key(client)
    client.post("/sign-out/")
    response = sign_in_with(client, key, "/sign-in/passkey/?next=/test/registrar/")
    assert response.headers["Location"] == "/capacity/?next=%2Ftest%2Fregistrar%2F"
    response = client.post(response.headers["Location"], {"post": REGISTRAR})
    assert response.headers["Location"] == "/test/registrar/"
    assert client.get("/test/registrar/").content.decode() == REGISTRAR
    assert client.get("/test/resident/").status_code == 404


def test_an_official_who_acts_privately_is_asked_to_choose_the_post(client: Client) -> None:
    sign_in(client, make_official(), second_factor=True)
    assert client.get("/test/resident/").status_code == 200
    response = client.get("/test/registrar/")
    assert response.headers["Location"] == "/capacity/?next=%2Ftest%2Fregistrar%2F"


def test_what_one_may_not_see_looks_like_what_does_not_exist(client: Client) -> None:
    sign_in(client, make_official(), post_code=REGISTRAR)
    denied, absent = client.get("/test/auditor/"), client.get("/test/nothing/")
    assert denied.status_code == absent.status_code == 404
    pages = [re.sub(r'value="[^"]*"', "", page.content.decode()) for page in (denied, absent)]
    assert pages[0] == pages[1]
    assert "identity.access_denied" in [event.action for event in list_events()]


def test_a_resident_gets_into_no_post(client: Client) -> None:
    make_official()
    sign_in(client, make_resident(), second_factor=True)
    assert client.get("/test/registrar/").status_code == 404
    assert client.post("/capacity/", {"post": REGISTRAR}).status_code == 404
    assert client.get("/test/registrar/").status_code == 404


def test_an_account_that_is_not_proven_sees_no_resident_page(client: Client) -> None:
    sign_in(client, make_resident(person_number=None))
    assert client.get("/test/resident/").status_code == 404
    assert client.get("/security/").status_code == 200


def test_an_appointment_that_ends_takes_effect_with_the_next_request(client: Client) -> None:
    with clock.frozen(NOON):
        account = make_official()
        sign_in(client, account, post_code=REGISTRAR)
        assert client.get("/test/registrar/").status_code == 200
        end_appointment(actor=HOUSE, account_id=account.pk, post_code=REGISTRAR, on=TODAY)
        assert client.get("/test/registrar/").headers["Location"].startswith("/sign-in/")
        assert client.get("/security/").headers["Location"].startswith("/sign-in/"), "the session has ended"


def test_without_a_proof_an_account_acts_for_nobody_and_in_no_post(client: Client) -> None:
    account = make_official()
    official, resident = Client(), Client()
    sign_in(official, account, post_code=REGISTRAR)
    sign_in(resident, account)
    assert resident.get("/test/resident/").status_code == 200
    end_proof(actor=HOUSE, account_id=account.pk, now=clock.now())
    assert official.get("/test/registrar/").headers["Location"].startswith("/sign-in/")
    assert resident.get("/test/resident/").status_code == 404
    make_resident("again", person_number="3171016003850002")


def test_an_appointment_made_and_ended_the_same_day_gives_nothing(client: Client) -> None:
    with clock.frozen(NOON):
        account = make_official(valid_from=TODAY)
        assert len(list_capacities(account, on=TODAY)) == 2
        end_appointment(actor=HOUSE, account_id=account.pk, post_code=REGISTRAR, on=TODAY)
        assert len(list_capacities(account, on=TODAY)) == 1


def test_an_appointment_lasts_until_the_day_before_its_end_by_the_countrys_clock(client: Client) -> None:
    with clock.frozen(datetime(2026, 3, 2, 16, 50, tzinfo=UTC)):  # 23:50 in Jakarta
        sign_in(client, make_official(valid_until=date(2026, 3, 3)), post_code=REGISTRAR)
        assert client.get("/test/registrar/").status_code == 200
    with clock.frozen(datetime(2026, 3, 2, 17, 5, tzinfo=UTC)):  # 00:05 the next day
        assert client.get("/test/registrar/").status_code == 302


def test_an_appointment_of_the_future_gives_nothing_yet() -> None:
    account = make_official(valid_from=date(2026, 4, 1))
    assert [capacity.actor.kind for capacity in list_capacities(account, on=TODAY)] == [ActorKind.RESIDENT]
    assert len(list_capacities(account, on=date(2026, 4, 1))) == 2


def test_a_new_post_is_there_without_signing_in_again(client: Client) -> None:
    account = make_official()
    sign_in(client, account, post_code=REGISTRAR)
    other = "dukcapil/31.71/auditor"
    title = {"id": "Auditor", "en": "Auditor", "ko": "Auditor"}
    create_post(
        actor=HOUSE,
        code=other,
        agency_code="dukcapil",
        office_code="31.71",
        title=title,
        roles=["audit.auditor"],
    )
    appoint_official(actor=HOUSE, account_id=account.pk, post_code=other, valid_from=TODAY, valid_until=None)
    client.post("/capacity/", {"post": other})
    assert client.get("/test/auditor/").content.decode() == other
    assert client.get("/test/registrar/").status_code == 404


def test_a_role_taken_from_a_post_is_gone_with_the_next_request(client: Client) -> None:
    sign_in(client, make_official(), post_code=REGISTRAR)
    assert client.get("/test/registrar/").status_code == 200
    title = {"id": "Staf", "en": "Clerk", "ko": "담당"}
    change_post(actor=HOUSE, code=REGISTRAR, title=title, roles=["office.clerk"])
    assert client.get("/test/registrar/").status_code == 404


def test_the_actor_carries_person_post_and_office() -> None:
    actor = list_capacities(make_official(), on=TODAY)[1].actor
    assert actor == Actor(
        kind=ActorKind.OFFICIAL,
        label="Registrar",
        account_id=actor.account_id,
        person_number="3171016003850002",
        post_code=REGISTRAR,
        agency_code="dukcapil",
        office_code="31.71",
        roles=frozenset({"civil.registrar"}),
        assurance=AssuranceLevel.SUBSTANTIAL,
    )


@pytest.mark.parametrize(
    ("level", "second_factor", "sure"),
    [
        (AssuranceLevel.SUBSTANTIAL, True, True),
        (AssuranceLevel.SUBSTANTIAL, False, False),
        (AssuranceLevel.LOW, True, False),
    ],
)
def test_assurance_is_the_lower_of_proof_and_sign_in(
    client: Client, level: AssuranceLevel, second_factor: bool, sure: bool
) -> None:
    sign_in(client, make_resident(level=level), second_factor=second_factor)
    assert (client.get("/test/sure/").status_code == 200) == sure
