"""The pages of one's own work: opened, filled in, refused in words, and kept from who has nothing to do with them."""

from datetime import date

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.testing import sign_in
from gapura.sectors.office.actions.cards import open_card
from gapura.sectors.office.actions.instructions import issue_instruction
from gapura.sectors.office.actions.memos import send_memo
from gapura.sectors.office.models import HandOver, Instruction, Memo, OfficialDocument, TaskCard, Todo, WeeklyReport
from gapura.sectors.office.testing import NOW, make_document, make_office
from gapura.sectors.office.types import CardWords

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
DESK = "/desk/office"


@pytest.fixture
def office():
    with clock.frozen(NOW):
        yield make_office()


def browser(actor):
    client = Client(headers={"Accept-Language": "en"})
    account = find_account(actor.post_code.rpartition("/")[2])
    sign_in(client, account, post_code=actor.post_code)
    return client


def text(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


CARD = {
    "title": "Standards of 2027",
    "task_code": "OT.01",
    "owner_post": "kemenpan-rb//analyst",
    "begins_on": "2026-11-23",
    "due_on": "2027-01-31",
    "results": "A book",
}


def test_a_card_on_its_pages(office):
    desk = browser(office.analyst)
    assert "No task card here" in text(desk.get(f"{DESK}/cards/"))
    place = desk.post(f"{DESK}/cards/new/", CARD).headers["Location"]
    card = TaskCard.objects.get()
    assert place == f"{DESK}/cards/{card.code}/"
    document = make_document(office.analyst, title="=A paper")
    for sent in (
        {"do": "plan", "title": "Draft", "due_on": "2026-12-01"},
        {"do": "link", "kind": "document", "code": document.code},
        {"do": "reached", "milestone": card.milestones.first() and ""},
    ):
        if sent["do"] == "reached":
            sent["milestone"] = card.milestones.get().code
        assert desk.post(place, sent).status_code == 302
    page = text(desk.get(place))
    assert all(words in page for words in ("=A paper", "1 of 1 milestones", "A book", "Milestone planned"))
    assert "between the begin and the end" in text(
        desk.post(place, {"do": "plan", "title": "X", "due_on": "2030-01-01"})
    )
    assert "nothing with this code" in text(desk.post(place, {"do": "link", "kind": "document", "code": "NONE"}))
    box = text(browser(office.director).get(f"{DESK}/cards/?state=open"))
    assert "Standards of 2027" in box
    table = browser(office.head).get(f"{DESK}/cards.csv").content.decode().splitlines()
    assert table[0].startswith("code,unit,task,title")
    assert table[1].endswith("open,2026-11-23,2027-01-31,1,1,0")
    changed = CARD | {"title": "Standards of 2028", "revision": "4"}
    assert desk.post(f"{place}change/", changed).status_code == 302
    assert "Somebody changed the card meanwhile" in text(desk.post(f"{place}change/", changed | {"title": "Other"}))
    closed = {"do": "close", "outcome": "Printed.", "state": "done", "revision": "5"}
    assert desk.post(place, closed).status_code == 302
    assert "What came of it" in text(desk.get(place))
    for name in ("lawyer", "neighbor"):
        assert browser(getattr(office, name)).get(place).status_code == 404
    assert browser(office.colleague).get(f"{place}change/").status_code == 404


def test_an_instruction_on_its_pages(office):
    head, desk = browser(office.head), browser(office.analyst)
    assert desk.get(f"{DESK}/instructions/new/").status_code == 404
    sent = {"receiver_post": office.analyst.post_code, "title": "Count", "due_on": "2026-12-01"}
    assert "has passed" in text(head.post(f"{DESK}/instructions/new/", sent | {"due_on": "2026-11-01"}))
    place = head.post(f"{DESK}/instructions/new/", sent).headers["Location"]
    assert "Accept" in text(desk.get(place))
    assert desk.post(place, {"act": "accepted"}).status_code == 302
    assert "few words" in text(desk.post(place, {"act": "finished"}))
    assert "Choose one of the buttons" in text(desk.post(place, {"act": "dance"}))
    assert desk.post(place, {"act": "finished", "words": "41 counters."}).status_code == 302
    assert "41 counters." in text(head.get(place))
    assert head.post(place, {"act": "confirmed"}).status_code == 302
    assert "Confirmed" in text(desk.get(f"{DESK}/instructions/"))
    assert "Count" in text(browser(office.director).get(f"{DESK}/instructions/?side=below"))
    assert "Count" in desk.get(f"{DESK}/instructions.csv").content.decode()
    assert browser(office.colleague).get(place).status_code == 404
    parent = issue_instruction(
        actor=office.minister, receiver_post=office.head.post_code, title="All", due_on=TODAY, now=NOW
    )
    head.post(f"{DESK}/instructions/{parent.code}/", {"act": "accepted"})
    assert "A part of:" in text(head.get(f"{DESK}/instructions/new/?parent={parent.code}"))
    part = sent | {"parent": parent.code, "due_on": "2026-11-23"}
    place = head.post(f"{DESK}/instructions/new/", part).headers["Location"]
    assert "The whole chain" in text(desk.get(place))


def test_a_memo_on_its_pages_and_an_instruction_from_it(office):
    desk, head = browser(office.analyst), browser(office.head)
    assert "my unit and those above it" in text(desk.get(f"{DESK}/memos/new/"))
    sent = {"recipients": [office.head.post_code], "title": "Counters", "body": "**Well** <script>"}
    place = desk.post(f"{DESK}/memos/new/", sent).headers["Location"]
    assert "read by 0 of 1" in text(desk.get(f"{DESK}/memos/?box=out"))
    assert "not yet read" in text(head.get(f"{DESK}/memos/"))
    page = text(head.get(place))
    assert "<strong>Well</strong> &lt;script&gt;" in page
    assert "Give an instruction from it" in page
    assert "read by 1 of 1" in text(desk.get(f"{DESK}/memos/?box=out"))
    code = Memo.objects.get().code
    told = {
        "receiver_post": office.analyst.post_code,
        "title": "More",
        "due_on": "2026-12-01",
        "source": f"memo:{code}",
    }
    assert head.post(f"{DESK}/instructions/new/?source=memo:{code}", told).status_code == 302
    assert Instruction.objects.get().source == f"memo:{code}"
    assert "More" in text(desk.get(place))
    assert browser(office.colleague).get(place).status_code == 404


def test_notes_on_their_page(office):
    desk = browser(office.analyst)
    assert desk.post(f"{DESK}/notes/", {"title": "Call", "due_on": "2026-12-01"}).status_code == 302
    code = Todo.objects.get().code
    assert browser(office.colleague).post(f"{DESK}/notes/", {"code": code, "do": "done"}).status_code == 404
    assert desk.post(f"{DESK}/notes/", {"code": code, "do": "done"}).status_code == 302
    assert "What is done" in text(desk.get(f"{DESK}/notes/"))
    assert "This field is required" in text(desk.post(f"{DESK}/notes/", {"title": ""}))


def test_a_weekly_report_on_its_pages(office):
    desk, head = browser(office.analyst), browser(office.head)
    assert "Open my unit" in text(desk.get(f"{DESK}/weekly/"))
    assert "Choose a week" in text(desk.post(f"{DESK}/weekly/", {"monday": "soon"}))
    place = desk.post(f"{DESK}/weekly/", {"monday": "2026-11-23"}).headers["Location"]
    assert "What the records say" in text(desk.get(place))
    assert desk.post(place, {"do": "save", "body": "Good.", "revision": "1"}).status_code == 302
    assert "Somebody saved" in text(desk.post(place, {"do": "save", "body": "Bad.", "revision": "1"}))
    assert desk.post(place, {"do": "assemble", "body": "Good.", "revision": "2"}).status_code == 302
    assert desk.post(place, {"do": "submit", "body": "Better.", "revision": "3"}).status_code == 302
    assert "Better." in text(head.get(place))
    assert "what is to be changed" in text(head.post(place, {"do": "send-back", "revision": "5"}))
    assert head.post(place, {"do": "approve", "revision": "5"}).status_code == 302
    assert WeeklyReport.objects.get().approved_by_person == office.head.person_number
    assert "Approved" in text(desk.get(f"{DESK}/weekly/"))
    assert desk.post(place, {"do": "write"}).status_code == 302
    assert OfficialDocument.objects.get().body == "Better."
    assert browser(office.lawyer).get(place).status_code == 404


def test_a_hand_over_on_its_pages(office):
    desk, other = browser(office.analyst), browser(office.colleague)
    assert "Nothing is open" in text(desk.get(f"{DESK}/hand-over/"))
    words = CardWords(title="Standards", task_code="OT.01", begins_on=TODAY, due_on=TODAY)
    open_card(actor=office.analyst, words=words, now=NOW)
    page = text(desk.get(f"{DESK}/hand-over/"))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    sent = {"target_post": office.colleague.post_code, "reason": "transfer", "note": "Thanks", "seen": seen}
    send_memo(actor=office.head, title="Late", body="Now", recipients=[office.analyst.post_code], now=NOW)
    page = text(desk.post(f"{DESK}/hand-over/", sent))
    assert "changed since you looked" in page
    assert "Late" in page
    sent["seen"] = page.split('name="seen" value="')[1].split('"')[0]
    place = desk.post(f"{DESK}/hand-over/", sent).headers["Location"]
    assert all(words in text(other.get(place)) for words in ("Thanks", "Standards", "I have read it"))
    assert other.post(place).status_code == 302
    assert "Report of a hand-over" in text(desk.get(place))
    assert HandOver.objects.get().note == "Thanks"
    paper = other.post(place, {"do": "write"}).headers["Location"]
    assert paper == other.post(place, {"do": "write"}).headers["Location"]
    assert all(words in OfficialDocument.objects.get().body for words in ("Thanks", "- Standards"))
    assert browser(office.lawyer).get(place).status_code == 404
    assert browser(office.colleague).get(f"{DESK}/hand-over/?source={office.analyst.post_code}").status_code == 404
    assert "What is open of Colleague" in text(
        browser(office.head).get(f"{DESK}/hand-over/?source={office.colleague.post_code}")
    )
