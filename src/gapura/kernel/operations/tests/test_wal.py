"""The write-ahead log in the vault, stretch by stretch; a server's is in tests/reliability/test_point_in_time.py."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation.notes import Signer, new_signer, sign_note
from gapura.kernel.operations.actions import back_up, make_backup_key, ship_log
from gapura.kernel.operations.backup.folder import SHELF, CopyFolder
from gapura.kernel.operations.backup.making import get_copy_signer
from gapura.kernel.operations.backup.manifests import Piece
from gapura.kernel.operations.backup.recovering import Segments, fetch_log
from gapura.kernel.operations.backup.restoring import DatabaseFiles
from gapura.kernel.operations.backup.sealing import new_content_key
from gapura.kernel.operations.backup.stretches import (
    Stretch,
    find_newest_stretch,
    list_stretches,
    lsn,
    open_stretch,
    parse_lsn,
    sign_stretch,
)
from gapura.kernel.operations.backup.vault import Vault, make_vault
from gapura.kernel.operations.backup.watching import find_log_age, write_log_state
from gapura.kernel.operations.tests.conftest import HOUSE, NOW
from gapura.kernel.operations.types import BackupRefused

SEGMENT = 64
SECRET = X25519PrivateKey.generate()
RECIPIENT = SECRET.public_key().public_bytes_raw()


@pytest.fixture
def signer() -> Signer:
    return new_signer("drill/backup")


@pytest.fixture
def vault(signer: Signer, tmp_path: Path) -> Vault:
    make_vault(tmp_path / "vault", house=str(signer.verifier), retention_days=30)
    return Vault(tmp_path / "vault")


def send(vault: Vault, signer: Signer, content: bytes, *, minutes: int = 0, **changes: object) -> Stretch:
    """The next stretch, as the shipper would send it; ``changes`` are the fault."""
    before, digest = find_newest_stretch(vault.copies, signer.verifier) or (None, "")
    start = before.end if before else 0
    moment = (NOW + timedelta(minutes=minutes)).isoformat()
    drawn = Stretch(before.number + 1 if before else 1, digest, "7", 1, start, start + len(content), moment)
    drawn = replace(drawn, **changes)
    if content and "piece" not in changes:
        key = new_content_key()
        locked = key.lock(content, drawn.place)
        piece = Piece(hashlib.sha256(locked).hexdigest(), len(locked), len(content))
        vault.copies.put_object(piece.sha256, locked)
        drawn = replace(drawn, piece=piece, wrapped=key.wrap(RECIPIENT))
    vault.accept_stretch(drawn.number, sign_stretch(drawn, signer))
    return drawn


def test_the_vault_takes_stretch_after_stretch(vault, signer) -> None:
    sent = [send(vault, signer, b"one"), send(vault, signer, b""), send(vault, signer, b"three")]
    assert list(list_stretches(vault.copies, signer.verifier, since=NOW)) == sent
    assert all(later.follows(earlier) for earlier, later in pairwise(sent))


@pytest.mark.parametrize(
    "fault",
    [
        {"number": 1},
        {"number": 3},
        {"previous": "0" * 64},
        {"piece": Piece("0" * 64, 9, 9)},
    ],
)
def test_the_vault_refuses_what_does_not_follow_or_is_not_there(vault, signer, fault) -> None:
    send(vault, signer, b"one")
    with pytest.raises(BackupRefused, match=r"does not follow|send them first"):
        send(vault, signer, b"two", **fault)
    assert send(vault, signer, b"two").number == 2, "the right one is taken"


def test_a_stretch_of_another_house_is_refused(vault, signer) -> None:
    send(vault, signer, b"one")
    with pytest.raises(BackupRefused, match="not signed by this house"):
        send(vault, new_signer("drill/backup"), b"two")


def test_a_list_of_copies_is_no_stretch(signer) -> None:
    with pytest.raises(BackupRefused, match="no stretch"):
        open_stretch(sign_note('{"number": 1}\n', signer), signer.verifier)


def test_reading_begins_at_the_last_that_was_whole_before(vault, signer) -> None:
    for minute in range(0, 50, 10):
        send(vault, signer, b"bytes", minutes=minute)
    found = list_stretches(vault.copies, signer.verifier, since=NOW + timedelta(minutes=25))
    assert [one.number for one in found] == [3, 4, 5]


def test_a_line_that_was_exchanged_is_named(vault, signer) -> None:
    for minute in range(3):
        send(vault, signer, b"bytes", minutes=minute)
    second = vault.copies.folder / "wal" / f"{0:06}" / f"{2:09}"
    first = second.with_name(f"{1:09}")
    second.write_text(first.read_text())
    with pytest.raises(BackupRefused, match="At place 2"):
        list(list_stretches(vault.copies, signer.verifier, since=NOW))


def test_shelves_are_counted_from_the_last(tmp_path: Path) -> None:
    folder = CopyFolder(tmp_path)
    for number in (1, SHELF - 1, SHELF, SHELF + 7):
        folder.put_stretch(number, "line")
    assert folder.count_stretches() == SHELF + 7
    with pytest.raises(BackupRefused, match="exists already"):
        folder.put_stretch(1, "another line")


def test_bytes_lie_in_segments_as_the_server_names_them(tmp_path: Path) -> None:
    segments = Segments(tmp_path, SEGMENT)
    first, second = (tmp_path / f"0000000100000000{number:08X}" for number in (0, 1))
    segments.write(replace(_bare(), start=60, end=70), b"0123456789")
    assert not first.exists(), "a segment without its beginning is none"
    assert second.read_bytes() == b"456789" + bytes(58)
    segments.write(replace(_bare(), start=70, end=72), b"ab")
    assert second.read_bytes() == b"456789ab" + bytes(56)


def test_a_timeline_follows_where_it_branched_off_and_nothing_else_does() -> None:
    before = replace(_bare(), end=100)
    assert replace(before, number=2, timeline=2, start=64, end=130).follows(before)
    assert not replace(before, number=2, timeline=2, start=128, end=130).follows(before), "a gap"
    assert not replace(before, number=2, start=101, end=130).follows(before), "a gap"
    assert not replace(before, number=2, system="8", start=100, end=130).follows(before), "another cluster"


def test_positions_are_written_as_the_server_does() -> None:
    assert lsn(0x1_2345_6789) == "1/23456789"
    assert parse_lsn(lsn(0xAB_0000_0010)) == 0xAB_0000_0010


def files_until(end: int, folder: Path) -> DatabaseFiles:
    folder.mkdir()
    return DatabaseFiles(folder, NOW, end, "7", SEGMENT, 15, "gapura", "gapura")


def test_a_gap_behind_the_copy_is_named_and_before_it_a_moment_can_be_reached(vault, signer, tmp_path) -> None:
    send(vault, signer, bytes(SEGMENT), minutes=1)
    send(vault, signer, b"bytes", minutes=2)
    send(vault, signer, b"bytes", minutes=30, start=2 * SEGMENT, end=2 * SEGMENT + 5)
    known = vault.copies, signer.verifier, SECRET
    with pytest.raises(BackupRefused, match=f"ends at 0/{SEGMENT:X} and the write-ahead log begins at 0/80"):
        fetch_log(*known, files_until(SEGMENT, tmp_path / "gap"))
    fetch_log(*known, files_until(SEGMENT, tmp_path / "at"), at=NOW + timedelta(minutes=2))
    assert len(list((tmp_path / "at" / "wal").iterdir())) == 2
    fetch_log(*known, files_until(2 * SEGMENT, tmp_path / "behind"))
    assert [one.name[-1] for one in (tmp_path / "behind" / "wal").iterdir()] == ["2"]


def test_a_log_of_another_cluster_is_not_played(vault, signer, tmp_path) -> None:
    send(vault, signer, b"bytes", system="8")
    with pytest.raises(BackupRefused, match="another database cluster"):
        fetch_log(vault.copies, signer.verifier, SECRET, files_until(SEGMENT, tmp_path / "files"))


def test_a_torn_piece_is_named_by_its_stretch(vault, signer, tmp_path) -> None:
    send(vault, signer, b"one")
    piece = send(vault, signer, b"two").piece
    assert piece
    (vault.copies.folder / "objects" / piece.sha256[:2] / piece.sha256).write_bytes(b"torn")
    with pytest.raises(BackupRefused, match=r"stretch 2 of the write-ahead log .*torn or altered"):
        fetch_log(vault.copies, signer.verifier, SECRET, files_until(SEGMENT, tmp_path / "files"))


@pytest.mark.django_db(transaction=True)
def test_the_keeper_keeps_the_log_behind_the_oldest_copy(home, tmp_path) -> None:
    shares = make_backup_key(actor=HOUSE)
    make_vault(tmp_path / "vault", house=str(shares[0].house), retention_days=30)
    vault, signer = Vault(tmp_path / "vault"), get_copy_signer()
    back_up(actor=HOUSE, target=vault.copies, now=NOW)
    sent = [send(vault, signer, b"bytes", minutes=minute) for minute in (1, 2, 58, 61)]
    back_up(actor=HOUSE, target=vault.copies, now=NOW + timedelta(minutes=60))
    vault.dispose(keep_from=2, now=NOW + timedelta(days=31))
    kept = [vault.copies.has_object(one.piece.sha256, one.piece.size) for one in sent if one.piece]
    assert kept == [False, False, True, True], "a base may begin within the one before"


@pytest.mark.django_db(transaction=True)
def test_a_house_without_a_replication_address_says_so(home, tmp_path) -> None:
    make_backup_key(actor=HOUSE)
    (tmp_path / "copies").mkdir()
    with pytest.raises(BackupRefused, match="Set GAPURA_REPLICATION"):
        ship_log(actor=HOUSE, target=CopyFolder(tmp_path / "copies"), address="", every=1, until=lambda: False)


@pytest.mark.django_db
def test_the_age_of_the_log_is_known(home) -> None:
    assert find_log_age(NOW) is None
    write_log_state(replace(_bare(), whole_until=(NOW - timedelta(seconds=9)).isoformat()))
    assert find_log_age(NOW) == 9


def _bare() -> Stretch:
    return Stretch(1, "", "7", 1, 0, 0, NOW.isoformat())
