"""A packet needs nobody: independent readers open it, a changed byte is named, and it comes back whole."""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import metsrw
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from lxml import etree

from gapura.foundation import clock
from gapura.kernel.approvals.actions import act_on_line
from gapura.kernel.approvals.queries import LineVersion, find_line, get_path_bytes, list_versions
from gapura.kernel.approvals.types import PathAct, PlannedStep, StepTask
from gapura.kernel.audit.queries import list_findings
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.testing import create_authority
from gapura.kernel.operations import queries as promises
from gapura.sectors.office.actions.archive import propose_appraisal, propose_closing
from gapura.sectors.office.actions.drafts import create_draft, save_draft
from gapura.sectors.office.actions.emptying import empty_folder
from gapura.sectors.office.actions.packages import restore_package
from gapura.sectors.office.actions.submitting import submit_draft
from gapura.sectors.office.actions.transfers import send_to_archive
from gapura.sectors.office.archive.reading import verify_package
from gapura.sectors.office.models import (
    DocumentComment,
    DocumentFile,
    Folder,
    FolderTerm,
    OfficialDocument,
    RestoredFolder,
)
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.testing import AGENCY, STANDARDS
from gapura.sectors.office.tests.archive_office import (
    CLOSED,
    DUE,
    TASK,
    THEN,
    approve,
    make_archive,
    make_closed_folder,
    pack,
)
from gapura.sectors.office.types import BadPackage, CannotArchive

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HOUSE = system_actor("test")
TO = {"to": ["Kepala Biro Hukum"]}


@pytest.fixture(autouse=True)
def authority(tmp_path: Path) -> Iterator[None]:
    before = get_seal_provider()
    provider = create_authority(tmp_path / "pki", AGENCY, "anri", since=datetime(2026, 1, 1, tzinfo=UTC))
    register_seal_provider(provider)
    yield
    register_seal_provider(before)


@pytest.fixture
def approved(settings, tmp_path):
    """A closed folder with a document that was written, approved on a line, numbered and sealed."""
    settings.GAPURA_HOME = str(tmp_path)
    archive = make_archive()
    writer, head = archive.office.analyst, archive.office.head
    document = create_draft(actor=writer, form="note", title="Standards", task_code=TASK, fields=TO, now=THEN)
    save_draft(
        actor=writer,
        code=document.code,
        base=document.version,
        title="Standards",
        body="The *standards* are published.\n",
        fields=TO,
        now=THEN,
    )
    DocumentComment.objects.create(
        document=document, version=2, body="Good.", made_by_post=head.post_code, made_by_label=head.label,
        made_by_person=head.person_number, made_at=THEN,
    )  # fmt: skip
    director = archive.office.director
    steps = [
        PlannedStep(head.post_code, StepTask.REVIEW, 1),
        PlannedStep(director.post_code, StepTask.APPROVAL, 2),
    ]
    submit_draft(actor=writer, code=document.code, steps=steps, now=THEN)
    line = find_line(kind="office.document", object_ref=f"document:{document.code}")
    seen = list_versions(line)[-1].digest
    act_on_line(actor=head, number=line.number, act=PathAct.AGREED, seen_digest=seen, now=THEN)
    act_on_line(actor=director, number=line.number, act=PathAct.APPROVED, seen_digest=seen, now=THEN)
    propose_closing(actor=archive.archivist, unit_code=STANDARDS, year=2026, now=CLOSED)
    approve(archive.second, now=CLOSED)
    return archive, Folder.objects.get()


def unpack(package: bytes) -> dict[str, bytes]:
    """The files below the bag, read with Python's own tar."""
    with tarfile.open(fileobj=BytesIO(package)) as tar:
        return {one.name.partition("/")[2]: tar.extractfile(one).read() for one in tar}


def repack(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, content in files.items():
            entry = tarfile.TarInfo(f"bag/{path}")
            entry.size = len(content)
            tar.addfile(entry, BytesIO(content))
    return out.getvalue()


def with_manifests(files: dict[str, bytes]) -> dict[str, bytes]:
    """What somebody does who alters a file and writes the checksums anew."""

    def lines(paths):
        return "".join(f"{hashlib.sha512(files[path]).hexdigest()}  {path}\n" for path in paths).encode()

    files["manifest-sha512.txt"] = lines(path for path in files if path.startswith("data/"))
    files["tagmanifest-sha512.txt"] = lines(p for p in files if "/" not in p and p != "tagmanifest-sha512.txt")
    return files


def test_a_packet_of_a_closed_folder_holds_and_is_the_same_every_time(approved):
    archive, folder = approved
    package = pack(archive, folder)
    verdict = verify_package(BytesIO(package))
    assert verdict.problems == []
    assert (verdict.documents, verdict.sealed_by) == (1, f"Seal of {AGENCY}")
    assert verdict.signatures == 6  # three of the path, its seal, the sealed page, the manifest's
    assert pack(archive, folder) == package


def test_a_bag_written_only_from_the_standard_is_what_we_write(approved):
    """RFC 8493 step by step, with nothing of ours."""
    files = unpack(pack(*approved))
    declaration = files["bagit.txt"].decode().splitlines()
    assert declaration == ["BagIt-Version: 1.0", "Tag-File-Character-Encoding: UTF-8"]
    for manifest, covered in (
        ("manifest-sha512.txt", {path for path in files if path.startswith("data/")}),
        ("tagmanifest-sha512.txt", {path for path in files if "/" not in path} - {"tagmanifest-sha512.txt"}),
    ):
        listed = dict(reversed(line.split(maxsplit=1)) for line in files[manifest].decode().splitlines())
        assert listed.keys() == covered
        assert all(hashlib.sha512(files[path]).hexdigest() == digest for path, digest in listed.items())
    info = dict(line.split(": ", 1) for line in files["bag-info.txt"].decode().splitlines())
    payload = [content for path, content in files.items() if path.startswith("data/")]
    assert info["Payload-Oxum"] == f"{sum(map(len, payload))}.{len(payload)}"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed; apt install openssl")
def test_openssl_and_sha512sum_check_it_as_the_readme_says(approved, tmp_path):
    bag = tmp_path / "bag"
    for path, content in unpack(pack(*approved)).items():
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(content)
    commands = [line.strip() for line in (bag / "data/README.txt").read_text().splitlines() if line.startswith("    ")]
    assert len(commands) == 4
    for command in commands[:3]:
        subprocess.run(["/bin/sh", "-ec", command], cwd=bag, check=True, capture_output=True)
    (document,) = (bag / "data/documents").iterdir()
    shutil.copy(bag / "authorities.pem", document)
    subprocess.run(["/bin/sh", "-ec", commands[3]], cwd=document, check=True, capture_output=True)
    (document / "path.json").write_bytes((document / "path.json").read_bytes() + b" ")
    assert subprocess.run(["/bin/sh", "-ec", commands[3]], cwd=document, check=False, capture_output=True).returncode


def mets_schema() -> etree.XMLSchema:
    """The METS schema that metsrw ships; what it would fetch (XLink, PREMIS's type) is declared here."""
    xlink = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xlink">
    <xs:attribute name="href" type="xs:anyURI"/><xs:attribute name="role" type="xs:string"/>
    <xs:attribute name="arcrole" type="xs:string"/><xs:attribute name="title" type="xs:string"/>
    <xs:attribute name="show" type="xs:string"/><xs:attribute name="actuate" type="xs:string"/>
    <xs:attribute name="label" type="xs:string"/><xs:attribute name="from" type="xs:string"/>
    <xs:attribute name="to" type="xs:string"/>
    <xs:attributeGroup name="simpleLink"><xs:attribute name="type" fixed="simple"/><xs:attribute ref="x:href" xmlns:x="http://www.w3.org/1999/xlink"/></xs:attributeGroup>
    <xs:attributeGroup name="extendedLink"/><xs:attributeGroup name="locatorLink"/><xs:attributeGroup name="arcLink"/>
    <xs:attributeGroup name="resourceLink"/><xs:attributeGroup name="titleLink"/><xs:attributeGroup name="emptyLink"/>
    </xs:schema>"""

    premis = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.loc.gov/premis/v3">
    <xs:complexType name="file"><xs:complexContent>
    <xs:extension base="xs:anyType"/></xs:complexContent></xs:complexType>
    </xs:schema>"""
    shipped = (Path(metsrw.__file__).parent / "resources" / "mets.xsd").read_bytes()
    both = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
    <xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets.xsd"/>
    <xs:import namespace="http://www.loc.gov/premis/v3" schemaLocation="premis.xsd"/></xs:schema>"""
    known = {"xlink.xsd": xlink, "premis.xsd": premis, "mets.xsd": shipped}

    class Local(etree.Resolver):
        def resolve(self, url, _id, context):
            return self.resolve_string(known[url.rpartition("/")[2]], context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local())
    return etree.XMLSchema(etree.fromstring(both, parser))


def test_the_schema_of_mets_and_an_independent_reader_accept_it(approved, monkeypatch):
    monkeypatch.setattr(
        "metsrw.mets.datetime", SimpleNamespace(utcnow=lambda: CLOSED)
    )  # it reads no packet of tomorrow
    files = unpack(pack(*approved))
    schema = mets_schema()
    found = [path for path in files if path.endswith("mets.xml")]
    assert len(found) == 2
    for path in found:
        schema.assertValid(etree.fromstring(files[path]))
    with pytest.raises(etree.DocumentInvalid):
        schema.assertValid(etree.fromstring(files[found[0]].replace(b"mets:fileSec", b"mets:files")))
    place = found[0].removesuffix("mets.xml")
    read = metsrw.METSDocument.fromstring(files[found[0]])
    entries = {entry.path: entry for entry in read.all_files() if entry.type == "Item"}
    beside = {path.removeprefix(place) for path in files if path.startswith(place)} - {"mets.xml"}
    assert {unquote(path) for path in entries} == beside
    for name, entry in entries.items():
        assert hashlib.sha512(files[place + name]).hexdigest() == entry.checksum
        (described,) = entry.get_premis_objects()
        assert (described.message_digest, int(described.size)) == (entry.checksum, len(files[place + name]))


def test_premis_tells_who_did_what(approved):
    files = unpack(pack(*approved))
    root = etree.fromstring(
        next(content for path, content in files.items() if path.endswith("mets.xml") and "documents" in path)
    )
    names = {"p": "http://www.loc.gov/premis/v3"}
    kinds = root.xpath("//p:event/p:eventType/text()", namespaces=names)
    assert {"creation", "modification", "registration", "approval: started", "approval: approved"} <= set(kinds)
    agents = set(root.xpath("//p:agent/p:agentIdentifier/p:agentIdentifierValue/text()", namespaces=names))
    linked = root.xpath("//p:event/p:linkingAgentIdentifier/p:linkingAgentIdentifierValue/text()", namespaces=names)
    assert set(linked) <= agents


def test_every_altered_torn_or_added_file_is_named(approved):
    files = unpack(pack(*approved))
    assert verify_package(BytesIO(repack(files))).problems == []  # the control
    for path in files:
        altered = files | {path: files[path] + b" "}
        problems = verify_package(BytesIO(repack(altered))).problems
        assert any(path in problem for problem in problems), path
        torn = {name: content for name, content in files.items() if name != path}
        problems = verify_package(BytesIO(repack(torn))).problems
        assert any(path in problem for problem in problems), path
    problems = verify_package(BytesIO(repack(files | {"data/extra.txt": b"?"}))).problems
    assert any("data/extra.txt" in problem for problem in problems)


def place_of(files: dict[str, bytes]) -> str:
    return next(path for path in files if path.endswith("words.md")).removesuffix("words.md")


def test_who_writes_the_checksums_anew_is_found_by_seal_versions_and_path(approved):
    files = unpack(pack(*approved))
    place = place_of(files)
    altered = with_manifests(files | {f"{place}words.md": b"Other words.\n"})
    problems = verify_package(BytesIO(repack(altered))).problems
    assert any("manifest-sha512.txt.p7s" in problem for problem in problems)
    assert any("words.md: was altered" in problem for problem in problems)  # METS
    path = json.loads(files[f"{place}path.json"])
    path["entries"][1]["opinion"] = "I was against it."
    altered = with_manifests(files | {f"{place}path.json": json.dumps(path).encode()})
    problems = verify_package(BytesIO(repack(altered))).problems
    assert any("path.json" in problem for problem in problems)


def test_a_seal_of_another_authority_is_not_taken(approved, tmp_path):
    package = pack(*approved)
    stranger = create_authority(tmp_path / "strange", AGENCY, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert verify_package(BytesIO(package), roots=get_seal_provider().list_roots()).problems == []
    problems = verify_package(BytesIO(package), roots=stranger.list_roots()).problems
    assert any("No authority that is trusted" in problem for problem in problems)


@pytest.mark.parametrize(
    "name", ["bag/../../etc/passwd", "/etc/passwd", "bag/data/a\\b", "bag/data/.hidden", "other/x"]
)
def test_a_name_that_leads_elsewhere_is_refused(approved, name):
    out = BytesIO(repack(unpack(pack(*approved))))
    with tarfile.open(fileobj=out, mode="a") as tar:
        entry = tarfile.TarInfo(name)
        tar.addfile(entry, BytesIO())
    out.seek(0)
    assert any("plain files under one name" in problem for problem in verify_package(out).problems)


def test_a_link_a_bomb_of_xml_and_no_tar_at_all_are_refused(approved):
    files = unpack(pack(*approved))
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        entry = tarfile.TarInfo("bag/data/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    assert "plain files" in verify_package(BytesIO(out.getvalue())).problems[0]
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    problems = verify_package(BytesIO(repack(with_manifests(files | {f"{place_of(files)}mets.xml": bomb})))).problems
    assert any("document type" in problem for problem in problems)
    for content in (b"", b"no tar", pack(*approved)[:5000]):
        assert verify_package(BytesIO(content)).problems


def forget_everything() -> None:
    """As if this were another house: nothing of the folder is here."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        mine = [table for table in tables if table.startswith(("office_", "approvals_"))]
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {', '.join(mine)} CASCADE")
            return
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for table in mine:
            cursor.execute(f"DELETE FROM {table}")


def test_another_house_has_the_same_history(approved):
    archive, folder = approved
    package, contents = pack(archive, folder), contents_digest(folder)
    number = OfficialDocument.objects.get().number
    forget_everything()
    restored = restore_package(actor=HOUSE, package=BytesIO(package), agency_code="anri", now=CLOSED)
    folder = restored.folder
    document = OfficialDocument.objects.get()
    assert contents_digest(folder) == contents
    assert (document.number, document.versions.count(), document.folder) == (number, 2, folder)
    assert {one.ground for one in document.readers.all()} == {"drafter", "approver"}
    assert "path.json" in set(document.restored_records.values_list("name", flat=True))
    assert (restored.house, restored.digest) == (f"Seal of {AGENCY}", hashlib.sha256(package).hexdigest())
    again = unpack(pack(archive, folder))
    before = unpack(package)
    changed = {path for path in before if before[path] != again.get(path)}
    assert {path for path in changed if "/documents/" in path} == set()
    assert verify_package(BytesIO(repack(again))).problems == []


def test_it_is_restored_once_and_never_beside_itself(approved):
    archive, folder = approved
    package = pack(archive, folder)
    with pytest.raises(CannotArchive, match="in this house already"):
        restore_package(actor=HOUSE, package=BytesIO(package), agency_code="anri", now=CLOSED)
    forget_everything()
    restore_package(actor=HOUSE, package=BytesIO(package), agency_code="anri", now=CLOSED)
    with pytest.raises(CannotArchive, match="in this house already"):
        restore_package(actor=HOUSE, package=BytesIO(package), agency_code="anri", now=CLOSED)
    assert RestoredFolder.objects.count() == 1


def test_nothing_of_an_altered_packet_stays(approved):
    files = unpack(pack(*approved))
    forget_everything()
    path = f"{place_of(files)}words.md"
    package = repack(with_manifests(files | {path: b"Other words.\n"}))
    with pytest.raises(BadPackage, match=r"words\.md"):
        restore_package(actor=HOUSE, package=BytesIO(package), agency_code="anri", now=CLOSED)
    assert not Folder.objects.exists()
    assert not OfficialDocument.objects.exists()


def test_who_edits_a_row_behind_the_house_is_found_by_the_log_and_gets_no_packet(approved):
    archive, folder = approved
    term = FolderTerm.objects.get()
    assert not [one for one in list_findings() if one.row == f"office-folder:{term.code}"]
    for edit in (
        lambda: OfficialDocument.objects.update(body="Other words."),
        lambda: OfficialDocument.objects.update(number="B/2"),
        lambda: Folder.objects.update(unit_code=f"{AGENCY}/legal"),
        lambda: FolderTerm.objects.update(inactive_until="2026-12-31", active_until="2026-12-31"),
    ):
        kept = {model: list(model.objects.values()) for model in (OfficialDocument, Folder, FolderTerm)}
        edit()
        assert [one for one in list_findings() if one.row == f"office-folder:{term.code}"]
        for model, (row,) in kept.items():
            model.objects.update(**{name: value for name, value in row.items() if name != "id"})
    OfficialDocument.objects.update(body="Other words.")
    with pytest.raises(CannotArchive, match="no longer holds"):
        pack(archive, folder)


def test_a_destroyed_document_is_gone_from_its_line_too_and_the_path_stays(approved):
    archive, _folder = approved
    line = find_line(kind="office.document", object_ref=f"document:{OfficialDocument.objects.get().code}")
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        LineVersion.objects.update(content=b"Other bytes.")
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        LineVersion.objects.update(content=b"", digest="0" * 64)
    path = get_path_bytes(line)
    with transaction.atomic():
        empty_folder(FolderTerm.objects.get(), actor=archive.archivist, ground="destruction:1", now=CLOSED)
    assert {bytes(one.content) for one in LineVersion.objects.all()} == {b""}
    assert get_path_bytes(line) == path


def test_a_file_of_a_document_goes_along_under_its_name(settings):
    archive = make_archive()
    folder = make_closed_folder(archive)
    forget_packages = FolderTerm.objects.all()
    document = OfficialDocument.objects.order_by("code").first()
    DocumentFile.objects.create(
        document=document, code="F1", name="Lampiran: 50% <a>.pdf", media_type="application/pdf", content=b"%PDF-x",
        size=6, digest=hashlib.sha256(b"%PDF-x").hexdigest(), added_by_person="3171016003850081", added_at=THEN,
    )  # fmt: skip
    forget_packages.update(contents=contents_digest(folder))
    files = unpack(pack(archive, folder))
    (stored,) = [path for path in files if "/files/" in path]
    assert stored.endswith("files/001.pdf")
    page = files[stored.removesuffix("files/001.pdf") + "index.html"].decode()
    assert "Lampiran: 50% &lt;a&gt;.pdf" in page
    assert verify_package(BytesIO(repack(files))).problems == []


def test_a_large_folder_is_written_and_read_without_holding_it(settings):
    """Forty documents of a megabyte each; in memory stands one at a time."""
    import tracemalloc

    archive = make_archive()
    folder = make_closed_folder(archive, titles=[f"Document {number}" for number in range(40)])
    for document in OfficialDocument.objects.order_by("code"):
        content = document.code.encode() * 90_000
        DocumentFile.objects.create(
            document=document, code=f"F{document.pk}", name="a.pdf", media_type="application/pdf", content=content,
            size=len(content), digest=hashlib.sha256(content).hexdigest(), added_by_person="3171016003850081",
            added_at=THEN,
        )  # fmt: skip
    FolderTerm.objects.update(contents=contents_digest(folder))

    class Nowhere(io.RawIOBase):
        size = 0

        def write(self, content):
            self.size += len(content)
            return len(content)

    from gapura.sectors.office.actions.packages import build_package

    build_package(actor=archive.archivist, folder=folder, out=Nowhere(), now=CLOSED)  # templates and words are loaded
    out = Nowhere()
    tracemalloc.start()
    build_package(actor=archive.archivist, folder=folder, out=out, now=CLOSED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert out.size > 39_000_000
    assert peak < out.size / 2


def judged() -> Any:
    (report,) = [one for one in promises.list_promises(now=clock.now()) if one.promise.code == "office-archive"]
    return report


def test_checking_a_packet_that_was_handed_over_measures_the_promise(approved, tmp_path, monkeypatch):
    monkeypatch.setattr(promises, "SHIPPED", tmp_path / "nothing-shipped")
    archive, folder = approved
    propose_appraisal(
        actor=archive.archivist, folder_code=folder.code, retention="permanent", task_code=folder.task_code,
        reason="It founded the office.", now=CLOSED,
    )  # fmt: skip
    approve(archive.second, now=CLOSED)
    folder.refresh_from_db()
    transfer = send_to_archive(actor=archive.archivist, folder_code=folder.code, now=DUE)
    packet = tmp_path / "handed-over.tar"
    packet.write_bytes(pack(archive, folder, now=DUE))
    assert hashlib.sha256(packet.read_bytes()).hexdigest() == transfer.digest
    assert judged().state == "unmeasured"
    call_command("office_verify", str(packet))
    assert judged().state == "unmeasured", "only who says so keeps it"
    call_command("office_verify", str(packet), "--record")
    report = judged()
    assert report.state == "kept"
    assert report.measurement.figures["documents"] == 1
    assert report.measurement.figures["signatures"] >= 3, "the bag, the paper, and the path"
    assert report.measurement.figures["problems"] == 0
    content = bytearray(packet.read_bytes())
    content[content.index(b"published")] ^= 1
    spoiled = tmp_path / "spoiled.tar"
    spoiled.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("office_verify", str(spoiled), "--record")
    assert judged().state == "broken"
