"""Events join the tree without gap or loss, and anybody can check the result."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from gapura.foundation import clock
from gapura.foundation.log_files import LogFolder
from gapura.foundation.notes import BadNote, new_signer, open_checkpoint, parse_checkpoint
from gapura.foundation.verify_log import main, verify_folder, verify_proof
from gapura.kernel.audit.actions import integrate_events, record_event
from gapura.kernel.audit.models import AuditEvent, Checkpoint, Tile
from gapura.kernel.audit.queries import get_inclusion_proof, get_latest_checkpoint, list_findings
from gapura.kernel.audit.tests.conftest import PERSON, WRITER
from gapura.kernel.audit.types import EventNotLogged, LogKeyMissing, LogRolledBack

pytestmark = pytest.mark.django_db


def leaf_indexes():
    return list(AuditEvent.objects.order_by("leaf_index").values_list("leaf_index", flat=True))


def published(home):
    return LogFolder(home / "audit")


def test_events_get_leaf_indexes_without_gap_in_the_order_they_were_written(log_of):
    log_of(1, 300, 0, 511, 5000)
    assert leaf_indexes() == list(range(5812))
    in_order = AuditEvent.objects.order_by("id").values_list("leaf_index", flat=True)
    assert list(in_order) == list(range(5812))
    assert list_findings() == []


def test_nothing_new_means_no_new_checkpoint_and_no_transaction(log_of, django_assert_num_queries):
    log_of(3)
    with django_assert_num_queries(2):
        assert integrate_events() == 0
    assert Checkpoint.objects.count() == 1


def test_a_limit_leaves_the_rest_for_later(write_events):
    write_events(10)
    assert integrate_events(limit=4) == 4
    assert get_latest_checkpoint().size == 4
    assert integrate_events() == 6
    assert list_findings() == []


def test_an_event_committed_late_with_an_early_number_is_not_lost(log_of):
    log_of(5)
    with clock.frozen(datetime.now(UTC) - timedelta(hours=1)):
        late = record_event(actor=WRITER, action="cases.submitted")
    assert late.id < AuditEvent.objects.order_by("id")[1].id
    assert integrate_events() == 1
    late.refresh_from_db()
    assert late.leaf_index == 5


@pytest.mark.django_db(transaction=True)
def test_several_sequencers_and_writers_at_once_leave_one_whole_tree(write_events):
    failures = []

    def work(task):
        try:
            for _ in range(8):
                task()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    tasks = [integrate_events, integrate_events, lambda: write_events(40), lambda: write_events(3)]
    threads = [threading.Thread(target=work, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    integrate_events()
    assert leaf_indexes() == list(range(8 * 43))
    assert list_findings() == []


def test_the_published_log_is_whole_for_anybody_and_holds_no_personal_data(log_of, home):
    log_of(300, 300)
    log = published(home)
    verdict = verify_folder(log.folder, log.read_verifier())
    assert verdict.problems == ()
    assert "600 entries" in verdict.summary
    content = b"".join(file.read_bytes() for file in log.folder.rglob("*") if file.is_file())
    assert len(content) > 600 * 64
    for personal in (PERSON, "Siti", "C-1", "cases.submitted"):
        assert personal.encode() not in content
        assert personal.encode() in get_inclusion_proof(AuditEvent.objects.earliest("id").id).extra


def test_every_damage_to_the_published_files_is_found(log_of, home):
    log_of(600)
    log = published(home)
    verifier = log.read_verifier()
    assert verify_folder(log.folder, verifier).problems == ()
    files = [file for file in log.folder.rglob("*") if file.is_file() and file.name not in (".lock", "key")]
    assert len(files) == 3 + 3 + 1 + 1
    for file in files:
        whole = file.read_bytes()
        for damaged in (
            whole[:-1],
            bytes([whole[0] ^ 1]) + whole[1:],
            whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:],
            b"",
        ):
            file.write_bytes(damaged)
            try:
                assert verify_folder(log.folder, verifier).problems, file
            except (BadNote, UnicodeDecodeError):
                assert file.name == "checkpoint"
        file.unlink()
        assert verify_folder(log.folder, verifier).problems, file
        file.write_bytes(whole)
    assert verify_folder(log.folder, verifier).problems == ()


def test_a_log_signed_by_somebody_else_is_refused(log_of, home):
    log_of(3)
    log = published(home)
    with pytest.raises(BadNote, match="not signed by"):
        verify_folder(log.folder, new_signer(log.read_verifier().name).verifier)


def test_a_witness_with_an_earlier_checkpoint_sees_growth_and_refuses_another_history(log_of, home, tmp_path):
    log_of(100)
    log = published(home)
    verifier, kept = log.read_verifier(), log.find_checkpoint(log.read_verifier())
    log_of(500)
    assert verify_folder(log.folder, verifier, earlier=[kept]).problems == ()
    forked = type(kept)(kept.origin, kept.size, bytes(32))
    assert "are not what they were" in verify_folder(log.folder, verifier, earlier=[forked]).problems[0]
    future = type(kept)(kept.origin, 10_000, bytes(32))
    assert "went back" in verify_folder(log.folder, verifier, earlier=[future]).problems[0]
    foreign = type(kept)("elsewhere", kept.size, kept.root)
    assert "another log" in verify_folder(log.folder, verifier, earlier=[foreign]).problems[0]


def test_the_proof_of_an_event_holds_and_of_an_altered_event_does_not(log_of, home):
    log_of(700)
    verifier = published(home).read_verifier()
    for place in (0, 255, 256, 699):
        proof = str(get_inclusion_proof(AuditEvent.objects.get(leaf_index=place).id))
        verdict = verify_proof(proof, verifier)
        assert verdict.problems == ()
        assert f'"place":{place}' in verdict.summary
    event = AuditEvent.objects.get(leaf_index=9)
    AuditEvent.objects.filter(pk=event.pk).update(subject="somebody else")
    assert "altered" in verify_proof(str(get_inclusion_proof(event.id)), verifier).problems[0]


def test_an_event_that_waits_or_does_not_exist_cannot_be_proven(write_events):
    write_events(1)
    event = AuditEvent.objects.get()
    with pytest.raises(EventNotLogged, match="next checkpoint"):
        get_inclusion_proof(event.id)
    integrate_events()
    assert get_inclusion_proof(event.id).index == 0
    event.delete()
    with pytest.raises(EventNotLogged, match="no audit event"):
        get_inclusion_proof(event.id)


def test_the_verifier_needs_neither_django_nor_a_database(log_of, home, tmp_path):
    log_of(20)
    program = "import sys; from gapura.foundation.verify_log import main; print('django' in sys.modules); main()"
    source = next(path for path in sys.path if os.path.isdir(os.path.join(path, "gapura")))
    answer = subprocess.run(
        [sys.executable, "-c", program, str(home / "audit")],
        env={"PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.splitlines()[0] == "False"
    assert "Everything fits." in answer.stdout


def test_the_verifier_answers_with_its_exit_status(log_of, home, tmp_path, capsys):
    log_of(20)
    proof = tmp_path / "event.tlog-proof"
    proof.write_text(str(get_inclusion_proof(AuditEvent.objects.earliest("id").id)))
    key = str(home / "audit" / "key")
    assert main([str(home / "audit")]) == 0
    assert main([str(home / "audit"), "--key", key, "--earlier", str(home / "audit" / "checkpoint")]) == 0
    assert main([str(proof), "--key", key]) == 0
    assert "Something is wrong" not in capsys.readouterr().out
    assert main([str(proof)]) == 1
    assert main([str(proof), "--key", "nonsense"]) == 1
    assert main([str(tmp_path / "missing"), "--key", key]) == 1
    (home / "audit" / "tile" / "0" / "000.p" / "20").write_bytes(b"")
    assert main([str(home / "audit"), "--json"]) == 1


def test_full_tiles_replace_the_partial_ones(log_of, home):
    log_of(250)
    assert (home / "audit" / "tile" / "0" / "000.p" / "250").exists()
    log_of(10)
    assert (home / "audit" / "tile" / "0" / "000").exists()
    assert not (home / "audit" / "tile" / "0" / "000.p").exists()
    assert not (home / "audit" / "tile" / "entries" / "000.p").exists()


def test_a_folder_that_fell_behind_is_brought_up_to_date(log_of, home):
    log_of(10)
    kept = {file: file.read_bytes() for file in (home / "audit").rglob("*") if file.is_file()}
    log_of(600)
    (home / "audit" / "checkpoint").write_bytes(kept[home / "audit" / "checkpoint"])
    integrate_events()
    log = published(home)
    assert parse_checkpoint(log.find_note()).size == 610
    assert verify_folder(log.folder, log.read_verifier()).problems == ()


def test_the_key_is_readable_by_its_owner_only_and_signs_the_checkpoint(log_of, home):
    log_of(2)
    file = home / "keys" / "audit.ed25519"
    assert file.stat().st_mode & 0o777 == 0o600
    checkpoint = get_latest_checkpoint()
    assert open_checkpoint(checkpoint.note, published(home).read_verifier()).size == checkpoint.size == 2


def test_without_its_key_the_log_waits_and_loses_nothing(log_of, write_events, home):
    log_of(2)
    key = home / "keys" / "audit.ed25519"
    away = key.rename(home / "away")
    write_events(3)
    with pytest.raises(LogKeyMissing, match="Put it back"):
        integrate_events()
    away.rename(key)
    assert integrate_events() == 3
    assert list_findings() == []


def test_a_database_that_was_set_back_is_not_signed_again(log_of, write_events):
    log_of(300)
    backup = list(AuditEvent.objects.all()), list(Tile.objects.all()), list(Checkpoint.objects.all())
    log_of(200)
    for rows in (AuditEvent.objects, Tile.objects, Checkpoint.objects):
        rows.all().delete()
    for model, rows in zip((AuditEvent, Tile, Checkpoint), backup, strict=True):
        model.objects.bulk_create(rows)
    write_events(250)
    with pytest.raises(LogRolledBack, match="published with 500 entries; the database has 300"):
        integrate_events()
    assert get_latest_checkpoint().size == 300


def test_a_database_with_another_history_is_not_signed(log_of, write_events):
    log_of(300)
    Tile.objects.filter(level=0, index=1).update(hashes=bytes(44 * 32))
    write_events(1)
    with pytest.raises(LogRolledBack, match="the database has others"):
        integrate_events()


def test_an_event_that_the_house_did_not_write_never_enters_the_log(write_events, caplog, settings):
    write_events(2)
    with override_settings(SECRET_KEY="somebody's guess"):
        forged = record_event(actor=WRITER, action="cases.submitted")
    write_events(2)
    assert integrate_events() == 4
    forged.refresh_from_db()
    assert forged.leaf_index is None
    assert "left out" in caplog.text
    assert [found.event_id for found in list_findings()] == [str(forged.id)]


SECOND_VERIFIER = Path(__file__).parents[5] / "examples" / "audit" / "verify.sh"


def verify_in_shell(*words):
    return subprocess.run(["sh", SECOND_VERIFIER, *map(str, words)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 300])
def test_a_second_verifier_in_another_language_agrees(log_of, home, tmp_path, size):
    """Shell and openssl, without a line of ours: checkpoint and proofs verify, altered ones do not."""
    log_of(size)
    key = (home / "audit" / "key").read_text().strip()
    other = str(new_signer(key.partition("+")[0]).verifier)
    assert f"has {size} entries" in verify_in_shell("checkpoint", home / "audit", key).stdout
    assert verify_in_shell("checkpoint", home / "audit", other).returncode == 1
    proof = tmp_path / "event.tlog-proof"
    for index in {0, size // 2, size - 1}:
        event = AuditEvent.objects.get(leaf_index=index)
        whole = str(get_inclusion_proof(event.id))
        proof.write_text(whole)
        verdict = verify_in_shell("inclusion", proof, key)
        assert (verdict.returncode, str(event.id) in verdict.stdout) == (0, True), verdict
        assert verify_in_shell("inclusion", proof, other).returncode == 1
        wrong_index = whole.replace(f"\nindex {index}\n", f"\nindex {index + 1}\n")
        opened = whole.split("\n")[1]
        wrong_event = whole.replace(opened, opened[:-8] + ("AAAA" if opened[-8:-4] != "AAAA" else "BBBB") + opened[-4:])
        for altered in (wrong_index, wrong_event, whole.replace(f"\n{size}\n", f"\n{size + 1}\n")):
            proof.write_text(altered)
            assert verify_in_shell("inclusion", proof, key).returncode == 1
