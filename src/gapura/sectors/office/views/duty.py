"""Duty: who is on duty today, the roster, one turn, and exchanges."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.duty import (
    agree_swap,
    ask_swap,
    confirm_swap,
    give_duty,
    plan_duty,
    refuse_swap,
    write_handover,
)
from gapura.sectors.office.forms.meetings import DutyForm
from gapura.sectors.office.models import DutyShift
from gapura.sectors.office.queries.calendar import list_away
from gapura.sectors.office.queries.duty import (
    access_shift,
    access_swap,
    list_duty_kinds,
    list_exchangeable,
    list_open_swaps,
    list_shifts,
    list_turn_takers,
)
from gapura.sectors.office.queries.meetings import answers_for, label_of
from gapura.sectors.office.queries.work import list_units_below
from gapura.sectors.office.recurrence import day_start
from gapura.sectors.office.types import OfficeRefusal, SwapState
from gapura.sectors.office.zones import span_in, zone_of_office
from gapura.web.languages import localized

SWAPS: Mapping[str, tuple[Any, str]] = {
    SwapState.ASKED: (gettext_lazy("Asked of the colleague"), "warning"),
    SwapState.AGREED: (gettext_lazy("Agreed, to be confirmed"), "warning"),
    SwapState.CONFIRMED: (gettext_lazy("Confirmed"), "success"),
    SwapState.REFUSED: (gettext_lazy("Refused"), "danger"),
}
DAYS_SHOWN = 31


@require_http_methods(["GET", "HEAD", "POST"])
def show_duty(request: HttpRequest) -> HttpResponse:
    """Today's duty, and a month of the roster from ``?on=``; who leads plans here."""
    actor, now = access_official(request), clock.now()
    zone = zone_of_office(actor.office_code)
    today = local_day(now, zone)
    on = _day(request.GET.get("on", ""), today)
    form = _duty_form(request, actor, today)
    if form is not None and form.is_valid():
        given = form.cleaned_data
        try:
            made = plan_duty(
                actor=actor, unit_code=given["unit"], kind=given["kind"], first=given["first"], last=given["last"],
                now=now,
            )  # fmt: skip
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(turns)s turns planned.") % {"turns": len(made)})
            return redirect("office:duty")
    until = day_start(on + timedelta(days=DAYS_SHOWN), zone)
    shifts = list_shifts(actor, since=day_start(on, zone), until=until)
    current = list_shifts(actor, since=now, until=now + timedelta(seconds=1))
    away = list_away(
        {one.post_code for one in [*shifts, *current]}, since=min(on, today), until=on + timedelta(days=DAYS_SHOWN)
    )
    context = {
        "now": [_row(actor, one, away) for one in current],
        "rows": [_row(actor, one, away) for one in shifts],
        "swaps": [(one, SWAPS[one.state]) for one in list_open_swaps(actor)],
        "form": form,
        "on": on,
        "before": on - timedelta(days=DAYS_SHOWN),
        "after": on + timedelta(days=DAYS_SHOWN),
    }
    return render(request, "office/duty.html", context)


def _duty_form(request: HttpRequest, actor: Actor, today: date) -> DutyForm | None:
    units = [(unit.code, localized(unit.title)) for unit in list_units_below(actor)]
    if not units:
        if request.method == "POST":
            raise AccessDenied
        return None
    return DutyForm(
        request.POST if request.method == "POST" else None,
        units=units,
        kinds=[(kind.code, localized(kind.title)) for kind in list_duty_kinds().values()],
        initial={"unit": actor.unit_code, "first": today, "last": today + timedelta(days=30)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def show_shift(request: HttpRequest, code: str) -> HttpResponse:
    """One turn of duty. ``do``: note, swap, give."""
    actor, now = access_official(request), clock.now()
    shift = access_shift(actor, code)
    if request.method == "POST":
        try:
            answer, said = _act_on_shift(request, actor, code)
        except OfficeRefusal as refusal:
            messages.error(request, str(refusal))
            return redirect("office:duty-shift", code)
        messages.success(request, said)
        return answer
    mine = shift.post_code == actor.post_code
    leads = answers_for(actor, shift.unit_code) and shift.ends_at > now
    context = _row(actor, shift) | {
        "may_note": mine and shift.starts_at <= now,
        "others": [_row(actor, one, ()) for one in list_exchangeable(shift, now=now)]
        if mine and shift.starts_at > now
        else [],
        "takers": [
            (post.code, label_of(post))
            for post in list_turn_takers(shift.unit_code, list_duty_kinds()[shift.kind], on=shift.day)
            if post.code != shift.post_code
        ]
        if leads
        else [],
    }
    return render(request, "office/duty_shift.html", context)


def _act_on_shift(request: HttpRequest, actor: Actor, code: str) -> tuple[HttpResponse, str]:
    now, given = clock.now(), request.POST
    match given.get("do"):
        case "note":
            write_handover(actor=actor, code=code, note=given.get("note", ""), now=now)
            return redirect("office:duty-shift", code), _("The next one reads it here.")
        case "swap":
            swap = ask_swap(
                actor=actor, code=code, other=given.get("other", ""), reason=given.get("reason", ""), now=now
            )
            return redirect("office:duty-swap", swap.code), _("Asked. It waits in the basket of the colleague.")
        case "give":
            give_duty(actor=actor, code=code, post_code=given.get("post", ""), now=now)
            return redirect("office:duty-shift", code), _("Given to somebody else.")
        case _:
            raise AccessDenied


@require_http_methods(["GET", "HEAD", "POST"])
def show_swap(request: HttpRequest, code: str) -> HttpResponse:
    """An exchange. ``do``: agree, confirm, refuse."""
    actor = access_official(request)
    swap = access_swap(actor, code)
    acts = {"agree": agree_swap, "confirm": confirm_swap, "refuse": refuse_swap}
    if request.method == "POST":
        act = acts.get(request.POST.get("do", ""))
        if act is None:
            raise AccessDenied
        try:
            act(actor=actor, code=code, now=clock.now())
        except OfficeRefusal as refusal:
            messages.error(request, str(refusal))
        return redirect("office:duty-swap", code)
    context = {
        "swap": swap,
        "status": SWAPS[swap.state],
        "one": _row(actor, swap.shift),
        "two": _row(actor, swap.other),
        "may_agree": swap.state == SwapState.ASKED and actor.post_code == swap.asked_of_post,
        "may_confirm": swap.state == SwapState.AGREED and answers_for(actor, swap.shift.unit_code),
        "may_refuse": swap.ended_at is None,
    }
    return render(request, "office/duty_swap.html", context)


def _row(actor: Actor, shift: DutyShift, away: Collection[tuple[str, date]] | None = None) -> dict[str, Any]:
    """A turn; ``away``: posts and days on which their holders are, where they were looked up for many at once."""
    if away is None:
        away = list_away([shift.post_code], since=shift.day, until=shift.day)
    kind = list_duty_kinds().get(shift.kind)
    return {
        "shift": shift,
        "kind": localized(kind.title) if kind else shift.kind,
        "when": span_in(shift.starts_at, shift.ends_at, shift.zone),
        "mine": shift.post_code == actor.post_code,
        "away": (shift.post_code, shift.day) in away,
    }


def _day(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if 1971 <= day.year <= 2190 else default
