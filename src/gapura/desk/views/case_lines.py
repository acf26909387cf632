"""Putting the decision of a case on an approval line: first what is proposed, then the route."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.desk.forms.lines import CaseLineForm, RouteForm
from gapura.desk.presentation.cases import find_carrier
from gapura.desk.views.lines import route_form
from gapura.foundation import clock
from gapura.kernel.approvals.queries import plan_line
from gapura.kernel.approvals.types import CannotChangeLine, PlannedStep
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import ProposedDecision, propose_decision
from gapura.kernel.cases.queries import access_case, list_available_actions
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound
from gapura.kernel.identity.queries import access_official


@require_http_methods(["GET", "HEAD", "POST"])
def start_case_line(request: HttpRequest, number: str) -> HttpResponse:
    """The form twice: without ``draw`` the route is planned from the table, with it the route is the official's."""
    actor = access_official(request)
    try:
        case = access_case(actor, number)
    except CaseNotFound as error:
        raise Http404 from error
    if "approve" not in list_available_actions(actor, case):
        if find_carrier(actor, case) is None:  # else the page of the case says why, and where to go
            messages.warning(request, _("The case has moved on; this can no longer be done."))
        return redirect("desk:case", number)
    posted = request.POST if request.method == "POST" else None
    drawn = "start" in request.POST
    form = CaseLineForm(posted if drawn else None, initial=request.POST.dict())
    steps = _planned(request, actor)
    route = route_form(request, actor, steps, is_sent=drawn)
    if drawn and form.is_valid() and route.is_valid() and (line := _started(actor, number, form, route)):
        messages.success(request, _("The line has started."))
        return redirect("desk:line", line)
    return render(request, "desk/case_line.html", {"case": case, "form": form, "route": route})


def _planned(request: HttpRequest, actor: Actor) -> list[PlannedStep]:
    """What the table of matters says; where it says nothing, the official draws it all, and reads why."""
    try:
        return plan_line(drafter_post=actor.post_code or "", matter=request.POST.get("matter") or "case")
    except CannotChangeLine as refusal:
        messages.warning(request, str(refusal))
        return []


def _started(actor: Actor, number: str, form: CaseLineForm, route: RouteForm) -> str:
    """The line's number; if it cannot start, the form says why."""
    given = form.cleaned_data
    decision = ProposedDecision(given["decision"] == "refuse", given["reason"], given["remedy"])
    try:
        return propose_decision(
            actor=actor,
            number=number,
            decision=decision,
            steps=route.steps,
            matter=given["matter"],
            urgent=given["urgent"],
            now=clock.now(),
        )
    except (CannotChangeLine, CannotChangeCase) as refusal:
        form.add_error(None, str(refusal))
        return ""
