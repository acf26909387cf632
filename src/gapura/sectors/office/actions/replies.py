"""What the invited answer, on the page or by the file that a calendar program writes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.types import JSON
from gapura.sectors.office.actions.calling import lock_together
from gapura.sectors.office.actions.notices import CHANGED, REPLY, close_items, ref
from gapura.sectors.office.models import Meeting, MeetingGuest
from gapura.sectors.office.queries.meetings import access_meeting, access_run_meeting, find_guest
from gapura.sectors.office.types import CannotMeet, MeetingStatus, Reply

MOST_BYTES = 1 << 20
OPENER = "gapura.sectors.office.ics_opener:read_calendar"
GIVEN = (Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED)


def reply_to_meeting(
    *, actor: Actor, code: str, reply: Reply, sequence: int, whole_series: bool = False, now: datetime
) -> MeetingGuest:
    """The official's own answer to what they read as ``sequence``; ``whole_series``: also to the others to come.

    Those of the series that were changed are asked for on their own. Raises AccessDenied, CannotMeet.
    """
    meeting = access_meeting(actor, code)
    own = find_guest(actor, meeting)
    if own is None:
        raise AccessDenied
    with transaction.atomic(), as_house("the invited may be of another agency than the meeting"):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if meeting.status != MeetingStatus.CALLED or meeting.ends_at <= now:
            raise CannotMeet(_("Nobody waits for a reply any more: the meeting is over or falls out."))
        if sequence != meeting.sequence:
            raise CannotMeet(_("The meeting was changed while you read it. Look at time and place again, then reply."))
        guest = MeetingGuest.objects.select_for_update().get(pk=own.pk)
        _write(meeting, guest, reply, sequence, now, now)
        for other in _unchanged(meeting, now) if whole_series else ():
            for one in other.guests.select_for_update().filter(post_code=guest.post_code):
                _write(other, one, reply, other.sequence, now, now)
        detail: dict[str, JSON] = {"reply": reply, "whole_series": whole_series}
        record_event(actor=actor, action="office.meeting_replied", object_ref=ref(meeting), detail=detail)
    return guest


def take_reply_file(*, actor: Actor, code: str, content: bytes, now: datetime) -> list[MeetingGuest]:
    """An iCalendar REPLY that came by mail. Whose reply was taken; none where all were older than what is known.

    Raises AccessDenied; CannotMeet when the file is no reply to this meeting by somebody invited.
    """
    meeting = access_run_meeting(actor, code)
    answers = _read(meeting, content)
    taken = []
    with transaction.atomic(), as_house("the invited may be of another agency than the meeting"):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        for answer in answers:
            guests = _answering(meeting, answer, now)
            if not guests:
                raise CannotMeet(_("%(address)s is not invited with this address.") % {"address": answer.address})
            for guest in guests:
                if guest.meeting.status == MeetingStatus.CALLED and _is_newer(guest, guest.meeting, answer):
                    _write(guest.meeting, guest, answer.reply, answer.sequence, answer.stamp, now)
                    taken.append(guest)
        record_event(
            actor=actor, action="office.meeting_reply_read", object_ref=ref(meeting), detail={"taken": len(taken)}
        )
    return taken


def note_change(*, actor: Actor, code: str, now: datetime) -> None:
    """The official has read that the meeting was changed, refused or falls out: it leaves their basket."""
    meeting = access_meeting(actor, code)
    with transaction.atomic():
        close_items(meeting, CHANGED, post_code=actor.post_code or "-", now=now)
        record_event(actor=actor, action="office.meeting_change_read", object_ref=ref(meeting))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What somebody said in a file; ``original_at`` names one of a series, none is all of it."""

    address: str
    reply: Reply
    sequence: int
    stamp: datetime
    original_at: datetime | None


def _unchanged(meeting: Meeting, now: datetime) -> list[Meeting]:
    """The others of the series that are to come as they were last sent with it, locked."""
    others = lock_together(meeting, MeetingStatus.CALLED, after=now)[1:]
    return [other for other in others if other.sequence == other.series_sequence]


def _answering(meeting: Meeting, answer: _Answer, now: datetime) -> list[MeetingGuest]:
    """Whose invitations the answer is for: to the meeting, to one of its series, or to all that were not changed."""
    meant = [meeting]
    if meeting.series_id is not None and answer.original_at is None:
        meant = [one for one in (meeting, *_unchanged(meeting, now)) if one.sequence == one.series_sequence]
    elif meeting.series_id is not None:
        meant = list(
            Meeting.objects.select_for_update().filter(series=meeting.series_id, original_at=answer.original_at)
        )
    rows = MeetingGuest.objects.select_for_update(of=("self",)).select_related("meeting")
    return list(rows.filter(meeting__in=meant, address=answer.address).order_by("meeting__original_at", "pk"))


def _is_newer(guest: MeetingGuest, meeting: Meeting, answer: _Answer) -> bool:
    """What answers an older invitation, or was written before what is known, is ignored (RFC 5546 section 2.1.5)."""
    if answer.sequence < meeting.sequence or answer.sequence < guest.reply_sequence:
        return False
    is_later = answer.sequence > guest.reply_sequence
    return guest.replied_at is None or is_later or answer.stamp > guest.replied_at


def _write(meeting: Meeting, guest: MeetingGuest, reply: Reply, sequence: int, stamp: datetime, now: datetime) -> None:
    guest.reply, guest.reply_sequence, guest.replied_at = reply.value, sequence, stamp
    guest.save(update_fields=["reply", "reply_sequence", "replied_at"])
    if guest.post_code:
        close_items(meeting, REPLY, post_code=guest.post_code, now=now)


def _read(meeting: Meeting, content: bytes) -> list[_Answer]:
    if len(content) > MOST_BYTES:
        raise CannotMeet(_("The file is larger than any reply. Choose the .ics file that came with the mail."))
    try:
        said = open_apart(OPENER, content, zone=meeting.zone).value
    except FileRefused as error:
        raise CannotMeet(_("The file is no calendar reply. Choose the .ics file that came with the mail.")) from error
    answers = [
        _Answer(
            address=party["address"],
            reply=Reply(party["reply"]),
            sequence=event["sequence"],
            stamp=datetime.fromisoformat(event["stamp"]),
            original_at=datetime.fromisoformat(event["replaces"]) if event["replaces"] else None,
        )
        for event in said["events"]
        for party in event["parties"]
        if event["uid"] == uid_of(meeting) and party["reply"] in GIVEN and event["stamp"]
    ]
    if said["method"] != "REPLY" or not answers:
        raise CannotMeet(_("The file answers another invitation. Open the meeting that it belongs to."))
    return answers


def uid_of(meeting: Meeting) -> str:
    """What calendar programs know the meeting by, for ever; of a series every one by the same."""
    code = meeting.series.code if meeting.series else meeting.code
    return f"{code.lower()}@gapura"
