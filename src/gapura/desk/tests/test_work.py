"""One basket on one page: cases and other work by due date, each once, in a fixed number of queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gapura.desk.tests.conftest import SignIn
from gapura.desk.tests.office import NOW
from gapura.kernel.cases.testing import Case
from gapura.kernel.worklist import plugin
from gapura.kernel.worklist.actions import mark_seen, open_work
from gapura.kernel.worklist.types import Holder, WorkKind

WORK = reverse("desk:work")
TODAY = NOW.date()
REGISTRAR = Holder.post("dukcapil", "dukcapil/31.71/registrar")
MOST_QUERIES = 6


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin, "_kinds", dict(plugin._kinds))
    plugin.register_work_kind(WorkKind("test.read", "Read"))


def put(number: int, **chosen: object) -> None:
    open_work(
        kind="test.read",
        object_ref=f"paper:{number}",
        holder=REGISTRAR,
        title=f"Paper {number}",
        path=f"/papers/{number}/",
        sender="The head",
        now=NOW,
        **chosen,  # type: ignore[arg-type]  # each test chooses its own
    )


def links(browser: Client, address: str = WORK) -> list[str]:
    return re.findall(r'todo__title" href="([^"]+)"', browser.get(address).content.decode())


def test_cases_and_other_work_stand_in_one_list_by_due_date(knock: SignIn, case_number: str) -> None:
    Case.objects.update(due_on=TODAY + timedelta(days=5))
    for number, days in ((1, 9), (2, 1)):
        put(number, due_on=TODAY + timedelta(days=days))
    put(3)
    case = reverse("desk:case", args=[case_number])
    assert links(knock("registrar")) == ["/papers/2/", case, "/papers/1/", "/papers/3/"]


def test_nobody_else_sees_it(knock: SignIn) -> None:
    put(1)
    assert links(knock("registrar")) == ["/papers/1/"]
    assert links(knock("supervisor")) == links(knock("other office")) == []


def test_filters_show_what_they_say(knock: SignIn, case_number: str) -> None:
    put(1, urgent=True)
    put(2, due_on=TODAY - timedelta(days=1))
    registrar, case = knock("registrar"), reverse("desk:case", args=[case_number])
    assert links(registrar, WORK + "?urgent") == ["/papers/1/"]
    assert links(registrar, WORK + "?overdue") == ["/papers/2/"]
    assert links(registrar, WORK + "?kind=cases") == [case]
    assert links(registrar, WORK + "?kind=test.read") == ["/papers/2/", "/papers/1/"]
    assert len(links(registrar, WORK + "?kind=nonsense")) == 3


def test_every_page_goes_on_where_the_one_before_ended(
    knock: SignIn, case_number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gapura.desk.views.work.ROWS_ON_A_PAGE", 2)
    case = Case.objects.get(number=case_number)
    for more in range(4):
        case.pk, case.number, case.idempotency_key = None, f"MORE{more}", f"more{more}"
        case.due_on = TODAY + timedelta(days=more % 2)
        case.save(force_insert=True)
        put(more, due_on=TODAY + timedelta(days=more % 3) if more else None)
    registrar, address, seen = knock("registrar"), WORK, []
    while address:
        seen += links(registrar, address)
        onward = re.search(r'href="(\?[^"]*)" rel="next"', registrar.get(address).content.decode())
        address = WORK + onward.group(1).replace("&amp;", "&") if onward else ""
    assert len(seen) == len(set(seen)) == 9


def test_what_was_not_opened_yet_says_so(knock: SignIn) -> None:
    put(1)
    registrar = knock("registrar")
    assert "Not opened yet" in registrar.get(WORK).content.decode()
    mark_seen(kind="test.read", object_ref="paper:1", holder=REGISTRAR, now=NOW)
    assert "Not opened yet" not in registrar.get(WORK).content.decode()


def test_the_page_takes_six_queries_at_most_however_much_waits(knock: SignIn, case_number: str) -> None:
    registrar = knock("registrar")
    registrar.get(WORK)
    for many in (1, 120):
        for number in range(many):
            put(number)
        with CaptureQueriesContext(connection) as queries:
            registrar.get(WORK)
        assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]


@pytest.mark.parametrize("mark", ["", "~", "x~y", "2026-05-04.1~", "~2026-05-04_1", "9999-99-99.1~zzz"])
def test_a_torn_mark_is_no_error(knock: SignIn, case_number: str, mark: str) -> None:
    put(1)
    assert knock("registrar").get(WORK, {"after": mark}).status_code == 200
