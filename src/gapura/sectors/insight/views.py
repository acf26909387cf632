"""The analysts' desk: reforms that were simulated, one of them with its charts, and two side by side."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.sectors.insight.actions import request_run
from gapura.sectors.insight.forms import RunForm
from gapura.sectors.insight.models import Run
from gapura.sectors.insight.plugin import list_sources
from gapura.sectors.insight.presentation import STATUSES, list_tables, present
from gapura.sectors.insight.queries import access_run, find_example, list_comparable_runs, list_runs
from gapura.sectors.insight.types import ANALYST, CannotSimulate, RunStatus
from gapura.web.jinja import money
from gapura.web.languages import localized, reader_language
from gapura.web.tables import as_csv_file

SEED = 1
"""Every run takes the same families, so that two of them differ by their reforms alone."""


@require_http_methods(["GET", "HEAD", "POST"])
def show_list(request: HttpRequest) -> HttpResponse:
    """The agency's simulations, and the form for another."""
    actor = access_official(request, ANALYST)
    form = RunForm(
        request.POST if request.method == "POST" else None,
        sources=[(source.code, localized(source.title)) for source in list_sources()],
        initial={"as_of": _today()},
    )
    if form.is_valid() and (run := _request(actor, form)):
        return redirect("insight:run", run.number)
    runs = [(run, *STATUSES[run.status], run.result and run.result["cost"]) for run in list_runs(actor)]
    return render(request, "insight/list.html", {"form": form, "runs": runs, "example": find_example(_today())})


def _request(actor: Actor, form: RunForm) -> Run | None:
    """The run that was kept; if none was, the form says why."""
    given = form.cleaned_data
    try:
        return request_run(
            actor=actor,
            reforms=[text for text in (given["reform"], given["other"]) if text.strip()],
            source=given["source"],
            people=given["people"],
            seed=SEED,
            as_of=given["as_of"],
            now=clock.now(),
        )
    except CannotSimulate as refusal:
        form.add_error("reform", str(refusal))
        return None


@require_safe
def show_run(request: HttpRequest, number: str) -> HttpResponse:
    """One simulation; ``?with=`` another for the same population beside it."""
    actor = access_official(request, ANALYST)
    run = access_run(actor, number)
    comparable = list_comparable_runs(actor, run) if run.status == RunStatus.DONE else []
    other = next((one for one in comparable if one.number == request.GET.get("with")), None)
    context: dict[str, Any] = {
        "run": run,
        "status": STATUSES[run.status],
        "shown": run.result and _present(run),
        "comparable": comparable,
        "other": other,
        "other_shown": other and _present(other),
        "tables": run.result and list_tables(run.result, language=reader_language()),
    }
    return render(request, "insight/run.html", context)


@require_safe
def send_table(request: HttpRequest, number: str, table: str) -> HttpResponse:
    """One table of a finished simulation, for a spreadsheet."""
    run = access_run(access_official(request, ANALYST), number)
    tables = list_tables(run.result, language=reader_language()) if run.result else []
    for code, _caption, headings, rows in tables:
        if code == table:
            return as_csv_file(f"{number}-{code}", headings, rows)
    raise Http404


def _present(run: Run) -> dict[str, Any]:
    assert run.result is not None
    return present(run.result, language=reader_language(), money=money)


def _today() -> date:
    return clock.today(settings.TIME_ZONE)
