"""Somebody else remembers our log: setting it back, or showing two histories, turns it red."""

import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from gapura.foundation import clock, verify_log
from gapura.foundation.cosignatures import cosign, find_cosigned_at
from gapura.foundation.merkle import leaf_hash, prove_consistency, root_hash
from gapura.foundation.notes import (
    BadNote,
    Checkpoint,
    encode_base64,
    new_signer,
    parse_signer,
    parse_verifier,
    sign_note,
    split_note,
)
from gapura.foundation.tiles import append_leaves, subtree_reader
from gapura.foundation.witness import Witness, make_server, make_witness
from gapura.kernel.audit.actions import integrate_events, record_events
from gapura.kernel.audit.queries import get_log_health, list_findings
from gapura.kernel.audit.testing import AuditEvent, CheckpointRow, TileRow
from gapura.kernel.audit.types import LogProblem, LogRolledBack, NewEvent, WitnessView, system_actor

ORIGIN = "gapura.test/audit"
LATER = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Log:
    """A log of numbered entries in memory, with proofs."""

    def __init__(self, size, marker=b"", signer=None):
        self.signer = signer or new_signer(ORIGIN)
        leaves = [leaf_hash(b"%d" % place if place < 5 else b"%d" % place + marker) for place in range(size)]
        tiles = append_leaves(0, leaves, lambda level, index: b"")
        self.subtree = subtree_reader(lambda level, index: tiles[level, index])

    def note(self, size):
        return sign_note(str(Checkpoint(self.signer.name, size, root_hash(size, self.subtree))), self.signer)

    def request(self, old, size):
        proof = [encode_base64(one) for one in prove_consistency(old, size, self.subtree)]
        return "\n".join([f"old {old}", *proof]) + f"\n\n{self.note(size)}"


@pytest.fixture
def log():
    return Log(20)


@pytest.fixture
def witness(tmp_path, log):
    make_witness(tmp_path / "w", "w.test/witness", [log.signer.verifier])
    return Witness(tmp_path / "w")


def test_a_witness_signs_what_extends_what_it_saw(witness, log):
    for old, size in ((0, 3), (3, 3), (3, 8), (8, 20), (20, 20)):
        answer = witness.add_checkpoint(log.request(old, size))
        assert answer.status == 200
        with clock.frozen(LATER):
            signed = log.note(size) + witness.add_checkpoint(log.request(size, size)).text
        assert find_cosigned_at(signed, witness.signer.verifier) == LATER


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda log: log.request(0, 20), 409),  # it saw 8 entries
        (lambda log: log.request(3, 20), 409),
        (lambda log: log.request(8, 20).replace("old 8", "old 21"), 400),  # more than the checkpoint has
        (lambda log: Log(20, b"fork", log.signer).request(8, 20), 422),
        (lambda log: Log(20, b"fork", log.signer).request(8, 8), 409),  # same size, other root
        (lambda log: re.sub(r"\n.*", "", log.request(8, 20), count=1), 422),  # a line of the proof is missing
        (lambda log: Log(20).request(8, 20), 403),  # another key under the same name
        (lambda log: Log(20, signer=new_signer("other.test/audit")).request(8, 20), 404),
        (lambda log: "old -1" + log.request(8, 20)[5:], 400),
        (lambda log: "new 8" + log.request(8, 20)[5:], 400),
        (lambda log: log.request(8, 20).replace("\n", "\nAAAA\n", 1), 400),
        (lambda log: "", 400),
    ],
)
def test_a_witness_refuses_anything_else_and_forgets_nothing(witness, log, change, status):
    assert witness.add_checkpoint(log.request(0, 8)).status == 200
    answer = witness.add_checkpoint(change(log))
    assert answer.status == status
    if status == 409:
        assert (answer.text, answer.content_type) == ("8\n", "text/x.tlog.size")
    assert witness.add_checkpoint(log.request(8, 20)).status == 200


def test_every_consistency_proof_of_a_small_log_is_accepted_and_no_other(witness, log, tmp_path):
    """Planted fault: with any one byte of the proof changed, the same request is refused."""
    for old in range(1, 20):
        shutil.rmtree(tmp_path / "w" / "seen")
        (tmp_path / "w" / "seen").mkdir()
        assert witness.add_checkpoint(log.request(0, old)).status == 200
        right = log.request(old, 20)
        first = right.split("\n")[1]
        wrong = right.replace(first, encode_base64(bytes(32)), 1)
        assert witness.add_checkpoint(wrong).status == 422
        assert witness.add_checkpoint(right).status == 200


def test_what_is_signed_was_written_before_and_survives_a_restart(witness, log, tmp_path):
    witness.add_checkpoint(log.request(0, 8))
    again = Witness(tmp_path / "w")
    assert again.add_checkpoint(log.request(0, 20)).status == 409
    assert again.add_checkpoint(log.request(8, 20)).status == 200


def test_of_many_at_once_one_gets_each_step(witness, log):
    """Two different histories raced to one witness: it signs one of them."""
    fork = Log(20, b"fork", log.signer)
    witness.add_checkpoint(log.request(0, 5))
    answers = []
    requests = [one.request(5, 20) for one in (log, fork)] * 10
    threads = [threading.Thread(target=lambda one=one: answers.append(witness.add_checkpoint(one))) for one in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers].count(200) == 1


def test_the_key_is_for_the_witness_alone_and_a_damaged_one_is_refused(witness, tmp_path):
    key = tmp_path / "w" / "key"
    assert key.stat().st_mode & 0o077 == 0
    assert (tmp_path / "w" / "seen").stat().st_mode & 0o077 == 0
    with pytest.raises(BadNote):
        parse_signer(key.read_text().replace("w.test", "x.test"))


def test_a_cosignature_covers_the_time_and_the_text(witness, log):
    verifier = witness.signer.verifier
    note = log.note(8)
    text, _ = split_note(note)
    signed = note + cosign(text, witness.signer, LATER)
    assert find_cosigned_at(signed, verifier) == LATER
    assert find_cosigned_at(note, verifier) is None
    with pytest.raises(BadNote):
        find_cosigned_at(log.note(9) + cosign(text, witness.signer, LATER), verifier)
    other = cosign(text, witness.signer, LATER + timedelta(seconds=1))
    mixed = encode_base64(
        split_note(note + other)[1][1][1][:12] + split_note(signed)[1][1][1][12:]
    )  # one's time, the other's signature
    with pytest.raises(BadNote):
        find_cosigned_at(f"{note}— {verifier.name} {mixed}\n", verifier)


# The house and its witnesses


@pytest.fixture
def home(settings, tmp_path):
    settings.GAPURA_HOME = tmp_path / "home"
    return settings.GAPURA_HOME


@pytest.fixture
def write(home):
    def write(number, start=0):
        events = [NewEvent("cases.submitted", object_ref=f"case:{start + place}") for place in range(number)]
        record_events(actor=system_actor("test"), events=events)

    return write


@pytest.fixture
def watched(write, home, settings, tmp_path):
    """A log of 30 events with two witnesses, each behind HTTP with a folder of its own."""
    write(30)
    integrate_events()
    key = (home / "audit" / "key").read_text().strip()
    servers, keys = [], []
    for number in (1, 2):
        folder = tmp_path / f"witness-{number}"
        keys.append(str(make_witness(folder, f"w{number}.test/witness", [parse_verifier(key)])))
        server = make_server(Witness(folder), "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
    addresses = [f"http://127.0.0.1:{server.server_port}" for server in servers]
    settings.GAPURA_WITNESSES = ",".join(f"{key} {address}" for key, address in zip(keys, addresses, strict=True))
    settings.GAPURA_WITNESS_QUORUM = 2
    integrate_events()
    yield keys
    for server in servers:
        server.shutdown()
        server.server_close()


def health(after=timedelta(0)):
    return get_log_health(now=clock.now() + after)


@pytest.mark.django_db
def test_a_watched_log_is_green_and_says_who_agrees(watched, write, capsys):
    for batch in (1, 300, 7):
        write(batch)
        integrate_events()
        found = health()
        assert (found.problem, found.witnesses_agreeing, found.quorum) == (None, 2, 2)
        assert {state.size for state in found.witnesses} == {found.size}
    assert list_findings() == []
    call_command("audit_status")
    assert "2 of 2 witnesses agree; 2 must." in capsys.readouterr().out


@pytest.mark.django_db
def test_without_witnesses_the_log_says_so(write, capsys):
    write(3)
    integrate_events()
    assert health().problem is None
    call_command("audit_status")
    assert "Nobody else watches this log" in capsys.readouterr().out


def keep_database():
    return {model: list(model.objects.all()) for model in (AuditEvent, TileRow, CheckpointRow)}


def restore_database(kept):
    for model, rows in kept.items():
        model.objects.all().delete()
        model.objects.bulk_create(rows)


@pytest.mark.django_db
def test_yesterdays_database_is_noticed_at_once(watched, write):
    yesterday = keep_database()
    write(10)
    integrate_events()
    assert health().problem is None  # the control
    restore_database(yesterday)
    assert health().problem is LogProblem.SET_BACK
    write(1)
    with pytest.raises(LogRolledBack):
        integrate_events()
    assert any("set back" in found.what for found in list_findings())


@pytest.mark.django_db
def test_yesterdays_database_together_with_the_published_log_is_noticed_by_the_witnesses(watched, write, home):
    yesterday = keep_database()
    shutil.copytree(home / "audit", home / "yesterday")
    write(10)
    integrate_events()
    restore_database(yesterday)
    shutil.rmtree(home / "audit")
    shutil.copytree(home / "yesterday", home / "audit")
    assert health().problem is None  # nobody has asked a witness yet, and all else was set back alike
    integrate_events()
    found = health()
    assert found.problem is LogProblem.SET_BACK
    assert {(state.view, state.size) for state in found.witnesses} == {(WitnessView.AHEAD, 40)}
    write(20, start=900)  # going on as if nothing had been
    integrate_events()
    found = health()
    assert found.problem is LogProblem.TWO_HISTORIES
    assert found.witnesses_agreeing == 0
    with pytest.raises(SystemExit, match="1"):
        call_command("audit_status")


@pytest.mark.django_db
def test_two_histories_shown_to_two_witnesses_are_noticed(watched, write, home, settings):
    both = settings.GAPURA_WITNESSES.split(",")
    common = keep_database()
    shutil.copytree(home / "audit", home / "common")
    settings.GAPURA_WITNESSES, settings.GAPURA_WITNESS_QUORUM = both[0], 1
    write(10)
    integrate_events()
    assert health().problem is None
    restore_database(common)
    shutil.rmtree(home / "audit")
    shutil.copytree(home / "common", home / "audit")
    settings.GAPURA_WITNESSES = both[1]
    write(10, start=500)
    integrate_events()
    assert health().problem is None  # each witness alone is content
    settings.GAPURA_WITNESSES, settings.GAPURA_WITNESS_QUORUM = ",".join(both), 2
    integrate_events()
    found = health()
    assert found.problem is LogProblem.TWO_HISTORIES
    assert sorted(state.view for state in found.witnesses) == [WitnessView.AGREES, WitnessView.CONTRADICTS]


@pytest.mark.django_db
def test_silent_witnesses_stop_nothing_and_show_after_ten_minutes(watched, write, settings):
    settings.GAPURA_WITNESSES = re.sub(r":\d+", ":9", settings.GAPURA_WITNESSES)
    write(3)
    assert integrate_events() == 3
    found = health()
    assert found.problem is None
    assert {state.view for state in found.witnesses} == {WitnessView.UNREACHABLE}
    assert health(timedelta(minutes=11)).problem is LogProblem.WITNESSES_SILENT


@pytest.mark.django_db
def test_a_witness_with_a_false_key_does_not_count(watched, write, settings):
    pairs = [pair.split() for pair in settings.GAPURA_WITNESSES.split(",")]
    stranger = new_signer("w1.test/witness", b"\x04").verifier
    settings.GAPURA_WITNESSES = f"{stranger} {pairs[0][1]},{' '.join(pairs[1])}"
    integrate_events()
    found = health()
    assert found.problem is LogProblem.WITNESSES_SILENT
    assert any("1 witnesses signed" in finding.what for finding in list_findings())


@pytest.mark.django_db
def test_an_auditor_checks_the_quorum_with_files_alone(watched, write, home, tmp_path, capsys):
    keys = [word for key in watched for word in ("--witness", key)]
    folder = str(home / "audit")
    assert verify_log.main([folder, *keys]) == 0
    stranger = str(new_signer("w3.test/witness", b"\x04").verifier)
    assert verify_log.main([folder, *keys, "--witness", stranger]) == 1
    assert "2 witnesses signed the log" in capsys.readouterr().out
    assert verify_log.main([folder, *keys, "--witness", stranger, "--quorum", "2"]) == 0


@pytest.mark.django_db
def test_events_that_nobody_joins_to_the_log_show_after_ten_minutes(write):
    write(1)
    assert health().problem is None
    assert health(timedelta(minutes=11)).problem is LogProblem.EVENTS_WAIT


def test_a_witness_runs_as_a_program_of_its_own(tmp_path, log):
    module = [sys.executable, "-m", "gapura.foundation.witness"]
    made = subprocess.run(
        [*module, "init", tmp_path / "w", "--name", "w.test/witness", "--log", str(log.signer.verifier)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    with subprocess.Popen(
        [*module, "run", tmp_path / "w", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            key, _, address = process.stdout.readline().strip().partition(" at ")
            assert key == made.stdout.strip()
            answer = _post(f"{address}/add-checkpoint", log.request(0, 8))
            assert answer == (200, answer[1])
            assert find_cosigned_at(log.note(8) + answer[1], parse_verifier(key))
            assert _post(f"{address}/add-checkpoint", log.request(0, 20)) == (409, "8\n")
            assert _post(f"{address}/else", "")[0] == 404
            assert _post(f"{address}/add-checkpoint", "x" * 20_000)[0] == 413
        finally:
            process.terminate()


def _post(address, body):
    try:
        with urllib.request.urlopen(address, body.encode(), timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.django_db
def test_the_state_of_the_witnesses_is_published_with_the_log(watched, home):
    published = json.loads((home / "audit" / "witnesses.json").read_text())
    assert [one["view"] for one in published] == ["agrees", "agrees"]
