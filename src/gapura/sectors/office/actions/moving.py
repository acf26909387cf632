"""Moving a series of meetings at once: all that are to come, or from one on; each keeps its agenda and papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.calling import OPEN, lock_together, save_meeting
from gapura.sectors.office.actions.meetings import check_time
from gapura.sectors.office.actions.notices import REPLY, ask_guests, close_items, ref
from gapura.sectors.office.actions.rooms import free_meeting_rooms, reserve
from gapura.sectors.office.models import Meeting, Room
from gapura.sectors.office.queries.meetings import access_run_meeting
from gapura.sectors.office.queries.rooms import access_room
from gapura.sectors.office.types import BookingState, CannotBookRoom, CannotMeet, MeetingStatus, Reply
from gapura.sectors.office.zones import at_wall, span_in

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Move:
    """Where a meeting goes. Times in UTC."""

    meeting: Meeting
    starts_at: datetime
    ends_at: datetime


@as_house("who chairs and who is invited may be of another agency than the meeting; the meeting judges")
def move_series(
    *, actor: Actor, code: str, starts_at: datetime, ends_at: datetime, place: str, room: str, from_this_on: bool,
    now: datetime,
) -> list[Meeting]:  # fmt: skip
    """Move the meeting to this time, and the others of its series that are to come by as much on the wall clock.

    ``from_this_on``: only those that the rule puts after it. What was moved by itself before keeps its distance.
    All have the room or nothing is moved; the invited are asked again once. What is the same changes nothing.
    Raises AccessDenied, CannotMeet, CannotBookRoom.
    """
    with transaction.atomic():
        meeting = Meeting.objects.select_for_update().get(pk=access_run_meeting(actor, code).pk)
        if meeting.series_id is None or meeting.status not in OPEN or meeting.starts_at <= now:
            raise CannotMeet(_("The meeting has gone on meanwhile. Load its page again to see where it stands."))
        moves = _list_moves(meeting, lock_together(meeting, *OPEN, after=now), starts_at, ends_at, from_this_on)
        if all(_is_so(move, place, room) for move in moves):
            return [move.meeting for move in moves]
        for move in moves:
            check_time(move.starts_at, move.ends_at, now)
        sequence = max(move.meeting.sequence for move in moves) + 1
        for move in moves:
            free_meeting_rooms(move.meeting, now=now)
            save_meeting(
                move.meeting, now, starts_at=move.starts_at, ends_at=move.ends_at, place=place, sequence=sequence,
                series_sequence=sequence,
            )  # fmt: skip
        moved = [move.meeting for move in moves]
        _note_series(meeting, sequence, room)
        if room:
            _book_all(actor, access_room(actor, room), moved, now)
        _ask_again(moved, now)
        detail = {"times": len(moved), "sequence": sequence, "from_this_on": from_this_on}
        record_event(actor=actor, action="office.series_moved", object_ref=ref(meeting), detail=detail)
    return moved


def _list_moves(
    meeting: Meeting, together: Sequence[Meeting], starts_at: datetime, ends_at: datetime, from_this_on: bool
) -> list[_Move]:
    """In the order of the rule. Nine stays nine when the clocks change between two of them."""
    first = _wall(starts_at, meeting) - _wall(meeting.starts_at, meeting)
    last = _wall(ends_at, meeting) - _wall(meeting.ends_at, meeting)
    moves = [
        _Move(
            one,
            at_wall(_wall(one.starts_at, one) + first, one.zone),
            at_wall(_wall(one.ends_at, one) + last, one.zone),
        )
        for one in together
        if not from_this_on or _place(one) >= _place(meeting)
    ]
    return sorted(moves, key=lambda move: _place(move.meeting))


def _wall(moment: datetime, meeting: Meeting) -> datetime:
    return moment.astimezone(ZoneInfo(meeting.zone)).replace(tzinfo=None)


def _place(meeting: Meeting) -> datetime:
    """When the rule puts it; one of a series always has it."""
    return meeting.original_at or meeting.starts_at


def _is_so(move: _Move, place: str, room: str) -> bool:
    one = move.meeting
    booked = one.bookings.filter(state=BookingState.BOOKED).select_related("room").order_by("pk").first()
    now_so = (one.starts_at, one.ends_at, one.place, booked.room.code if booked else "")
    return now_so == (move.starts_at, move.ends_at, place, room)


def _note_series(meeting: Meeting, sequence: int, room: str) -> None:
    """Programs that know the series take its new state for newer than what they have."""
    series = meeting.series
    if series is not None:
        series.sequence, series.room_code = sequence, room
        series.save(update_fields=["sequence", "room_code"])


def _book_all(actor: Actor, room: Room, meetings: Sequence[Meeting], now: datetime) -> None:
    """The room for each. Raises CannotBookRoom that names the days when it is not to be had."""
    refused: list[str] = []
    for one in meetings:
        try:
            reserve(
                actor=actor, room=room, starts_at=one.starts_at, ends_at=one.ends_at, purpose=one.title,
                series=one.series.code if one.series else "", meeting=one, now=now,
            )  # fmt: skip
        except CannotBookRoom:
            refused.append(span_in(one.starts_at, one.ends_at, one.zone))
    if refused:
        words = _(
            "Nothing was moved: %(room)s cannot be had for %(times)s of %(all)s meetings: %(days)s. "
            "Choose another time or room, or move these by themselves."
        )
        days = "; ".join(refused[:_MOST_NAMED]) + (" …" if len(refused) > _MOST_NAMED else "")
        given = {"room": room.title, "times": len(refused), "all": len(meetings), "days": days}
        raise CannotBookRoom(words % given)


def _ask_again(meetings: Sequence[Meeting], now: datetime) -> None:
    """Each of the invited once, about the whole of the series, at the first that they are invited to."""
    asked: set[tuple[str, str]] = set()
    for meeting in meetings:
        if meeting.status != MeetingStatus.CALLED:
            continue
        meeting.guests.exclude(post_code=meeting.organizer_post).update(reply=Reply.NONE.value)
        close_items(meeting, REPLY, now=now)
        guests = list(meeting.guests.order_by("pk"))
        fresh = [guest for guest in guests if (guest.post_code, guest.address) not in asked]
        asked |= {(guest.post_code, guest.address) for guest in fresh}
        ask_guests(meeting, fresh, now=now, whole=True)
