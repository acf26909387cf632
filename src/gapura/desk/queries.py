"""Everything that waits for an official, cases and work of every module, in one list: due first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge

from django.urls import reverse

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import list_work_basket
from gapura.kernel.cases.types import BasketFilters, BasketPage, CaseNotFound
from gapura.kernel.worklist.queries import count_open_work, list_open_work
from gapura.kernel.worklist.types import WorkFilters

CASES = "cases"
"""The kind of what is a case."""
_NO_CASES = BasketPage((), None, 0, 0)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One line. ``title`` is in every language for cases, else as its author wrote it."""

    kind: str
    title: str | Text
    reference: str
    path: str
    sender: str
    urgent: bool
    due_on: date | None
    since: datetime
    is_new: bool
    mark: str


@dataclass(frozen=True, slots=True)
class ToDoPage:
    """Lines, the mark of the next page (None: the end), and how much waits in all, by kind."""

    lines: tuple[ToDo, ...]
    next: str | None
    counts: dict[str, int]


def list_to_do(actor: Actor, *, filters: WorkFilters, after: str | None, limit: int) -> ToDoPage:
    """One page, in at most four queries however much waits: two of cases, two of other work."""
    work_mark, _, case_mark = (after or "").partition("~")
    cases = _cases(actor, filters, case_mark or None, limit)
    work = () if filters.kind == CASES else _work(actor, filters, work_mark or None, limit + 1)
    from_cases = _of_cases(cases) if _wants_cases(filters) else ()
    lines = tuple(merge(from_cases, work, key=lambda line: line.due_on or date.max))
    shown = lines[:limit]
    counts = count_open_work(actor) | ({CASES: cases.count} if cases.count else {})
    more = len(lines) > limit or (cases.next is not None and _wants_cases(filters))
    return ToDoPage(shown, _mark_after(shown, work_mark, case_mark) if more else None, counts)


def _wants_cases(filters: WorkFilters) -> bool:
    return filters.kind in ("", CASES) and not filters.urgent


def _cases(actor: Actor, filters: WorkFilters, after: str | None, limit: int) -> BasketPage:
    try:
        return list_work_basket(actor, filters=BasketFilters(overdue_on=filters.due_before), after=after, limit=limit)
    except CaseNotFound:
        return _NO_CASES


def _of_cases(page: BasketPage) -> Iterable[ToDo]:
    for row in page.rows:
        path = reverse("desk:case", args=[row.number])
        yield ToDo(CASES, row.service_title, row.number, path, "", False, row.due_on, row.submitted_at, False, row.mark)


def _work(actor: Actor, filters: WorkFilters, after: str | None, limit: int) -> Iterable[ToDo]:
    for line in list_open_work(actor, filters=filters, after=after, limit=limit).lines:
        yield ToDo(
            line.kind,
            line.title,
            "",
            line.path,
            line.sender,
            line.urgent,
            line.due_on,
            line.opened_at,
            line.seen_at is None,
            line.mark,
        )


def _mark_after(shown: tuple[ToDo, ...], work_mark: str, case_mark: str) -> str:
    """Behind the last shown line of either source; a source that gave none stays where it was."""
    for line in shown:
        if line.kind == CASES:
            case_mark = line.mark
        else:
            work_mark = line.mark
    return f"{work_mark}~{case_mark}"
