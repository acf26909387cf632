"""A case's decision on an approval line: proposed by who works it, taken by who may, carried out at the end."""

from typing import Any

import pytest
from django.urls import reverse

from gapura.desk.tests.conftest import SignIn
from gapura.desk.tests.office import ANI, WHO
from gapura.desk.tests.test_pages import page, status
from gapura.kernel.approvals.queries import ApprovalLine, get_path, list_line_faults
from gapura.kernel.cases.testing import Case
from gapura.kernel.identity.actions import create_unit, place_post
from gapura.kernel.identity.testing import HOUSE
from gapura.kernel.worklist.queries import find_open_work

SUPERVISOR = WHO["supervisor"][0]


def propose(browser: Any, number: str, **changed: str) -> str:
    sent = {
        "decision": "approve",
        "reason": "The register shows no marriage.",
        "remedy": "",
        "matter": "case",
        "place_0": "1",
        "post_0": SUPERVISOR,
        "task_0": "approval",
        "start": "1",
    }
    return page(browser.post(reverse("desk:case-line", args=[number]), sent | changed, follow=True))


def decide(browser: Any, act: str) -> str:
    line = ApprovalLine.objects.get()
    sent = {"act": act, "opinion": "Read.", "digest": get_path(line)[-1].digest}
    return page(browser.post(reverse("desk:line", args=[line.number]), sent, follow=True))


@pytest.fixture
def posts(knock: SignIn, case_number: str) -> tuple[Any, Any]:
    """Registrar and supervisor, the latter in a unit and with the rank that decides on applications."""
    registrar, supervisor = knock("registrar"), knock("supervisor")
    titles = dict.fromkeys(("id", "en", "ko"), "Office")
    create_unit(actor=HOUSE, code="dukcapil/31.71", agency_code="dukcapil", office_code="31.71", title=titles)
    place_post(actor=HOUSE, code=SUPERVISOR, unit_code="dukcapil/31.71", rank="supervisor")
    place_post(actor=HOUSE, code=WHO["registrar"][0], unit_code="dukcapil/31.71", rank="staff")
    return registrar, supervisor


def test_the_table_draws_the_route_and_the_decision_is_carried_out(posts: tuple[Any, Any], case_number: str) -> None:
    registrar, supervisor = posts
    drawn = registrar.get(reverse("desk:case-line", args=[case_number])).content.decode()
    assert f'value="{SUPERVISOR}" selected' in drawn
    assert "Put on an approval line" in page(registrar.get(reverse("desk:case", args=[case_number])))
    assert "The line has started" in propose(registrar, case_number)
    assert "Put on an approval line" not in page(registrar.get(reverse("desk:case", args=[case_number])))
    assert status(case_number) == "review"
    assert "Done" in decide(supervisor, "approved")
    assert status(case_number) in ("approved", "fulfilled", "payment")
    assert list_line_faults(ApprovalLine.objects.get().number) == []


def test_a_refusal_goes_to_the_applicant_with_reason_and_remedy(posts: tuple[Any, Any], case_number: str) -> None:
    registrar, supervisor = posts
    refusal = {"decision": "refuse", "reason": "A marriage is registered."}
    assert "Say what the applicant can do now" in propose(registrar, case_number, **refusal)
    propose(registrar, case_number, **refusal, remedy="Bring the divorce.")
    decide(supervisor, "approved")
    case = Case.objects.get(number=case_number)
    assert (case.status, case.decision_reason["en"]) == ("refused", "A marriage is registered.")


def test_a_rejected_line_leaves_the_case_in_review(posts: tuple[Any, Any], case_number: str) -> None:
    registrar, supervisor = posts
    propose(registrar, case_number)
    decide(supervisor, "rejected")
    assert status(case_number) == "review"
    assert "The line has started" in propose(registrar, case_number)


def test_a_case_that_moved_on_is_not_decided_again(posts: tuple[Any, Any], case_number: str) -> None:
    registrar, supervisor = posts
    propose(registrar, case_number)
    registrar.post(reverse("desk:case-action", args=[case_number, "refuse"]), {"reason": "No.", "remedy": "Ask."})
    assert "This cannot be done with the case" in decide(supervisor, "approved")
    assert ApprovalLine.objects.get().status == "running"


def test_a_route_below_the_matters_rank_or_an_own_case_is_refused(posts: tuple[Any, Any], case_number: str) -> None:
    registrar, supervisor = posts
    assert "this rank or a higher one" in propose(registrar, case_number, matter="information")
    propose(registrar, case_number)
    Case.objects.filter(number=case_number).update(subject=WHO["supervisor"][2], applicant=WHO["supervisor"][2])
    assert "Nobody decides a case of their own" in decide(supervisor, "approved")
    Case.objects.filter(number=case_number).update(subject=ANI, applicant=ANI)
    assert find_open_work(kind="approvals.act", object_ref=f"line:{ApprovalLine.objects.get().number}")
