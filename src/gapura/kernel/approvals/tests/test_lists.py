"""Which lines an official finds in the list, and who writes along on one."""

from dataclasses import replace

import pytest

from gapura.kernel.approvals.actions import renew_line
from gapura.kernel.approvals.queries import list_line_faults, list_lines
from gapura.kernel.approvals.testing import MemoryHandler, Ministry, content_of, make_line
from gapura.kernel.approvals.tests.test_lines import LATER, act, finish, waiting
from gapura.kernel.approvals.types import CannotChangeLine, LineFilters, LineScope, LineStatus, PathAct
from gapura.kernel.identity.types import AccessDenied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memory")]


def test_lines_are_listed_a_page_at_a_time_and_never_one_that_may_not_be_read(ministry: Ministry) -> None:
    lines = [make_line(ministry, object_ref=f"thing:{number}") for number in range(5)]
    act(ministry["head"], lines[2], PathAct.RETURNED, "Shorter.")

    def pages(name: str, scope: LineScope, status: LineStatus | None = None) -> list[list[int]]:
        found, after = [], None
        while True:
            page = list_lines(ministry[name], filters=LineFilters(scope, status), after=after, limit=2)
            found.append([lines.index(line) for line in page.lines])
            if page.next is None:
                return found
            after = page.next

    assert pages("head", LineScope.ON) == pages("analyst", LineScope.STARTED) == [[4, 3], [2, 1], [0]]
    assert pages("head", LineScope.UNIT) == pages("analyst", LineScope.UNIT) == [[4, 3], [2, 1], [0]]
    assert pages("head", LineScope.ON, LineStatus.RETURNED) == [[2]]
    for scope in LineScope:
        assert pages("colleague", scope) == pages("minister", scope) == [[]]
    assert pages("neighbor", LineScope.UNIT) == pages("head", LineScope.ACKNOWLEDGE) == [[]]
    for mark in ("", "x", "-1", "9" * 40, "\u00b2"):
        assert len(list_lines(ministry["head"], filters=LineFilters(), after=mark).lines) == 5


def test_who_writes_along_renews_a_returned_line_and_only_that(ministry: Ministry, memory: MemoryHandler) -> None:
    line, writer = make_line(ministry), ministry["colleague"]
    again = {
        "number": line.number,
        "content": content_of("red"),
        "payload": {"colour": "red"},
        "note": "",
        "now": LATER,
    }
    memory.writers = {ministry.post("colleague")}
    with pytest.raises(AccessDenied):
        renew_line(actor=writer, **again)
    act(ministry["head"], line, PathAct.RETURNED, "Shorter.")
    for stranger in (ministry["secretary"], replace(writer, person_number=None)):
        with pytest.raises(AccessDenied):
            renew_line(actor=stranger, **again)
    with pytest.raises(CannotChangeLine, match="that drafted"):
        renew_line(actor=ministry["head"], **again)
    line = renew_line(actor=writer, **again)
    assert (line.status, line.version, waiting(line)) == (LineStatus.RUNNING, 2, ["head"])
    assert waiting(line, "approvals.rework") == []
    finish(ministry, line)
    assert list_line_faults(line.number) == []
