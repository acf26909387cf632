"""An official reads a line, signs on it with one form, redraws it, and says who stands in."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gapura.desk.tests.test_pages import page
from gapura.foundation import clock
from gapura.kernel.approvals.queries import get_path, list_steps
from gapura.kernel.approvals.testing import (
    NOW,
    Absence,
    ApprovalLine,
    MemoryHandler,
    Ministry,
    make_line,
    make_ministry,
    memory_handler,
)
from gapura.kernel.approvals.types import PlannedStep, StepTask
from gapura.kernel.identity.queries import Account
from gapura.kernel.identity.testing import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def memory() -> Iterator[MemoryHandler]:
    with memory_handler() as one:
        yield one


@pytest.fixture
def ministry(memory: MemoryHandler) -> Ministry:
    return make_ministry()


def browser_of(ministry: Ministry, name: str) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    sign_in(browser, Account.objects.get(pk=ministry[name].account_id), post_code=ministry.post(name))
    return browser


def address(line: ApprovalLine, name: str = "line") -> str:
    return reverse(f"desk:{name}", args=[line.number])


def sign(ministry: Ministry, name: str, line: ApprovalLine, act: str, opinion: str = "", **more: str) -> str:
    sent = {"act": act, "opinion": opinion, "digest": get_path(line)[-1].digest, **more}
    return page(browser_of(ministry, name).post(address(line), sent, follow=True))


def test_a_line_is_read_signed_and_approved_on_its_page(ministry: Ministry, memory: MemoryHandler) -> None:
    line = make_line(ministry)
    head = browser_of(ministry, "head")
    assert "A thing" in page(head.get(reverse("desk:lines")))
    shown = page(head.get(address(line)))
    assert "Your part" in shown
    assert "Not opened yet" not in shown
    assert "It stands on the path" in sign(ministry, "head", line, "agreed")
    assert "Not with our system" in sign(ministry, "neighbor", line, "objected", "Not with our system.")
    sign(ministry, "lawyer", line, "agreed")
    ended = sign(ministry, "director", line, "approved", "So be it.")
    assert "Your part" not in ended
    assert "So be it." in ended
    assert "The seal over it" in ended
    assert len(memory.carried_out) == 1


def test_what_is_refused_says_why_and_keeps_what_was_typed(ministry: Ministry) -> None:
    line = make_line(ministry)
    assert "Say why" in sign(ministry, "head", line, "returned")
    assert "until which day" in sign(ministry, "head", line, "held", "Wait for the budget.")
    sent = {"act": "agreed", "opinion": "I typed this.", "digest": "0" * 64}
    shown = page(browser_of(ministry, "head").post(address(line), sent))
    assert "A newer version" in shown
    assert "I typed this." in shown
    assert [entry.act for entry in get_path(line)] == ["started"]
    held = sign(ministry, "head", line, "held", "Wait.", held_until="2026-11-27")
    assert "On hold until" in held
    assert re.search(r"On hold until\W+(27 Nov\w*|Nov\w*\.? 27)", held), held


def test_an_act_that_is_not_offered_cannot_be_sent(ministry: Ministry) -> None:
    line = make_line(ministry)
    assert "Please check" in sign(ministry, "head", line, "approved")
    assert "Your part" not in sign(ministry, "director", line, "approved")
    assert [entry.act for entry in get_path(line)] == ["started"]


def test_who_started_it_takes_it_back(ministry: Ministry) -> None:
    line = make_line(ministry)
    assert "Taken back" in sign(ministry, "analyst", line, "withdrawn", "Not needed.")
    assert "A thing" in page(browser_of(ministry, "analyst").get(reverse("desk:lines"), {"which": "started"}))


def test_lines_are_listed_by_page_and_state_in_a_flat_number_of_queries(ministry: Ministry) -> None:
    head = browser_of(ministry, "head")
    for number in range(2):
        make_line(ministry, object_ref=f"thing:{number}", title=f"Thing {number:03}")
    head.get(reverse("desk:lines"))
    with CaptureQueriesContext(connection) as few:
        head.get(reverse("desk:lines"))
    for number in range(2, 53):
        make_line(ministry, object_ref=f"thing:{number}", title=f"Thing {number:03}")
    with CaptureQueriesContext(connection) as many:
        newest = page(head.get(reverse("desk:lines")))
    assert len(many) == len(few)
    assert newest.count("Thing ") == 50
    assert "Thing 002" not in newest
    older = re.search(r'href="([^"]*after=\d+)" rel="next"', head.get(reverse("desk:lines")).content.decode())
    assert older
    oldest = page(head.get(reverse("desk:lines") + older[1].replace("&amp;", "&")))
    assert re.findall(r"Thing \d+", oldest) == ["Thing 002", "Thing 001", "Thing 000"]
    assert "No line stands so" in page(head.get(reverse("desk:lines"), {"status": "approved"}))
    assert "nothing to acknowledge" in page(head.get(reverse("desk:lines"), {"which": "acknowledge"}))
    assert "Thing 052" in page(head.get(reverse("desk:lines"), {"which": "x", "status": "x", "after": "x"}))


def test_a_look_opens_only_for_whose_turn_it_is(ministry: Ministry) -> None:
    line = make_line(ministry)
    for name in ("director", "analyst"):
        browser_of(ministry, name).get(address(line))
    browser_of(ministry, "head").head(address(line))
    assert [entry.act for entry in get_path(line)] == ["started"]
    browser_of(ministry, "head").get(address(line))
    assert [entry.act for entry in get_path(line)] == ["started", "read"]


def test_the_route_is_redrawn_row_by_row(ministry: Ministry) -> None:
    line = make_line(ministry)
    analyst = browser_of(ministry, "analyst")
    assert "Redraw what is still to come" in page(analyst.get(address(line, "line-route")))
    sent = {
        "place_0": "1",
        "post_0": ministry.post("secretary"),
        "task_0": "review",
        "place_1": "1",
        "post_1": ministry.post("lawyer"),
        "task_1": "check:law",
        "place_2": "",
        "post_2": "",
        "task_2": "review",
        "place_3": "",
        "post_3": ministry.post("minister"),
        "task_3": "approval",
        "opinion": "The minister wants it.",
    }
    assert "The route is changed" in page(analyst.post(address(line, "line-route"), sent, follow=True))
    live = [(s.post_code.split("/")[-1], s.place) for s in list_steps(line) if s.status != "removed"]
    assert live == [("lawyer", 1), ("secretary", 1), ("minister", 2)] or live == [
        ("secretary", 1),
        ("lawyer", 1),
        ("minister", 2),
    ]
    refused = page(analyst.post(address(line, "line-route"), sent | {"task_3": "review"}))
    assert "ends with one approval" in refused


def test_a_post_of_another_agency_is_looked_for_and_put_on_the_route(ministry: Ministry) -> None:
    line = make_line(ministry, steps=[PlannedStep(ministry.post("director"), StepTask.APPROVAL, 1)])
    analyst, route = browser_of(ministry, "analyst"), address(line, "line-route")
    typed = {"place_0": "2", "post_0": ministry.post("director"), "task_0": "approval", "opinion": "Theirs too."}
    assert "Neighbor" not in page(analyst.get(route))
    nothing = page(analyst.post(route, typed | {"search": "zzzz", "find": "1"}))
    assert "No post of another agency" in nothing
    assert "Neighbor" not in nothing
    found = analyst.post(route, typed | {"search": "neigh applic", "find": "1"})
    assert "Neighbor – Applications" in page(found)
    assert "Theirs too." in page(found)
    row = {"place_1": "1", "post_1": ministry.post("neighbor"), "task_1": "cooperation"}
    assert "The route is changed" in page(analyst.post(route, typed | row, follow=True))
    assert "Your part" in page(browser_of(ministry, "neighbor").get(address(line)))


def test_files_of_a_line_are_what_was_signed(ministry: Ministry) -> None:
    line = make_line(ministry)
    head = browser_of(ministry, "head")
    version = head.get(reverse("desk:line-version", args=[line.number, 1]))
    assert version.content == b'{"words":"teal"}'
    assert head.get(address(line, "line-path")).json()["format"] == "gapura-approval-path/1"
    assert head.get(address(line, "line-seal")).status_code == 404
    assert head.get(reverse("desk:line-version", args=[line.number, 2])).status_code == 404


def test_nobody_else_sees_any_of_it(ministry: Ministry) -> None:
    line = make_line(ministry)
    minister = browser_of(ministry, "minister")
    for name in ("line", "line-route", "line-path", "line-seal"):
        assert minister.get(address(line, name)).status_code == 404
    assert minister.get(reverse("desk:line-version", args=[line.number, 1])).status_code == 404
    assert "A thing" not in page(minister.get(reverse("desk:lines")))


def test_an_absence_is_entered_and_ended(ministry: Ministry) -> None:
    line, head = make_line(ministry), browser_of(ministry, "head")
    absences = reverse("desk:absences")
    sent = {
        "post": ministry.post("head"),
        "reason": "leave",
        "first_day": "2026-11-23",
        "last_day": "2026-11-27",
        "substitute": ministry.post("colleague"),
    }
    shown = page(head.post(absences, sent, follow=True))
    assert "Colleague stands in" in shown
    assert "An absence is entered" in page(head.post(absences, sent))
    assert "You stand in" in page(browser_of(ministry, "colleague").get(absences))
    assert "Colleague in their place" in page(browser_of(ministry, "analyst").get(address(line)))
    head.post(absences, {"end": str(Absence.objects.get().pk)})
    assert Absence.objects.get().ended_at == NOW
    assert browser_of(ministry, "lawyer").post(absences, {"end": str(Absence.objects.get().pk)}).status_code == 404


def test_the_page_says_whom_to_ask_when_nobody_can_decide(ministry: Ministry) -> None:
    for name, other in (("head", "colleague"), ("colleague", "head")):
        Absence.objects.create(
            post_code=ministry.post(name),
            agency_code="kemenpan-rb",
            person=ministry[name].person_number,
            substitute_post=ministry.post(other),
            reason="leave",
            valid_from=NOW.date(),
            valid_until=NOW.date().replace(day=30),
            entered_by_label="Head",
            entered_at=NOW,
        )
    shown = page(browser_of(ministry, "analyst").get(address(make_line(ministry))))
    assert "Nobody can decide now" in shown
    assert "Ask Director to name another" in shown


def test_a_line_takes_the_same_queries_however_long_its_path(ministry: Ministry) -> None:
    line, director = make_line(ministry), browser_of(ministry, "director")
    director.get(address(line))
    with CaptureQueriesContext(connection) as short:
        director.get(address(line))
    for name in ("analyst",):
        sign(ministry, name, line, "hurried")
    for _time in range(4):
        sign(ministry, "head", line, "agreed")
        sign(ministry, "head", line, "recalled")
    assert len(get_path(line)) > 9
    with CaptureQueriesContext(connection) as long:
        director.get(address(line))
    assert len(long) <= len(short) + 2
    assert len(long) <= 60
