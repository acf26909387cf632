"""Outages from declaration to report, and the days they give back."""

from datetime import date, timedelta

import pytest
from django.test import Client

from gapura.kernel.audit.queries import list_events
from gapura.kernel.cases.queries import Case
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.operations.actions import declare_outage, end_outage, report_cause
from gapura.kernel.operations.models import Outage
from gapura.kernel.operations.rules import days_not_given_back
from gapura.kernel.operations.tasks import draw_snapshot
from gapura.kernel.operations.tests.conftest import HOUSE, NOW, ON_DUTY
from gapura.kernel.operations.types import CannotDeclareOutage, OutageStatus

WORDS = {"id": "Sedang diperbaiki.", "en": "Being repaired.", "ko": "복구 중입니다."}
WEEK = timedelta(days=7)
pytestmark = pytest.mark.django_db


def declare(started_at=NOW - timedelta(days=2), component="applications", **changes) -> Outage:
    given = {"actor": ON_DUTY, "agencies": ["dukcapil"], "words": WORDS, "now": NOW} | changes
    return declare_outage(component=component, started_at=started_at, **given)


def open_case(number: str, *, due_on: date, agency: str = "dukcapil") -> Case:
    return Case.objects.create(
        number=number,
        service_code="civil.birth-extract",
        service_version="1",
        service_title={"en": "Extract"},
        agency_code=agency,
        office_code="31.71",
        status=CaseStatus.REVIEW,
        applicant="3171014501900001",
        subject="3171014501900001",
        relation="self",
        answers={},
        language="id",
        channel="web",
        idempotency_key=number,
        submission_digest=number,
        submitted_at=NOW,
        due_on=due_on,
    )


def due(number: str) -> date:
    return Case.objects.get(number=number).due_on


def test_an_outage_gives_every_touched_case_its_days_back_also_those_filed_meanwhile() -> None:
    open_case("BEFORE", due_on=date(2026, 5, 8))
    open_case("OTHER", due_on=date(2026, 5, 8), agency="kemensos")
    outage = declare(started_at=NOW - timedelta(hours=1))
    open_case("MEANWHILE", due_on=date(2026, 5, 11))
    ended = end_outage(actor=ON_DUTY, outage_id=outage.pk, ended_at=NOW, now=NOW)
    assert (ended.status, ended.extended_cases) == (OutageStatus.ENDED, 2)
    assert (due("BEFORE"), due("MEANWHILE"), due("OTHER")) == (date(2026, 5, 11), date(2026, 5, 12), date(2026, 5, 8))
    assert ended.report_due_on > NOW.date()


def test_days_are_given_back_once_however_outages_overlap() -> None:
    open_case("ONE", due_on=date(2026, 5, 29))
    first = declare(started_at=NOW - timedelta(days=6))
    second = declare(started_at=NOW - timedelta(days=6), component="sign-in")
    end_outage(actor=ON_DUTY, outage_id=first.pk, ended_at=NOW, now=NOW)
    once = due("ONE")
    assert once > date(2026, 5, 29)
    end_outage(actor=ON_DUTY, outage_id=second.pk, ended_at=NOW, now=NOW)
    assert due("ONE") == once


def test_the_days_of_an_outage_that_no_other_gave_back() -> None:
    def day(number: int) -> date:
        return date(2026, 5, number)

    outage = (day(4), day(10))
    assert list(days_not_given_back(outage, [])) == [outage]
    assert list(days_not_given_back(outage, [(day(1), day(4)), (day(10), day(12))])) == [outage]
    assert list(days_not_given_back(outage, [(day(5), day(7))])) == [(day(4), day(5)), (day(7), day(10))]
    assert list(days_not_given_back(outage, [(day(1), day(6)), (day(5), day(20))])) == []


def test_an_outage_ends_once_and_is_closed_with_its_cause() -> None:
    outage = declare()
    with pytest.raises(CannotDeclareOutage, match="moved on"):
        report_cause(actor=ON_DUTY, outage_id=outage.pk, cause="Disk", prevention="Two", now=NOW)
    end_outage(actor=ON_DUTY, outage_id=outage.pk, ended_at=NOW, now=NOW)
    with pytest.raises(CannotDeclareOutage, match="moved on"):
        end_outage(actor=ON_DUTY, outage_id=outage.pk, ended_at=NOW, now=NOW)
    with pytest.raises(CannotDeclareOutage, match="cause"):
        report_cause(actor=ON_DUTY, outage_id=outage.pk, cause=" ", prevention="Two", now=NOW)
    closed = report_cause(actor=ON_DUTY, outage_id=outage.pk, cause="Disk", prevention="Two", now=NOW)
    assert (closed.status, closed.closed_at) == (OutageStatus.CLOSED, NOW)
    recorded = {event.action for event in list_events()}
    assert {"operations.outage_declared", "operations.outage_ended", "operations.outage_reported"} <= recorded


def test_what_cannot_be_declared_is_refused() -> None:
    with pytest.raises(CannotDeclareOutage, match="on duty"):
        declare(actor=HOUSE)
    with pytest.raises(CannotDeclareOutage, match="no such part"):
        declare(component="weather")
    for started_at in (NOW + timedelta(minutes=1), NOW - timedelta(days=31)):
        with pytest.raises(CannotDeclareOutage, match="last 30 days"):
            declare(started_at=started_at)
    outage = declare()
    with pytest.raises(CannotDeclareOutage, match="declared already"):
        declare()
    for ended_at in (NOW + timedelta(minutes=1), NOW - WEEK):
        with pytest.raises(CannotDeclareOutage, match="after the beginning"):
            end_outage(actor=ON_DUTY, outage_id=outage.pk, ended_at=ended_at, now=NOW)
    assert Outage.objects.count() == 1


@pytest.fixture
def on_duty(client: Client) -> Client:
    account = make_official(post_code="dukcapil/31.71/duty", roles=("operations.duty",))
    sign_in(client, account, post_code="dukcapil/31.71/duty", second_factor=True)
    return client


def test_the_official_on_duty_declares_and_ends_and_reports_in_the_desk(home, on_duty: Client) -> None:
    page = on_duty.get("/desk/outages/")
    assert b"No outage was ever declared" in page.content
    given = {f"words_{code}": words for code, words in WORDS.items()}
    given |= {"component": "applications", "agencies": ["dukcapil"], "started_at": "2020-01-01T08:00"}
    assert b"last 30 days" in on_duty.post("/desk/outages/", given).content
    given["started_at"] = draw_now()
    assert on_duty.post("/desk/outages/", given).status_code == 302
    outage = Outage.objects.get()
    draw_snapshot()
    assert "Being repaired." in on_duty.get("/").content.decode()
    assert on_duty.post(f"/desk/outages/{outage.pk}/", {"ended_at": draw_now()}).status_code == 302
    draw_snapshot()
    assert "Being repaired." not in on_duty.get("/").content.decode()
    report = {"cause": "A router port", "prevention": "Two ways"}
    assert on_duty.post(f"/desk/outages/{outage.pk}/", report).status_code == 302
    assert "A router port" in on_duty.get(f"/desk/outages/{outage.pk}/").content.decode()
    assert on_duty.post(f"/desk/outages/{outage.pk}/", report).status_code == 404


def draw_now() -> str:
    from zoneinfo import ZoneInfo

    from gapura.foundation import clock

    return clock.now().astimezone(ZoneInfo("Asia/Jakarta")).strftime("%Y-%m-%dT%H:%M")


def test_other_officials_see_nothing_of_it(client: Client) -> None:
    outage = declare()
    account = make_official()
    sign_in(client, account, post_code="dukcapil/31.71/registrar", second_factor=True)
    for path in ("/desk/outages/", f"/desk/outages/{outage.pk}/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"ended_at": "2026-05-04T08:00"}).status_code == 404
    assert Outage.objects.get().status == OutageStatus.OPEN
