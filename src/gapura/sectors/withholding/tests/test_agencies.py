"""An agency reports what it paid its staff: from the desk, in the post that keeps its payroll, or by a key of it."""

import re

import pytest
from django.test import Client

from gapura.kernel.identity.actions import change_post, end_appointment
from gapura.kernel.identity.queries import get_post
from gapura.kernel.identity.testing import HOUSE, make_official, sign_in
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.withholding.models import ReporterToken, SlipEntry
from gapura.sectors.withholding.queries import get_terms
from gapura.sectors.withholding.testing import make_release
from gapura.sectors.withholding.tests.conftest import ANI, NOW, Town, slip
from gapura.sectors.withholding.tests.test_pages import REPORT, director, file_of, text, token
from gapura.sectors.withholding.types import PAYROLL

__all__ = ["director", "token"]
POST, ELSEWHERE, OTHERS = "dukcapil/31.71/payroll", "kua/31.71/payroll", "dukcapil/31.71/registrar"
OFFICER = "3171010101800013"
PAGES = ("/reporting/", "/reporting/deliver/", "/reporting/keys/", "/reporting/released/")


def desk(post_code: str, number: str, role: str = PAYROLL) -> Client:
    client, login = Client(headers={"accept-language": "en"}), post_code.replace("/", "-")
    sign_in(client, make_official(login, person_number=number, post_code=post_code, roles=[role]), post_code=post_code)
    return client


@pytest.fixture
def payroll(town: Town) -> Client:
    return desk(POST, OFFICER)


def make_key(client: Client) -> dict[str, dict[str, str]]:
    [value] = re.findall(r"gprt_[\w-]+", client.post("/reporting/keys/", {"label": "payroll"}).content.decode())
    return {"headers": {"Authorization": f"Bearer {value}"}}


def test_a_payroll_officer_reports_the_agencys_slips_from_the_desk(payroll: Client) -> None:
    assert "Reports for tax" in text(payroll, "/desk/"), "the menu leads there"
    sent = payroll.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI, slip_kind="civil"))})
    deliver_pending()
    assert "Every row was taken in" in text(payroll, sent["Location"])
    one = SlipEntry.objects.get()
    assert (one.employer_number, one.slip_kind) == (get_terms().agency_numbers["dukcapil"], "civil")
    assert "Kependudukan" in one.employer_name
    make_release(ANI, now=NOW, employer_number=one.employer_number, employer_name=one.employer_name)
    assert "Ani Wijaya" in text(payroll, "/reporting/released/")


def test_only_the_payroll_of_the_agency_itself_sees_its_reports(payroll: Client, director: Client) -> None:
    sent = payroll.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI))})["Location"]
    assert payroll.get(sent).status_code == 200
    other, no_role = desk(ELSEWHERE, "3171010101800004"), desk(OTHERS, "3171010101800001", "civil.registrar")
    assert other.get(sent).status_code == director.get(sent).status_code == 404
    assert sent not in text(other, "/reporting/")
    for page in (*PAGES, sent):
        assert no_role.get(page).status_code == 404
    assert no_role.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI))}).status_code == 404


def test_an_agency_without_a_number_reports_nothing(town: Town) -> None:
    assert desk("bank-nusantara//payroll", OFFICER).get("/reporting/").status_code == 404


def test_a_key_of_the_payroll_opens_the_agencys_reports_and_a_companys_does_not(payroll: Client, token: str) -> None:
    key, stranger = make_key(payroll), {"headers": {"Authorization": f"Bearer {token}"}}
    sent = Client().post("/reporting/api/deliveries/", REPORT | {"file": file_of(slip(ANI))}, **key)
    assert sent.status_code == 202, sent.content.decode()
    assert Client().get(sent.json()["address"], **key).json()["state"] == "waiting"
    assert Client().get(sent.json()["address"], **stranger).status_code == 404
    again = Client().post("/reporting/api/deliveries/", REPORT | {"file": file_of(slip(ANI))}, **stranger)
    assert (again.status_code, again.json()["number"] != sent.json()["number"]) == (202, True), "their own"
    assert Client().get(again.json()["address"], **key).status_code == 404


@pytest.mark.parametrize("how", ["the appointment ended", "the post lost the role"])
def test_a_key_ends_with_the_post_it_was_made_in(payroll: Client, how: str) -> None:
    key, made = make_key(payroll), ReporterToken.objects.get
    assert made().post_code == POST
    if how == "the appointment ended":
        end_appointment(actor=HOUSE, account_id=made().account_id, post_code=POST, on=NOW.date())
    else:
        change_post(actor=HOUSE, code=POST, title=get_post(POST).title, roles=[])
    refused = Client(headers={"Accept-Language": "en"}).post(
        "/reporting/api/deliveries/", REPORT | {"file": file_of(slip(ANI))}, **key
    )
    assert refused.status_code == 403
    assert "no longer report" in refused.json()["error"]
