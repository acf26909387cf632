"""The pages of personnel officers, and the commands."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.measurements import list_measurements
from gapura.kernel.appointments.testing import AppointmentOrder, EmergencyAccess, make_post
from gapura.kernel.appointments.types import APPROVER, EMERGENCY, OFFICER, OrderStatus
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.outbox.actions import deliver_pending

pytestmark = pytest.mark.django_db

CITRA = "3171010101800003"


def signed_in(login: str, person: str, *roles: str) -> Client:
    client = Client()
    post = f"dukcapil/31.71/{login}"
    sign_in(client, make_official(login, person_number=person, post_code=post, roles=roles), post_code=post)
    return client


@pytest.fixture
def officer() -> Client:
    return signed_in("adi", "3171010101800001", OFFICER)


@pytest.fixture
def approver() -> Client:
    return signed_in("budi", "3171010101800002", APPROVER)


def wish(post: str) -> dict[str, str]:
    today = clock.today("Asia/Jakarta").isoformat()
    return {
        "person_number": CITRA,
        "display_name": "=Citra",
        "post": post,
        "kind": "principal",
        "number": "SK-7",
        "valid_from": today,
    }


def test_an_order_at_the_desk_is_decided_on_the_page_of_approvals(officer: Client, approver: Client) -> None:
    make_resident("citra", person_number=CITRA)
    post = make_post("supervisor", "civil.supervisor")
    assert officer.post("/desk/people/new/", wish(post)).status_code == 302
    order = AppointmentOrder.objects.get(number="SK-7")
    assert order.status == OrderStatus.WAITING_APPROVAL
    page = f"/desk/approvals/{order.approval_id}/"
    assert "Supervisor of civil registration" in approver.get(page).content.decode()
    assert approver.post(page, {"decision": "grant", "note": ""}).status_code == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.IN_FORCE
    shown = officer.get("/desk/people/").content.decode()
    assert "=Citra" in shown
    assert "SK-7" in shown


def test_a_spreadsheet_computes_nothing_and_the_download_is_recorded(officer: Client) -> None:
    make_resident("citra", person_number=CITRA)
    officer.post("/desk/people/new/", wish(make_post("clerk", "office.clerk")))
    rows = list(csv.DictReader(io.StringIO(officer.get("/desk/people/people.csv").content.decode())))
    assert [row["person"] for row in rows if row["order"] == "SK-7"] == ["'=Citra"]
    assert "appointments.people_exported" in [event.action for event in list_events(limit=5)]


def test_an_order_can_be_ended_at_the_desk(officer: Client) -> None:
    make_resident("citra", person_number=CITRA)
    officer.post("/desk/people/new/", wish(make_post("clerk", "office.clerk")))
    order = AppointmentOrder.objects.get(number="SK-7")
    assert officer.post(f"/desk/people/orders/{order.pk}/end/").status_code == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.ENDED


def test_a_wrong_form_says_why_and_orders_nothing(officer: Client) -> None:
    post = make_post("clerk", "office.clerk")
    for changes in ({"person_number": "12"}, {"kind": "deputy"}, {"post": "kua/31.71/clerk"}, {"number": ""}):
        answer = officer.post("/desk/people/new/", wish(post) | changes)
        assert answer.status_code == 200
        assert "Please check the following" in answer.content.decode()
    assert not AppointmentOrder.objects.filter(number="SK-7").exists()


PAGES = ("/desk/people/", "/desk/people/people.csv", "/desk/people/new/", "/desk/emergency/", "/desk/emergency/take/")
SEEN = {
    "civil.registrar": (404, 404, 404, 404, 404),
    OFFICER: (200, 200, 200, 404, 404),
    APPROVER: (200, 200, 404, 200, 404),
    EMERGENCY: (404, 404, 404, 200, 200),
}


@pytest.mark.parametrize("role", SEEN)
def test_who_sees_which_page(role: str) -> None:
    client = signed_in("dewi", "3171016003850002", role)
    assert tuple(client.get(path).status_code for path in PAGES) == SEEN[role]


def test_an_order_of_another_agency_is_absent(officer: Client) -> None:
    make_official("joko", person_number="3171010101800007", post_code="kua/31.71/teller", roles=["office.clerk"])
    while deliver_pending():
        pass
    order = AppointmentOrder.objects.get(official__agency_code="kua")
    foreign = officer.post(f"/desk/people/orders/{order.pk}/end/")
    absent = officer.post("/desk/people/orders/987654/end/")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    order.refresh_from_db()
    assert order.status == OrderStatus.IN_FORCE


def test_an_emergency_is_taken_given_back_and_reviewed_at_the_desk(approver: Client) -> None:
    clerk = signed_in("citra", CITRA, EMERGENCY)
    asked = {"role": "civil.supervisor", "case_number": "C-1", "reason": "The head is ill.", "minutes": "5"}
    assert "Please check" in clerk.post("/desk/emergency/take/", asked | {"minutes": "0"}).content.decode()
    assert clerk.post("/desk/emergency/take/", asked).status_code == 302
    access = EmergencyAccess.objects.get()
    assert clerk.post(f"/desk/emergency/{access.pk}/end/").status_code == 302
    page = f"/desk/emergency/{access.pk}/"
    assert 'name="verdict"' not in clerk.get(page).content.decode()
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        assert approver.post(page, {"verdict": "justified", "note": "Seen."}).status_code == 302
    access.refresh_from_db()
    assert access.verdict == "justified"


def test_a_review_that_is_late_is_red(approver: Client) -> None:
    clerk = signed_in("citra", CITRA, EMERGENCY)
    asked = {"role": "civil.supervisor", "case_number": "C-1", "reason": "The head is ill.", "minutes": "5"}
    clerk.post("/desk/emergency/take/", asked)
    assert "Overdue since" not in approver.get("/desk/emergency/").content.decode()
    EmergencyAccess.objects.update(review_due_on=clock.today("Asia/Jakarta") - timedelta(days=1))
    assert "Overdue since" in approver.get("/desk/emergency/").content.decode()


def test_the_token_command_issues_lists_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    make_resident("siti", person_number=CITRA)
    call_command("appointments_token", "dukcapil", responsible="siti")
    value = capsys.readouterr().out.strip()
    assert Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {value}"}).status_code == 200
    call_command("appointments_token", "dukcapil", list=True)
    number = int(capsys.readouterr().out.split()[0])
    with pytest.raises(CommandError):
        call_command("appointments_token", "kua", end=number)
    call_command("appointments_token", "dukcapil", end=number)
    assert Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {value}"}).status_code == 401
    for wrong in ({"responsible": "nobody"}, {"responsible": "siti", "days": 9999}):
        with pytest.raises(CommandError):
            call_command("appointments_token", "dukcapil", **wrong)


def test_the_check_records_the_promise() -> None:
    call_command("appointments_check")
    found = {one.promise: one for one in list_measurements(Path(settings.GAPURA_HOME))}
    assert found["four-eyes"].kept
    assert found["four-eyes"].figures["self_approvals"] == 0
