"""A meeting from its request to its follow-ups, and everything that goes wrong with invitations."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.identity.testing import Account, make_official
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.worklist.queries import count_open_work, find_open_work
from gapura.sectors.office import ics
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
from gapura.sectors.office.actions.replies import reply_to_meeting, take_reply_file, uid_of
from gapura.sectors.office.models import DocumentReader, Meeting
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.queries import access_document
from gapura.sectors.office.queries.meetings import access_meeting, list_busy, list_meetings, suggest_times
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CannotMeet, Item, MeetingStatus, Party, Reply

pytestmark = [pytest.mark.django_db, pytest.mark.database]
START = datetime(2026, 11, 25, 2, tzinfo=UTC)  # 9 o'clock in Jakarta
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_work():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office():
    return make_office()


def plan(office, **chosen):
    values = {
        "title": "Standards of service",
        "task_code": "OT.01",
        "starts_at": START,
        "ends_at": START + HOUR,
        "zone": "Asia/Jakarta",
        "chair": office.head.post_code,
        "guests": [office.colleague.post_code, office.neighbor.post_code],
        "agenda": ["The draft", "Who writes"],
        "place": "Room 4",
    }
    return MeetingPlan(**values | chosen)


def ask(office, by="analyst", **chosen):
    return request_meeting(actor=getattr(office, by), plan=plan(office, **chosen), now=NOW)


def called(office, **chosen):
    return agree_to_meeting(actor=office.head, code=ask(office, **chosen).code, now=NOW)


def reach(*people):
    """Give each an address to be written to; what waits from before is delivered to nowhere."""
    deliver_pending()
    for actor in people:
        Account.objects.filter(pk=actor.account_id).update(email=f"{actor.post_code.split('/')[-1]}@example.org")


def held(office):
    meeting = called(office)
    came = meeting.guests.filter(post_code__in=[office.head.post_code, office.analyst.post_code])
    return record_attendance(actor=office.head, code=meeting.code, came=[guest.pk for guest in came], now=START + HOUR)


def test_a_meeting_is_asked_for_agreed_to_and_the_invited_are_asked(office):
    meeting = ask(office)
    assert meeting.status == MeetingStatus.ASKED
    assert count_open_work(office.head) == {"office.meeting-approve": 1}
    assert count_open_work(office.colleague) == {}
    meeting = agree_to_meeting(actor=office.head, code=meeting.code, now=NOW)
    assert meeting.status == MeetingStatus.CALLED
    assert count_open_work(office.head) == {}
    assert count_open_work(office.colleague) == count_open_work(office.neighbor) == {"office.meeting-reply": 1}
    assert {one.code for one in list_meetings(office.neighbor, since=START, until=START + HOUR)} == {meeting.code}


def test_who_leads_calls_a_meeting_at_once(office):
    meeting = ask(office, by="director", chair=office.director.post_code)
    assert meeting.status == MeetingStatus.CALLED


def test_who_asked_cannot_agree_and_a_stranger_sees_nothing(office):
    meeting = ask(office)
    with pytest.raises(AccessDenied):
        agree_to_meeting(actor=office.analyst, code=meeting.code, now=NOW)
    with pytest.raises(AccessDenied):
        access_meeting(office.lawyer, meeting.code)
    assert access_meeting(office.minister, meeting.code) == meeting  # answers for the unit


def test_who_leads_above_agrees_while_the_chair_cannot(office):
    meeting = ask(office)
    assert agree_to_meeting(actor=office.director, code=meeting.code, now=NOW).status == MeetingStatus.CALLED


def test_a_refused_meeting_tells_who_asked_and_is_not_called_later(office):
    meeting = refuse_meeting(actor=office.head, code=ask(office).code, reason="Write a memo.", now=NOW)
    assert count_open_work(office.analyst) == {"office.meeting-changed": 1}
    with pytest.raises(CannotMeet):
        agree_to_meeting(actor=office.head, code=meeting.code, now=NOW)


def test_a_double_click_calls_once(office):
    reach(office.colleague)
    code = ask(office).code
    for _time in range(2):
        agree_to_meeting(actor=office.head, code=code, now=NOW)
    deliver_pending()
    assert [one.to for one in mail.outbox] == [["colleague@example.org"]]


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"starts_at": NOW - HOUR, "ends_at": NOW}, "to come"),
        ({"ends_at": START}, "after it begins"),
        ({"ends_at": START + 13 * HOUR}, "12 hours"),
        ({"zone": "Asia/Nowhere"}, "zone"),
        ({"title": " "}, "title"),
        ({"chair": ""}, "chairs"),
        ({"guests": ["kemenpan-rb//nobody"]}, "no post"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_whole(office, chosen, says):
    with pytest.raises(CannotMeet, match=says):
        ask(office, **chosen)
    assert not Meeting.objects.exists()


def test_a_meeting_over_midnight_keeps_its_two_days(office):
    late = datetime(2026, 11, 25, 15, tzinfo=UTC)  # 22 o'clock in Jakarta
    meeting = ask(office, starts_at=late, ends_at=late + 4 * HOUR)
    assert meeting.ends_at - meeting.starts_at == 4 * HOUR


def invitation(message):
    (attachment,) = message.attachments
    assert attachment[0] == "invite.ics"
    calendar = Calendar.from_ical(attachment[1])
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_the_invitation_is_mailed_as_icalendar_and_names_nobody_else(office):
    reach(office.colleague, office.neighbor, office.analyst)
    meeting = called(office, outside=[("Rina", "Rina@example.com")])
    deliver_pending()
    assert sorted(one.to[0] for one in mail.outbox) == [
        "colleague@example.org",
        "neighbor@example.org",
        "rina@example.com",
    ]
    calendar, event = invitation(next(one for one in mail.outbox if one.to == ["colleague@example.org"]))
    assert (calendar["METHOD"], event["UID"], event["SEQUENCE"]) == ("REQUEST", uid_of(meeting), 0)
    assert event["DTSTART"].dt == START
    assert event["ATTENDEE"] == "mailto:colleague@example.org"
    assert event["ORGANIZER"] == "mailto:analyst@example.org"
    assert event["SUMMARY"] == "Standards of service"
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Asia/Jakarta"


def test_what_is_confidential_leaves_the_house_without_words(office):
    reach(office.colleague)
    called(office, confidential=True)
    deliver_pending()
    _calendar, event = invitation(mail.outbox[0])
    assert "Standards" not in mail.outbox[0].body + str(event)
    assert "Room 4" not in mail.outbox[0].body + str(event)


def test_a_change_and_a_cancellation_count_on_and_ask_again(office):
    reach(office.colleague)
    meeting = called(office)
    reply_to_meeting(actor=office.colleague, code=meeting.code, reply=Reply.ACCEPTED, sequence=0, now=NOW)
    deliver_pending()
    later = START + HOUR
    changed = change_meeting(
        actor=office.analyst, code=meeting.code, starts_at=later, ends_at=later + HOUR, place="Room 4", room="", now=NOW
    )
    assert changed.guests.get(post_code=office.colleague.post_code).reply == Reply.NONE
    assert count_open_work(office.colleague) == {"office.meeting-reply": 1}
    deliver_pending()
    cancel_meeting(actor=office.head, code=meeting.code, reason="Nothing to say.", now=NOW)
    deliver_pending()
    sent = [invitation(one) for one in mail.outbox]
    assert [(calendar["METHOD"], event["SEQUENCE"]) for calendar, event in sent] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert sent[2][1]["STATUS"] == "CANCELLED"
    assert len({event["UID"] for _calendar, event in sent}) == 1
    assert count_open_work(office.colleague) == {"office.meeting-changed": 1}


def test_a_change_to_what_is_so_already_sends_nothing(office):
    reach(office.colleague)
    meeting = called(office)
    deliver_pending()
    same = change_meeting(
        actor=office.analyst, code=meeting.code, starts_at=START, ends_at=START + HOUR, place="Room 4", room="", now=NOW
    )
    deliver_pending()
    assert (same.sequence, len(mail.outbox)) == (0, 1)


def test_an_invitation_that_was_overtaken_is_not_sent(office):
    reach(office.colleague)
    meeting = called(office)
    cancel_meeting(actor=office.head, code=meeting.code, reason="", now=NOW)
    deliver_pending()
    assert [invitation(one)[0]["METHOD"] for one in mail.outbox] == ["CANCEL"]


def test_a_reply_to_what_was_changed_meanwhile_is_refused(office):
    meeting = called(office)
    later = START + HOUR
    change_meeting(
        actor=office.head, code=meeting.code, starts_at=later, ends_at=later + HOUR, place="", room="", now=NOW
    )
    with pytest.raises(CannotMeet, match="changed"):
        reply_to_meeting(actor=office.colleague, code=meeting.code, reply=Reply.ACCEPTED, sequence=0, now=NOW)
    with pytest.raises(AccessDenied):
        reply_to_meeting(actor=office.lawyer, code=meeting.code, reply=Reply.ACCEPTED, sequence=1, now=NOW)


def reply_file(meeting, address, reply, *, sequence=0, at=NOW):
    item = Item(uid_of(meeting), sequence, at, START, START + HOUR, "Asia/Jakarta", "x")
    organizer, guest = Party("a@example.org", "A"), Party(address, "G", reply)
    return ics.write_reply(item, organizer=organizer, guest=guest, answered_at=at)


def test_replies_by_file_are_taken_newest_wins_and_older_ones_are_ignored(office):
    meeting = called(office, outside=[("Rina", "rina@example.com")])
    rina = meeting.guests.get(address="rina@example.com")

    def take(reply, minutes, sequence=0):
        file = reply_file(meeting, "rina@example.com", reply, sequence=sequence, at=NOW + timedelta(minutes=minutes))
        taken = take_reply_file(actor=office.analyst, code=meeting.code, content=file, now=NOW)
        rina.refresh_from_db()
        return len(taken), rina.reply

    assert take(Reply.ACCEPTED, 10) == (1, "accepted")
    assert take(Reply.DECLINED, 5) == (0, "accepted")
    assert take(Reply.ACCEPTED, 10) == (0, "accepted")
    assert take(Reply.DECLINED, 20) == (1, "declined")
    later = START + HOUR
    change_meeting(
        actor=office.head, code=meeting.code, starts_at=later, ends_at=later + HOUR, place="", room="", now=NOW
    )
    assert take(Reply.ACCEPTED, 30) == (0, "needs-action")  # answers the older invitation
    assert take(Reply.ACCEPTED, 30, sequence=1) == (1, "accepted")


@pytest.mark.parametrize("what", ["nonsense", "other meeting", "stranger", "request"])
def test_a_file_that_is_no_reply_to_this_is_refused(office, what):
    meeting, other = called(office, outside=[("Rina", "rina@example.com")]), ask(office, title="Another")
    file = {
        "nonsense": b"hello",
        "other meeting": reply_file(other, "rina@example.com", Reply.ACCEPTED),
        "stranger": reply_file(meeting, "eve@example.com", Reply.ACCEPTED),
        "request": reply_file(meeting, "rina@example.com", Reply.ACCEPTED).replace(b"METHOD:REPLY", b"METHOD:REQUEST"),
    }[what]
    with pytest.raises(CannotMeet):
        take_reply_file(actor=office.analyst, code=meeting.code, content=file, now=NOW)


def test_whoever_follows_in_the_post_is_invited_and_who_left_is_not(office):
    meeting = called(office)
    with pytest.raises(AccessDenied):
        access_meeting(replace(office.colleague, post_code="kemenpan-rb//elsewhere", unit_code=""), meeting.code)
    successor = replace(office.colleague, person_number="3171016003850099", account_id=999)
    assert access_meeting(successor, meeting.code) == meeting


def test_somebody_uninvited_is_told_and_reads_nothing_more(office):
    reach(office.colleague)
    meeting = called(office)
    deliver_pending()
    guest = meeting.guests.get(post_code=office.colleague.post_code)
    withdraw_invitation(actor=office.head, code=meeting.code, guest=guest.pk, now=NOW)
    deliver_pending()
    assert [invitation(one)[0]["METHOD"] for one in mail.outbox] == ["REQUEST", "CANCEL"]
    assert count_open_work(office.colleague) == {}
    with pytest.raises(AccessDenied):
        access_meeting(office.colleague, meeting.code)
    chair = meeting.guests.get(post_code=office.head.post_code)
    with pytest.raises(CannotMeet):
        withdraw_invitation(actor=office.analyst, code=meeting.code, guest=chair.pk, now=NOW)


def test_matters_are_proposed_by_the_invited_and_taken_up_by_the_chair(office):
    meeting = called(office)
    item = propose_matter(actor=office.colleague, code=meeting.code, title="The budget", now=NOW)
    assert (item.place, item.state) == (3, "proposed")
    assert count_open_work(office.head) == {"office.agenda": 1}
    with pytest.raises(AccessDenied):
        decide_matter(actor=office.colleague, code=meeting.code, place=3, take=True, now=NOW)
    assert decide_matter(actor=office.head, code=meeting.code, place=3, take=True, now=NOW).state == "taken"
    assert count_open_work(office.head) == {}


def test_papers_are_for_the_invited_also_of_another_agency_and_for_who_is_invited_later(office):
    meeting, paper = called(office), make_document(office.analyst, reach="named")
    add_paper(actor=office.analyst, code=meeting.code, document=paper.code, now=NOW)
    assert access_document(office.neighbor, paper.code) == paper
    with pytest.raises(AccessDenied):
        access_document(office.lawyer, paper.code)
    invite(actor=office.head, code=meeting.code, post_code=office.lawyer.post_code, now=NOW)
    assert access_document(office.lawyer, paper.code) == paper
    closed = make_document(office.lawyer, reach="named")
    with pytest.raises(AccessDenied):
        add_paper(actor=office.analyst, code=meeting.code, document=closed.code, now=NOW)


def test_minutes_are_drafted_from_what_was_noted_once(office):
    meeting = held(office)
    assert [one.title for one in find_open_work(kind="office.minutes", object_ref=f"meeting:{meeting.code}")]
    note_outcome(actor=office.head, code=meeting.code, place=1, outcome="It is *agreed*.", now=START + HOUR)
    agree_follow_up(
        actor=office.head,
        code=meeting.code,
        post_code=office.neighbor.post_code,
        text="Send the figures",
        due_on=date(2026, 12, 1),
        now=START + HOUR,
    )
    document = draft_minutes(actor=office.analyst, code=meeting.code, now=START + HOUR)
    assert draft_minutes(actor=office.head, code=meeting.code, now=START + HOUR) == document
    assert (document.form, document.task_code) == ("minutes", meeting.task_code)
    for words in ("The draft", "It is *agreed*.", "Who writes", "Send the figures"):
        assert words in document.body
    assert document.fields["present"].splitlines() == ["Analyst", "Head"]
    assert DocumentReader.objects.filter(document=document, holder=f"post:{office.head.post_code}").exists()
    assert count_open_work(office.analyst) == {}
    with pytest.raises(CannotMeet):
        note_outcome(actor=office.head, code=meeting.code, place=1, outcome="No.", now=START + HOUR)


def test_attendance_waits_for_the_beginning_and_minutes_for_attendance(office):
    meeting = called(office)
    with pytest.raises(CannotMeet):
        record_attendance(actor=office.head, code=meeting.code, came=[], now=START - HOUR)
    with pytest.raises(CannotMeet):
        draft_minutes(actor=office.head, code=meeting.code, now=START + HOUR)


def test_a_follow_up_is_an_instruction_to_those_below_and_a_task_for_others(office):
    meeting = held(office)

    def agree(who, **chosen):
        values = {"text": "Send it", "due_on": date(2026, 12, 1), "now": START + HOUR}
        return agree_follow_up(
            actor=office.head, code=meeting.code, post_code=getattr(office, who).post_code, **values | chosen
        )

    below, other = agree("colleague"), agree("neighbor")
    assert (bool(below.instruction), bool(other.instruction)) == (True, False)
    assert agree("neighbor") == other
    assert count_open_work(office.neighbor)["office.follow-up"] == 1
    with pytest.raises(AccessDenied):
        finish_follow_up(actor=office.colleague, number=other.pk, result="", now=START + HOUR)
    finish_follow_up(actor=office.neighbor, number=other.pk, result="Sent.", now=START + HOUR)
    assert "office.follow-up" not in count_open_work(office.neighbor)
    with pytest.raises(CannotMeet):
        agree("lawyer")
    with pytest.raises(CannotMeet):
        agree("neighbor", due_on=date(2026, 1, 1), text="Late")


def test_taken_time_is_shown_and_a_free_time_is_found(office):
    meeting = called(office)
    posts = [office.colleague.post_code, office.lawyer.post_code]
    busy = list_busy(posts, since=START, until=START + HOUR)
    assert [(one.post_code, one.starts_at) for one in busy] == [(office.colleague.post_code, START)]
    assert list_busy(posts, since=START, until=START + HOUR, besides=meeting) == []
    near = START - timedelta(minutes=30)
    assert suggest_times(posts, near=near, length=HOUR, until=START + 4 * HOUR, limit=2) == [
        START + HOUR,
        START + 2 * HOUR,
    ]
    reply_to_meeting(actor=office.colleague, code=meeting.code, reply=Reply.DECLINED, sequence=0, now=NOW)
    assert list_busy(posts, since=START, until=START + HOUR) == []


def test_an_invited_official_of_another_agency_acts_within_their_own_scope(office):
    meeting = ask(office, chair=office.neighbor.post_code)
    with scoped(Scope(agency="komdigi")):
        agree_to_meeting(actor=office.neighbor, code=meeting.code, now=NOW)
        propose_matter(actor=office.neighbor, code=meeting.code, title="Ours", now=NOW)
        assert access_meeting(office.neighbor, meeting.code).status == MeetingStatus.CALLED
        assert list_meetings(office.neighbor, since=START, until=START + HOUR) == [meeting]
    with scoped(Scope(agency="kemenpan-rb")):
        reply_to_meeting(actor=office.colleague, code=meeting.code, reply=Reply.ACCEPTED, sequence=0, now=NOW)
        make_official(
            "later", person_number="3171016003850091", post_code="kemenpan-rb//later", roles=("office.clerk",)
        )
        invite(actor=office.analyst, code=meeting.code, post_code="kemenpan-rb//later", now=NOW)
