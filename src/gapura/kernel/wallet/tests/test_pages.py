"""The pages: a person's, the public one of a link, the desk of an agency, the page of a company."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gapura.config import limits
from gapura.foundation import clock
from gapura.foundation.rate_limits import Buckets
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.documents.queries import Document, get_content
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.wallet.actions import open_link, stop_delivery
from gapura.kernel.wallet.testing import (
    HOLDER,
    HOUSE,
    NOW,
    PERSON,
    Delivery,
    Opening,
    link,
    other_code,
    send,
)
from gapura.kernel.wallet.types import RECEIVER_ROLE, WrongCode

ENGLISH = {"accept-language": "en"}
KEY = "0123456789ABCDEF"


def browser() -> Client:
    found = Client(headers=ENGLISH)
    found.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    return found


@pytest.fixture
def holder(paper: Document) -> Client:
    found = browser()
    sign_in(found, make_resident("holder", person_number=PERSON))
    return found


@pytest.fixture
def clerk(paper: Document) -> Client:
    found = browser()
    post = "kua//reception"
    account = make_official("clerk", person_number="3171010101800021", post_code=post, roles=[RECEIVER_ROLE])
    sign_in(found, account, post_code=post)
    return found


def fill(client: Client, address: str, **filled: str) -> Any:
    """Send the form of a page as a browser does: with its hidden fields."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(send_key|attempt)" value="(\w+)"', page))
    return client.post(address, {**hidden, **filled})


def test_a_person_sends_a_paper_sees_it_opened_and_stops_it(holder: Client, clerk: Client, paper: Document) -> None:
    documents = holder.get("/documents/").content.decode()
    assert f"/documents/{paper.code}/send/" in documents
    answer = fill(holder, f"/documents/{paper.code}/send/", receiver="kua", purpose="For the wedding.", days="7")
    delivery = Delivery.objects.get()
    assert answer.headers["Location"] == f"/wallet/{delivery.number}/"
    assert "Sent, not opened yet" in holder.get("/documents/").content.decode()
    inbox = clerk.get("/desk/received/").content.decode()
    assert "For the wedding." in inbox
    assert PERSON not in inbox
    answer = clerk.post(f"/desk/received/{delivery.number}/file/", {"attempt": KEY})
    assert (answer.content, answer.headers["Content-Type"]) == (get_content(paper), "application/pdf")
    paper.refresh_from_db()
    assert paper.use_count == 1
    page = holder.get(f"/wallet/{delivery.number}/").content.decode()
    assert "1 of 20 times" in page
    assert "Religious Affairs Office" in page
    holder.post(f"/wallet/{delivery.number}/stop/")
    assert "Stopped" in holder.get("/wallet/").content.decode()
    answer = clerk.post(f"/desk/received/{delivery.number}/file/", {"attempt": "FEDCBA9876543210"}, follow=True)
    assert "stopped by its sender" in answer.content.decode()


def test_a_form_with_something_missing_says_what_and_sends_nothing(holder: Client, paper: Document) -> None:
    page = fill(holder, f"/documents/{paper.code}/send/", purpose="", days="400").content.decode()
    assert "Choose a receiver from the list." in page
    assert "Say what it is for." in page
    page = fill(holder, f"/documents/{paper.code}/link/", purpose="Flat", days="7").content.decode()
    assert "How many times may it be opened?" in page
    assert not Delivery.objects.exists()


def test_link_and_code_stand_on_one_page_that_nothing_keeps(holder: Client, paper: Document) -> None:
    form = {"purpose": "Flat", "days": "7", "openings": "1", "send_key": KEY}
    first, again = (holder.post(f"/documents/{paper.code}/link/", form) for _click in range(2))
    token, code = read_link(first.content.decode())
    assert read_link(again.content.decode()) == (token, code)
    assert Delivery.objects.count() == 1
    assert "no-store" in first.headers["Cache-Control"]
    stranger = browser()
    assert "Genuine and valid" in fill(stranger, f"/shared/{token}/", code=code).content.decode()


def read_link(page: str) -> tuple[str, str]:
    [token] = re.findall(r"/shared/(\w+)/", page)
    [code] = re.findall(r">(\d{3} \d{3})<", page)
    return token, code


def test_whoever_has_link_and_code_fetches_the_very_file_without_an_account(paper: Document) -> None:
    made, stranger = link(paper), browser()
    page = stranger.get(f"/shared/{made.token}/")
    assert paper.code not in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "same-origin"  # no other site learns the address
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    form = {"code": f"{made.code[:3]} {made.code[3:]}", "attempt": KEY}
    opened = stranger.post(f"/shared/{made.token}/", form).content.decode()
    assert "Genuine and valid" in opened
    assert PERSON not in opened
    assert "Wahyuni" not in opened
    answer = stranger.post(f"/shared/{made.token}/file/", {"attempt": KEY})
    assert answer.content == get_content(paper)
    assert "no-store" in answer.headers["Cache-Control"]
    assert stranger.post(f"/shared/{made.token}/", form).status_code == 200  # the same page, sent twice
    assert stranger.post(f"/shared/{made.token}/", {**form, "attempt": KEY[::-1]}).status_code == 404
    assert stranger.post(f"/shared/{made.token}/file/", {"attempt": KEY[::-1]}).status_code == 404
    assert Opening.objects.count() == 1


def test_a_wrong_code_says_how_many_tries_are_left_and_tells_nothing_else(paper: Document) -> None:
    made = link(paper)
    page = fill(browser(), f"/shared/{made.token}/", code=other_code(made)).content.decode()
    assert "Tries left: 4." in page
    assert "Landlord" not in page
    assert paper.title["en"] not in page


def test_a_revoked_paper_is_said_to_who_has_the_code_and_not_given(paper: Document) -> None:
    made = link(paper)
    revoke_document(actor=HOUSE, code=paper.code, reason="Corrected", now=NOW)
    page = fill(browser(), f"/shared/{made.token}/", code=made.code).content.decode()
    assert "was later declared invalid" in page
    assert "Download" not in page


def nowhere_links(paper: Document) -> Mapping[str, str]:
    """A link for each way to lead nowhere."""
    made = {name: link(paper, send_key=name, days=1 if name == "expired" else 7) for name in ENDS}
    stop_delivery(actor=HOLDER, number=made["stopped"].delivery.number, now=NOW)
    open_link(actor=HOUSE, token=made["used up"].token, code=made["used up"].code, attempt="page", now=NOW)
    for _try in range(4):
        with pytest.raises(WrongCode):
            open_link(actor=HOUSE, token=made["guessed"].token, code="x", attempt="page", now=NOW)
    browser().post(f"/shared/{made['guessed'].token}/", {"code": "x", "attempt": KEY})
    return {name: one.token for name, one in made.items()} | {"unknown": "7" * 27, "garbled": "hello"}


ENDS = ("stopped", "expired", "used up", "guessed")


def test_every_link_that_leads_nowhere_gets_one_answer_after_the_same_queries(paper: Document) -> None:
    tokens = nowhere_links(paper)
    Delivery.objects.filter(token_digest=link(paper, send_key="expired", days=1).delivery.token_digest).update(
        sent_at=NOW.replace(year=2025), expires_at=NOW
    )
    stranger = browser()
    for send_form in (
        lambda token: stranger.get(f"/shared/{token}/"),
        lambda token: stranger.post(f"/shared/{token}/", {"code": "123456", "attempt": KEY}),
        lambda token: stranger.post(f"/shared/{token}/file/", {"attempt": KEY}),
    ):
        answers, costs = set(), set()
        for token in tokens.values():
            with CaptureQueriesContext(connection) as queries:
                answer = send_form(token)
            page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            answers.add((answer.status_code, page.replace(token, "")))
            costs.add(tuple(re.sub(r"'\w+'", "?", query["sql"]) for query in queries))
        assert len(answers) == 1
        assert next(iter(answers))[0] == 404
        assert len({len(cost) for cost in costs}) == 1
    assert stranger.get(f"/shared/{link(paper, send_key='live').token}/").status_code == 200


def test_no_log_names_a_link_or_who_opened_it(holder: Client, paper: Document) -> None:
    made = link(paper)
    for code in (other_code(made), made.code):
        fill(holder, f"/shared/{made.token}/", code=code)
    holder.get("/shared/nothing/")
    events = list(AuditEvent.objects.order_by("pk").values())
    assert made.token not in str(events)
    opened = next(event for event in events if event["action"] == "wallet.opened")
    assert "shared-link" in opened["actor_reference"]
    assert Opening.objects.get().opened_by == ""


def test_a_flood_of_one_network_is_slowed_and_the_holder_still_makes_links(
    holder: Client, paper: Document, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GAPURA_RATE_LIMITS = True
    monkeypatch.setattr(limits, "buckets", Buckets())
    stranger = browser()
    statuses = {stranger.get("/shared/nothing/").status_code for _knock in range(80)}
    assert statuses == {404, 429}
    form = {"purpose": "Flat", "days": "7", "openings": "1", "send_key": KEY}
    assert holder.post(f"/documents/{paper.code}/link/", form).status_code == 200


def test_the_forms_need_their_token(paper: Document) -> None:
    strict, made = Client(enforce_csrf_checks=True), link(paper)
    assert strict.post(f"/shared/{made.token}/", {"code": made.code, "attempt": KEY}).status_code == 403


def test_a_company_page_is_for_who_acts_for_one(holder: Client, paper: Document) -> None:
    delivery = send(paper, receiver="sekar-kedaton")
    assert holder.get("/received/").status_code == 404
    assert holder.post(f"/received/{delivery.number}/file/", {"attempt": KEY}).status_code == 404


def test_older_deliveries_are_a_page_away(holder: Client, paper: Document) -> None:
    with clock.frozen(NOW):
        for number in range(21):
            send(paper, send_key=str(number), purpose=f"Purpose {number}.")
    page = holder.get("/wallet/").content.decode()
    assert "Purpose 0." not in page
    [older] = re.findall(r"\?before=(\d+)", page)
    assert "Purpose 0." in holder.get(f"/wallet/?before={older}").content.decode()
    assert holder.get("/wallet/?before=nonsense").status_code == 200
