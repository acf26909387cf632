"""Health for machines, status for everybody, outages for the official on duty."""

import hmac
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import list_agencies
from gapura.kernel.identity.queries import access_official
from gapura.kernel.operations.actions import declare_outage, end_outage, report_cause
from gapura.kernel.operations.components import EXCHANGE, list_components
from gapura.kernel.operations.forms import CauseForm, EndForm, OutageForm
from gapura.kernel.operations.health import draw_metrics, is_database_answering
from gapura.kernel.operations.models import Outage
from gapura.kernel.operations.permissions import DUTY
from gapura.kernel.operations.queries import access_outage, find_snapshot, list_counters, list_outages
from gapura.kernel.operations.types import CannotDeclareOutage, Health, OutageStatus, PromiseState
from gapura.web.languages import localized

HERE = ("127.0.0.1", "::1")
OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
SNAPSHOT_GOOD_FOR = timedelta(minutes=3)
HEALTH_WORDS = {
    Health.WORKING: (gettext_lazy("Working"), "success"),
    Health.DISTURBED: (gettext_lazy("Disturbed"), "warning"),
    Health.DOWN: (gettext_lazy("Out of order"), "danger"),
    Health.UNKNOWN: (gettext_lazy("Not known"), "neutral"),
}
PROMISE_WORDS = {
    PromiseState.KEPT: (gettext_lazy("Kept"), "success"),
    PromiseState.BROKEN: (gettext_lazy("Not kept"), "danger"),
    PromiseState.STALE: (gettext_lazy("Measured too long ago"), "danger"),
    PromiseState.UNMEASURED: (gettext_lazy("Not measured yet"), "danger"),
}
OUTAGE_FORMS = {OutageStatus.OPEN: EndForm, OutageStatus.ENDED: CauseForm}


@require_safe
def say_live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"live": True})


@require_safe
def say_ready(request: HttpRequest) -> HttpResponse:
    """Whether requests should be sent here. Says no more: anybody may ask."""
    ready = is_database_answering()
    return JsonResponse({"ready": ready}, status=200 if ready else 503)


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Figures for whoever has the token; without one set, for this machine alone, and not through a proxy."""
    if settings.GAPURA_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = hmac.compare_digest(given.encode(), settings.GAPURA_METRICS_TOKEN.encode())
    else:
        allowed = request.META.get("REMOTE_ADDR") in HERE and "X-Forwarded-For" not in request.headers
    if not allowed:
        return HttpResponse(status=404)
    return HttpResponse(draw_metrics(), content_type=OPEN_METRICS)


@require_safe
def show_status(request: HttpRequest) -> HttpResponse:
    """How the house is, from the worker's last snapshot; stands while the database is down."""
    snapshot, now = find_snapshot(), clock.now()
    drawn_at = datetime.fromisoformat(snapshot["drawn_at"]) if snapshot else None
    is_current = drawn_at is not None and now - drawn_at < SNAPSHOT_GOOD_FOR
    context = {"drawn_at": drawn_at, "is_current": is_current, "languages": settings.LANGUAGES}
    context |= _present_snapshot(snapshot or {}, is_current)
    page = HttpResponse(render_to_string("operations/status.html", context))
    page.headers["Cache-Control"] = "public, max-age=15"
    return page


def _present_snapshot(snapshot: dict[str, Any], is_current: bool) -> dict[str, Any]:
    parts = {part["code"]: part for part in snapshot.get("components", [])}
    health = {code: Health(part["health"]) if is_current else Health.UNKNOWN for code, part in parts.items()}
    outages = [_present_outage(one, parts) for one in snapshot.get("outages", [])]
    return {
        "parts": [(parts[code]["title"], *HEALTH_WORDS[state], _since(parts[code])) for code, state in health.items()],
        "all_well": is_current and all(state is Health.WORKING for state in health.values()),
        "running": [one for one in outages if one["status"] == OutageStatus.OPEN],
        "past": [one for one in outages if one["status"] != OutageStatus.OPEN],
        "promises": [
            one
            | {"state": PROMISE_WORDS[PromiseState(one["state"])]}
            | {"measured_at": datetime.fromisoformat(one["measured_at"]) if one["measured_at"] else None}
            for one in snapshot.get("promises", [])
        ],
    }


def _since(part: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(part["since"]) if part.get("since") else None


@require_safe
def show_holders(request: HttpRequest) -> HttpResponse:
    """Which holders of data answer now, and since when another does not: for whoever waits for one of them."""
    access_official(request)
    snapshot, now = find_snapshot() or {}, clock.now()
    drawn_at = datetime.fromisoformat(snapshot["drawn_at"]) if snapshot else None
    is_current = drawn_at is not None and now - drawn_at < SNAPSHOT_GOOD_FOR
    holders = [one for one in snapshot.get("components", []) if one["code"].startswith(EXCHANGE)]
    rows = [
        (one["title"], *HEALTH_WORDS[Health(one["health"]) if is_current else Health.UNKNOWN], _since(one))
        for one in sorted(holders, key=lambda one: (one["health"] == Health.WORKING, one["code"]))
    ]
    context = {"holders": rows, "drawn_at": drawn_at, "is_current": is_current}
    return render(request, "operations/holders.html", context)


def _present_outage(one: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "title": parts.get(one["component"], {}).get("title", {"en": one["component"]}),
        "started_at": datetime.fromisoformat(one["started_at"]),
        "ended_at": datetime.fromisoformat(one["ended_at"]) if one["ended_at"] else None,
        "report_due_on": date.fromisoformat(one["report_due_on"]) if one["report_due_on"] else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def show_outages(request: HttpRequest) -> HttpResponse:
    """All outages, and the form that declares one."""
    actor = access_official(request, DUTY)
    form = OutageForm(
        request.POST if request.method == "POST" else None,
        components=[(part.code, localized(part.title)) for part in list_components()],
        agencies=[(agency.code, localized(agency.title)) for agency in list_agencies()],
        counters=[(counter.code, counter.code) for counter in list_counters()],
    )
    if form.is_valid() and _declare(request, actor, form):
        return redirect("operations:outages")
    return render(request, "operations/outages.html", {"form": form, "outages": _named(list_outages())})


@require_http_methods(["GET", "HEAD", "POST"])
def show_outage(request: HttpRequest, outage_id: int) -> HttpResponse:
    """One outage, with what it needs next: its end, then its cause."""
    actor = access_official(request, DUTY)
    outage = access_outage(actor, outage_id)
    form_class = OUTAGE_FORMS.get(OutageStatus(outage.status))
    form = form_class(request.POST if request.method == "POST" else None) if form_class else None
    if request.method == "POST" and form is None:
        raise Http404
    if form is not None and form.is_valid() and _move_on(request, actor, outage, form):
        return redirect("operations:outage", outage_id)
    context = {
        "form": form,
        "outage": outage,
        "title": _named([outage])[0][1],
        "agencies": [localized(agency.title) for agency in list_agencies() if agency.code in outage.agencies],
    }
    return render(request, "operations/outage.html", context)


def _declare(request: HttpRequest, actor: Actor, form: Form) -> bool:
    given = form.cleaned_data
    words = {code: given[f"words_{code}"] for code in ("id", "en", "ko")}
    try:
        declare_outage(
            actor=actor,
            component=given["component"],
            agencies=given["agencies"],
            counters=given.get("counters", ()),
            words=words,
            started_at=given["started_at"],
            now=clock.now(),
        )
    except CannotDeclareOutage as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The outage is declared. The public sees it within half a minute."))
    return True


def _move_on(request: HttpRequest, actor: Actor, outage: Outage, form: Form) -> bool:
    given, now = form.cleaned_data, clock.now()
    try:
        if outage.status == OutageStatus.OPEN:
            outage = end_outage(actor=actor, outage_id=outage.pk, ended_at=given["ended_at"], now=now)
            done = _("The outage has ended. %(number)s cases got their lost days back.")
            messages.success(request, done % {"number": outage.extended_cases})
        else:
            report_cause(actor=actor, outage_id=outage.pk, now=now, **given)
            messages.success(request, _("The report is published on the status page."))
    except CannotDeclareOutage as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _named(outages: list[Outage]) -> list[tuple[Outage, str]]:
    titles = {part.code: localized(part.title) for part in list_components()}
    return [(one, titles.get(one.component, one.component)) for one in outages]
