"""One basket: everything that waits for an official, whatever module it comes from."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapura.desk.presentation import DUE_SOON
from gapura.desk.queries import CASES, ToDo, ToDoPage, list_to_do
from gapura.foundation import clock
from gapura.kernel.identity.queries import access_official
from gapura.kernel.worklist.plugin import get_work_kind, list_work_kinds
from gapura.kernel.worklist.types import WorkFilters

ROWS_ON_A_PAGE = 50


@require_safe
def show_work(request: HttpRequest) -> HttpResponse:
    """What is due soonest first; the address keeps the filter, so a view of the basket can be bookmarked."""
    actor, today = access_official(request), clock.today(settings.TIME_ZONE)
    kind = request.GET.get("kind", "")
    known = {CASES, *(one.code for one in list_work_kinds())}
    filters = WorkFilters(
        kind=kind if kind in known else "",
        urgent="urgent" in request.GET,
        due_before=today if "overdue" in request.GET else None,
    )
    page = list_to_do(actor, filters=filters, after=request.GET.get("after"), limit=ROWS_ON_A_PAGE)
    context = {
        "groups": _groups(page),
        "lines": [(line, _title_of(line.kind), _tone(line)) for line in page.lines],
        "total": sum(page.counts.values()),
        "filters": filters,
        "next_page": _next_page(request, page.next),
        "today": today,
    }
    return render(request, "desk/work.html", context)


def _groups(page: ToDoPage) -> list[tuple[str, str, int]]:
    """Code, title and number of each kind that waits, most first."""
    counted = sorted(page.counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(code, _title_of(code), number) for code, number in counted]


def _title_of(kind: str) -> str:
    return _("Decide a case") if kind == CASES else str(get_work_kind(kind).title)


def _tone(line: ToDo) -> str:
    today = clock.today(settings.TIME_ZONE)
    if line.due_on is None:
        return "neutral"
    if line.due_on < today:
        return "danger"
    return "warning" if line.due_on <= today + DUE_SOON else "neutral"


def _next_page(request: HttpRequest, after: str | None) -> str | None:
    if after is None:
        return None
    query: Any = request.GET.copy()
    query["after"] = after
    return f"?{query.urlencode()}"
