"""What smart work brought, for everybody who works in an office."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.texts import in_language
from gapura.kernel.identity.queries import access_official
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.forms import PeriodForm
from gapura.sectors.smart_work.presentation import default_period, list_tables
from gapura.sectors.smart_work.queries import (
    count_unmet,
    get_minutes_saved,
    list_occupancy,
    list_occupancy_by_half,
    list_occupancy_by_week,
)
from gapura.web.jinja import day
from gapura.web.languages import reader_language
from gapura.web.tables import as_csv_file


@require_safe
def show_figures(request: HttpRequest) -> HttpResponse:
    """Minutes saved with their spread, how full centers are, and where seats are missing."""
    access_official(request)
    form, first, last = _read_period(request)
    figures = _gather(first, last)
    centers = [(in_language(one.title, reader_language()), one) for one in figures["occupancy"]]
    context = {
        "form": form,
        "first": first,
        "last": last,
        "saved": get_minutes_saved(first=first, last=last),
        "rules": get_rules(),
        "centers": centers,
        "center_rows": [(name, one.offered, one.held, one.used, one.percent) for name, one in centers],
        "weeks": [
            {"name": day(monday), "label": f"{monday:%d.%m}" if place % 4 == 0 else "", "values": [held, used]}
            for place, (monday, held, used) in enumerate(figures["by_week"])
        ],
        "unmet": [(name, times) for _code, name, times in list_tables(**figures)["unmet"][2]],
        "tables": list_tables(**figures),
        "period": f"?first={first.isoformat()}&last={last.isoformat()}",
    }
    return render(request, "smart_work/figures.html", context)


@require_safe
def send_table(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the period, for a spreadsheet."""
    access_official(request)
    _form, first, last = _read_period(request)
    tables = list_tables(**_gather(first, last))
    if table not in tables:
        raise Http404
    _caption, headings, rows = tables[table]
    return as_csv_file(f"smart-work-{table}-{first}-{last}", headings, rows)


def _gather(first: date, last: date) -> dict[str, Any]:
    return {
        "occupancy": list_occupancy(first=first, last=last),
        "by_week": list_occupancy_by_week(first=first, last=last),
        "by_half": list_occupancy_by_half(first=first, last=last),
        "unmet": count_unmet(first=first, last=last),
    }


def _read_period(request: HttpRequest) -> tuple[PeriodForm, date, date]:
    """The days asked for; the last twelve weeks where none are, or they make no sense."""
    first, last = default_period(clock.today(settings.TIME_ZONE))
    form = PeriodForm(request.GET if "first" in request.GET else None, initial={"first": first, "last": last})
    if form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    return form, first, last
