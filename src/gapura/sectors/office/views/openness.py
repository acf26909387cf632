"""How openly the agency works, by unit and month, with the same figures as CSV."""

from datetime import date
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.texts import in_language
from gapura.kernel.identity.queries import access_official, list_units
from gapura.sectors.office.actions.openness import MOST_SAMPLED
from gapura.sectors.office.openness import DueFolder, Openness, by_unit, measure
from gapura.sectors.office.queries.openness import list_due_folders, list_probes, list_settled, months_of
from gapura.web.languages import reader_language
from gapura.web.tables import as_csv_file

FIGURES = (
    *("documents", "online", "hours", "steps", "returned", "disclosed"),
    *("findable", "due", "transferred"),
)
YEARS_SHOWN = 5

Columns: TypeAlias = list[tuple[tuple[str, str], float | None]]


@require_safe
def show_openness(request: HttpRequest) -> HttpResponse:
    actor, year = access_official(request), _year(request)
    agency = actor.agency_code or ""
    span = {"since": date(year, 1, 1), "until": date(year + 1, 1, 1)}
    settled, probes = list_settled(agency, **span), list_probes(agency, **span)
    folders = list_due_folders(agency, since=date(year + 1 - YEARS_SHOWN, 1, 1), until=span["until"])
    due = [one for one in folders if one.year == year]
    titles = _unit_titles(agency)
    units = [(titles.get(code, code), figures) for code, figures in by_unit(settled, probes, due).items()]
    if request.GET.get("format") == "csv":
        rows = ((title, *(getattr(figures, name) for name in FIGURES)) for title, figures in units)
        return as_csv_file(f"openness-{year}", (_("Unit"), *FIGURES), rows)
    zone = settings.TIME_ZONE
    today = clock.today(zone)
    months = [
        (
            first,
            measure(
                [one for one in settled if first <= clock.local_day(one.registered_at, zone) < after],
                [one for one in probes if first <= one.measured_on < after],
            ),
        )
        for first, after in months_of(year)
        if first <= today
    ]
    context = {
        "year": year,
        "years": [today.year, today.year - 1],
        "whole": measure(settled, probes, due),
        "measured_on": max((one.measured_on for one in probes), default=None),
        "sampled": MOST_SAMPLED,
        "units": units,
        "hours": _chart(months, "hours"),
        "disclosed": _chart(months, "disclosed"),
        "findable": _chart(months, "findable"),
        "transferred": _by_year(folders, year),
    }
    return render(request, "office/openness.html", context)


def _chart(months: list[tuple[date, Openness]], name: str) -> Columns:
    return [((date_format(first, "F Y"), date_format(first, "M")), getattr(figures, name)) for first, figures in months]


def _by_year(folders: list[DueFolder], last: int) -> Columns:
    years = {year: [one for one in folders if one.year == year] for year in range(last + 1 - YEARS_SHOWN, last + 1)}
    return [((str(year), str(year)), measure([], [], due).transferred) for year, due in years.items() if due]


def _year(request: HttpRequest) -> int:
    """The wanted year, or this one where none or nonsense was asked for."""
    today = clock.today(settings.TIME_ZONE)
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and today.year - 10 <= int(asked) <= today.year else today.year


def _unit_titles(agency_code: str) -> dict[str, str]:
    return {unit.code: in_language(unit.title, reader_language()) for unit in list_units(agency_code=agency_code)}
