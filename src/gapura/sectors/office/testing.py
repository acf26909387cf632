"""An office with units, posts and people in them, and documents to try things on. For tests only."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image

from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import create_unit, place_post
from gapura.kernel.identity.queries import find_account, list_capacities, list_units
from gapura.kernel.identity.testing import make_official
from gapura.sectors.office.actions.calendar import EntryPlan, add_entry, open_feed
from gapura.sectors.office.actions.cards import open_card
from gapura.sectors.office.actions.dispatch import dispatch_document
from gapura.sectors.office.actions.meetings import request_meeting
from gapura.sectors.office.actions.minutes import add_paper
from gapura.sectors.office.actions.receipt import accept_letter, receive_document
from gapura.sectors.office.actions.rooms import book_room
from gapura.sectors.office.actions.weekly import prepare_weekly_report
from gapura.sectors.office.models import (
    Destruction,
    DocumentFile,
    DocumentReader,
    DocumentVersion,
    DutyShift,
    DutySwap,
    Folder,
    FolderHold,
    FolderTerm,
    FollowUp,
    HandOver,
    IncomingLetter,
    Instruction,
    Letter,
    LetterFile,
    LetterStep,
    Memo,
    OfficialDocument,
    Room,
    SecurityChange,
    Transfer,
)
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.planning import MeetingPlan
from gapura.sectors.office.types import (
    CalendarScope,
    CameBy,
    CardWords,
    DispatchReceiver,
    EnclosedFile,
    FolderState,
    ReaderGround,
    ReceivedLetter,
)

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AGENCY, OTHER_AGENCY = "kemenpan-rb", "komdigi"
MINISTRY = f"{AGENCY}/ministry"
SERVICES = f"{AGENCY}/services"
STANDARDS = f"{AGENCY}/services/standards"
LEGAL = f"{AGENCY}/legal"
ELSEWHERE = f"{OTHER_AGENCY}/applications"
_UNITS = {
    MINISTRY: ("Kementerian", ""),
    SERVICES: ("Deputi Pelayanan Publik", MINISTRY),
    STANDARDS: ("Bagian Standar Pelayanan", SERVICES),
    LEGAL: ("Biro Hukum", MINISTRY),
    ELSEWHERE: ("Direktorat Aplikasi", ""),
}
_PEOPLE = {  # name: (unit, rank)
    "analyst": (STANDARDS, "staff"),
    "colleague": (STANDARDS, "staff"),
    "head": (STANDARDS, "administrator"),
    "director": (SERVICES, "leader"),
    "lawyer": (LEGAL, "expert"),
    "minister": (MINISTRY, "minister"),
    "neighbor": (ELSEWHERE, "staff"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """People of a ministry and one of another; each acts in a post of their own."""

    analyst: Actor
    colleague: Actor
    head: Actor
    director: Actor
    lawyer: Actor
    minister: Actor
    neighbor: Actor


def make_office() -> Office:
    """Units, posts and people; each has an account called as the field is."""
    house = system_actor("test")
    for code, (title, parent) in _UNITS.items():
        agency = code.split("/")[0]
        titles = dict.fromkeys(("id", "en", "ko"), title)
        create_unit(actor=house, code=code, agency_code=agency, office_code="", title=titles, parent=parent)
    return Office(
        **{name: _appoint(house, name, *place, number) for number, (name, place) in enumerate(_PEOPLE.items())}
    )


def _appoint(house: Actor, name: str, unit: str, rank: str, number: int) -> Actor:
    post = f"{unit.split('/')[0]}//{name}"
    account = make_official(
        name, person_number=f"31710160038500{number + 40:02}", post_code=post, roles=("office.clerk",)
    )
    place_post(actor=house, code=post, unit_code=unit, rank=rank)
    account.refresh_from_db()
    return next(one.actor for one in list_capacities(account, on=date(2026, 11, 23)) if one.actor.post_code == post)


def take_office(login: str, post_code: str, unit_code: str, *, rank: str = "staff") -> Actor:
    """Somebody who holds a post already sits in a unit from now on, which is founded where it is missing."""
    house = system_actor("test")
    agency, office, _name = post_code.split("/")
    if unit_code not in {unit.code for unit in list_units(agency_code=agency)}:
        titles = dict.fromkeys(("id", "en", "ko"), unit_code)
        create_unit(actor=house, code=unit_code, agency_code=agency, office_code=office, title=titles, parent="")
    place_post(actor=house, code=post_code, unit_code=unit_code, rank=rank)
    account = find_account(login)
    assert account is not None
    capacities = list_capacities(account, on=date(2026, 11, 23))
    return next(one.actor for one in capacities if one.actor.post_code == post_code)


def make_file(document: OfficialDocument, *, name: str = "notes.txt", now: datetime = NOW) -> DocumentFile:
    """An attachment of the document."""
    return DocumentFile.objects.create(
        document=document,
        code=new_code(11),
        name=name,
        media_type="text/plain",
        content=b"Notes.",
        size=6,
        digest=sha256(b"Notes.").hexdigest(),
        added_by_person=document.drafter_person,
        added_at=now,
    )


def make_document(actor: Actor, *, now: datetime = NOW, **chosen: Any) -> OfficialDocument:
    """A draft of the official, with its first version and its drafter as reader; ``chosen`` are columns."""
    values: dict[str, Any] = {
        "form": "letter",
        "title": "Standards of service",
        "body": "The standards are **published**.\n",
        "language": "id",
        "task_code": "OT.01",
        "retention": "five-years",
        "security": "ordinary",
    }
    document = OfficialDocument.objects.create(
        code=new_code(11),
        agency_code=actor.agency_code,
        office_code=actor.office_code,
        unit_code=actor.unit_code,
        drafter_post=actor.post_code,
        drafter_label=actor.label,
        drafter_person=actor.person_number,
        created_at=now,
        changed_at=now,
        **values | chosen,
    )
    DocumentVersion.objects.create(
        document=document,
        number=1,
        title=document.title,
        body=document.body,
        fields=document.fields,
        digest=digest({"title": document.title, "body": document.body, "fields": document.fields}).hex(),
        made_by_post=actor.post_code,
        made_by_label=actor.label,
        made_by_person=actor.person_number,
        made_at=now,
    )
    DocumentReader.objects.create(
        document=document,
        holder=f"post:{actor.post_code}",
        agency_code=actor.agency_code,
        ground=ReaderGround.DRAFTER,
        named_by_label=actor.label,
        named_at=now,
    )
    return document


def make_record(actor: Actor, *, serial: int = 1, now: datetime = NOW, **chosen: Any) -> OfficialDocument:
    """A registered, sealed document of the official, open to the public unless ``chosen`` says otherwise."""
    numbered = {"number": f"B/{serial}/OT.01/{now.year}", "serial": serial, "year": now.year, "registered_at": now}
    values = {"status": "registered", "direction": "outgoing", "disclosure": "open", "sealed": b"%PDF-sealed"}
    return make_document(actor, now=now, **numbered | values | chosen)


def make_letter(number: str, *, is_sent: bool = False, now: datetime = NOW) -> Letter:
    """A letter of the person, with a file; sent to the ministry and arrived there, or still a draft to nobody."""
    sent = {"state": "arrived", "sent_at": now, "number": new_code(10), "agency_code": AGENCY, "addressee": AGENCY}
    letter = Letter.objects.create(
        code=new_code(11),
        sender=number,
        sender_name="Resident",
        writer=number,
        title="A lamp",
        body="It is dark.",
        language="id",
        created_at=now,
        changed_at=now,
        **sent if is_sent else {},
    )
    LetterFile.objects.create(
        letter=letter,
        code=new_code(11),
        name="lamp.pdf",
        media_type="application/pdf",
        content=b"%PDF-lamp",
        size=9,
        digest=sha256(b"%PDF-lamp").hexdigest(),
        added_at=now,
    )
    if is_sent:
        LetterStep.objects.create(letter=letter, state="arrived", at=now)
    return letter


def make_picture(document: OfficialDocument, *, now: datetime = NOW) -> DocumentFile:
    """An attachment of the document that can be drawn."""
    drawn = BytesIO()
    Image.new("RGB", (40, 30), (255, 255, 255)).save(drawn, "JPEG")
    content = drawn.getvalue()
    return DocumentFile.objects.create(
        document=document,
        code=new_code(11),
        name="plan.jpg",
        media_type="image/jpeg",
        content=content,
        size=len(content),
        digest=sha256(content).hexdigest(),
        added_by_person=document.drafter_person,
        added_at=now,
    )


def make_kept_folder(actor: Actor, *, task_code: str = "OT.01", closed: bool = True, now: datetime = NOW) -> Folder:
    """A folder of long ago with one document in it: closed and at the end of its term, or still open."""
    folder: Folder = Folder.objects.create(
        code=f"{actor.unit_code}/{task_code}/2010",
        agency_code=actor.agency_code,
        office_code=actor.office_code or "",
        unit_code=actor.unit_code,
        task_code=task_code,
        year=2010,
        title="Standards of service",
        retention="permanent",
        state=FolderState.CLOSED if closed else FolderState.OPEN,
        opened_on=date(2010, 1, 4),
        closed_on=date(2011, 1, 10) if closed else None,
    )
    numbered = {"status": "registered", "serial": Folder.objects.count(), "number": f"B/{folder.pk}", "year": 2010}
    make_document(actor, now=now, folder=folder, task_code=task_code, registered_at=now, **numbered)
    if closed:
        FolderTerm.objects.create(
            folder=folder,
            code=new_code(11),
            retention="permanent",
            fate="permanent",
            law="UU 43/2009",
            active_until=date(2013, 1, 1),
            inactive_until=date(2021, 1, 1),
            documents=1,
            contents=contents_digest(folder),
        )
    return folder


def make_archive_objects(actor: Actor, *, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    """What the archivists' addresses name: a closed folder, a hold, a hand-over, a year to close, a list."""
    folder, sent = make_kept_folder(actor, now=now), make_kept_folder(actor, task_code="OT.04", now=now)
    opened = make_kept_folder(actor, task_code="OT.02", closed=False, now=now)
    held = make_kept_folder(actor, task_code="OT.03", now=now)
    hold = FolderHold.objects.create(
        code=new_code(11), folder=held, ground="case", reference="K 1", set_by_label=actor.label, set_at=now
    )
    transfer = Transfer.objects.create(
        code=new_code(11),
        folder=sent,
        agency_code=actor.agency_code,
        digest="0" * 64,
        size=1,
        sent_by_label=actor.label,
        sent_at=now,
    )
    destruction = Destruction.objects.create(
        code=new_code(11),
        agency_code=actor.agency_code,
        office_code=actor.office_code or "",
        reason="The term is over.",
        listing="0" * 64,
        proposed_by_label=actor.label,
        proposed_by_person=actor.person_number,
        proposed_at=now,
    )
    return {
        "archive folder": {"closed": {"code": folder.code}},
        "held folder": {"held": {"code": held.code, "hold_code": hold.code}},
        "archive year": {"open": {"year": opened.year, "unit_code": opened.unit_code}},
        "hand-over": {"sent": {"code": transfer.code}},
        "destruction": {"proposed": {"code": destruction.code}},
    }


def make_work_objects(actor: Actor, *, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    """What the addresses of one's own work name: a card, an instruction, a memo, a week's report, a hand-over."""
    today = now.date()
    here = {"agency_code": actor.agency_code, "unit_code": actor.unit_code}
    words = CardWords(title="Standards", task_code="OT.01", begins_on=today, due_on=today)
    boss = {"issuer_post": "head", "issuer_label": "Head", "issuer_person": "3", "confirmer_post": "head"}
    told = Instruction.objects.create(
        code=new_code(11),
        title="Count",
        due_on=today,
        receiver_post=actor.post_code,
        receiver_label=actor.label,
        handler_post=actor.post_code,
        issued_at=now,
        **here | boss,
    )
    memo = Memo.objects.create(
        code=new_code(11),
        title="Counters",
        body="Well.",
        author_post=actor.post_code,
        author_label=actor.label,
        author_person=actor.person_number,
        sent_at=now,
        **here,
    )
    given = HandOver.objects.create(
        code=new_code(11),
        agency_code=actor.agency_code,
        reason="transfer",
        source="post:x",
        serial=1,
        source_label="X",
        target=f"post:{actor.post_code}",
        target_label=actor.label,
        contents=[],
        handed_by_label="X",
        handed_at=now,
    )
    monday = today - timedelta(days=today.weekday())
    report = prepare_weekly_report(actor=actor, unit_code=actor.unit_code, monday=monday, now=now)
    return {
        "task card": {"open": {"code": open_card(actor=actor, words=words, now=now).code}},
        "instruction": {"issued": {"code": told.code}},
        "memo": {"sent": {"code": memo.code}},
        "weekly report": {"draft": {"code": report.code}},
        "handed-over work": {"given": {"code": given.code}},
    }


def make_incoming_letter(actor: Actor, *, code: str, now: datetime = NOW) -> IncomingLetter:
    """A letter of another agency, with a file, that waits in the mail room of the official's unit."""
    letter = ReceivedLetter(
        code=code,
        agency_code=actor.agency_code or "",
        unit_code=actor.unit_code,
        came_by=CameBy.OFFICE,
        title="A request",
        sender_label="Direktorat Aplikasi, Komdigi",
        sender_agency=OTHER_AGENCY,
        their_number="B-1/KOMDIGI/2026",
        sealed=b"%PDF-sealed",
        files=(EnclosedFile("list.txt", "text/plain", b"one"),),
    )
    return receive_document(actor=system_actor("test"), letter=letter, sealed_by=OTHER_AGENCY, now=now)


def make_desk_objects(actor: Actor, *, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    """What the addresses of letters between offices name: one that came in, one that was sent, a sealed document."""
    arrived = make_incoming_letter(actor, code="ARRIVED0001", now=now)
    accepted = make_incoming_letter(actor, code="ACCEPTED001", now=now)
    accept_letter(actor=actor, code=accepted.code, task_code="TU.01", now=now)
    sealed = make_record(actor, serial=90, now=now)
    receiver = DispatchReceiver("Direktorat Aplikasi, Komdigi", OTHER_AGENCY)
    sent = dispatch_document(actor=actor, document=sealed, receivers=[receiver], now=now)[0]
    return {
        "incoming letter": {"arrived": {"code": arrived.code}, "accepted": {"code": accepted.code}},
        "enclosure": {"arrived": {"code": arrived.code, "place": 0}, "accepted": {"code": accepted.code, "place": 0}},
        "dispatch": {"waiting": {"code": sent.code}},
        "sealed document": {"sealed": {"code": sealed.code}},
    }


def make_calendar_objects(actor: Actor, *, now: datetime = NOW) -> dict[str, dict[str, Any]]:
    """What the addresses of calendar, meetings, rooms and duty name: each the official's own."""
    begins, hour, zone = now.replace(minute=0) + timedelta(days=1), timedelta(hours=1), "Asia/Jakarta"
    plan = MeetingPlan("Standards", "OT.01", begins, begins + hour, zone, actor.post_code or "", agenda=["One"])
    meeting, paper = request_meeting(actor=actor, plan=plan, now=now), make_document(actor, now=now)
    add_paper(actor=actor, code=meeting.code, document=paper.code, now=now)
    mine = {"agency_code": actor.agency_code, "post_code": actor.post_code, "label": actor.label}
    follow_up = FollowUp.objects.create(meeting=meeting, text="Count", due_on=begins.date(), asked_at=now, **mine)
    entry_plan = EntryPlan("Dentist", begins, begins + hour, zone)
    entry = add_entry(actor=actor, holder=f"post:{actor.post_code}", plan=entry_plan, now=now)
    feed, token = open_feed(actor=actor, scope=CalendarScope.MINE, now=now)
    room = Room.objects.create(
        code=new_code(9), agency_code=actor.agency_code, office_code=actor.office_code, title="Room", seats=9, zone=zone
    )
    booked = book_room(actor=actor, code=room.code, starts_at=begins, ends_at=begins + hour, purpose="Talk", now=now)
    shifts = [
        DutyShift.objects.create(
            code=new_code(11), unit_code=actor.unit_code, kind="evening", day=day.date(), zone=zone, starts_at=day,
            ends_at=day + hour, planned_at=now, changed_at=now, **mine | {"post_code": post},
        )
        for day, post in ((now - hour, actor.post_code), (begins, actor.post_code), (begins + 24 * hour, "other"))
    ]  # fmt: skip
    swap = DutySwap.objects.create(
        code=new_code(11), shift=shifts[1], other=shifts[2], asked_by_post=actor.post_code, asked_of_post="other",
        asked_at=now,
    )  # fmt: skip
    return {
        "meeting": {"called": {"code": meeting.code}},
        "meeting paper": {"called": {"code": meeting.code, "document": paper.code}},
        "follow-up": {"open": {"number": follow_up.pk}},
        "calendar entry": {"own": {"code": entry.code}},
        "calendar feed": {"own": {"number": feed.pk}},
        "calendar address": {"open": {"token": token}, "unknown": {"token": "unknown"}},
        "room": {"open": {"code": room.code}},
        "room booking": {"own": {"code": booked[0].code}},
        "duty shift": {"begun": {"code": shifts[0].code}},
        "duty swap": {"asked": {"code": swap.code}},
    }


def make_security_change(document: OfficialDocument, *, now: datetime) -> SecurityChange:
    """The record of a change from restricted to what it is, with a note that is no PDF."""
    found: SecurityChange = SecurityChange.objects.create(
        document=document, before="restricted", after=document.security, ground="mistaken", law="UU",
        reason="Mistaken.", by_label="Head", by_post=document.drafter_post, by_person=document.drafter_person, at=now,
        note=b"%PDF",
    )  # fmt: skip
    return found
