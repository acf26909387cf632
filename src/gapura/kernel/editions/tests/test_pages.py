"""The desk of services, as three officials and people see it."""

from datetime import date

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.approvals.testing import ApprovalRequest
from gapura.kernel.cases.testing import Case
from gapura.kernel.catalogue.queries import get_service, take_up_editions
from gapura.kernel.catalogue.types import FormFieldKind
from gapura.kernel.editions.testing import BEGINS, CARD, NOW, ServiceEdition, begin, propose, write
from gapura.kernel.editions.types import AUTHORITY, EDITOR
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.web.fields import draw_field

WHO = {
    "editor": ("dukcapil//services", [EDITOR], "3171010101800031"),
    "colleague": ("dukcapil//head", [EDITOR], "3171010101800032"),
    "authority": ("kemenpan-rb//services", [AUTHORITY], "3171010101800034"),
    "stranger": ("kua//services", [EDITOR], "3171010101800033"),
}


@pytest.fixture(autouse=True)
def today():  # type: ignore[no-untyped-def]
    with clock.frozen(NOW):
        yield


def desk(who: str) -> Client:
    post, roles, person = WHO[who]
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, make_official(who, person_number=person, post_code=post, roles=roles), post_code=post)
    return client


def place(edition: ServiceEdition) -> str:
    return f"/desk/services/editions/{edition.number}/"


def typed(edition: ServiceEdition, **changes: str) -> dict[str, str]:
    return {"text": edition.text, "reason": edition.reason, "revision": str(edition.revision)} | changes


def decide(client: Client, decision: str = "grant") -> None:
    request = ApprovalRequest.objects.get(status="open")
    address = f"/desk/approvals/{request.pk}/"
    assert place(ServiceEdition.objects.get()) in client.get(address).content.decode()
    client.post(address, {"decision": decision, "note": "Seen."})


def test_a_service_is_changed_over_three_desks() -> None:
    editor, colleague, authority = desk("editor"), desk("colleague"), desk("authority")
    assert "Family card copy" in editor.get("/desk/services/").content.decode()
    started = editor.post("/desk/services/new/", {"service_code": CARD, "copy_of": CARD})
    draft = ServiceEdition.objects.get()
    assert started.headers["Location"] == place(draft)
    wrong = draft.text.replace("checks: [is-alive]", "checks: [is-alife]").replace("\n", "\r\n")
    editor.post(place(draft), typed(draft, text=wrong, action="propose"))
    page = editor.get(place(draft)).content.decode()
    assert "1 line to correct" in page
    assert "Did you mean is-alive?" in page
    draft.refresh_from_db()
    assert "\r" not in draft.text
    right = draft.text.replace("is-alife", "is-alive").replace("en: Family card copy", "en: Printed <b>card</b>")
    editor.post(place(draft), typed(draft, text=right.replace(str(draft.begins), str(BEGINS)), action="propose"))
    decide(colleague)
    decide(authority)

    take_up_editions()

    assert get_service(CARD, on=BEGINS).title["en"] == "Printed <b>card</b>"
    with clock.frozen(NOW.replace(month=7)):
        page = Client(headers={"Accept-Language": "en"}).get(f"/services/{CARD}/").content.decode()
    assert "Printed &lt;b&gt;card&lt;/b&gt;" in page
    assert "<b>card</b>" not in page
    assert "In force" in editor.get("/desk/services/").content.decode() or "Adopted" in page


@pytest.mark.parametrize("language", ["id", "en", "ko"])
@pytest.mark.parametrize("page", ["service", "form"])
def test_the_preview_is_the_page_in_every_language(page: str, language: str) -> None:
    draft = begin("civil.residence-certificate")
    service = get_service("civil.residence-certificate", on=date(2026, 5, 4))

    shown = desk("editor").get(f"{place(draft)}preview/{page}/?language={language}").content.decode()

    assert f'<html lang="{language}"' in shown
    assert service.title[language] in shown
    assert (service.fields[0].label[language] in shown) == (page == "form")


def test_what_is_typed_into_a_preview_goes_nowhere() -> None:
    draft = begin("civil.residence-certificate")

    page = desk("editor").post(f"{place(draft)}preview/form/?language=en", {"history": "all"}).content.decode()

    assert "Nothing was sent" in page
    assert Case.objects.count() == 0


def test_a_text_with_mistakes_has_no_preview_and_says_so() -> None:
    draft = write(begin(), "checks: [is-alive]", "checks: [gone]")

    assert "Correct every line" in desk("editor").get(f"{place(draft)}preview/form/").content.decode()


def test_every_kind_of_field_can_be_previewed() -> None:
    (field,) = get_service("civil.residence-certificate", on=date(2026, 5, 4)).fields
    for kind in FormFieldKind:
        assert draw_field(type(field)(code="x", label=field.label, kind=kind)).label


def test_what_somebody_else_saved_meanwhile_is_kept_and_so_is_what_was_typed() -> None:
    draft = begin()
    mine = typed(draft, text=draft.text.replace("en: Family card copy", "en: Mine"), action="save")
    write(draft, "en: Family card copy", "en: Theirs")

    page = desk("colleague").post(place(draft), mine).content.decode()

    assert "saved this draft meanwhile" in page
    assert "en: Mine" in page
    draft.refresh_from_db()
    assert "en: Theirs" in draft.text


def test_others_find_no_page() -> None:
    draft, proposed = begin("civil.never-married"), propose(write(begin(), "en: Family card copy", "en: X"))
    stranger, authority = desk("stranger"), desk("authority")

    assert stranger.get(place(draft)).status_code == 404
    assert stranger.post(place(draft), typed(draft)).status_code == 404
    assert stranger.get(f"/desk/services/{CARD}/end/").status_code == 404
    assert authority.get(place(draft)).status_code == 404
    assert authority.get(place(proposed)).status_code == 200
    assert CARD not in stranger.get("/desk/services/").content.decode()
    taken = stranger.post("/desk/services/new/", {"service_code": CARD, "copy_of": CARD}).content.decode()
    assert "Another agency owns" in taken


def test_the_end_of_a_service_is_proposed_with_its_notice() -> None:
    editor = desk("editor")
    early = editor.post(f"/desk/services/{CARD}/end/", {"ends_on": "2026-05-10", "reason": "No need."})
    assert "at the earliest" in early.content.decode()

    editor.post(f"/desk/services/{CARD}/end/", {"ends_on": "2026-08-01", "reason": "No need."})

    edition = ServiceEdition.objects.get()
    assert (edition.ends_service, edition.status) == (True, "proposed")
    assert "First day without the service" in editor.get(place(edition)).content.decode()
    assert editor.get(f"{place(edition)}preview/form/").status_code == 404


def test_five_megabytes_are_refused_politely() -> None:
    draft = begin()

    answer = desk("editor").post(place(draft), typed(draft, text="x" * 5_000_000))

    assert answer.status_code in (200, 400, 413)
    draft.refresh_from_db()
    assert len(draft.text) < 10_000
