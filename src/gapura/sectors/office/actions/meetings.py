"""A meeting: asked for, agreed to, called, changed, cancelled."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.calling import (
    call_meetings,
    lock_together,
    pass_items_on,
    save_meeting,
    title_of_request,
)
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.minutes import open_papers
from gapura.sectors.office.actions.notices import (
    AGENDA,
    AGREE,
    CHANGED,
    MINUTES,
    REPLY,
    ask_guests,
    ask_post,
    close_items,
    mail,
    ref,
    tell_guests,
)
from gapura.sectors.office.actions.rooms import free_meeting_rooms, reserve
from gapura.sectors.office.models import AgendaItem, Meeting, MeetingGuest, MeetingSeries
from gapura.sectors.office.permissions import can_agree_to_meeting
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries.meetings import (
    access_meeting,
    access_run_meeting,
    answers_for,
    find_approver,
    label_of,
)
from gapura.sectors.office.queries.rooms import access_room
from gapura.sectors.office.types import CannotMeet, GuestRole, MeetingStatus, Reply
from gapura.sectors.office.zones import get_planning, is_zone

MOST_GUESTS = 300
_CROSSES = "who chairs and who is invited may be of another agency than the meeting; the meeting judges"


def request_meeting(*, actor: Actor, plan: MeetingPlan, now: datetime) -> Meeting:
    """Ask for a meeting; whoever may call one themselves has called it at once. Its room is booked from now on.

    Raises AccessDenied, CannotMeet, CannotBookRoom.
    """
    check_request(actor, plan, now)
    approver = find_approver(actor, plan.chair)
    with transaction.atomic():
        meeting = begin_meeting(actor, plan, approver, now)
        _book(actor, meeting, plan.room, now)
        record_event(actor=actor, action="office.meeting_asked", object_ref=ref(meeting), detail={"approver": approver})
        if approver:
            ask_post(meeting, AGREE, approver, title=title_of_request(meeting, 1), now=now)
        else:
            call_meetings(actor, [meeting], now)
    return meeting


def begin_meeting(
    actor: Actor, plan: MeetingPlan, approver: str, now: datetime, *, series: MeetingSeries | None = None
) -> Meeting:
    """The rows of a meeting that is asked for, inside the caller's transaction."""
    meeting = Meeting.objects.create(
        code=new_code(11),
        agency_code=actor.agency_code or "",
        office_code=actor.office_code or "",
        unit_code=actor.unit_code or "",
        task_code=plan.task_code,
        title=plan.title,
        purpose=plan.purpose,
        place=plan.place,
        zone=plan.zone,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        confidential=plan.confidential,
        organizer_post=actor.post_code or "",
        organizer_label=actor.label,
        organizer_person=actor.person_number or "",
        approver_post=approver or actor.post_code or "",
        asked_at=now,
        changed_at=now,
        series=series,
        original_at=plan.starts_at if series else None,
    )
    _invite(meeting, plan)
    matters = [title for title in plan.agenda if title.strip()]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, place=place, title=title[:200], brought_by_label=actor.label)
        for place, title in enumerate(matters, 1)
    )
    index_soon(meeting)
    return meeting


@as_house(_CROSSES)
def agree_to_meeting(*, actor: Actor, code: str, now: datetime) -> Meeting:
    """Call it, of a series every one to come: the invited are told. Twice is once. Raises AccessDenied, CannotMeet."""
    with transaction.atomic():
        meeting = _lock_for_agreement(actor, code)
        if meeting.status == MeetingStatus.CALLED:
            return meeting
        _require(meeting, MeetingStatus.ASKED)
        if meeting.ends_at <= now:
            raise CannotMeet(_("Its time is over. Refuse it, or let it be asked for again with another time."))
        call_meetings(actor, lock_together(meeting, MeetingStatus.ASKED, after=now), now)
    return meeting


@as_house(_CROSSES)
def refuse_meeting(*, actor: Actor, code: str, reason: str, now: datetime) -> Meeting:
    """Do not call it, nor what else of its series waits; who asked is told why. Raises AccessDenied, CannotMeet."""
    with transaction.atomic():
        meeting = _lock_for_agreement(actor, code)
        _require(meeting, MeetingStatus.ASKED)
        for one in lock_together(meeting, MeetingStatus.ASKED, after=now):
            save_meeting(one, now, status=MeetingStatus.REFUSED.value, reason=reason, approved_by_label=actor.label)
            free_meeting_rooms(one, now=now)
            close_items(one, AGREE, now=now)
        title = _("The meeting was refused: %(title)s") % {"title": meeting.title}
        ask_post(meeting, CHANGED, meeting.organizer_post, title=title, now=now)
        record_event(actor=actor, action="office.meeting_refused", object_ref=ref(meeting), detail={"reason": reason})
    return meeting


@as_house(_CROSSES)
def change_meeting(
    *, actor: Actor, code: str, starts_at: datetime, ends_at: datetime, place: str, room: str, now: datetime
) -> Meeting:
    """Another time or place: everybody is asked again. What is the same already changes nothing.

    Raises AccessDenied, CannotMeet, CannotBookRoom.
    """
    with transaction.atomic():
        meeting = _lock(access_run_meeting(actor, code))
        _require(meeting, MeetingStatus.ASKED, MeetingStatus.CALLED)
        booked = meeting.bookings.filter(state="booked", starts_at=meeting.starts_at).select_related("room").first()
        if (meeting.starts_at, meeting.ends_at, meeting.place, booked.room.code if booked else "") == (
            starts_at, ends_at, place, room,
        ):  # fmt: skip
            return meeting
        check_time(starts_at, ends_at, now)
        free_meeting_rooms(meeting, now=now)
        save_meeting(meeting, now, starts_at=starts_at, ends_at=ends_at, place=place, sequence=meeting.sequence + 1)
        _book(actor, meeting, room, now)
        record_event(
            actor=actor, action="office.meeting_changed", object_ref=ref(meeting), detail={"sequence": meeting.sequence}
        )
        if meeting.status == MeetingStatus.CALLED:
            meeting.guests.exclude(post_code=meeting.organizer_post).update(reply=Reply.NONE.value)
            ask_guests(meeting, meeting.guests.order_by("pk"), now=now)
    return meeting


@as_house(_CROSSES)
def cancel_meeting(*, actor: Actor, code: str, reason: str, now: datetime) -> Meeting:
    """Let it fall out; the invited are told, its room is free. Twice is once. Raises AccessDenied, CannotMeet."""
    with transaction.atomic():
        meeting = _lock(access_run_meeting(actor, code))
        if meeting.status == MeetingStatus.CANCELLED:
            return meeting
        _require(meeting, MeetingStatus.ASKED, MeetingStatus.CALLED)
        was_called = meeting.status == MeetingStatus.CALLED
        pass_items_on(meeting, now=now)
        save_meeting(meeting, now, status=MeetingStatus.CANCELLED.value, reason=reason, sequence=meeting.sequence + 1)
        free_meeting_rooms(meeting, now=now)
        close_items(meeting, AGREE, REPLY, AGENDA, MINUTES, now=now)
        if was_called:
            title = _("The meeting falls out: %(title)s") % {"title": meeting.title}
            tell_guests(meeting, meeting.guests.order_by("pk"), title=title, method="CANCEL", now=now)
        record_event(actor=actor, action="office.meeting_cancelled", object_ref=ref(meeting), detail={"reason": reason})
    return meeting


@as_house(_CROSSES)
def invite(*, actor: Actor, code: str, post_code: str, optional: bool = False, now: datetime) -> MeetingGuest:
    """One more; who is invited already stays as they are. Raises AccessDenied, CannotMeet."""
    with transaction.atomic():
        meeting = _lock(access_run_meeting(actor, code))
        _require(meeting, MeetingStatus.ASKED, MeetingStatus.CALLED)
        if meeting.guests.count() >= MOST_GUESTS:
            raise CannotMeet(_("At most %(most)s can be invited.") % {"most": MOST_GUESTS})
        role = GuestRole.OPTIONAL if optional else GuestRole.REQUIRED
        guest, is_new = meeting.guests.get_or_create(post_code=post_code, defaults=_guest(post_code, role))
        if is_new:
            index_soon(meeting)
            open_papers(actor, meeting, [guest], now)
        if is_new and meeting.status == MeetingStatus.CALLED:
            ask_guests(meeting, [guest], now=now)
        record_event(actor=actor, action="office.meeting_invited", object_ref=ref(meeting), detail={"post": post_code})
    return guest


@as_house(_CROSSES)
def withdraw_invitation(*, actor: Actor, code: str, guest: int, now: datetime) -> None:
    """Whoever need not come any more is told. Raises AccessDenied, CannotMeet."""
    with transaction.atomic():
        meeting = _lock(access_run_meeting(actor, code))
        _require(meeting, MeetingStatus.ASKED, MeetingStatus.CALLED)
        found = meeting.guests.filter(pk=guest).first()
        if found is None:
            return
        if found.role == GuestRole.CHAIR or found.post_code == meeting.organizer_post:
            raise CannotMeet(_("Who chairs the meeting and who asked for it stay invited."))
        if meeting.status == MeetingStatus.CALLED:
            mail(meeting, found, "CANCEL")
        if found.post_code:
            close_items(meeting, REPLY, CHANGED, post_code=found.post_code, now=now)
        found.delete()
        index_soon(meeting)
        record_event(
            actor=actor, action="office.meeting_uninvited", object_ref=ref(meeting), detail={"post": found.post_code}
        )


def _invite(meeting: Meeting, plan: MeetingPlan) -> None:
    roles = dict.fromkeys(plan.optional, GuestRole.OPTIONAL) | dict.fromkeys(plan.guests, GuestRole.REQUIRED)
    roles.setdefault(meeting.organizer_post, GuestRole.REQUIRED)
    roles[plan.chair] = GuestRole.CHAIR
    outside = {address.lower(): name for name, address in plan.outside}
    if len(roles) + len(outside) > MOST_GUESTS:
        raise CannotMeet(_("At most %(most)s can be invited.") % {"most": MOST_GUESTS})
    MeetingGuest.objects.bulk_create(
        MeetingGuest(meeting=meeting, post_code=post, **_guest(post, role)) for post, role in roles.items()
    )
    MeetingGuest.objects.bulk_create(
        MeetingGuest(meeting=meeting, agency_code=meeting.agency_code, label=name[:120], address=address)
        for address, name in outside.items()
    )


def _guest(post_code: str, role: GuestRole) -> dict[str, str]:
    post = list_posts_named([post_code]).get(post_code)
    if post is None:
        raise CannotMeet(_("There is no post %(code)s. Invite posts from the list.") % {"code": post_code})
    return {"agency_code": post.agency_code, "label": label_of(post)[:120], "role": role.value}


def _book(actor: Actor, meeting: Meeting, room: str, now: datetime) -> None:
    if room:
        reserve(
            actor=actor, room=access_room(actor, room), starts_at=meeting.starts_at, ends_at=meeting.ends_at,
            purpose=meeting.title, meeting=meeting, now=now,
        )  # fmt: skip


def check_request(actor: Actor, plan: MeetingPlan, now: datetime) -> None:
    """Raises AccessDenied, CannotMeet."""
    if actor.kind is not ActorKind.OFFICIAL or not actor.post_code or not actor.agency_code:
        raise AccessDenied
    if not is_zone(plan.zone) or not plan.title.strip() or not plan.chair:
        raise CannotMeet(_("A meeting needs a title, a zone and somebody who chairs it."))
    check_time(plan.starts_at, plan.ends_at, now)


def check_time(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raises CannotMeet."""
    hours = get_planning()["longest_meeting_hours"]
    if not timedelta(0) < ends_at - starts_at <= timedelta(hours=hours):
        raise CannotMeet(_("A meeting ends after it begins, at most %(hours)s hours later.") % {"hours": hours})
    if starts_at <= now:
        raise CannotMeet(_("Choose a time that is to come."))


def _lock(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _lock_for_agreement(actor: Actor, code: str) -> Meeting:
    meeting = access_meeting(actor, code)
    if not can_agree_to_meeting(actor, meeting, leads=answers_for(actor, meeting.unit_code)):
        raise AccessDenied
    return _lock(meeting)


def _require(meeting: Meeting, *statuses: MeetingStatus) -> None:
    if meeting.status not in statuses:
        raise CannotMeet(_("The meeting has gone on meanwhile. Load its page again to see where it stands."))
