"""Weekly reports: one unit's, the one being written, and what who leads decides about it."""

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, get_unit
from gapura.sectors.office.actions.weekly import (
    assemble_again,
    decide_weekly_report,
    prepare_weekly_report,
    save_weekly_report,
    submit_weekly_report,
)
from gapura.sectors.office.actions.work_papers import write_weekly_paper
from gapura.sectors.office.forms.work import DecisionForm, WeeklyForm
from gapura.sectors.office.models import WeeklyReport
from gapura.sectors.office.queries.weekly import (
    SECTIONS,
    access_weekly_report,
    list_readable_weekly_reports,
    monday_of,
)
from gapura.sectors.office.queries.work import leads
from gapura.sectors.office.text.drawing import render_html
from gapura.sectors.office.types import OfficeRefusal, WeeklyState
from gapura.sectors.office.views.cards import today
from gapura.sectors.office.work_pages import WEEKLY_STATES
from gapura.web.languages import localized

WEEKS_OFFERED = 3


@require_http_methods(["GET", "HEAD", "POST"])
def show_weekly_reports(request: HttpRequest) -> HttpResponse:
    """The last reports one may read; a post begins that of one's unit for a week."""
    actor = access_official(request)
    if request.method == "POST" and actor.unit_code and (report := _begin(request, actor)):
        return redirect("office:weekly-report", report.code)
    reports = list(list_readable_weekly_reports(actor).order_by("-monday", "unit_code")[:60])
    rows = [(one, localized(get_unit(one.unit_code).title), WEEKLY_STATES[one.state]) for one in reports]
    this = monday_of(today())
    weeks = [this - timedelta(days=7 * back) for back in range(WEEKS_OFFERED)]
    return render(request, "office/weekly_reports.html", {"rows": rows, "weeks": weeks if actor.unit_code else []})


@require_http_methods(["GET", "HEAD", "POST"])
def show_weekly_report(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request)
    report = access_weekly_report(actor, code)
    if request.POST.get("do") == "write" and report.state == WeeklyState.APPROVED:
        return redirect("office:document", write_weekly_paper(actor=actor, code=code, now=clock.now()).code)
    writing = report.state == WeeklyState.DRAFT
    initial = {"body": report.body, "revision": report.revision}
    form: Form = (WeeklyForm if writing else DecisionForm)(
        request.POST if request.method == "POST" else None, initial=initial
    )
    if request.method == "POST" and form.is_valid() and _carry_out(request, actor, code, form):
        return redirect("office:weekly-report", code)
    may_decide = report.state == WeeklyState.SUBMITTED and leads(actor, report.unit_code)
    sections = [(_(SECTIONS[one["code"]]), one["lines"], one["count"]) for one in report.records]
    context = {
        "report": report,
        "unit": localized(get_unit(report.unit_code).title),
        "until": report.monday + timedelta(days=6),
        "standing": WEEKLY_STATES[report.state],
        "body": mark_safe(render_html(report.body, outer=2)),  # noqa: S308 (the drawer lets no HTML through)
        "sections": sections,
        "chart": [((heading, str(place)), count) for place, (heading, _lines, count) in enumerate(sections, 1)],
        "form": form if writing or may_decide else None,
        "writing": writing,
        "may_decide": may_decide,
        "may_write": bool(actor.unit_code) and report.state == WeeklyState.APPROVED,
    }
    return render(request, "office/weekly_report.html", context)


def _begin(request: HttpRequest, actor: Actor) -> WeeklyReport | None:
    try:
        monday = date.fromisoformat(request.POST.get("monday", ""))
        return prepare_weekly_report(actor=actor, unit_code=actor.unit_code, monday=monday, now=clock.now())
    except ValueError:
        messages.error(request, _("Choose a week."))
    except OfficeRefusal as refusal:
        messages.error(request, str(refusal))
    return None


def _carry_out(request: HttpRequest, actor: Actor, code: str, form: Form) -> bool:
    given, now, do = form.cleaned_data, clock.now(), request.POST.get("do", "")
    revision = given["revision"]
    acts: dict[str, Callable[[], object]] = {
        "save": lambda: save_weekly_report(actor=actor, code=code, revision=revision, body=given["body"], now=now),
        "assemble": lambda: assemble_again(actor=actor, code=code, revision=revision, now=now),
        "submit": lambda: _save_and_submit(actor, code, form),
        "approve": lambda: decide_weekly_report(
            actor=actor, code=code, revision=revision, approved=True, note=given["note"], now=now
        ),
        "send-back": lambda: decide_weekly_report(
            actor=actor, code=code, revision=revision, approved=False, note=given["note"], now=now
        ),
    }
    try:
        if do in acts:
            acts[do]()
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _save_and_submit(actor: Actor, code: str, form: Form) -> None:
    """What stands in the form is what is submitted."""
    given, now = form.cleaned_data, clock.now()
    saved = save_weekly_report(actor=actor, code=code, revision=given["revision"], body=given["body"], now=now)
    submit_weekly_report(actor=actor, code=code, revision=saved.revision, now=now)
