"""Sending a document, and where it is: its way as a picture and as a table."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency, list_agencies
from gapura.kernel.identity.queries import access_official, list_units
from gapura.sectors.office.actions.dispatch import dispatch_document, recall_dispatch, send_again
from gapura.sectors.office.forms.registering import Choices, DispatchForm, ReasonForm
from gapura.sectors.office.models import Dispatch
from gapura.sectors.office.permissions import can_dispatch
from gapura.sectors.office.queries.dispatches import access_dispatch, list_dispatches, list_dispatches_of
from gapura.sectors.office.queries.documents import access_document, own_units
from gapura.sectors.office.queries.weights import weigh_letter
from gapura.sectors.office.types import DispatchMark, DispatchReceiver, DispatchState, OfficeRefusal
from gapura.web.languages import reader_language

MARKS = {
    DispatchMark.WAITING: gettext_lazy("Waiting to leave"),
    DispatchMark.SENT: gettext_lazy("Sent"),
    DispatchMark.ARRIVED: gettext_lazy("Arrived"),
    DispatchMark.ACCEPTED: gettext_lazy("Accepted"),
    DispatchMark.RETURNED: gettext_lazy("Returned"),
    DispatchMark.PASSED_ON: gettext_lazy("Passed on"),
    DispatchMark.WITHDRAWN: gettext_lazy("Given back"),
    DispatchMark.RECALL_ASKED: gettext_lazy("Asked back"),
    DispatchMark.RECALL_REFUSED: gettext_lazy("Asked back, but kept"),
    DispatchMark.CLASS_RAISED: gettext_lazy("Told that its class is higher now"),
}
_WAY = (DispatchState.WAITING, DispatchState.SENT, DispatchState.ARRIVED)
_ENDS = (DispatchState.RETURNED, DispatchState.WITHDRAWN)
_TONES = {
    DispatchState.ACCEPTED: "success",
    DispatchState.ARRIVED: "info",
    DispatchState.PASSED_ON: "info",
    DispatchState.RETURNED: "danger",
    DispatchState.WITHDRAWN: "warning",
}


@require_safe
def show_dispatches(request: HttpRequest) -> HttpResponse:
    """What the official's units sent, the last first."""
    actor = access_official(request)
    found = [(one, state_tag(one)) for one in list_dispatches(actor)[:200]]
    return render(request, "office/dispatches.html", {"dispatches": found})


@require_http_methods(["GET", "HEAD", "POST"])
def dispatch(request: HttpRequest, code: str) -> HttpResponse:
    """Whom the document goes to; ``?agency=`` names the agency whose units are offered."""
    actor = access_official(request)
    document = access_document(actor, code)
    chosen = request.GET.get("agency", "") or actor.agency_code or ""
    agencies = [(one.code, in_language(one.title, reader_language())) for one in list_agencies()]
    chosen = chosen if chosen in dict(agencies) else actor.agency_code or ""
    offered = _offered(chosen)
    form = DispatchForm(request.POST if request.method == "POST" else None, receivers=offered)
    if form.is_valid():
        try:
            receivers = _receivers(form, chosen, dict(offered))
            dispatch_document(actor=actor, document=document, receivers=receivers, now=clock.now())
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The document is on its way. This page shows when it arrives."))
            return redirect("office:dispatch", code)
    sent = [(one, state_tag(one)) for one in list_dispatches_of(document)]
    context: dict[str, Any] = {
        "document": document,
        "form": form,
        "agencies": agencies,
        "chosen": chosen,
        "sent": sent,
        "weight": weigh_letter(document),
        "may_send": can_dispatch(actor, document, own_units=own_units(actor)) and bool(document.sealed),
    }
    return render(request, "office/dispatch_form.html", context)


@require_safe
def show_dispatch(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request)
    found = access_dispatch(actor, code)
    return render(request, "office/dispatch.html", _page_of(actor, found, ReasonForm()))


@require_POST
def act_on_dispatch(request: HttpRequest, code: str) -> HttpResponse:
    """Ask it back, or send again what came back."""
    actor = access_official(request)
    found, form = access_dispatch(actor, code), ReasonForm(request.POST)
    try:
        if request.POST.get("act") == "again":
            again = send_again(actor=actor, code=code, now=clock.now())
            return redirect("office:dispatch-way", again.code)
        if form.is_valid():
            recall_dispatch(actor=actor, code=code, reason=form.cleaned_data["reason"], now=clock.now())
            return redirect("office:dispatch-way", code)
    except OfficeRefusal as refusal:
        form.full_clean()
        form.add_error(None, str(refusal))
    return render(request, "office/dispatch.html", _page_of(actor, found, form), status=422)


def state_tag(one: Dispatch) -> tuple[str, str]:
    """The state in words, and its tone."""
    return str(MARKS[DispatchMark(one.state)]), _TONES.get(DispatchState(one.state), "neutral")


def _page_of(actor: Actor, found: Dispatch, form: ReasonForm) -> dict[str, Any]:
    state = DispatchState(found.state)
    last = state if state not in _WAY else DispatchState.ACCEPTED
    names = [str(MARKS[DispatchMark(one.value)]) for one in (*_WAY, last)]
    may_act = can_dispatch(actor, found.document, own_units=own_units(actor))
    was_recalled = bool(found.recall_reason)
    return {
        "dispatch": found,
        "state": state_tag(found),
        "names": names,
        "current": _WAY.index(state) if state in _WAY else len(names),
        "steps": [(MARKS[DispatchMark(step.mark)], step) for step in found.steps.order_by("at", "pk")],
        "form": form,
        "may_recall": may_act and state not in (*_ENDS, DispatchState.PASSED_ON) and not was_recalled,
        "may_send_again": may_act and state in _ENDS,
        "again": found.again.order_by("pk").first(),
    }


def _offered(agency_code: str) -> Choices:
    if not agency_code:
        return []
    agency = get_agency(agency_code)
    units = [unit for unit in list_units(agency_code=agency_code) if unit.ended_on is None]
    mail_room = (f"{agency_code}|", _("Mail room of %(agency)s") % {"agency": agency.short_title})
    return [mail_room, *((f"{agency_code}|{unit.code}", in_language(unit.title, reader_language())) for unit in units)]


def _receivers(form: DispatchForm, agency_code: str, labels: dict[str, str]) -> list[DispatchReceiver]:
    given = form.cleaned_data
    short = get_agency(agency_code).short_title if agency_code else ""
    offices = [
        DispatchReceiver(f"{labels[value]}, {short}"[:200], *value.split("|", 1)) for value in given["receivers"]
    ]
    people = [DispatchReceiver(_("A person"), person=given["person"])] if given["person"] else []
    companies = [DispatchReceiver(_("A company"), company=given["company"])] if given["company"] else []
    return [*offices, *people, *companies]
