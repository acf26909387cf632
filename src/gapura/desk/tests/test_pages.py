"""A day at the desk, page by page."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gapura.desk.presentation import due_tone
from gapura.desk.tests.conftest import SignIn
from gapura.desk.tests.office import ANI, NOW
from gapura.kernel.cases.testing import Case
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.sectors.civil.testing import LookUp, PersonEntry

TODAY = NOW.date()


def page(response: object) -> str:
    """The visible words of a page."""
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", text)


def act(browser: object, number: str, action: str, **sent: str) -> object:
    return browser.post(reverse("desk:case-action", args=[number, action]), sent)  # type: ignore[attr-defined]


def status(number: str) -> str:
    return str(Case.objects.get(number=number).status)


def test_the_basket_shows_what_waits_and_filters_it(knock: SignIn, case_number: str) -> None:
    registrar = knock("registrar")
    basket = reverse("desk:basket")
    assert case_number in page(registrar.get(basket))
    assert case_number in page(registrar.get(basket, {"status": "review", "service": "civil.never-married"}))
    assert case_number not in page(registrar.get(basket, {"status": "appealed"}))
    assert case_number not in page(registrar.get(basket, {"overdue": "on"}))
    Case.objects.update(due_on=TODAY - timedelta(days=1))
    assert "Overdue since" in page(registrar.get(basket, {"overdue": "on"}))


def test_the_basket_goes_on_where_the_page_ended(
    knock: SignIn, case_number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, numbers = Case.objects.get(number=case_number), [case_number]
    for more in range(4):
        case.pk, case.number, case.idempotency_key = None, f"MORE{more}", f"more{more}"
        case.save(force_insert=True)
        numbers.append(case.number)
    monkeypatch.setattr("gapura.desk.views.cases.ROWS_ON_A_PAGE", 2)
    registrar, address, seen = knock("registrar"), reverse("desk:basket") + "?status=review", []
    while address:
        html = registrar.get(address).content.decode()
        seen += re.findall(r"/desk/cases/(\w+)/", html)
        following = re.search(r'href="(\?[^"]*)" rel="next"', html)
        address = reverse("desk:basket") + following[1].replace("&amp;", "&") if following else ""
    assert seen == numbers


def test_the_basket_takes_the_same_queries_however_full_it_is(
    knock: SignIn, case_number: str, django_assert_num_queries: Callable[[int], Any]
) -> None:
    registrar, case = knock("registrar"), Case.objects.get(number=case_number)
    with CaptureQueriesContext(connection) as few:
        registrar.get(reverse("desk:basket"))
    for more in range(40):
        case.pk, case.number, case.idempotency_key = None, f"MORE{more}", f"more{more}"
        case.save(force_insert=True)
    with django_assert_num_queries(len(few)):
        registrar.get(reverse("desk:basket"))
    assert len(few) <= 5


def test_a_forged_page_token_shows_the_first_page(knock: SignIn, case_number: str) -> None:
    assert case_number in page(knock("registrar").get(reverse("desk:basket"), {"after": "'; DROP TABLE"}))


def test_a_post_without_cases_is_told_so(knock: SignIn, case_number: str) -> None:
    shown = page(knock("auditor").get(reverse("desk:basket")))
    assert "Your post works no cases" in shown
    assert case_number not in shown


def test_the_clock_is_red_when_overdue_amber_when_close_and_still_while_it_waits() -> None:
    days = {-1: "danger", 0: "warning", 2: "warning", 3: "neutral"}
    for distance, tone in days.items():
        assert due_tone(TODAY + timedelta(days=distance), "review", TODAY) == tone
    assert due_tone(TODAY - timedelta(days=9), "supplement", TODAY) == "neutral"
    assert due_tone(TODAY - timedelta(days=9), "fulfilled", TODAY) == "neutral"


def test_the_registers_open_on_request_and_the_person_sees_it(knock: SignIn, case_number: str) -> None:
    registrar = knock("registrar")
    before = len(list_accesses_to(ANI, now=NOW))
    assert "Ani Wijaya" not in page(registrar.get(reverse("desk:case", args=[case_number])))
    assert len(list_accesses_to(ANI, now=NOW)) == before
    assert "Ani Wijaya" in page(act(registrar, case_number, "evidence"))
    assert len(list_accesses_to(ANI, now=NOW)) > before


def test_a_case_is_taken_supplemented_and_approved(knock: SignIn, case_number: str) -> None:
    registrar = knock("registrar")
    assert act(registrar, case_number, "take").status_code == 302
    assert "Take this case" not in page(registrar.get(reverse("desk:case", args=[case_number])))
    empty = page(act(registrar, case_number, "request_supplement", question=" "))
    assert ("Please check the following" in empty, status(case_number)) == (True, "review")
    act(registrar, case_number, "request_supplement", question="Send the letter.")
    assert status(case_number) == "supplement"
    assert act(registrar, case_number, "approve").status_code == 302
    assert status(case_number) == "supplement"
    Case.objects.filter(number=case_number).update(status="review", paused_at=None)
    act(registrar, case_number, "approve", note="Checked.")
    assert status(case_number) == "fulfilled"


def test_a_refusal_needs_both_reason_and_remedy(knock: SignIn, case_number: str) -> None:
    registrar = knock("registrar")
    act(registrar, case_number, "refuse", reason="No.")
    assert status(case_number) == "review"
    act(registrar, case_number, "refuse", reason="No.", remedy="Ask again.")
    assert status(case_number) == "refused"
    shown = page(registrar.get(reverse("desk:case", args=[case_number])))
    assert "Ask again." in shown


def test_an_action_that_does_not_exist_does_nothing(knock: SignIn, case_number: str) -> None:
    assert act(knock("registrar"), case_number, "delete").status_code == 302
    assert status(case_number) == "review"


def test_a_person_is_looked_up_corrected_and_the_correction_approved(knock: SignIn, registered: None) -> None:
    registrar, supervisor = knock("registrar"), knock("supervisor")
    form = {"ground": "correction", "reason": "She says her name is wrong.", "number": ANI}
    person = registrar.post(reverse("civil:search"), form)["Location"]
    assert "Ani Wijaya" in page(registrar.get(person))
    entry, look_up = PersonEntry.objects.get(number=ANI), LookUp.objects.get()
    correct = reverse("civil:correct", args=[look_up.number, "person", entry.pk])
    assert f"{correct}" in registrar.get(person).content.decode()
    assert "?field=full_name" in registrar.get(correct).content.decode()
    sent = {"value": "Ani Widjaja", "evidence": "Birth certificate 12"}
    assert registrar.post(f"{correct}?field=full_name", sent).status_code == 302
    waiting = re.search(r"/desk/approvals/\d+/", supervisor.get(reverse("desk:approvals")).content.decode())
    assert waiting
    assert "Ani Widjaja" in page(supervisor.get(waiting[0]))
    assert "another person" in page(registrar.get(waiting[0])).casefold()
    supervisor.post(waiting[0], {"decision": "grant", "note": ""})
    shown = page(registrar.get(person))
    assert "Ani Widjaja" in shown
    assert "Ani Wijaya" in shown  # in the history
    assert "Granted and carried out" in page(supervisor.get(waiting[0]))


def test_a_register_is_read_as_it_was_known_on_an_earlier_day(knock: SignIn, registered: None) -> None:
    registrar = knock("registrar")
    form = {"ground": "counter", "reason": "At the counter.", "number": ANI}
    person = registrar.post(reverse("civil:search"), form)["Location"]
    known_later = page(registrar.get(person, {"known_on": "2019-12-31"}))
    assert "Nothing was registered" in known_later
    assert "Nothing was registered" not in page(registrar.get(person, {"known_on": "2020-01-02"}))
    assert "Nothing was registered" in page(registrar.get(person, {"as_of": "1980-01-01"}))


def test_a_search_that_finds_nobody_says_so_and_is_kept(knock: SignIn, registered: None) -> None:
    form = {"ground": "counter", "reason": "At the counter.", "number": "3171010101999999"}
    shown = page(knock("registrar").post(reverse("civil:search"), form))
    assert "knows nobody" in shown
    assert LookUp.objects.get().person_number == ""


@pytest.mark.parametrize(
    "register", ["person", "residence", "family", "birth", "marriage", "divorce", "death", "adoption"]
)
def test_every_register_has_its_page(register: str, knock: SignIn, registered: None) -> None:
    registrar = knock("registrar")
    form = {"ground": "counter", "reason": "At the counter.", "number": ANI}
    person = registrar.post(reverse("civil:search"), form)["Location"]
    assert registrar.get(person, {"register": register}).status_code == 200
