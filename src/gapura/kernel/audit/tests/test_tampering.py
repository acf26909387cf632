"""Whatever a database administrator does to the log behind the house's back is found and named.

``update`` and ``delete`` of the query sets send the bare SQL statement, as an administrator would.
"""

import json
import random
import shutil
import uuid
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.models import AuditEvent, Checkpoint, Tile
from gapura.kernel.audit.queries import list_findings
from gapura.kernel.audit.rules import event_proof
from gapura.kernel.audit.types import FindingKind

pytestmark = pytest.mark.django_db

SIZE = 1100
COLUMNS = {
    "id": lambda source: uuid.UUID(int=source.getrandbits(128)),
    "salt": lambda source: source.randbytes(32),
    "commitment": lambda source: source.randbytes(32),
    "occurred_at": lambda source: datetime(2020, 1, 1, microsecond=source.randrange(10**6), tzinfo=UTC),
    "actor_reference": lambda source: f"official:{source.randrange(10**6)}",
    "actor_label": lambda source: "Nobody",
    "action": lambda source: "cases.withdrawn",
    "subject": lambda source: str(source.randrange(10**15, 10**16)),
    "object_ref": lambda source: f"case:x{source.randrange(10**6)}",
    "case_number": lambda source: f"C-{source.randrange(10**6) + 2}",
    "detail": lambda source: {"place": source.randrange(10**6) + 10**4},
}


def at(index):
    return AuditEvent.objects.filter(leaf_index=index)


def names(findings, kind=None):
    return {found.leaf_index for found in findings if kind in (None, found.kind)}


def test_every_column_of_an_event_is_covered():
    outside_the_words = {"leaf_index", "seal"}
    assert {field.name for field in AuditEvent._meta.fields} == set(COLUMNS) | outside_the_words


def test_an_untouched_log_is_clean_however_often_and_however_it_grew(log_of, write_events):
    assert list_findings() == []
    for batch in (1, 254, 1, 1, 700, 3):
        log_of(batch)
        assert list_findings() == []
    write_events(7)
    assert list_findings() == []


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_of_a_hundred_rows_are_all_named_and_nothing_else_is(log_of, write_events, seed):
    log_of(400, 300, 400)
    source = random.Random(seed)
    targets = source.sample(range(SIZE), 100)
    edited, deleted, moved = set(targets[:66]), set(targets[66:80]), set(targets[80:])
    for number, index in enumerate(sorted(edited)):
        column = list(COLUMNS)[number % len(COLUMNS)]
        assert at(index).update(**{column: COLUMNS[column](source)}) == 1
    for index in deleted:
        at(index).delete()
    strays = iter(moved)
    for first, second in zip(strays, strays, strict=True):
        at(first).update(leaf_index=10**9)
        at(second).update(leaf_index=first)
        at(10**9).update(leaf_index=second)
    findings = list_findings()
    assert names(findings, FindingKind.EDITED) == edited
    assert names(findings, FindingKind.DELETED) == deleted
    assert names(findings, FindingKind.MOVED) == moved
    assert len(findings) == 100


@pytest.mark.parametrize("column", COLUMNS)
def test_an_edit_of_any_column_names_the_event(log_of, column):
    log_of(20)
    at(11).update(**{column: COLUMNS[column](random.Random(1))})
    (finding,) = list_findings()
    assert (finding.kind, finding.leaf_index) == (FindingKind.EDITED, 11)
    assert finding.event_id == str(at(11).get().id)


@pytest.mark.parametrize("column", [*COLUMNS, "seal"])
def test_an_edit_before_the_next_checkpoint_is_named_before_and_after_it(write_events, column):
    write_events(3)
    event = AuditEvent.objects.order_by("id")[1]
    edit = COLUMNS.get(column, lambda source: source.randbytes(32))(random.Random(1))
    AuditEvent.objects.filter(pk=event.pk).update(**{column: edit})
    kind = FindingKind.FORGED if column in ("commitment", "seal") else FindingKind.EDITED
    event_id = str(edit if column == "id" else event.id)
    assert [(found.kind, found.event_id) for found in list_findings()] == [(kind, event_id)]
    integrate_events()
    assert [(found.kind, found.event_id) for found in list_findings()] == [(kind, event_id)]


@pytest.mark.usefixtures("table_owner")
def test_a_seal_put_on_an_event_in_the_tree_is_refused_or_named(log_of):
    log_of(20)
    with pytest.raises(IntegrityError), transaction.atomic():
        at(11).update(seal=bytes(32))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE audit_auditevent DROP CONSTRAINT audit_event_sealed_until_in_tree")
        at(11).update(seal=bytes(32))
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    (finding,) = list_findings()
    assert (finding.kind, finding.leaf_index) == (FindingKind.EDITED, 11)
    assert "its seal was changed" in finding.what


def test_a_renumbered_event_is_named_with_the_place_it_belongs_to(log_of):
    log_of(20)
    at(11).update(leaf_index=500)
    (finding,) = list_findings()
    assert (finding.kind, finding.leaf_index) == (FindingKind.MOVED, 500)
    assert "belongs at leaf 11" in finding.what
    at(500).update(leaf_index=None, seal=bytes(32))
    moved, forged = list_findings()
    assert "belongs at leaf 11 and waits to be logged again" in moved.what
    assert forged.kind == FindingKind.FORGED


def test_an_inserted_event_is_named_wherever_it_is_put(log_of):
    log_of(20)
    original = at(4).get()
    for leaf_index, kind in (
        (None, FindingKind.FORGED),
        (20, FindingKind.INSERTED),
        (99, FindingKind.INSERTED),
    ):
        original.id, original.leaf_index = uuid.uuid4(), leaf_index
        original.seal = bytes(32) if leaf_index is None else None
        original.save(force_insert=True)
        (finding,) = list_findings()
        assert (finding.kind, finding.event_id) == (kind, str(original.id))
        original.delete()
    assert list_findings() == []


def test_a_replaced_event_is_named(log_of):
    log_of(20)
    event = at(4).get()
    at(4).delete()
    event.subject = "1111111111111111"
    vars(event).update(event_proof(vars(event), settings.SECRET_KEY))  # Even with the secret key of the house.
    event.seal = None
    event.save(force_insert=True)
    (finding,) = list_findings()
    assert (finding.kind, finding.event_id) == (FindingKind.EDITED, str(event.id))


def test_a_deleted_event_is_described_by_its_neighbours(log_of):
    log_of(20)
    before, after = at(6).get(), at(8).get()
    at(7).delete()
    (finding,) = list_findings()
    assert (finding.kind, finding.leaf_index) == (FindingKind.DELETED, 7)
    assert str(before.id) in finding.what
    assert str(after.id) in finding.what


def test_a_tail_cut_off_with_its_tiles_and_checkpoints_is_named(log_of):
    log_of(300, 200)
    backup = list(Tile.objects.all())
    log_of(40)
    at(300).get()
    AuditEvent.objects.filter(leaf_index__gte=500).delete()
    Checkpoint.objects.filter(size__gt=500).delete()
    Tile.objects.all().delete()
    Tile.objects.bulk_create(backup)
    findings = list_findings()
    assert names(findings, FindingKind.DELETED) == set(range(500, 540))
    assert any("set back or cut off" in found.what for found in findings)


def test_emptied_tables_are_named_row_by_row(log_of):
    log_of(300)
    for model in (AuditEvent, Tile, Checkpoint):
        model.objects.all().delete()
    assert names(list_findings(), FindingKind.DELETED) == set(range(300))


def test_altered_tiles_are_not_blamed_on_the_events(log_of, home):
    log_of(600)
    whole = {tile.pk: bytes(tile.hashes) for tile in Tile.objects.order_by("level", "index")}
    assert len(whole) == 4
    for published in (True, False):
        for pk, hashes in whole.items():
            for damaged in (bytes(32) + hashes[32:], hashes[:-32], hashes + bytes(32), b""):
                Tile.objects.filter(pk=pk).update(hashes=damaged)
                assert {found.kind for found in list_findings()} == {FindingKind.TILE}
                Tile.objects.filter(pk=pk).update(hashes=hashes)
        tile = Tile.objects.get(level=0, index=1)
        Tile.objects.filter(pk=tile.pk).delete()
        assert {found.kind for found in list_findings()} == {FindingKind.TILE}
        tile.save(force_insert=True)
        stray = Tile.objects.create(level=3, index=0, hashes=bytes(32))
        assert {found.kind for found in list_findings()} == {FindingKind.TILE}
        stray.delete()
        assert list_findings() == []
        if published:
            shutil.rmtree(home / "audit")


def test_an_event_rewritten_together_with_its_tiles_is_named_thanks_to_the_published_copy(log_of, home):
    log_of(100, 50)
    rewrite_with_tile(120)
    findings = list_findings()
    assert names(findings, FindingKind.EDITED) == {120}
    assert {found.kind for found in findings} == {FindingKind.EDITED, FindingKind.TILE}


def test_without_a_published_copy_the_rewriting_still_shows_and_between_which_checkpoints(log_of, home):
    log_of(100, 50)
    rewrite_with_tile(120)
    shutil.rmtree(home / "audit")
    (finding,) = list_findings()
    assert finding.kind == FindingKind.CHECKPOINT
    assert "among leaves 100 to 149" in finding.what


def rewrite_with_tile(index):
    """What somebody does who knows the design and has the database, but not the signing key."""
    from gapura.foundation.merkle import leaf_hash

    event = at(index).get()
    event.subject = "1111111111111111"
    vars(event).update(event_proof(vars(event), settings.SECRET_KEY))
    event.seal = None
    event.save()
    tile = Tile.objects.get(level=0, index=0)
    hashes = bytearray(tile.hashes)
    hashes[index * 32 : index * 32 + 32] = leaf_hash(event.commitment)
    tile.hashes = bytes(hashes)
    tile.save()


def test_altered_published_files_are_named(log_of, home):
    log_of(600)
    tile = home / "audit" / "tile" / "0" / "001"
    whole = tile.read_bytes()
    tile.write_bytes(bytes(32) + whole[32:])
    (finding,) = list_findings()
    assert "tile 0/1 of the published log differs at leaf 256" in finding.what
    tile.write_bytes(whole)
    checkpoint = home / "audit" / "checkpoint"
    checkpoint.write_text(checkpoint.read_text().replace("600", "601"))
    (finding,) = list_findings()
    assert "the published checkpoint" in finding.what


def test_altered_checkpoints_are_named(log_of):
    log_of(5, 5)
    Checkpoint.objects.filter(size=5).update(note=Concat("note", Value("x")))
    (finding,) = list_findings()
    assert finding.what.startswith("checkpoint of 5 leaves")
    Checkpoint.objects.filter(size=5).update(note=Checkpoint.objects.get(size=10).note)
    (finding,) = list_findings()
    assert "the signed note says 10" in finding.what


def test_the_command_names_what_it_finds_and_fails(log_of, capsys):
    log_of(20)
    call_command("audit_verify")
    assert "every row is as it was written" in capsys.readouterr().out
    event = at(7).get()
    at(7).update(subject="x")
    with pytest.raises(SystemExit, match="1"):
        call_command("audit_verify")
    assert str(event.id) in capsys.readouterr().out
    with pytest.raises(SystemExit, match="1"):
        call_command("audit_verify", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert answer["size"] == 20
    assert [found["event_id"] for found in answer["findings"]] == [str(event.id)]
