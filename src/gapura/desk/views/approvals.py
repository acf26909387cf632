"""What one official proposed and another person decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.desk.forms.cases import DecisionForm
from gapura.foundation import clock
from gapura.kernel.approvals.actions import deny_approval, grant_approval
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.queries import access_approval, is_decidable, list_open_approvals
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official


@require_safe
def list_approvals(request: HttpRequest) -> HttpResponse:
    actor = access_official(request)
    requests = [(one, get_approval_handler(one.kind).get_title()) for one in list_open_approvals(actor)]
    return render(request, "desk/approvals.html", {"requests": requests})


@require_http_methods(["GET", "HEAD", "POST"])
def decide_approval(request: HttpRequest, request_id: int) -> HttpResponse:
    actor = access_official(request)
    approval = access_approval(actor, request_id)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _decide(request, actor, request_id, form):
        return redirect("desk:approval", request_id)
    handler = get_approval_handler(approval.kind)
    handler.on_read(actor=actor, request=approval.proposal, now=clock.now())
    context = {
        "approval": approval,
        "title": handler.get_title(),
        "facts": handler.list_facts(approval.proposal),
        "form": form if is_decidable(actor, approval) else None,
        "asked_by_me": approval.requested_by_person == actor.person_number,
    }
    return render(request, "desk/approval.html", context)


def _decide(request: HttpRequest, actor: Actor, request_id: int, form: DecisionForm) -> bool:
    """Whether it was decided; if not, the form says why."""
    decide = grant_approval if form.cleaned_data["decision"] == "grant" else deny_approval
    try:
        decide(actor=actor, request_id=request_id, note=form.cleaned_data["note"], now=clock.now())
    except CannotDecideApproval as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your decision has been recorded."))
    return True
