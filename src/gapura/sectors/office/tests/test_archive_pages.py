"""The archivists' pages, from an open year to the certificate, as people click through them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.identity.testing import Account, sign_in
from gapura.sectors.office.actions.destruction import carry_out_destruction
from gapura.sectors.office.archive.reading import verify_package
from gapura.sectors.office.models import Destruction, Folder, FolderHold, Transfer
from gapura.sectors.office.testing import AGENCY, STANDARDS
from gapura.sectors.office.tests.archive_office import (
    TASK,
    approve,
    file_document,
    make_archive,
    make_folder,
)
from gapura.sectors.office.tests.test_archive import HOUSE, receipt_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOME = "/desk/office/archive/"
OLD = 2012


@pytest.fixture(autouse=True)
def authority(tmp_path: Path) -> Iterator[None]:
    before = get_seal_provider()
    register_seal_provider(create_authority(tmp_path / "pki", AGENCY, "anri", since=datetime(2026, 1, 1, tzinfo=UTC)))
    yield
    register_seal_provider(before)


@pytest.fixture
def archive():
    return make_archive()


def browser(actor: Actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    return client


def fill(archive, **chosen) -> Folder:
    folder = make_folder(archive.office.analyst, year=OLD, **chosen)
    file_document(archive.office.analyst, folder, Folder.objects.count(), title="Standards of 2012", year=OLD)
    return folder


def close(archive, client) -> None:
    page = client.get(f"{HOME}close/{OLD}/{STANDARDS}/")
    assert "Ask to close the year" in page.text
    assert client.post(f"{HOME}close/{OLD}/{STANDARDS}/").status_code == 302
    approve(archive.second, now=clock.now())


def test_a_year_is_closed_and_its_folder_found_held_and_judged(archive, monkeypatch):
    folder = fill(archive)
    client = browser(archive.archivist)
    assert str(OLD) in client.get(HOME).text
    close(archive, client)
    refused = client.post(f"{HOME}close/{OLD}/{STANDARDS}/")
    assert (refused.status_code, "Nothing of this year is open" in refused.text) == (409, True)
    assert folder.code in client.get(f"{HOME}?words=of+2012&state=closed").text
    assert folder.code not in client.get(f"{HOME}?state=open").text
    address = f"{HOME}folder/{folder.code}/"
    assert "Fetch the packet" in client.get(address).text
    package = client.get(f"{HOME}packet/{folder.code}/").content
    assert verify_package(BytesIO(package)).problems == []
    monkeypatch.setattr("gapura.sectors.office.views.archive.LARGEST_PACKET", 10)
    assert "too large for a browser" in client.get(f"{HOME}packet/{folder.code}/").text
    client.post(f"{HOME}hold/{folder.code}/", {"hold-ground": "audit", "hold-reference": "BPK 7"})
    assert "BPK 7" in client.get(address).text
    client.post(f"{HOME}lift/{FolderHold.objects.get().code}/{folder.code}/", {"reason": "Over."})
    approve(archive.second, now=clock.now())
    assert "BPK 7" not in client.get(address).text
    judged = {"appraisal-retention": "permanent", "appraisal-task_code": TASK, "appraisal-reason": "Worth it."}
    client.post(f"{HOME}appraise/{folder.code}/", judged)
    approve(archive.third, now=clock.now())
    assert "Worth it." in client.get(address).text


def test_a_folder_goes_to_the_national_archive(archive):
    folder = fill(archive, retention="permanent", task="OT.01")
    client = browser(archive.archivist)
    close(archive, client)
    assert "Standards of service" in client.get(f"{HOME}due/national/").text
    client.post(f"{HOME}send/{folder.code}/")
    address = f"{HOME}transfers/{Transfer.objects.get().code}/"
    assert "Take the receipt" in client.get(address).text
    package = client.get(f"{HOME}packet/{folder.code}/").content
    refused = client.post(address, {"receipt": SimpleUploadedFile("r.json", b"{}")})
    assert "This file is no receipt" in refused.text
    client.post(address, {"receipt": SimpleUploadedFile("r.json", receipt_of(package))})
    assert "Drop the content here" in client.get(address).text
    client.post(f"{address}drop/")
    assert Transfer.objects.get().state == "dropped"
    assert "The content is no longer here" in client.get(f"{HOME}folder/{folder.code}/").text
    assert "no longer here" in client.get(f"{HOME}packet/{folder.code}/").text


def test_a_committee_decides_on_its_pages(archive):
    folder = fill(archive)
    client = browser(archive.archivist)
    close(archive, client)
    members = [archive.office.director, archive.office.lawyer, archive.second]
    given = {"folders": [folder.code], "members": [one.post_code for one in members], "reason": "The term is over."}
    assert folder.code in client.get(f"{HOME}destructions/new/").text
    assert "at least 3" in client.post(f"{HOME}destructions/new/", given | {"members": given["members"][:2]}).text
    client.post(f"{HOME}destructions/new/", given)
    destruction = Destruction.objects.get()
    address = f"{HOME}destructions/{destruction.code}/"
    assert "Your decision" not in client.get(address).text
    assert browser(archive.office.head).get(address).status_code == 404
    for member in members:
        page = browser(member)
        assert "Your decision" in page.get(address).text
        page.post(address, {"agrees": "yes", "listing": destruction.listing, "reason": ""})
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=clock.now())
    assert "Certificate of destruction" in client.get(address).text
    assert set(client.get(f"{address}certificate.json").json()) == {"certificate", "seal"}
    assert client.get(f"{address}listing.json").status_code == 404
    assert Folder.objects.get(pk=folder.pk).state == "destroyed"
