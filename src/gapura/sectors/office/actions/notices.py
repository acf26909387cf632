"""Telling the invited: an item in the basket of officials, an iCalendar message by mail to whoever has an address."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.types import JSON
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.models import Meeting, MeetingGuest

INVITATION_JOB = "office.send_invitation"
REPLY, CHANGED, AGREE, MINUTES = (
    "office.meeting-reply",
    "office.meeting-changed",
    "office.meeting-approve",
    "office.minutes",
)
FOLLOW_UP, AGENDA = "office.follow-up", "office.agenda"


def ask_guests(meeting: Meeting, guests: Iterable[MeetingGuest], *, now: datetime, whole: bool = False) -> None:
    """Ask for a reply, in the basket and by mail; ``whole``: to every meeting of its series at once."""
    for guest in guests:
        _open(meeting, REPLY, guest, _("Invitation: %(title)s") % {"title": meeting.title}, now)
        mail(meeting, guest, "REQUEST", whole=whole)


def tell_guests(
    meeting: Meeting,
    guests: Iterable[MeetingGuest],
    *,
    title: str,
    method: str,
    now: datetime,
    whole: bool = False,
) -> None:
    """Tell of a change that needs no new reply, or that it falls out (``method`` CANCEL)."""
    for guest in guests:
        _open(meeting, CHANGED, guest, title, now)
        mail(meeting, guest, method, whole=whole)


def ask_post(meeting: Meeting, kind: str, post_code: str, *, title: str, now: datetime) -> None:
    """Open an item about the meeting for a post of any agency."""
    with as_house("who has something to do for a meeting may be of another agency"):
        open_work(
            kind=kind,
            object_ref=ref(meeting),
            holder=Holder.post(post_code.split("/")[0], post_code),
            title=title,
            path=f"/desk/office/meetings/{meeting.code}/",
            sender=meeting.organizer_label,
            due_on=meeting.starts_at.date(),
            now=now,
        )


def close_items(meeting: Meeting, *kinds: str, post_code: str = "", now: datetime) -> None:
    """Take items about the meeting out of the basket of the post, or of all."""
    holder = Holder.post(post_code.split("/")[0], post_code) if post_code else None
    with as_house("who had something to do for a meeting may be of another agency"):
        for kind in kinds:
            close_work(kind=kind, object_ref=ref(meeting), holder=holder, now=now)


def mail(meeting: Meeting, guest: MeetingGuest, method: str, *, whole: bool = False) -> None:
    """Let the worker send it, ``whole`` for all its series; what was overtaken by a later change is not sent."""
    if guest.post_code == meeting.organizer_post:
        return
    arguments: dict[str, JSON] = {
        "meeting": meeting.code,
        "method": method,
        "sequence": meeting.sequence,
        "post_code": guest.post_code,
        "address": guest.address,
        "name": guest.label,
        "whole": whole,
    }
    enqueue_job(name=INVITATION_JOB, arguments=arguments)


def ref(meeting: Meeting) -> str:
    return f"meeting:{meeting.code}"


def _open(meeting: Meeting, kind: str, guest: MeetingGuest, title: str, now: datetime) -> None:
    if guest.post_code and guest.post_code != meeting.organizer_post:
        ask_post(meeting, kind, guest.post_code, title=title, now=now)
