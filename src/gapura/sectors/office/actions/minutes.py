"""What is talked about, read, decided and done: agenda, papers, attendance, minutes, follow-ups."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.drafts import create_draft
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.instructions import issue_instruction
from gapura.sectors.office.actions.notices import AGENDA, FOLLOW_UP, MINUTES, ask_post, close_items, ref
from gapura.sectors.office.actions.readers import name_reader
from gapura.sectors.office.models import (
    AgendaItem,
    FollowUp,
    Meeting,
    MeetingGuest,
    MeetingPaper,
    OfficialDocument,
)
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.meetings import (
    access_follow_up,
    access_meeting,
    access_run_meeting,
    chair_of,
)
from gapura.sectors.office.queries.work import can_instruct
from gapura.sectors.office.types import AgendaState, CannotMeet, MeetingStatus, ReaderGround
from gapura.sectors.office.zones import span_in

MOST_MATTERS = 50
_CROSSES = "the invited may be of another agency than the meeting"


def propose_matter(*, actor: Actor, code: str, title: str, now: datetime) -> AgendaItem:
    """Ask for a matter on the agenda; who runs the meeting takes up their own at once. Raises CannotMeet."""
    meeting = access_meeting(actor, code)
    runs = actor.post_code in _running_posts(meeting)
    with transaction.atomic(), as_house(_CROSSES):
        meeting = _lock_open(meeting)
        last = meeting.agenda.aggregate(last=Max("place"))["last"] or 0
        if last >= MOST_MATTERS:
            raise CannotMeet(_("The agenda is full. Ask for another meeting."))
        state = AgendaState.TAKEN if runs else AgendaState.PROPOSED
        item = AgendaItem.objects.create(
            meeting=meeting, place=last + 1, title=title[:200], brought_by_label=actor.label, state=state.value
        )
        index_soon(meeting)
        if not runs:
            said = _("A matter was proposed: %(title)s") % {"title": meeting.title}
            ask_post(meeting, AGENDA, _running_posts(meeting)[0], title=said, now=now)
        record_event(actor=actor, action="office.agenda_proposed", object_ref=ref(meeting))
    return item


def decide_matter(*, actor: Actor, code: str, place: int, take: bool, now: datetime) -> AgendaItem:
    """Take a proposed matter up, or leave it out. Raises AccessDenied, CannotMeet."""
    meeting = access_run_meeting(actor, code)
    with transaction.atomic(), as_house(_CROSSES):
        meeting = _lock_open(meeting)
        item = meeting.agenda.filter(place=place).first()
        if item is None:
            raise AccessDenied
        item.state = (AgendaState.TAKEN if take else AgendaState.LEFT_OUT).value
        item.save(update_fields=["state"])
        if not meeting.agenda.filter(state=AgendaState.PROPOSED).exists():
            close_items(meeting, AGENDA, now=now)
        record_event(
            actor=actor, action="office.agenda_decided", object_ref=ref(meeting), detail={"place": place, "take": take}
        )
    return item


def add_paper(*, actor: Actor, code: str, document: str, now: datetime) -> MeetingPaper:
    """Let the invited read a document that the official may read. Raises AccessDenied, CannotMeet."""
    meeting, found = access_run_meeting(actor, code), access_document(actor, document)
    with transaction.atomic(), as_house(_CROSSES):
        meeting = _lock_open(meeting)
        paper, _new = MeetingPaper.objects.get_or_create(
            meeting=meeting, document=found, defaults={"added_by_label": actor.label, "added_at": now}
        )
        _open_papers(actor, [found], meeting.guests.exclude(post_code=""), now)
        record_event(
            actor=actor, action="office.meeting_paper_added", object_ref=ref(meeting), detail={"document": document}
        )
    return paper


def open_papers(actor: Actor, meeting: Meeting, guests: Collection[MeetingGuest], now: datetime) -> None:
    """Let guests invited later read what the others may, inside the caller's transaction."""
    documents = [paper.document for paper in meeting.papers.select_related("document").order_by("pk")]
    _open_papers(actor, documents, guests, now)


def record_attendance(*, actor: Actor, code: str, came: Collection[int], now: datetime) -> Meeting:
    """Who came (keys of guests), once it has begun; may be corrected until minutes are drafted."""
    meeting = access_run_meeting(actor, code)
    with transaction.atomic(), as_house(_CROSSES):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if meeting.status not in (MeetingStatus.CALLED, MeetingStatus.HELD) or now < meeting.starts_at:
            raise CannotMeet(_("Who came is noted once the meeting has begun, and before its minutes are drafted."))
        meeting.guests.update(came=False)
        meeting.guests.filter(pk__in=came).update(came=True)
        meeting.status, meeting.changed_at = MeetingStatus.HELD.value, now
        meeting.save(update_fields=["status", "changed_at"])
        title = _("Write the minutes: %(title)s") % {"title": meeting.title}
        ask_post(meeting, MINUTES, meeting.organizer_post, title=title, now=now)
        record_event(actor=actor, action="office.meeting_held", object_ref=ref(meeting), detail={"came": len(came)})
    return meeting


def note_outcome(*, actor: Actor, code: str, place: int, outcome: str, now: datetime) -> None:
    """What was decided on a matter. Raises AccessDenied, CannotMeet."""
    meeting = access_run_meeting(actor, code)
    with transaction.atomic(), as_house(_CROSSES):
        meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
        if meeting.status not in (MeetingStatus.CALLED, MeetingStatus.HELD):
            raise CannotMeet(_("The minutes are drafted; write it there."))
        if not meeting.agenda.filter(place=place).update(outcome=outcome):
            raise AccessDenied
        index_soon(meeting)
        record_event(actor=actor, action="office.outcome_noted", object_ref=ref(meeting), detail={"place": place})


def draft_minutes(*, actor: Actor, code: str, now: datetime) -> OfficialDocument:
    """A document of the form ``minutes`` from agenda, attendance and follow-ups. Asked again, the same one.

    Raises AccessDenied; CannotMeet before the meeting was held; CannotDraft when its task is none.
    """
    meeting = access_run_meeting(actor, code)
    with transaction.atomic(), as_house(_CROSSES):
        meeting = Meeting.objects.select_for_update(of=("self",)).select_related("minutes").get(pk=meeting.pk)
        if meeting.minutes is not None:
            return meeting.minutes
        if meeting.status != MeetingStatus.HELD:
            raise CannotMeet(_("Note first who came: minutes are of a meeting that was held."))
        with override(settings.LANGUAGE_CODE):
            title, body = _("Minutes: %(title)s") % {"title": meeting.title}, write_minutes(meeting)
        document = create_draft(
            actor=actor, form="minutes", title=title[:200], task_code=meeting.task_code, body=body,
            fields=_fields_of(meeting), now=now,
        )  # fmt: skip
        _open_papers(actor, [document], meeting.guests.filter(came=True).exclude(post_code=actor.post_code), now)
        meeting.minutes, meeting.status, meeting.changed_at = document, MeetingStatus.MINUTED.value, now
        meeting.save(update_fields=["minutes", "status", "changed_at"])
        close_items(meeting, MINUTES, now=now)
        record_event(
            actor=actor, action="office.minutes_drafted", object_ref=ref(meeting), detail={"document": document.code}
        )
    return document


def write_minutes(meeting: Meeting) -> str:
    """The words to begin with, as CommonMark."""
    guests = list(meeting.guests.order_by("pk"))
    matters = list(meeting.agenda.filter(state=AgendaState.TAKEN).order_by("place"))
    lines = [
        span_in(meeting.starts_at, meeting.ends_at, meeting.zone),
        *_section(_("Absent"), [f"- {_plain(guest.label)}" for guest in guests if not guest.came]),
        f"## {_('Agenda')}",
    ]
    for number, item in enumerate(matters, 1):
        lines += [f"### {number}. {_plain(item.title)}", item.outcome.strip() or _("(what was decided)")]
    follow_ups = [
        f"- {_plain(one.text)} ({_plain(one.label)}, {one.due_on.isoformat()})"
        for one in meeting.follow_ups.order_by("due_on", "pk")
    ]
    return "\n\n".join([*lines, *_section(_("To be done"), follow_ups)]) + "\n"


def agree_follow_up(*, actor: Actor, code: str, post_code: str, text: str, due_on: date, now: datetime) -> FollowUp:
    """Somebody of the meeting is to do something by a day: an instruction where the official is above them.

    Asked twice it is one. Raises AccessDenied, CannotMeet, CannotInstruct.
    """
    meeting = access_run_meeting(actor, code)
    post = list_posts_named([post_code]).get(post_code)
    if post is None or post_code not in {guest.post_code for guest in meeting.guests.all()}:
        raise CannotMeet(_("Choose somebody of the meeting."))
    if due_on < local_day(now, meeting.zone) or not text.strip():
        raise CannotMeet(_("Say what is to be done, and until which day to come."))
    with transaction.atomic(), as_house(_CROSSES):
        label = next(guest.label for guest in meeting.guests.all() if guest.post_code == post_code)
        follow_up, is_new = FollowUp.objects.get_or_create(
            meeting=meeting,
            post_code=post_code,
            text=text.strip()[:300],
            defaults={"agency_code": post.agency_code, "label": label, "due_on": due_on, "asked_at": now},
        )
        if is_new and can_instruct(actor, post):
            follow_up.instruction = issue_instruction(
                actor=actor, receiver_post=post_code, title=follow_up.text[:200], due_on=due_on,
                source=ref(meeting), now=now,
            ).code  # fmt: skip
            follow_up.save(update_fields=["instruction"])
        elif is_new:
            _open_follow_up(actor, follow_up, now)
        index_soon(meeting)
        record_event(actor=actor, action="office.follow_up_agreed", object_ref=ref(meeting), detail={"post": post_code})
    return follow_up


def finish_follow_up(*, actor: Actor, number: int, result: str, now: datetime) -> FollowUp:
    """Done; the first time counts. Raises AccessDenied."""
    found = access_follow_up(actor, number)
    with transaction.atomic(), as_house(_CROSSES):
        follow_up = FollowUp.objects.select_for_update().get(pk=found.pk)
        if follow_up.done_at is None and not follow_up.instruction:
            follow_up.done_at, follow_up.result = now, result[:300]
            follow_up.save(update_fields=["done_at", "result"])
            close_work(kind=FOLLOW_UP, object_ref=f"follow-up:{follow_up.pk}", now=now)
            index_soon(follow_up.meeting)
            record_event(actor=actor, action="office.follow_up_done", object_ref=ref(found.meeting))
    return follow_up


def _open_follow_up(actor: Actor, follow_up: FollowUp, now: datetime) -> None:
    open_work(
        kind=FOLLOW_UP,
        object_ref=f"follow-up:{follow_up.pk}",
        holder=Holder.post(follow_up.agency_code, follow_up.post_code),
        title=follow_up.text[:200],
        path=f"/desk/office/meetings/{follow_up.meeting.code}/",
        sender=actor.label,
        due_on=follow_up.due_on,
        now=now,
    )


def _open_papers(
    actor: Actor, documents: Sequence[OfficialDocument], guests: Collection[MeetingGuest], now: datetime
) -> None:
    for document in documents:
        for guest in guests:
            if not guest.post_code:
                continue
            name_reader(
                document=document,
                holder=f"post:{guest.post_code}",
                agency_code=guest.agency_code,
                ground=ReaderGround.CIRCULATION,
                named_by=actor.label,
                now=now,
            )


def _running_posts(meeting: Meeting) -> list[str]:
    chair = chair_of(meeting)
    return [chair.post_code, meeting.organizer_post] if chair else [meeting.organizer_post]


def _lock_open(meeting: Meeting) -> Meeting:
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.status not in (MeetingStatus.ASKED, MeetingStatus.CALLED):
        raise CannotMeet(_("The meeting has gone on meanwhile. Load its page again to see where it stands."))
    return locked


def _fields_of(meeting: Meeting) -> dict[str, str]:
    """The form's own fields (``office/forms.yaml``)."""
    chair = chair_of(meeting)
    present = meeting.guests.filter(came=True).order_by("pk").values_list("label", flat=True)
    return {
        "held_on": local_day(meeting.starts_at, meeting.zone).isoformat(),
        "where": meeting.place,
        "chair": chair.label if chair else meeting.organizer_label,
        "present": "\n".join(present),
    }


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "\n".join(lines)] if lines else []


def _plain(text: str) -> str:
    """The words without what would be a sign of CommonMark."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in " ".join(text.split()))
