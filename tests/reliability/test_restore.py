"""The whole drill, in processes of their own: copy a living house, lose it, bring it back from the copy alone."""

import contextlib
import json
import shutil
import sqlite3
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from gapura.foundation import clock
from gapura.foundation.measurements import list_measurements
from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.models import AuditEvent
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.actions import record_document, render_document
from gapura.kernel.documents.models import DocumentContent
from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.testing import NOW as ISSUED
from gapura.kernel.documents.testing import create_authority, new_order
from gapura.kernel.operations.actions import back_up, make_backup_key
from gapura.kernel.operations.backup.drill import Copies, HouseElsewhere, bring_back
from gapura.kernel.operations.backup.folder import CopyFolder
from gapura.kernel.operations.backup.shares import join_shares
from gapura.kernel.operations.tasks import list_destroyed
from gapura.kernel.operations.types import BackupRefused
from gapura.sectors.office.actions.destruction import carry_out_destruction, decide_destruction, propose_destruction
from gapura.sectors.office.models import Folder
from gapura.sectors.office.testing import AGENCY
from gapura.sectors.office.tests.archive_office import DUE, make_archive, make_closed_folder
from tools import fresh_house

HOUSE = system_actor("test")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def house(settings, tmp_path: Path, table_owner: None) -> Path:
    """A house with a log, documents and keys; its seal keys are those of the run."""
    original, settings.GAPURA_HOME = Path(settings.GAPURA_HOME), tmp_path / "home"
    settings.GAPURA_HOME.mkdir()
    shutil.copytree(original / "pki", settings.GAPURA_HOME / "pki")
    for number in range(3):
        sealed = render_document(new_order(case_number=f"GP-2026-000{number}"))
        record_document(actor=HOUSE, sealed=sealed, now=ISSUED)
    integrate_events()
    return settings.GAPURA_HOME


@pytest.fixture
def empty_database(table_owner: None) -> Iterator[str]:
    """The address of a database that holds nothing: SQLite in the new home, or another one on the same server."""
    if connection.vendor == "sqlite":
        yield ""
        return
    known, name = connection.settings_dict, f"gapura_restored_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    host = urllib.parse.quote(known["HOST"], safe="")
    yield f"postgresql://{known['USER']}@/{name}?host={host}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def copies(house: Path, tmp_path: Path) -> Copies:
    (tmp_path / "copies").mkdir()
    shares = make_backup_key(actor=HOUSE)
    return Copies(CopyFolder(tmp_path / "copies"), join_shares(shares[1:]), shares[0].house, timedelta(days=2))


def test_a_lost_house_comes_back_from_the_copy_alone(house, copies, empty_database, tmp_path) -> None:
    back_up(actor=HOUSE, target=copies.target, now=clock.now())
    shutil.rmtree(house)
    outcome = bring_back(copies, HouseElsewhere(tmp_path / "elsewhere", empty_database))
    assert outcome.differences == []
    assert outcome.figures["documents_verified"] == 3
    assert outcome.figures["rows_restored"] > 10
    assert outcome.figures["log_entries"] >= 3
    assert 0 < outcome.rpo_seconds < outcome.rpo_seconds + outcome.rto_seconds


def test_what_was_tampered_with_before_the_copy_is_found_by_the_drill(house, copies, empty_database, tmp_path) -> None:
    content = DocumentContent.objects.order_by("pk").first()
    assert content is not None
    content.sealed = bytes(content.sealed).replace(b"%PDF-1.7", b"%PDF-1.6")
    content.save()
    event = AuditEvent.objects.filter(action="documents.issued").order_by("id").first()
    assert event is not None
    AuditEvent.objects.filter(pk=event.pk).update(actor_label="Somebody else")
    back_up(actor=HOUSE, target=copies.target, now=clock.now())
    outcome = bring_back(copies, HouseElsewhere(tmp_path / "elsewhere", empty_database))
    assert any("edited" in difference for difference in outcome.differences)
    assert any("a document is" in difference for difference in outcome.differences)


def test_a_copy_taken_while_people_write_is_of_one_moment(house, copies, empty_database, tmp_path) -> None:
    from gapura.kernel.audit.actions import record_event

    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            record_event(actor=HOUSE, action="test.written", detail={"at": str(time.time())})
        connection.close()

    before = AuditEvent.objects.count()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        while AuditEvent.objects.count() < before + 20:
            time.sleep(0.01)
        back_up(actor=HOUSE, target=copies.target, now=clock.now())
    finally:
        stop.set()
        writer.join()
    outcome = bring_back(copies, HouseElsewhere(tmp_path / "elsewhere", empty_database))
    assert outcome.differences == []
    assert before + 20 <= outcome.figures["rows_restored"]


def test_a_database_that_is_not_empty_is_left_alone(house, copies, tmp_path) -> None:
    back_up(actor=HOUSE, target=copies.target, now=clock.now())
    if connection.vendor == "sqlite":
        occupied = tmp_path / "occupied.sqlite3"
        with contextlib.closing(sqlite3.connect(occupied)) as other:
            other.execute("CREATE TABLE somebody_else_s (id INTEGER)")
        address = f"sqlite:///{occupied}"
    else:
        host = urllib.parse.quote(connection.settings_dict["HOST"], safe="")
        address = f"postgresql://{connection.settings_dict['USER']}@/{connection.settings_dict['NAME']}?host={host}"
    with pytest.raises(BackupRefused, match="did not start"):
        bring_back(copies, HouseElsewhere(tmp_path / "elsewhere", address))
    assert AuditEvent.objects.exists()


@pytest.mark.one_database
def test_the_commands_copy_drill_and_record(tmp_path: Path) -> None:
    home, copies, shares = tmp_path / "home", tmp_path / "copies", tmp_path / "shares"
    copies.mkdir()
    elsewhere = HouseElsewhere(home)

    fresh_house.furnish(home)
    elsewhere.run("worker", "--once")
    elsewhere.run("backup_keys", str(shares))
    elsewhere.run("backup", "--to", str(copies))
    given = ["--share", str(shares / "share-1.txt"), "--share", str(shares / "share-2.txt")]
    said = elsewhere.run("drill_restore", "--from", str(copies), *given)
    assert "RPO" in said
    drilled = {one.promise: one for one in list_measurements(home)}["restore"]
    assert drilled.kept
    assert drilled.figures["differences"] == 0
    next((copies / "objects").glob("*/*")).unlink()
    with pytest.raises(BackupRefused):
        elsewhere.run("drill_restore", "--from", str(copies), *given)
    assert not {one.promise: one for one in list_measurements(home)}["restore"].kept, "a failed drill is red"


def ask_restored(there: HouseElsewhere, question: str) -> list[tuple]:
    """What the restored house's own database says."""
    if there.address.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(there.home / "gapura.sqlite3")) as database:
            return database.execute(question).fetchall()
    with psycopg.connect(there.address) as database:
        return database.execute(question).fetchall()


@pytest.fixture
def agency_seals(tmp_path: Path) -> Iterator[None]:
    before = get_seal_provider()
    register_seal_provider(create_authority(tmp_path / "pki", AGENCY, "anri", since=datetime(2026, 1, 1, tzinfo=UTC)))
    yield
    register_seal_provider(before)


@pytest.fixture
def destroyed(settings, house, copies, agency_seals) -> Folder:
    """A folder that a committee destroyed after the copy was made; the worker has listed it beside the copy."""
    settings.GAPURA_BACKUP_TARGET = str(copies.target.folder)
    archive = make_archive()
    folder = make_closed_folder(archive, ("The secret wedding", "Second"), words="Nobody may read this again.")
    back_up(actor=HOUSE, target=copies.target, now=DUE)
    people = (archive.office.director, archive.office.lawyer, archive.second)
    destruction = propose_destruction(
        actor=archive.archivist, folder_codes=[folder.code], member_posts=[one.post_code for one in people],
        reason="The term is over.", consent="", now=DUE,
    )  # fmt: skip
    for actor in people:
        given = {"code": destruction.code, "agrees": True, "reason": "", "listing": destruction.listing}
        decide_destruction(actor=actor, now=DUE, **given)
    carry_out_destruction(actor=HOUSE, code=destruction.code, now=DUE)
    list_destroyed()
    list_destroyed()
    assert copies.target.count_deeds() == 1, "listed once, however often it is asked for"
    return folder


WORDS_OF_FOLDERS = "SELECT body FROM office_document WHERE folder_id IS NOT NULL ORDER BY body"


def test_what_a_committee_destroyed_after_the_copy_is_gone_again(destroyed, copies, empty_database, tmp_path) -> None:
    line = copies.target.get_deed(1)
    assert destroyed.code in line, "the search finds what is there"
    for word in ("secret wedding", "Nobody may read", "The term is over", "Archivist"):
        assert word not in line
    there = HouseElsewhere(tmp_path / "elsewhere", empty_database)
    with clock.frozen(DUE):
        (ended,) = [check for check in bring_back(copies, there).checks if check.name == "destroyed"]
    assert (ended.looked_at, ended.differences) == (2, ())
    assert ask_restored(there, WORDS_OF_FOLDERS) == [("",), ("",)]
    assert ask_restored(there, "SELECT state FROM office_folder") == [("destroyed",)]
    ((state, minutes),) = ask_restored(there, "SELECT state, minutes FROM office_destruction")
    minutes = json.loads(minutes) if isinstance(minutes, str) else minutes
    assert (state, len(minutes["decisions"])) == ("done", 3)


def test_without_the_list_the_same_copy_brings_it_back(destroyed, copies, empty_database, tmp_path) -> None:
    (copies.target.folder / "destroyed").rename(tmp_path / "taken-away")
    there = HouseElsewhere(tmp_path / "elsewhere", empty_database)
    with clock.frozen(DUE):
        bring_back(copies, there)
    assert ask_restored(there, WORDS_OF_FOLDERS) == [("Nobody may read this again.",)] * 2
    assert ask_restored(there, "SELECT state FROM office_folder") == [("closed",)]


def test_a_forged_list_stops_the_restore_before_it_begins(destroyed, copies, empty_database, tmp_path) -> None:
    (file,) = (file for file in (copies.target.folder / "destroyed").rglob("*") if file.is_file())
    file.write_text(file.read_text().replace(destroyed.code, "another/folder/2026"))
    with clock.frozen(DUE), pytest.raises(BackupRefused, match="not signed by this house"):
        bring_back(copies, HouseElsewhere(tmp_path / "elsewhere", empty_database))
    assert not (tmp_path / "elsewhere").exists()
