"""The keepers' desk: open a person's bars under a ground, and propose what becomes of them."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.justice.actions import open_reading, propose_bar, read_bars
from gapura.sectors.justice.forms import BarForm, LiftForm, ReadingForm
from gapura.sectors.justice.models import Reading
from gapura.sectors.justice.permissions import KEEPER, can_keep
from gapura.sectors.justice.presentation import KINDS, present_bar
from gapura.sectors.justice.queries import access_reading, find_bar, get_ground
from gapura.sectors.justice.types import BarAct, BarKind, CannotOpenReading, CannotProposeBar


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Ground, letter, and the person's number. Nothing looser: nobody leafs through these registers."""
    actor = _access_keeper(request)
    form = ReadingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return redirect("justice:reading", open_reading(actor=actor, now=clock.now(), **form.cleaned_data).number)
        except CannotOpenReading as refusal:
            form.add_error(None, str(refusal))
    return render(request, "justice/search.html", {"form": form})


@require_safe
def show_reading(request: HttpRequest, number: str) -> HttpResponse:
    """The person's bars; each view is logged with its ground."""
    actor, today = _access_keeper(request), clock.today(settings.TIME_ZONE)
    reading = access_reading(actor, number, today=today)
    bars = read_bars(actor=actor, reading_number=number, today=today)
    shown = [present_bar(kind, entry, today) for kind, entry in bars]
    context = {"reading": reading, "ground": get_ground(reading.ground), "bars": shown, "kinds": KINDS}
    return render(request, "justice/reading.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """A new bar; a supervisor decides."""
    actor, reading, bar_kind = _open(request, number, kind)
    form = BarForm(request.POST if request.method == "POST" else None, kind=bar_kind, entry=None)
    return _propose(request, actor, reading, form, {"kind": KINDS[bar_kind], "act": BarAct.ENTER, "bar": None})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: str, kind: str, entry_id: int, act: str) -> HttpResponse:
    """Another term or orderer, or the end of a bar; a supervisor decides."""
    actor, reading, bar_kind = _open(request, number, kind)
    entry = find_bar(bar_kind, reading.person_number, entry_id)
    if entry is None:
        raise Http404
    sent, is_lifted = request.POST if request.method == "POST" else None, act == BarAct.LIFT
    form = (LiftForm if is_lifted else BarForm)(sent, kind=bar_kind, entry=entry)
    shown = present_bar(bar_kind, entry, clock.today(settings.TIME_ZONE))
    return _propose(request, actor, reading, form, {"kind": KINDS[bar_kind], "act": BarAct(act), "bar": shown})


def _access_keeper(request: HttpRequest) -> Actor:
    """Raises AccessDenied for a post of the name in any other agency, too."""
    actor = access_official(request, KEEPER)
    if not can_keep(actor):
        raise AccessDenied
    return actor


def _open(request: HttpRequest, number: str, kind: str) -> tuple[Actor, Reading, BarKind]:
    actor = _access_keeper(request)
    reading = access_reading(actor, number, today=clock.today(settings.TIME_ZONE))
    try:
        return actor, reading, BarKind(kind)
    except ValueError as error:
        raise Http404 from error


def _propose(
    request: HttpRequest, actor: Actor, reading: Reading, form: BarForm | LiftForm, context: dict[str, object]
) -> HttpResponse:
    if form.is_valid():
        today, now = clock.today(settings.TIME_ZONE), clock.now()
        try:
            propose_bar(actor=actor, reading_number=reading.number, proposal=form.proposal, today=today, now=now)
        except CannotProposeBar as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your proposal has been sent. A supervisor of the keepers decides."))
            return redirect("justice:reading", reading.number)
    return render(request, "justice/bar.html", context | {"reading": reading, "form": form})
