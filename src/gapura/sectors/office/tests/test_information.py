"""A request for information: the agency that was asked answers it with public papers, within the law's days."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.cases.actions import appeal_decision, approve_case, extend_term, refuse_case, submit_application
from gapura.kernel.cases.queries import get_timeline
from gapura.kernel.cases.testing import Case, memory_population
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.testing import Account, Post, sign_in
from gapura.kernel.notifications.queries import list_messages
from gapura.sectors.office.actions.information import choose_answer, drop_answer
from gapura.sectors.office.actions.publication import publish_document
from gapura.sectors.office.models import InformationAnswer
from gapura.sectors.office.queries.information import SERVICE, access_request, list_requests
from gapura.sectors.office.testing import AGENCY, NOW, make_office, make_record
from gapura.sectors.office.tests.test_disclosure import ppid
from gapura.sectors.office.tests.test_letters import SITI, person
from gapura.sectors.office.types import DISCLOSURE_ROLE, CannotDisclose

TODAY = date(2026, 11, 23)
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def population() -> Iterator[None]:
    """A register from memory that knows the person."""
    with memory_population() as register:
        register.offices[SITI] = "31.71"
        yield


def asked(holder: str = AGENCY) -> Case:
    return submit_application(
        actor=person(),
        service_code=SERVICE,
        subject=SITI,
        relation="self",
        answers={"holder": holder, "wanted": "The standards of service"},
        language="id",
        idempotency_key="one",
        now=NOW,
    )


def test_the_agency_that_was_asked_answers_within_ten_working_days():
    office, case = make_office(), asked()
    assert (case.agency_code, case.status) == (AGENCY, "review")
    assert case.due_on == date(2026, 12, 7)
    assert [one.number for one in list_requests(ppid(office.analyst))] == [case.number]
    assert list_requests(ppid(office.neighbor)) == []
    for stranger in (office.analyst, ppid(office.neighbor)):
        with pytest.raises(CaseNotFound):
            access_request(stranger, case.number)


def test_the_papers_chosen_stand_in_the_result_with_what_was_withheld():
    office, case = make_office(), asked()
    officer = ppid(office.analyst)
    record = make_record(office.analyst)
    with pytest.raises(CannotDisclose, match="No public paper"):
        choose_answer(actor=officer, case_number=case.number, number=record.number, now=NOW)
    publication = publish_document(actor=officer, document=record, now=NOW)
    for _ in range(2):
        choose_answer(actor=officer, case_number=case.number, number=record.number, now=NOW)
    assert InformationAnswer.objects.count() == 1
    approved = approve_case(actor=officer, number=case.number, note="", now=NOW)
    assert publication.code in approved.results["papers"]
    assert approved.results["withheld"] == "0"


def test_a_paper_is_taken_out_again():
    office, case = make_office(), asked()
    officer, record = ppid(office.analyst), make_record(office.analyst)
    publication = publish_document(actor=officer, document=record, now=NOW)
    choose_answer(actor=officer, case_number=case.number, number=record.number, now=NOW)
    drop_answer(actor=officer, case_number=case.number, code=publication.code, now=NOW)
    assert not InformationAnswer.objects.exists()


def test_the_further_days_of_the_law_are_taken_once_with_a_reason_that_the_asker_is_told():
    office, case = make_office(), asked()
    officer = ppid(office.analyst)
    for wrong, says in (({"reason": " "}, "why you need"), ({"now": NOW + timedelta(days=20)}, "has passed")):
        with pytest.raises(CannotChangeCase, match=says):
            extend_term(actor=officer, number=case.number, **{"reason": "Many files.", "now": NOW} | wrong)
    for stranger in (office.analyst, ppid(office.neighbor)):
        with pytest.raises(CaseNotFound):
            extend_term(actor=stranger, number=case.number, reason="Many files.", now=NOW)
    extended = extend_term(actor=officer, number=case.number, reason="Many files.", now=NOW)
    assert extended.due_on == date(2026, 12, 16)  # ten working days and seven more
    assert [one.due_on for one in list_requests(officer)] == [extended.due_on]
    assert [(step.action, step.note) for step in get_timeline(extended)][-1] == ("extend_term", "Many files.")
    (told,) = [one for one in list_messages(SITI) if one.kind == "term_extended"]
    assert "2026-12-16" in told.body
    with pytest.raises(CannotChangeCase, match="no second time"):
        extend_term(actor=officer, number=case.number, reason="More files.", now=NOW)


def test_what_no_law_extends_is_not_extended():
    office, case = make_office(), asked()
    Case.objects.update(service_code="civil.never-married", service_version="1")
    with pytest.raises(CannotChangeCase, match="no further days"):
        extend_term(actor=ppid(office.analyst), number=case.number, reason="Many files.", now=NOW)


def test_an_objection_has_the_days_of_the_information_law_and_not_the_ordinary_ones():
    office, case = make_office(), asked()
    words = {"id": "Tertutup.", "en": "Closed.", "ko": "비공개."}
    refused = refuse_case(actor=ppid(office.analyst), number=case.number, reason=words, remedy=words, now=NOW)
    working = get_working_calendar().add_working_days
    assert refused.appeal_until == working(TODAY, 30)
    late = NOW + timedelta(days=60)
    with pytest.raises(CannotChangeCase, match="term for an appeal has ended"):
        appeal_decision(actor=person(), number=case.number, grounds="It is open.", now=late)
    later = NOW + timedelta(days=30)
    appealed = appeal_decision(actor=person(), number=case.number, grounds="It is open.", now=later)
    assert appealed.due_on == working(TODAY + timedelta(days=30), 30)


def test_the_officer_extends_on_the_page_of_the_request():
    make_office()
    case = asked()
    post = f"{AGENCY}//analyst"
    Post.objects.filter(code=post).update(roles=[DISCLOSURE_ROLE])
    client = Client(headers={"accept-language": "en"})
    where = f"/desk/office/information/{case.number}/"
    with clock.frozen(NOW):
        sign_in(client, Account.objects.get(login="analyst"), post_code=post)
        assert "Extend the time" in client.get(where).text
        assert "why you need" in client.post(f"{where}extend/", {"reason": ""}, follow=True).text
        assert "who asked is told" in client.post(f"{where}extend/", {"reason": "Many files."}, follow=True).text
        assert "Extend the time" not in client.get(where).text


def test_the_officer_chooses_papers_on_the_page_of_the_request():
    office, case = make_office(), asked()
    record = make_record(office.analyst)
    publish_document(actor=ppid(office.analyst), document=record, now=NOW)
    post = f"{AGENCY}//analyst"
    Post.objects.filter(code=post).update(roles=[DISCLOSURE_ROLE])
    client = Client(headers={"accept-language": "en"})
    sign_in(client, Account.objects.get(login="analyst"), post_code=post)
    assert case.number in client.get("/desk/office/disclosure/").text
    where = f"/desk/office/information/{case.number}/"
    assert "The standards of service" in client.get(where).text
    assert "No public paper" in client.post(where, {"number": "nowhere"}).text
    assert client.post(where, {"number": record.number}).status_code == 302
    page = client.get(where).text
    assert record.number in page
    client.post(f"{where}drop/", {"code": InformationAnswer.objects.get().publication.code})
    assert not InformationAnswer.objects.exists()
