"""Meetings: what is to come, asking for one, and one meeting with everything that is done to it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, list_posts_of_unit
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.meetings import (
    agree_to_meeting,
    cancel_meeting,
    change_meeting,
    invite,
    refuse_meeting,
    request_meeting,
    withdraw_invitation,
)
from gapura.sectors.office.actions.minutes import (
    add_paper,
    agree_follow_up,
    decide_matter,
    draft_minutes,
    finish_follow_up,
    note_outcome,
    propose_matter,
    record_attendance,
)
from gapura.sectors.office.actions.moving import move_series
from gapura.sectors.office.actions.replies import note_change, reply_to_meeting, take_reply_file
from gapura.sectors.office.actions.series import cancel_series, request_series
from gapura.sectors.office.forms.meetings import ChangeMeetingForm, IcsForm, MeetingForm
from gapura.sectors.office.ics import MEDIA_TYPE, write_feed
from gapura.sectors.office.meeting_pages import describe_busy, draw_file, present_meeting, present_row
from gapura.sectors.office.models import Meeting
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries.classification import list_unit_tasks
from gapura.sectors.office.queries.meetings import (
    access_follow_up,
    access_meeting,
    access_paper,
    access_run_meeting,
    has_room,
    list_meetings,
    list_near_posts,
    list_near_units,
    list_of_series,
    suggest_times,
)
from gapura.sectors.office.queries.rooms import list_rooms
from gapura.sectors.office.text import render_html
from gapura.sectors.office.types import MeetingStatus, OfficeRefusal, Reply
from gapura.sectors.office.zones import hour_in, list_zone_choices, span_in, zone_of_office
from gapura.web.languages import localized


@require_safe
def show_meetings(request: HttpRequest) -> HttpResponse:
    """What is to come in half a year; with ``?past=1`` what was in the last."""
    actor, now = access_official(request), clock.now()
    half = timedelta(days=183)
    past = bool(request.GET.get("past"))
    since, until = (now - half, now) if past else (now, now + half)
    rows = [present_row(actor, meeting) for meeting in list_meetings(actor, since=since, until=until)]
    return render(request, "office/meetings.html", {"rows": rows[::-1] if past else rows, "past": past})


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_meeting(request: HttpRequest) -> HttpResponse:
    """The form; "Look at the times" shows whose time is taken before anything is asked."""
    actor, sent = access_official(request), request.method == "POST"
    form = _meeting_form(actor, request)
    busy = None
    if sent and form.is_valid():
        plan = form.plan([post.code for unit in form.cleaned_data["units"] for post in list_posts_of_unit(unit)])
        if request.POST.get("do") == "look":
            posts = [plan.chair, actor.post_code or "", *plan.guests, *plan.optional]
            busy = _look(posts, plan.starts_at, plan.ends_at, plan.zone)
        else:
            try:
                meetings = _ask(actor, plan)
            except OfficeRefusal as refusal:
                form.add_error(None, str(refusal))
            else:
                _say_asked(request, meetings)
                return redirect("office:meeting", meetings[0].code)
    return render(request, "office/meeting_form.html", {"form": form, "busy": busy})


def _ask(actor: Actor, plan: MeetingPlan) -> list[Meeting]:
    if plan.rule:
        return request_series(actor=actor, plan=plan, now=clock.now())
    return [request_meeting(actor=actor, plan=plan, now=clock.now())]


def _say_asked(request: HttpRequest, meetings: list[Meeting]) -> None:
    first, times = meetings[0], len(meetings)
    asked = first.status == MeetingStatus.ASKED
    if times == 1:
        said = _("Asked for. It is called once agreed to.") if asked else _("Called.")
    elif asked:
        said = _("%(times)s meetings are asked for. They are called once agreed to.") % {"times": times}
    else:
        said = _("%(times)s meetings are called.") % {"times": times}
    messages.success(request, said)
    if first.series and first.series.room_code:
        lacking = [span_in(one.starts_at, one.ends_at, one.zone) for one in list_of_series(first) if not has_room(one)]
        if lacking:
            words = _("Somebody else has the room on these days; find another for them: %(days)s")
            messages.warning(request, words % {"days": "; ".join(lacking)})


def _meeting_form(actor: Actor, request: HttpRequest) -> MeetingForm:
    tomorrow = (clock.now() + timedelta(days=1)).date()
    initial = {"zone": zone_of_office(actor.office_code), "day": tomorrow, "begins": "09:00", "until": "10:00"}
    return MeetingForm(
        request.POST if request.method == "POST" else None,
        initial=initial | {"chair": actor.post_code},
        zones=list_zone_choices(),
        me=(actor.post_code or "", actor.label),
        posts=list_near_posts(actor),
        units=list_near_units(actor),
        rooms=[(room.code, f"{room.title} ({room.seats})") for room in list_rooms(actor, now=clock.now())],
        tasks=[
            (task.code, f"{task.code} {localized(task.title)}")
            for task in list_unit_tasks(agency_code=actor.agency_code or "")
        ],
    )


def _look(posts: list[str], starts_at: Any, ends_at: Any, zone: str) -> dict[str, Any]:
    unique = list(dict.fromkeys(posts))
    day_ends = starts_at + timedelta(hours=8)
    times = suggest_times(unique, near=starts_at, length=ends_at - starts_at, until=day_ends)
    return {
        "rows": describe_busy(unique, starts_at, ends_at, zone),
        "times": [f"{hour_in(one, zone)}–{hour_in(one + (ends_at - starts_at), zone)}" for one in times],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def show_meeting(request: HttpRequest, code: str) -> HttpResponse:
    """One meeting. What is done to it is sent here with ``do``."""
    actor = access_official(request)
    meeting = access_meeting(actor, code)
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("do", ""))
        if act is None:
            raise AccessDenied
        try:
            if said := act(request, actor, code):
                messages.success(request, said)
        except OfficeRefusal as refusal:
            messages.error(request, str(refusal))
        return redirect("office:meeting", code)
    context = present_meeting(actor, meeting, now=clock.now())
    return render(request, "office/meeting.html", context | {"ics_form": IcsForm()})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_meeting(request: HttpRequest, code: str) -> HttpResponse:
    """Another time or place."""
    actor = access_official(request)
    meeting = access_run_meeting(actor, code)
    booked = meeting.bookings.filter(state="booked").select_related("room").first()
    form = ChangeMeetingForm(
        request.POST if request.method == "POST" else None,
        initial=_times_of(meeting) | {"place": meeting.place, "room": booked.room.code if booked else ""},
        zones=list_zone_choices(),
        rooms=[(room.code, f"{room.title} ({room.seats})") for room in list_rooms(actor, now=clock.now())],
        repeats=meeting.series is not None,
    )
    if form.is_valid():
        try:
            said = _change(actor, code, form)
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("office:meeting", code)
    return render(request, "office/meeting_change.html", {"form": form, "meeting": meeting})


def _change(actor: Actor, code: str, form: ChangeMeetingForm) -> str:
    """The meeting alone or with its series; what to say then."""
    given, now = form.cleaned_data, clock.now()
    starts_at, ends_at = form.span()
    where = {"place": given["place"], "room": given["room"]}
    which = given.get("which", "one")
    if which == "one":
        change_meeting(actor=actor, code=code, starts_at=starts_at, ends_at=ends_at, now=now, **where)
        return _("Changed. Everybody invited is asked again.")
    moved = move_series(
        actor=actor, code=code, starts_at=starts_at, ends_at=ends_at, from_this_on=which == "following", now=now,
        **where,
    )  # fmt: skip
    return _("%(times)s meetings are changed. Everybody invited is asked again, once.") % {"times": len(moved)}


@require_safe
def send_meeting(request: HttpRequest, code: str) -> HttpResponse:
    """The meeting, with its series, as a file for one's own calendar program."""
    actor = access_official(request)
    meeting = access_meeting(actor, code)
    items = draw_file(actor, meeting)
    answer = HttpResponse(write_feed(items, name=items[0].title), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{meeting.code.lower()}.ics"'
    return answer


@require_safe
def show_paper(request: HttpRequest, code: str, document: str) -> HttpResponse:
    """The words of a paper, for the invited of another agency too."""
    paper = access_paper(access_official(request), code, document)
    context = {"document": paper, "code": code, "words": render_html(paper.body)}
    return render(request, "office/meeting_paper.html", context)


@require_POST
def end_follow_up(request: HttpRequest, number: int) -> HttpResponse:
    """Done after a meeting."""
    actor = access_official(request)
    found = access_follow_up(actor, number)
    finish_follow_up(actor=actor, number=number, result=request.POST.get("result", ""), now=clock.now())
    messages.success(request, _("Noted as done."))
    return redirect("office:meeting", found.meeting.code)


def _reply(request: HttpRequest, actor: Actor, code: str) -> str:
    answer = request.POST.get("reply", "")
    if answer not in (Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED):
        raise AccessDenied
    sequence = _number(request.POST.get("sequence", ""))
    whole = bool(request.POST.get("whole"))
    reply_to_meeting(
        actor=actor, code=code, reply=Reply(answer), sequence=sequence, whole_series=whole, now=clock.now()
    )
    return _("Your reply is noted.")


def _attendance(request: HttpRequest, actor: Actor, code: str) -> str:
    came = [_number(one) for one in request.POST.getlist("came")]
    record_attendance(actor=actor, code=code, came=came, now=clock.now())
    return _("Who came is noted.")


def _take_file(request: HttpRequest, actor: Actor, code: str) -> str:
    access_run_meeting(actor, code)
    form = IcsForm(request.POST, request.FILES)
    if not form.is_valid():
        raise OfficeRefusal(" ".join(map(str, form.errors["file"])))
    taken = take_reply_file(actor=actor, code=code, content=form.cleaned_data["file"].read(), now=clock.now())
    return _("The reply is taken in.") if taken else _("We knew a newer reply; this one changes nothing.")


def _follow_up(request: HttpRequest, actor: Actor, code: str) -> str:
    try:
        due_on = date.fromisoformat(request.POST.get("due_on", ""))
    except ValueError as error:
        raise OfficeRefusal(_("Say until which day.")) from error
    agree_follow_up(
        actor=actor, code=code, post_code=request.POST.get("post", ""), text=request.POST.get("text", ""),
        due_on=due_on, now=clock.now(),
    )  # fmt: skip
    return _("Agreed; it waits in their basket.")


def _minutes(request: HttpRequest, actor: Actor, code: str) -> str:
    draft_minutes(actor=actor, code=code, now=clock.now())
    return _("The minutes are drafted. Complete them and send them on.")


Act = Callable[[HttpRequest, Actor, str], str]


def _said(words: Callable[[], str], act: Callable[..., object], **fields: Callable[[str], Any]) -> Act:
    """An act that is a call of ``act`` with what the form holds under the names of ``fields``, read by each."""

    def do(request: HttpRequest, actor: Actor, code: str) -> str:
        given = {name: read(request.POST.get(name, "")) for name, read in fields.items()}
        act(actor=actor, code=code, now=clock.now(), **given)
        return words()

    return do


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else -1


def _line(text: str) -> str:
    return text.strip()[:300]


def _title(text: str) -> str:
    if not text.strip():
        raise OfficeRefusal(_("Write what it is about."))
    return text.strip()[:200]


_ACTS: Mapping[str, Act] = {
    "agree": _said(lambda: _("Called. The invited are told."), agree_to_meeting),
    "refuse": _said(lambda: _("Refused."), refuse_meeting, reason=_line),
    "cancel": _said(lambda: _("Cancelled. The invited are told."), cancel_meeting, reason=_line),
    "cancel-series": _said(lambda: _("Cancelled. The invited are told."), cancel_series, reason=_line),
    "seen": _said(lambda: "", note_change),
    "propose": _said(lambda: _("Proposed."), propose_matter, title=_title),
    "decide": _said(lambda: _("Noted."), decide_matter, place=_number, take=bool),
    "paper": _said(lambda: _("The invited may read it."), add_paper, document=_line),
    "outcome": _said(lambda: _("Noted."), note_outcome, place=_number, outcome=lambda text: text.strip()[:5000]),
    "invite": _said(lambda: _("Invited."), invite, post_code=_line),
    "withdraw": _said(lambda: _("Not invited any more."), withdraw_invitation, guest=_number),
    "reply": _reply,
    "reply-file": _take_file,
    "attendance": _attendance,
    "follow-up": _follow_up,
    "minutes": _minutes,
}


def _times_of(meeting: Meeting) -> dict[str, Any]:
    zone = ZoneInfo(meeting.zone)
    first, last = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    return {"day": first.date(), "begins": first.time(), "until": last.time(), "zone": meeting.zone}
