"""Meetings that repeat: asked for once, each a meeting of its own; and letting all that are to come fall out."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.calling import OPEN, call_meetings, lock_together, save_meeting, title_of_request
from gapura.sectors.office.actions.meetings import begin_meeting, check_request
from gapura.sectors.office.actions.notices import AGENDA, AGREE, MINUTES, REPLY, ask_post, close_items, ref, tell_guests
from gapura.sectors.office.actions.rooms import free_meeting_rooms, reserve
from gapura.sectors.office.models import Meeting, MeetingSeries, Room
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries.meetings import access_run_meeting, find_approver
from gapura.sectors.office.queries.rooms import access_room
from gapura.sectors.office.recurrence import FURTHEST, BadRule, expand, read_rule
from gapura.sectors.office.types import CannotBookRoom, CannotMeet, MeetingStatus
from gapura.sectors.office.zones import furthest_ahead, get_planning


def request_series(*, actor: Actor, plan: MeetingPlan, now: datetime) -> list[Meeting]:
    """Ask for a meeting at every beginning of ``plan.rule``; agreed to once, and called with one invitation.

    The room is booked for each; one that cannot have it stands without, unless none can. Raises AccessDenied,
    CannotMeet, CannotBookRoom.
    """
    check_request(actor, plan, now)
    rule, beginnings = _list_beginnings(plan)
    length, approver = plan.ends_at - plan.starts_at, find_approver(actor, plan.chair)
    room = access_room(actor, plan.room) if plan.room else None
    with transaction.atomic():
        series = MeetingSeries.objects.create(
            code=new_code(9), agency_code=actor.agency_code or "", zone=plan.zone, starts_at=beginnings[0],
            ends_at=beginnings[0] + length, rule=rule, room_code=plan.room,
        )  # fmt: skip
        meetings = []
        for beginning in beginnings:
            one = replace(plan, starts_at=beginning, ends_at=beginning + length, room="")
            meetings.append(begin_meeting(actor, one, approver, now, series=series))
        if room is not None:
            _book_each(actor, room, series, meetings, now)
        detail = {"approver": approver, "series": series.code, "times": len(meetings)}
        record_event(actor=actor, action="office.series_asked", object_ref=ref(meetings[0]), detail=detail)
        if approver:
            ask_post(meetings[0], AGREE, approver, title=title_of_request(meetings[0], len(meetings)), now=now)
        else:
            call_meetings(actor, meetings, now)
    return meetings


@as_house("who chairs and who is invited may be of another agency than the meeting; the meeting judges")
def cancel_series(*, actor: Actor, code: str, reason: str, now: datetime) -> list[Meeting]:
    """Let the meeting and all of its series that are to come fall out; the invited are told once.

    Those that were held stay. Raises AccessDenied, CannotMeet.
    """
    with transaction.atomic():
        meeting = Meeting.objects.select_for_update().get(pk=access_run_meeting(actor, code).pk)
        if meeting.series_id is None or meeting.status not in OPEN:
            raise CannotMeet(_("The meeting has gone on meanwhile. Load its page again to see where it stands."))
        was_called, told = meeting.status == MeetingStatus.CALLED, set()
        meetings = lock_together(meeting, *OPEN, after=now)
        for one in meetings:
            save_meeting(one, now, status=MeetingStatus.CANCELLED.value, reason=reason, sequence=one.sequence + 1)
            free_meeting_rooms(one, now=now)
            close_items(one, AGREE, REPLY, AGENDA, MINUTES, now=now)
        for one in meetings if was_called else ():
            fresh = [guest for guest in one.guests.order_by("pk") if (guest.post_code, guest.address) not in told]
            told |= {(guest.post_code, guest.address) for guest in fresh}
            title = _("The meetings fall out: %(title)s") % {"title": one.title}
            tell_guests(one, fresh, title=title, method="CANCEL", now=now, whole=True)
        detail = {"reason": reason, "times": len(meetings)}
        record_event(actor=actor, action="office.series_cancelled", object_ref=ref(meeting), detail=detail)
    return meetings


def _list_beginnings(plan: MeetingPlan) -> tuple[str, list[datetime]]:
    """The rule as it is kept, and when it puts a meeting. Raises CannotMeet."""
    most = get_planning()["meeting_repetitions"]
    try:
        rule = read_rule(plan.rule, plan.zone)
        found = list(expand(plan.starts_at, zone=plan.zone, rule=rule, since=plan.starts_at, until=_after(plan)))
        same = found and found == list(expand(found[0], zone=plan.zone, rule=rule, since=found[0], until=_after(plan)))
        more = next(expand(plan.starts_at, zone=plan.zone, rule=rule, since=_after(plan), until=FURTHEST), None)
    except BadRule as error:
        raise CannotMeet(_("The repetition cannot be read. Choose one that the form offers.")) from error
    if "UNTIL=" not in rule and "COUNT=" not in rule:
        raise CannotMeet(_("Say until which day."))
    if not 1 < len(found) <= most or more or not same:
        raise CannotMeet(
            _("A series is two meetings at least and %(most)s at most, within a year. Choose another last day.")
            % {"most": most}
        )
    return rule, found


def _after(plan: MeetingPlan) -> datetime:
    return plan.starts_at + furthest_ahead()


def _book_each(actor: Actor, room: Room, series: MeetingSeries, meetings: list[Meeting], now: datetime) -> None:
    """Raises CannotBookRoom when no meeting gets it."""
    refused: list[CannotBookRoom] = []
    for meeting in meetings:
        try:
            reserve(
                actor=actor, room=room, starts_at=meeting.starts_at, ends_at=meeting.ends_at, purpose=meeting.title,
                series=series.code, meeting=meeting, now=now,
            )  # fmt: skip
        except CannotBookRoom as refusal:
            refused.append(refusal)
            if meeting.place == room.title:
                save_meeting(meeting, now, place="")
    if len(refused) == len(meetings):
        raise refused[0]
