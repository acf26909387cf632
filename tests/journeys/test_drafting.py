"""Writing a document in a real browser: it saves by itself, two editors lose nothing, a lost house neither."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.testing import sign_in
from gapura.sectors.office.actions.drafts import create_draft, name_writer
from gapura.sectors.office.models import DocumentVersion, OfficialDocument
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.testing import NOW, Office, make_office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "One.\n\nTwo.\n\nThree.\n"


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def draft(office: Office) -> OfficialDocument:
    task = next(task for task in list_unit_tasks(agency_code="kemenpan-rb") if task.disclosure == "open").code
    document = create_draft(
        actor=office.analyst, form="note", title="Standards", task_code=task, body=BODY, fields={"to": ["All"]}, now=NOW
    )
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    return document


class Desk:
    """Browsers of officials, on whose consoles nothing may go wrong."""

    def __init__(self, chromium: Browser, house: str, office: Office) -> None:
        self._chromium, self._house, self._office = chromium, house, office
        self.complaints: list[str] = []

    def open(self, name: str, path: str, **options: Any) -> Page:
        client = Client(headers={"Accept-Language": "en"})
        sign_in(client, find_account(name), post_code=getattr(self._office, name).post_code)
        context = self._chromium.new_context(locale="en-US", reduced_motion="reduce", **options)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self._house}])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.goto(f"{self._house}{path}")
        return page


@pytest.fixture
def desk(chromium: Browser, live_server: Any, office: Office) -> Iterator[Desk]:
    made = Desk(chromium, live_server.url, office)
    yield made
    assert [text for text in made.complaints if "Content Security Policy" in text or "Trusted" in text] == []


def edit(draft: OfficialDocument) -> str:
    return f"/desk/office/documents/{draft.code}/edit/"


def replace_in(page: Page, old: str, new: str) -> None:
    text = page.get_by_label("Text", exact=True)
    text.fill(text.input_value().replace(old, new))


def wait_for(page: Page, words: str) -> None:
    expect(page.locator("[data-status]")).to_contain_text(words)


def test_the_editor_saves_by_itself_and_shows_how_it_looks(desk: Desk, draft: OfficialDocument) -> None:
    page = desk.open("analyst", edit(draft))
    replace_in(page, "Two.", "Two, **at last**, and <b>no markup</b>.")
    expect(page.locator("[data-words-here] strong")).to_have_text("at last")
    expect(page.locator("[data-words-here] b")).to_have_count(0)
    page.get_by_label("What it is about").focus()
    wait_for(page, "Saved at")
    draft.refresh_from_db()
    assert "**at last**" in draft.body


def test_two_editors_at_once_lose_nothing(desk: Desk, draft: OfficialDocument) -> None:
    first, second = (desk.open(name, edit(draft)) for name in ("analyst", "colleague"))
    replace_in(first, "One.", "One by Ayu.")
    replace_in(second, "Three.", "Three by Budi.")
    for page in (first, second):
        page.get_by_label("What it is about").focus()
    wait_for(first, "Saved at")
    wait_for(second, "Somebody else saved meanwhile")
    draft.refresh_from_db()
    assert draft.body == "One by Ayu.\n\nTwo.\n\nThree by Budi.\n"
    assert set(DocumentVersion.objects.values_list("made_by_label", flat=True)) == {"Analyst", "Colleague"}


def test_a_house_that_is_lost_leaves_the_text_in_the_browser(desk: Desk, draft: OfficialDocument) -> None:
    page = desk.open("analyst", edit(draft))
    page.context.set_offline(True)
    replace_in(page, "Two.", "Two in the train.")
    page.get_by_label("What it is about").focus()
    wait_for(page, "Your text is kept in this browser")
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    wait_for(page, "This browser kept a text")
    assert "Two in the train." in page.get_by_label("Text", exact=True).input_value()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    draft.refresh_from_db()
    assert "Two in the train." in draft.body


def test_without_scripts_the_buttons_save_and_show(desk: Desk, draft: OfficialDocument) -> None:
    page = desk.open("analyst", edit(draft), java_script_enabled=False)
    replace_in(page, "Two.", "Two *by hand*.")
    page.get_by_role("button", name="Show how it looks").click()
    expect(page.locator(".words em")).to_have_text("by hand")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    draft.refresh_from_db()
    assert "Two *by hand*." in draft.body
