"""The pages of writing, as a browser without JavaScript meets them, and the two addresses that the script asks."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gapura.kernel.identity.queries import find_account
from gapura.kernel.identity.testing import sign_in
from gapura.sectors.office.actions.drafts import create_draft, name_writer
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.testing import NOW, make_office

pytestmark = [pytest.mark.django_db, pytest.mark.database]
DOCUMENTS = "/desk/office/documents/"


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def client(office):
    return signed_in("analyst", office)


def signed_in(name, office):
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, find_account(name), post_code=getattr(office, name).post_code)
    return client


def begin(office, **chosen):
    task = next(task for task in list_unit_tasks(agency_code="kemenpan-rb") if task.disclosure == "open").code
    given = {
        "form": "note",
        "title": "Standards",
        "task_code": task,
        "fields": {"to": ["Biro Hukum"]},
        "body": "One.\n",
    }
    return create_draft(actor=office.analyst, now=NOW, **given | chosen)


def picture():
    content = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(content, "PNG")
    return content.getvalue()


def write(client, document, base, body, **chosen):
    sent = {"base": base, "title": "Standards", "body": body, "field-to": "Biro Hukum"} | chosen
    return client.post(f"{DOCUMENTS}{document.code}/edit/", sent, follow=True)


def test_a_document_begins_with_its_task(client):
    page = client.get(f"{DOCUMENTS}new/", {"title": "Undangan rapat koordinasi"}).content.decode()
    task = re.search(r"\?task=([^&\"]+)&amp;title=Undangan", page)[1]
    address = f"{DOCUMENTS}new/?task={task}&title=Undangan"
    assert "Undangan" in client.get(address).content.decode()
    answer = client.post(address, {"form": "invitation", "title": "Undangan rapat", "language": "id"})
    document = OfficialDocument.objects.get()
    assert answer.headers["Location"] == f"{DOCUMENTS}{document.code}/edit/"
    assert (document.task_code, document.form) == (task, "invitation")
    assert "Undangan rapat" in client.get(DOCUMENTS).content.decode()


def test_the_editor_saves_shows_and_says_what_is_wrong_without_a_script(client, office):
    document = begin(office)
    page = client.get(f"{DOCUMENTS}{document.code}/edit/")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Saved." in write(client, document, 1, "One.\n\n**Two.**\n").content.decode()
    looked = write(client, document, 2, "## Head <b>\n", look="1").content.decode()
    assert "<h2>Head &lt;b&gt;</h2>" in looked
    document.refresh_from_db()
    assert document.body == "One.\n\n**Two.**\n"
    refused = write(client, document, 2, "x", title="").content.decode()
    assert "Error:" in refused
    assert "\nx</textarea>" in refused
    assert "script-src" not in client.get(f"{DOCUMENTS}{document.code}/").headers["Content-Security-Policy"]


def test_two_tabs_lose_nothing_and_a_conflict_is_chosen_on_the_page(client, office):
    document = begin(office)
    name_writer(actor=office.analyst, code=document.code, post_code=office.colleague.post_code, now=NOW)
    write(client, document, 1, "Mine.\n")
    page = write(signed_in("colleague", office), document, 1, "Yours.\n").content.decode()
    assert "Two people wrote the same paragraph" in page
    assert "Mine." in page
    assert "Yours." in page
    document.refresh_from_db()
    sent = {"base": document.version, "place-0": "1"}
    chosen = client.post(f"{DOCUMENTS}{document.code}/edit/settle/", sent, follow=True).content.decode()
    assert "Your choice stands." in chosen
    document.refresh_from_db()
    assert document.body == "Yours.\n"


def test_the_script_saves_and_is_told_of_a_merge_or_why_not(client, office):
    document = begin(office)
    sent = {"base": 1, "title": "Standards", "body": "Two.\n", "field-to": "Biro Hukum"}
    address = f"{DOCUMENTS}{document.code}/edit/save/"
    assert client.post(address, sent).json() == {"version": 2, "merged": False}
    merged = client.post(address, sent | {"body": "Three.\n"}).json()
    assert merged == {"version": 4, "merged": True}
    refused = client.post(address, sent | {"base": 99})
    assert refused.status_code == 422
    assert "not there" in refused.json()["why"]
    preview = client.post(f"{DOCUMENTS}{document.code}/edit/preview/", sent | {"body": "*a* <i>"})
    assert preview.content.decode() == "<p><em>a</em> &lt;i&gt;</p>\n"


def test_nobody_else_opens_the_editor_and_strangers_not_the_page(office):
    document = begin(office)
    colleague, neighbor = signed_in("colleague", office), signed_in("neighbor", office)
    assert colleague.get(f"{DOCUMENTS}{document.code}/").status_code == 200
    assert colleague.get(f"{DOCUMENTS}{document.code}/edit/").status_code == 404
    assert write(colleague, document, 1, "Theirs.\n").status_code == 404
    for path in ("", "versions/", "export.pdf", "export.md"):
        assert neighbor.get(f"{DOCUMENTS}{document.code}/{path}").status_code == 404


def test_versions_are_compared_in_words_that_need_no_color(client, office):
    document = begin(office, body="The old rule stands for all units.\n")
    write(client, document, 1, "The new rule stands for all units.\n")
    assert "Versions, the newest first" in client.get(f"{DOCUMENTS}{document.code}/versions/").content.decode()
    page = client.get(f"{DOCUMENTS}{document.code}/versions/compare/", {"from": "1", "to": "2"}).content.decode()
    assert '<del><span class="sr-only">Taken out: </span>old</del>' in page
    assert '<ins><span class="sr-only">Added: </span>new</ins>' in page
    same = client.get(f"{DOCUMENTS}{document.code}/versions/compare/", {"from": "1", "to": "1"}).content.decode()
    assert "The text is the same" in same
    for asked in ({"from": "1"}, {"from": "1", "to": "9"}, {"from": "x", "to": "1"}, {"from": "9" * 30, "to": "1"}):
        assert client.get(f"{DOCUMENTS}{document.code}/versions/compare/", asked).status_code == 404


def test_a_remark_is_written_answered_and_settled_on_the_page(client, office):
    document = begin(office)
    head = signed_in("head", office)
    page = head.get(f"{DOCUMENTS}{document.code}/").content.decode()
    anchor = re.search(r'name="anchor" value="([0-9a-f]{16})"', page)[1]
    comments = f"{DOCUMENTS}{document.code}/comments/"
    assert "Which one?" in head.post(comments, {"anchor": anchor, "body": "Which one?"}, follow=True).content.decode()
    remark = document.comments.get()
    client.post(comments, {"answer": remark.pk, "body": "The first."})
    shown = client.post(comments, {"resolve": remark.pk}, follow=True).content.decode()
    assert "The first." in shown
    assert "Settled" in shown
    assert "Write what you want to say" in head.post(comments, {"body": ""}, follow=True).content.decode()


def test_files_come_in_and_go_out(client, office):
    document = begin(office)
    address = f"{DOCUMENTS}{document.code}/files/"
    sent = {"purpose": "picture", "file": SimpleUploadedFile("Peta kota.png", picture())}
    assert "![…](Peta-kota.jpg)" in client.post(address, sent, follow=True).content.decode()
    write(client, document, 1, "![Map](Peta-kota.jpg)\n")
    file = document.files.get()
    assert f'src="{address}{file.code}/"' in client.get(f"{DOCUMENTS}{document.code}/").content.decode()
    shown = client.get(f"{address}{file.code}/")
    assert (shown.headers["Content-Type"], shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    for kind, beginning in (("pdf", b"%PDF-"), ("odt", b"PK"), ("md", b"# Standards"), ("html", b"<!doctype html>")):
        answer = client.get(f"{DOCUMENTS}{document.code}/export.{kind}")
        assert answer.content.startswith(beginning)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{DOCUMENTS}{document.code}/export.exe").status_code == 404
    odt = client.get(f"{DOCUMENTS}{document.code}/export.odt").content
    read = {"purpose": "import", "file": SimpleUploadedFile("back.odt", odt)}
    assert "words of the file are in the text" in client.post(address, read, follow=True).content.decode()
    refused = {"purpose": "attachment", "file": SimpleUploadedFile("a.html", b"<html><script>x</script>")}
    assert "Web pages" in client.post(address, refused, follow=True).content.decode()
    assert "Choose a file" in client.post(address, {"purpose": "attachment"}, follow=True).content.decode()
    gone = client.post(f"{address}{file.code}/out/", follow=True).content.decode()
    assert "Peta-kota.jpg is not in the document any more" in gone


def test_writers_particulars_and_giving_up(client, office):
    document = begin(office)
    writers = f"{DOCUMENTS}{document.code}/writers/"
    assert (
        "writes along now" in client.post(writers, {"post": office.colleague.post_code}, follow=True).content.decode()
    )
    assert (
        "does not write along"
        in client.post(writers, {"remove": office.colleague.post_code}, follow=True).content.decode()
    )
    page = client.get(f"{DOCUMENTS}{document.code}/particulars/")
    assert page.status_code == 200
    sent = {"task_code": document.task_code, "reach": "agency", "security": "ordinary", "urgent": "on"}
    sent |= {"disclosure": "closed", "ground": ""}
    assert "Error:" in client.post(f"{DOCUMENTS}{document.code}/particulars/", sent).content.decode()
    document.refresh_from_db()
    assert document.reach == "unit"
    sent |= {"disclosure": "open"}
    client.post(f"{DOCUMENTS}{document.code}/particulars/", sent)
    document.refresh_from_db()
    assert (document.reach, document.urgent) == ("agency", True)
    assert "given up" in client.post(f"{DOCUMENTS}{document.code}/drop/", follow=True).content.decode()


def test_the_route_is_drawn_by_the_country_and_altered_by_who_drafts(client, office):
    document = begin(office)
    page = client.get(f"{DOCUMENTS}{document.code}/send/").content.decode()
    assert office.head.label in page
    route = {"place-0": "1", "post-0": office.head.post_code, "task-0": "approval", "check-0": "", "note": ""}
    rows = len(re.findall(r'name="place-\d+"', page))
    route |= {f"{name}-{row}": value for row in range(1, rows) for name, value in (("place", "1"), ("task", "review"))}
    sent = client.post(f"{DOCUMENTS}{document.code}/send/", route, follow=True).content.decode()
    assert "It is on its way" in sent
    document.refresh_from_db()
    assert document.status == "on-line"
    assert client.get(f"{DOCUMENTS}{document.code}/edit/").status_code == 302


def test_a_paste_of_two_hundred_pages_is_kept_and_shown(client, office, django_assert_max_num_queries):
    document = begin(office)
    paragraph = "Standar pelayanan publik *ditetapkan* dan berlaku bagi semua unit kerja. " * 12
    body = "\n\n".join(f"{paragraph}{number}" for number in range(620))
    assert len(body) > 500_000
    assert "Saved." in write(client, document, 1, body).content.decode()
    with django_assert_max_num_queries(40):
        assert client.get(f"{DOCUMENTS}{document.code}/").content.decode().count("<p>Standar") == 620
    too_long = write(client, document, 2, "x" * 600_001).content.decode()
    assert "at most 600000" in too_long
