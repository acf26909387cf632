"""Calling what was asked for: one meeting, or every meeting of a series with one invitation."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.worklist.queries import find_open_work
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.notices import AGREE, REPLY, ask_guests, ask_post, close_items, ref
from gapura.sectors.office.models import Meeting
from gapura.sectors.office.types import MeetingStatus, Reply

OPEN = (MeetingStatus.ASKED, MeetingStatus.CALLED)


def call_meetings(actor: Actor, meetings: Sequence[Meeting], now: datetime) -> None:
    """Tell the invited, each once: of a series they are sent what concerns them of the whole of it."""
    asked = set()
    for meeting in meetings:
        save_meeting(meeting, now, status=MeetingStatus.CALLED.value, approved_by_label=actor.label)
        posts = {meeting.organizer_post} | ({actor.post_code} if actor.post_code else set())
        meeting.guests.filter(post_code__in=posts).update(reply=Reply.ACCEPTED.value, replied_at=now)
        guests = list(meeting.guests.filter(reply=Reply.NONE).order_by("pk"))
        fresh = [guest for guest in guests if (guest.post_code, guest.address) not in asked]
        asked |= {(guest.post_code, guest.address) for guest in fresh}
        close_items(meeting, AGREE, now=now)
        ask_guests(meeting, fresh, now=now, whole=meeting.series_id is not None)
        record_event(actor=actor, action="office.meeting_called", object_ref=ref(meeting))
    if meetings[0].series_id is not None:
        for over in Meeting.objects.filter(series=meetings[0].series_id, status=MeetingStatus.ASKED).order_by("pk"):
            close_items(over, AGREE, now=now)


def lock_together(meeting: Meeting, *statuses: MeetingStatus, after: datetime) -> list[Meeting]:
    """The meeting first, then the others of its series that are still to come, in order; all locked."""
    if meeting.series_id is None:
        return [meeting]
    others = Meeting.objects.select_for_update().filter(series=meeting.series_id, status__in=statuses)
    return [meeting, *others.filter(starts_at__gt=after).exclude(pk=meeting.pk).order_by("original_at")]


def pass_items_on(meeting: Meeting, *, now: datetime) -> None:
    """Before one of a series falls out: who has yet to agree or to reply to the series finds it at the next."""
    if meeting.series_id is None:
        return
    others = Meeting.objects.filter(series=meeting.series_id, status=meeting.status, starts_at__gt=now)
    following = others.exclude(pk=meeting.pk).order_by("original_at").first()
    if following is None:
        return
    waiting = set(following.guests.filter(reply=Reply.NONE).values_list("post_code", flat=True))
    for kind, posts in ((AGREE, {following.approver_post}), (REPLY, waiting)):
        for item in find_open_work(kind=kind, object_ref=ref(meeting)):
            post = item.holder.removeprefix("post:")
            if post in posts:
                ask_post(following, kind, post, title=item.title, now=now)


def save_meeting(meeting: Meeting, now: datetime, **columns: object) -> None:
    """Write the columns, inside the caller's transaction; what is found of it follows."""
    for name, value in (columns | {"changed_at": now}).items():
        setattr(meeting, name, value)
    meeting.save(update_fields=[*columns, "changed_at"])
    index_soon(meeting)


def title_of_request(meeting: Meeting, times: int) -> str:
    """What who is to agree reads in their basket."""
    if times == 1:
        return _("Agree to a meeting: %(title)s") % {"title": meeting.title}
    return _("Agree to %(times)s meetings: %(title)s") % {"times": times, "title": meeting.title}
