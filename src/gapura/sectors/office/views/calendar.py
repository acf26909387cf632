"""Calendars: days, weeks, months, one entry, files taken in, and addresses for programs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.sectors.office.actions.calendar import (
    add_entry,
    change_entry,
    end_feed,
    except_occurrence,
    import_calendar,
    open_feed,
    remove_entry,
)
from gapura.sectors.office.calendar_pages import VIEWS, draw_days, title_of_scope, today_of
from gapura.sectors.office.forms.meetings import EntryForm, IcsForm, span_of
from gapura.sectors.office.models import CalendarEntry
from gapura.sectors.office.queries.calendar import access_entry, list_feeds
from gapura.sectors.office.types import CalendarScope, OfficeRefusal
from gapura.sectors.office.zones import list_zone_choices, span_in, zone_of_office, zone_title


@require_safe
def show_calendar(request: HttpRequest) -> HttpResponse:
    """``?scope=`` whose, ``?view=`` day, week, month or agenda, ``?on=`` around which day; else this week."""
    actor = access_official(request)
    today = today_of(actor, clock.now())
    scope = _choice(request.GET.get("scope", ""), CalendarScope, CalendarScope.MINE)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "week"
    on = _day(request.GET.get("on", ""), today)
    frame, days = draw_days(actor, scope, view, on, today=today)

    def address(**changes: Any) -> str:
        return "?" + urlencode({"scope": scope.value, "view": view, "on": on.isoformat()} | changes)

    views = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "agenda": _("List")}
    context = {
        "scope": scope,
        "view": view,
        "frame": frame,
        "days": days,
        "zone": zone_title(zone_of_office(actor.office_code)),
        "scopes": [(title_of_scope(one), address(scope=one.value), one == scope) for one in CalendarScope],
        "views": [(title, address(view=name), name == view) for name, title in views.items()],
        "before": address(on=frame.before.isoformat()),
        "after": address(on=frame.after.isoformat()),
        "now": address(on=today.isoformat()),
    }
    return render(request, "office/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write_entry(request: HttpRequest) -> HttpResponse:
    actor = access_official(request)
    on = _day(request.GET.get("on", ""), today_of(actor, clock.now()))
    initial = {"day": on, "begins": "09:00", "until": "10:00", "zone": zone_of_office(actor.office_code)}
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        zones=list_zone_choices(),
        holders=_holders(actor),
    )
    if form.is_valid():
        try:
            add_entry(actor=actor, holder=form.cleaned_data["holder"], plan=form.plan(), now=clock.now())
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It stands in the calendar."))
            return redirect(_calendar_on(form.cleaned_data["day"]))
    return render(request, "office/calendar_entry.html", {"form": form, "entry": None})


@require_http_methods(["GET", "HEAD", "POST"])
def show_entry(request: HttpRequest, code: str) -> HttpResponse:
    """One entry: its words and times; ``?at=`` names one repetition. ``do``: remove, skip or move it."""
    actor = access_official(request)
    entry = access_entry(actor, code)
    sent, at = request.method == "POST", _moment(request.GET.get("at", ""))
    form = EntryForm(
        request.POST if sent and not request.POST.get("do") else None,
        initial=_initial(entry),
        rule=entry.rule,
        zones=_zones_with(entry.zone),
        holders=[one for one in _holders(actor) if one[0] == entry.holder],
    )
    if sent and request.POST.get("do"):
        return _change_entry(request, actor, entry, at)
    if form.is_valid():
        try:
            change_entry(actor=actor, code=code, plan=form.plan(), now=clock.now())
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changed."))
            return redirect(_calendar_on(form.cleaned_data["day"]))
    one = span_in(at, at + (entry.ends_at - entry.starts_at), entry.zone) if at and entry.rule else ""
    return render(request, "office/calendar_entry.html", {"form": form, "entry": entry, "one": one})


def _change_entry(request: HttpRequest, actor: Actor, entry: CalendarEntry, at: datetime | None) -> HttpResponse:
    now, do, day = clock.now(), request.POST["do"], None
    try:
        if do == "remove":
            remove_entry(actor=actor, code=entry.code, now=now)
        elif at is not None:
            if do == "move":
                day = _day(request.POST.get("day", ""), at.date())
                hour = entry.starts_at.astimezone(ZoneInfo(entry.zone)).time()
                day_at = span_of(day, hour, hour, entry.zone)[0]
                except_occurrence(actor=actor, code=entry.code, original_at=at, starts_at=day_at, now=now)
            else:
                except_occurrence(actor=actor, code=entry.code, original_at=at, now=now)
    except OfficeRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Changed."))
    return redirect(_calendar_on(day or (at or entry.starts_at).astimezone(ZoneInfo(entry.zone)).date()))


@require_http_methods(["GET", "HEAD", "POST"])
def take_file(request: HttpRequest) -> HttpResponse:
    """An .ics file of another program."""
    actor, sent = access_official(request), request.method == "POST"
    form = IcsForm(request.POST if sent else None, request.FILES if sent else None)
    if form.is_valid():
        try:
            content = form.cleaned_data["file"].read()
            done = import_calendar(
                actor=actor, content=content, zone=zone_of_office(actor.office_code), now=clock.now()
            )
        except OfficeRefusal as refusal:
            form.add_error("file", str(refusal))
        else:
            counts = {"new": done.new, "renewed": done.renewed, "left": done.left_out}
            messages.success(request, _("%(new)s new, %(renewed)s brought up to date, %(left)s left out.") % counts)
            return redirect("office:calendar")
    return render(request, "office/calendar_import.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def show_feeds(request: HttpRequest) -> HttpResponse:
    """Addresses for calendar programs; a new one is shown once, right here."""
    actor = access_official(request)
    address = ""
    if request.method == "POST":
        scope = _choice(request.POST.get("scope", ""), CalendarScope, CalendarScope.MINE)
        try:
            _feed, token = open_feed(actor=actor, scope=scope, now=clock.now())
        except OfficeRefusal as refusal:
            messages.error(request, str(refusal))
            return redirect("office:calendar-feeds")
        address = settings.GAPURA_PUBLIC_ADDRESS + reverse("office:feed", args=[token])
    feeds = [(feed, title_of_scope(CalendarScope(feed.scope))) for feed in list_feeds(actor)]
    scopes = [(one.value, title_of_scope(one)) for one in CalendarScope]
    answer = render(request, "office/calendar_feeds.html", {"feeds": feeds, "scopes": scopes, "address": address})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def stop_feed(request: HttpRequest, number: int) -> HttpResponse:
    end_feed(actor=access_official(request), number=number, now=clock.now())
    messages.success(request, _("Ended. The address opens nothing any more."))
    return redirect("office:calendar-feeds")


def _holders(actor: Actor) -> list[tuple[str, str]]:
    unit = [(f"unit:{actor.unit_code}", title_of_scope(CalendarScope.UNIT))] if actor.unit_code else []
    agency = (f"agency:{actor.agency_code}", title_of_scope(CalendarScope.AGENCY))
    return [(f"post:{actor.post_code}", title_of_scope(CalendarScope.MINE)), *unit, agency]


def _initial(entry: CalendarEntry) -> dict[str, Any]:
    zone = ZoneInfo(entry.zone)
    first, last = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    return {
        "title": entry.title,
        "day": first.date(),
        "begins": first.time(),
        "until": last.time(),
        "zone": entry.zone,
        "all_day": entry.all_day,
        "last_day": (last - timedelta(seconds=1)).date() if entry.all_day else None,
        "holder": entry.holder,
        "place": entry.place,
        "note": entry.note,
        "repeats": entry.rule,
        "private": entry.privacy == "private",
        "is_free": entry.is_free,
    }


def _zones_with(zone: str) -> list[tuple[str, str]]:
    known = list_zone_choices()
    return known if zone in dict(known) else [*known, (zone, zone)]


def _calendar_on(day: date) -> str:
    return f"{reverse('office:calendar')}?on={day.isoformat()}"


def _choice(text: str, words: type[CalendarScope], default: CalendarScope) -> CalendarScope:
    return words(text) if text in set(words) else default


def _day(text: str, default: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if 1971 <= day.year <= 2190 else default


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
