"""The pages of the three sides, the files for spreadsheets, and the public register."""

import csv
import io

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.agreements.testing import NOW, WISH, AgreementCase, agreed
from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.identity.testing import make_official, sign_in

WHO = {
    "applicant": ("kua//data", [APPLICANT], "3171010101800021"),
    "holder": ("dukcapil//data", [HOLDER], "3171010101800022"),
    "authority": ("komdigi//exchange", [AUTHORITY], "3171010101800023"),
    "stranger": ("kpu//data", [APPLICANT, HOLDER], "3171010101800024"),
}


@pytest.fixture(autouse=True)
def today():  # type: ignore[no-untyped-def]
    with clock.frozen(NOW):
        yield


def desk(who: str) -> Client:
    post, roles, person = WHO[who]
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, make_official(who, person_number=person, post_code=post, roles=roles), post_code=post)
    return client


TYPED = {
    "task": WISH.task,
    "legal_ground": WISH.legal_ground,
    "purpose_id": "=Nikah",
    "purpose_en": "Weddings",
    "purpose_ko": "혼인",
    "fields": ["number", "religion"],
    "questions": ["is-alive"],
    "posts": ["house"],
    "monthly_volume": "12",
    "valid_from": "2026-05-04",
    "valid_until": "2028-05-04",
}


def test_a_request_goes_over_three_desks() -> None:
    applicant, holder, authority = desk("applicant"), desk("holder"), desk("authority")
    assert "Evidence" in applicant.get("/desk/agreements/new/").content.decode()
    sent = applicant.post("/desk/agreements/new/?type=civil.person", TYPED)
    case = AgreementCase.objects.get()
    place = f"/desk/agreements/requests/{case.number}/"
    assert sent.headers["Location"] == place
    page = holder.get(f"{place}opinion/").content.decode()
    assert "More than the agency&#39;s services need" in page or "More than the agency's services need" in page
    opinion = {
        "in_favor": "yes",
        "fields": ["number"],
        "questions": ["is-alive"],
        "posts": ["house"],
        "valid_until": "2027-05-04",
        "conditions": "Not the religion.",
    }
    assert holder.post(f"{place}opinion/", opinion).status_code == 302
    page = authority.get(f"{place}decision/").content.decode()
    assert "The holder leaves only this of the request" in page
    assert authority.post(f"{place}decision/", {"decision": "refuse"}).status_code == 200  # a reason is owed
    assert authority.post(f"{place}decision/", {"decision": "approve"}).status_code == 302
    agreement = list_agreements(code=case.number)[0]
    assert (agreement.fields, str(agreement.valid_until)) == (["number"], "2027-05-04")
    assert "Open the agreement" in applicant.get(place).content.decode()
    renewal = applicant.get(f"/desk/agreements/new/?renews={case.number}").content.decode()
    assert 'value="2027-05-04"' in renewal


def test_what_cannot_be_asked_is_said_beside_the_form() -> None:
    page = desk("applicant").post("/desk/agreements/new/?type=civil.person", TYPED | {"legal_ground": "UU 9/2099"})
    assert page.status_code == 200
    assert "begin with a law" in page.content.decode()


def test_the_holder_suspends_at_the_desk_and_both_see_why() -> None:
    code, holder = agreed().number, desk("holder")
    place = f"/desk/agreements/{code}/"
    assert "Suspend it at once" in holder.get(place).content.decode()
    assert holder.post(f"{place}suspend/", {"reason": "Too many questions."}).status_code == 302
    page = desk("applicant").get(place).content.decode()
    assert "Too many questions." in page
    assert "Suspended" in page
    assert holder.get(f"{place}suspend/").status_code == 302
    assert holder.get(f"{place}explode/").status_code == 404
    assert desk("stranger").get(place).status_code == 404


def test_lists_show_each_side_its_own() -> None:
    code = agreed().number
    for who in ("applicant", "holder", "authority"):
        assert code in desk(who).get("/desk/agreements/").content.decode()
    stranger = desk("stranger")
    assert code not in stranger.get("/desk/agreements/").content.decode()
    assert code not in stranger.get("/desk/agreements/agreements.csv").content.decode()
    assert stranger.get(f"/desk/agreements/requests/{code}/").status_code == 404


def test_the_files_hold_what_the_pages_show() -> None:
    code, holder = agreed().number, desk("holder")
    rows = list(csv.DictReader(io.StringIO(holder.get("/desk/agreements/agreements.csv").content.decode())))
    assert [(row["code"], row["standing"]) for row in rows] == [(code, "in_force")]
    use = list(csv.DictReader(io.StringIO(holder.get(f"/desk/agreements/{code}/use.csv").content.decode())))
    assert len(use) == 12
    assert holder.get("/desk/agreements/askers/").status_code == 200
    assert desk("applicant").get("/desk/agreements/askers/").status_code == 404


def test_the_register_is_open_to_everybody_and_to_machines(client: Client) -> None:
    code = agreed().number
    assert (
        "Religious Affairs Office"
        in client.get("/agreements/?language=en", headers={"Accept-Language": "en"}).content.decode()
    )
    data = client.get("/agreements/agreements.jsonld").json()
    [agreement] = data["dct:hasPart"]
    assert agreement["uid"] == code
    assert agreement["permission"][0]["assignee"]["schema:member"] == ["house", "role:kua.officer"]
    assert WHO["applicant"][2] not in str(data)
