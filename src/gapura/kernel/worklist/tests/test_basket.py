"""One basket: what waits, for whom, in which order, at any size."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.worklist import plugin
from gapura.kernel.worklist.actions import close_work, mark_seen, move_work, open_work
from gapura.kernel.worklist.queries import count_open_work, find_open_work, list_open_work
from gapura.kernel.worklist.types import Holder, WorkFilters, WorkKind

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OFFICIAL = Actor(
    kind=ActorKind.OFFICIAL,
    label="Analyst",
    post_code="menpan/analyst",
    agency_code="menpan",
    office_code="",
    unit_code="menpan/services",
    roles=frozenset({"office.clerk"}),
)
POST = Holder.post("menpan", "menpan/analyst")
UNIT = Holder.unit("menpan", "menpan/services")
ROLE = Holder.role("menpan", "", "office.clerk")


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(plugin, "_kinds", {})
    for code in ("approve", "read"):
        plugin.register_work_kind(WorkKind(code, code.title()))


def put(number, holder=POST, kind="approve", **chosen):
    open_work(
        kind=kind, object_ref=f"thing:{number}", holder=holder, title=f"Thing {number}", path="/", now=NOW, **chosen
    )


def shown(actor=OFFICIAL, **filters):
    page = list_open_work(actor, filters=WorkFilters(**filters))
    return [line.object_ref.removeprefix("thing:") for line in page.lines]


def test_what_is_due_first_comes_first_and_what_has_no_term_last():
    put(1)
    put(2, due_on=date(2026, 12, 2))
    put(3, due_on=date(2026, 12, 1))
    assert shown() == ["3", "2", "1"]


def test_an_official_sees_what_waits_for_their_post_their_unit_and_their_role_and_nobody_elses():
    for number, holder in enumerate((POST, UNIT, ROLE, Holder.post("menpan", "menpan/other"))):
        put(number, holder)
    assert shown() == ["0", "1", "2"]
    assert shown(replace(OFFICIAL, post_code="menpan/other", unit_code="", roles=frozenset())) == ["3"]


def test_asking_twice_leaves_one_item_and_renews_its_words():
    put(1)
    put(1, urgent=True)
    assert [line.urgent for line in list_open_work(OFFICIAL).lines] == [True]


def test_what_is_done_is_gone_and_may_come_again():
    put(1)
    assert close_work(kind="approve", object_ref="thing:1", now=NOW) == 1
    assert close_work(kind="approve", object_ref="thing:1", now=NOW) == 0
    assert shown() == []
    put(1)
    assert shown() == ["1"]


def test_one_of_several_holders_can_be_done():
    put(1, POST, "read")
    put(1, UNIT, "read")
    close_work(kind="read", object_ref="thing:1", holder=POST, now=NOW)
    assert [one.holder for one in find_open_work(kind="read", object_ref="thing:1")] == [UNIT.key]


def test_a_hand_over_moves_everything_and_doubles_nothing():
    other = Holder.post("menpan", "menpan/other")
    put(1)
    put(2)
    put(2, other)
    assert move_work(source=POST, target=other, now=NOW) == 1
    assert shown() == []
    assert sorted(shown(replace(OFFICIAL, post_code="menpan/other", unit_code=""))) == ["1", "2"]


def test_the_first_look_is_the_one_that_counts():
    put(1)
    for hours in (1, 2):
        mark_seen(kind="approve", object_ref="thing:1", holder=POST, now=NOW + timedelta(hours=hours))
    assert list_open_work(OFFICIAL).lines[0].seen_at == NOW + timedelta(hours=1)


def test_filters_and_counts():
    put(1, urgent=True)
    put(2, kind="read", due_on=date(2026, 11, 1))
    assert (shown(urgent=True), shown(kind="read"), shown(due_before=date(2026, 11, 22))) == (["1"], ["2"], ["2"])
    assert count_open_work(OFFICIAL) == {"approve": 1, "read": 1}


def test_an_unknown_kind_is_refused():
    with pytest.raises(LookupError, match="approve, read"):
        put(1, kind="dance")


def test_pages_cover_everything_once_in_one_query_each():
    for number in range(7):
        put(number, due_on=date(2026, 12, 1 + number % 2) if number % 3 else None)
    seen, after = [], None
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = list_open_work(OFFICIAL, after=after, limit=2)
        assert len(queries) == 1
        seen += [line.object_ref for line in page.lines]
        if (after := page.next) is None:
            break
    assert sorted(seen) == [f"thing:{number}" for number in range(7)]
    assert list_open_work(OFFICIAL, after="nonsense", limit=2).lines
