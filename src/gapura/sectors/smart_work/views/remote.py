"""Working from elsewhere: what is checked, one's own log, and ending what somebody one leads has open."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, AssuranceLevel
from gapura.kernel.identity.queries import access_official, get_address, get_familiarity, sign_in_level
from gapura.kernel.identity.types import Familiarity, StepUpRequired
from gapura.sectors.smart_work.actions import (
    close_remote_session,
    open_remote_session,
    withdraw_remote_session,
)
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.forms import RemoteForm
from gapura.sectors.smart_work.middleware import SESSION_KEY, find_open_session
from gapura.sectors.smart_work.models import RemoteSession
from gapura.sectors.smart_work.networks import is_at_office
from gapura.sectors.smart_work.presentation import OUTCOMES, PLACES, list_lawful_places, name_of_place
from gapura.sectors.smart_work.queries import judge_place, list_remote_sessions
from gapura.sectors.smart_work.queries.remote import is_known
from gapura.sectors.smart_work.types import CannotWorkElsewhere, RemoteOutcome


@require_http_methods(["GET", "HEAD", "POST"])
def show_remote(request: HttpRequest) -> HttpResponse:
    """Open or close a session from elsewhere; who has not shown a passkey is led to it first."""
    actor, familiarity = access_official(request), get_familiarity(request)
    current = find_open_session(request, actor)
    wants_to_open = request.method == "POST" and request.POST.get("do") != "close"
    form = RemoteForm(request.POST if wants_to_open else None, places=list_lawful_places())
    if request.method == "POST" and not wants_to_open:
        return _close(request, actor, current)
    if wants_to_open and current is None and form.is_valid():
        return _open(request, actor, familiarity, form.cleaned_data["place"])
    return render(request, "smart_work/remote.html", _context(request, actor, familiarity, current) | {"form": form})


@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """End the session of somebody whom the official leads."""
    try:
        withdraw_remote_session(actor=access_official(request), number=number, now=clock.now())
        messages.success(request, _("The session is over. The person reads that you ended it."))
    except CannotWorkElsewhere as refusal:
        messages.error(request, str(refusal))
    return redirect("smart_work:requests")


def _open(request: HttpRequest, actor: Actor, familiarity: Familiarity, place: str) -> HttpResponse:
    level = sign_in_level(request)
    session = open_remote_session(actor=actor, named_place=place, level=level, familiarity=familiarity, now=clock.now())
    if session.outcome == RemoteOutcome.NO_PASSKEY:
        raise StepUpRequired(AssuranceLevel.HIGH)
    if session.outcome != RemoteOutcome.OPENED:
        return redirect("smart_work:remote")
    request.session[SESSION_KEY] = session.number
    back = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back) if is_ours else redirect("smart_work:remote")


def _close(request: HttpRequest, actor: Actor, current: RemoteSession | None) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    if current is not None:
        close_remote_session(actor=actor, number=current.number, now=clock.now())
    return redirect("smart_work:remote")


def _context(
    request: HttpRequest, actor: Actor, familiarity: Familiarity, current: RemoteSession | None
) -> dict[str, Any]:
    now, log = clock.now(), list_remote_sessions(actor)
    place, _center_code = judge_place(actor, familiarity, now=now)
    last = log[0] if log and not current else None
    return {
        "current": current,
        "is_elsewhere": not is_at_office(actor.agency_code or "", get_address(request)),
        "was_held": "held" in request.GET,
        "has_passkey": sign_in_level(request) >= AssuranceLevel.HIGH,
        "knows_device": is_known(familiarity.device_since, now=now),
        "knows_place": place != "unknown",
        "place": PLACES[place],
        "familiarity": familiarity,
        "log": [(one, *OUTCOMES[one.outcome], PLACES[one.place], name_of_place(one.named_place)) for one in log],
        "refused": last if last and last.outcome != RemoteOutcome.OPENED else None,
        "withdrawn": next((one for one in log if one.withdrawn_by_label and one.until and one.until > now), None),
        "rules": get_rules(),
    }
