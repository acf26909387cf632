"""How the services do: at the desk for who supervises an office, and for everybody."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.forms import DEFAULT_PERIOD, RATINGS, StatisticsForm
from gapura.kernel.cases.permissions import APPEAL_ROLES
from gapura.kernel.cases.presentation.statistics import Row, draw_timeline, present_rows
from gapura.kernel.cases.queries import get_statistics, list_public_figures
from gapura.kernel.cases.types import CaseNotFound, Figures, Selection, Statistics
from gapura.kernel.catalogue.queries import get_limit, list_services
from gapura.kernel.identity.queries import access_official
from gapura.web.languages import localized
from gapura.web.tables import as_csv_file

COLUMNS = (
    "service",
    "title",
    "received_cases",
    "decided_cases",
    "refused_cases",
    "median_minutes",
    "p90_minutes",
    "on_time_percent",
    "papers_avoided",
    "ratings",
    "satisfied_percent",
)


@require_safe
def show_statistics(request: HttpRequest) -> HttpResponse:
    """What the actor's office (the agency's centre: the agency) did in the period."""
    actor, today = access_official(request, *APPEAL_ROLES), clock.today(settings.TIME_ZONE)
    form, selection = _select(request, today)
    found = _find_statistics(actor, selection, today)
    smallest = get_limit("smallest_published_count")
    (together,) = present_rows([found.together], at_least=0, opinions_at_least=smallest)
    context = {
        "form": form,
        "selection": selection,
        "found": found,
        "together": together,
        "rows": present_rows(found.services, at_least=0, opinions_at_least=smallest),
        "timeline": draw_timeline(found.received_on, found.decided_on, selection),
        "opinions": [((str(RATINGS[n]), str(RATINGS[n])), number) for n, number in enumerate(found.together.stars, 1)],
        "words": [(RATINGS[stars], words) for stars, words in found.words],
        "are_opinions_told": found.together.ratings >= smallest,
        "smallest": smallest,
        "paper_cost": get_limit("paper_avoided_cost"),
    }
    return render(request, "cases/statistics.html", context)


@require_safe
def download_statistics(request: HttpRequest) -> HttpResponse:
    actor, today = access_official(request, *APPEAL_ROLES), clock.today(settings.TIME_ZONE)
    _form, selection = _select(request, today)
    found = _find_statistics(actor, selection, today)
    rows = present_rows(found.services, at_least=0, opinions_at_least=get_limit("smallest_published_count"))
    return _csv(rows, selection)


@require_safe
def show_public_figures(request: HttpRequest) -> HttpResponse:
    """Every public service up to yesterday; counts in which somebody could be recognized are hidden."""
    form, selection = _select(request, _yesterday())
    context = {
        "form": form,
        "selection": selection,
        "rows": _list_published(selection),
        "smallest": get_limit("smallest_published_count"),
        "paper_cost": get_limit("paper_avoided_cost"),
    }
    return render(request, "cases/public_statistics.html", context)


@require_safe
def download_public_figures(request: HttpRequest) -> HttpResponse:
    _form, selection = _select(request, _yesterday())
    return _csv(_list_published(selection), selection)


def _yesterday() -> date:
    return clock.today(settings.TIME_ZONE) - timedelta(days=1)


def _select(request: HttpRequest, until: date) -> tuple[StatisticsForm, Selection]:
    """What the address asks for; nonsense in it is answered with a month of everything."""
    services = sorted(((s.code, localized(s.title)) for s in list_services(on=until)), key=lambda s: s[1])
    form = StatisticsForm(request.GET, services=services)
    asked = form.cleaned_data if form.is_valid() else {}
    days = int(asked.get("period", DEFAULT_PERIOD))
    return form, Selection(until - timedelta(days=days - 1), until, asked.get("service") or None)


def _find_statistics(actor: Actor, selection: Selection, today: date) -> Statistics:
    try:
        return get_statistics(actor, selection, today=today)
    except CaseNotFound as absence:
        raise Http404 from absence


def _list_published(selection: Selection) -> list[Row]:
    smallest = get_limit("smallest_published_count")
    figures = _reckon(selection.since, selection.until)
    if selection.service_code:
        figures = tuple(one for one in figures if one.service_code == selection.service_code)
    return present_rows(figures, at_least=smallest, opinions_at_least=smallest)


@lru_cache(maxsize=3)
def _reckon(since: date, until: date) -> tuple[Figures, ...]:
    """Days that are over change little, and summing up a country takes long: once a day and process for each period."""
    return tuple(list_public_figures(Selection(since, until)))


def _csv(rows: Iterable[Row], selection: Selection) -> HttpResponse:
    """A file for a spreadsheet; units stand in the heading, what is hidden or does not exist is empty."""
    currency, cost = load(settings.GAPURA_JURISDICTION).currency, get_limit("paper_avoided_cost")
    cells = [
        (
            row.service_code,
            row.title,
            row.received,
            row.decided,
            row.refused,
            _minutes(row.median),
            _minutes(row.slow),
            row.on_time_percent,
            row.papers,
            row.ratings,
            row.satisfied_percent,
            None if row.papers is None else row.papers * cost,
        )
        for row in rows
    ]
    return as_csv_file(
        f"statistics-{selection.since}-{selection.until}", (*COLUMNS, f"saved_{currency.lower()}"), cells
    )


def _minutes(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration.total_seconds() / 60, 2)
