"""Copies that come back, and every way in which one may not be trusted."""

import ast
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import connection

from gapura.foundation.notes import new_signer
from gapura.kernel.audit.queries import list_events
from gapura.kernel.operations.actions import back_up, make_backup_key
from gapura.kernel.operations.backup.folder import CopyFolder
from gapura.kernel.operations.backup.making import get_copy_signer
from gapura.kernel.operations.backup.manifests import open_manifest, sign_manifest
from gapura.kernel.operations.backup.restoring import choose, restore_files
from gapura.kernel.operations.backup.shares import join_shares, read_share, split_key
from gapura.kernel.operations.backup.watching import list_oddities, read_state
from gapura.kernel.operations.stores import STORES, list_undeclared
from gapura.kernel.operations.tests.conftest import HOUSE, NOW
from gapura.kernel.operations.types import BackupRefused
from tools.tracked import list_files

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shares(home):
    return make_backup_key(actor=HOUSE)


@pytest.fixture
def copies(tmp_path):
    (tmp_path / "copies").mkdir()
    return CopyFolder(tmp_path / "copies")


@pytest.fixture
def copied(home, shares, copies, at_noon):
    """A house with a key, a big file and a database, copied once."""
    (home / "pki").mkdir()
    (home / "pki" / "seal.key").write_bytes(hashlib.shake_256(b"noise").digest(9_000_000))
    (home / "pki" / "seal.key").chmod(0o600)
    back_up(actor=HOUSE, target=copies, now=NOW)
    return copies


def bring_back(copies, shares, folder: Path):
    manifest = choose(copies, shares[0].house, now=NOW).newest
    return restore_files(copies, manifest, join_shares(shares[:2]), folder)


def test_everything_comes_back_from_the_copy_and_two_shares_alone(home, copied, shares, tmp_path) -> None:
    back = bring_back(copied, shares, tmp_path / "elsewhere")
    restored = tmp_path / "elsewhere"
    assert (restored / "pki/seal.key").read_bytes() == (home / "pki/seal.key").read_bytes()
    assert (restored / "pki/seal.key").stat().st_mode & 0o777 == 0o600
    assert (restored / "secret.key").read_text() == "the key of a test run"
    assert back.database.stat().st_size > 0
    assert back.rows["audit_auditevent"] >= 1
    assert back.vendor == connection.vendor


def test_nothing_readable_leaves_the_house(home, shares, copies, at_noon) -> None:
    (home / "pki").mkdir()
    (home / "pki/canary").write_text("Siti Rahayu 3171014501900001 " * 500)
    back_up(actor=HOUSE, target=copies, now=NOW)
    kept = b"".join(file.read_bytes() for file in copies.folder.rglob("*") if file.is_file())
    assert b"backup" in kept, "the search finds what is there"
    for canary in (b"Siti Rahayu", b"3171014501900001", b"the key of a test run", b"seal.key"):
        assert canary not in kept


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2), (2, 0)])
def test_any_two_shares_make_the_key_and_one_does_not(home, shares, pair) -> None:
    key = join_shares([shares[number] for number in pair])
    assert key.public_key().public_bytes_raw() == shares[0].recipient
    with pytest.raises(BackupRefused, match="2 different shares"):
        join_shares([shares[0], shares[0]])


def test_shares_of_another_house_or_damaged_ones_are_refused(home, shares, copied, tmp_path) -> None:
    other = split_key(X25519PrivateKey.generate(), shares[0].house)
    with pytest.raises(BackupRefused, match="not of the same key"):
        join_shares([shares[0], other[1]])
    manifest = choose(copied, shares[0].house, now=NOW).newest
    with pytest.raises(BackupRefused, match="locked to another key"):
        restore_files(copied, manifest, join_shares(other[:2]), tmp_path / "elsewhere")
    file = tmp_path / "share.txt"
    file.write_text(str(shares[1]))
    assert read_share(file) == shares[1]
    file.write_text(str(shares[1]).replace("share: 2-", "share: 3-"))
    with pytest.raises(BackupRefused, match="damaged"):
        read_share(file)


def biggest_object(copies) -> Path:
    return max((copies.folder / "objects").rglob("*"), key=lambda file: file.stat().st_size if file.is_file() else 0)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:]),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
    ],
    ids=["truncated", "one bit flipped", "missing", "empty"],
)
def test_a_damaged_copy_is_refused(copied, shares, tmp_path, damage) -> None:
    damage(biggest_object(copied))
    with pytest.raises(BackupRefused, match=r"torn or altered|missing"):
        bring_back(copied, shares, tmp_path / "elsewhere")


def resign(copies, change) -> None:
    """Another list in the newest place, signed by the house's own key: what a stolen signing key could do."""
    signer = get_copy_signer()
    file = copies.folder / "manifests/00000001"
    file.write_text(sign_manifest(change(open_manifest(file.read_text(), signer.verifier)), signer))


def test_pieces_swapped_or_left_out_are_refused_even_when_the_list_is_signed(copied, shares, tmp_path) -> None:
    first, second, *rest = open_manifest(copied.get_manifest(1), shares[0].house).pieces["pki"]
    assert rest, "the file is long enough for three pieces"
    for place, order in enumerate([[second, first, *rest], [first, *rest], [first, second, *rest[:-1]]]):
        resign(copied, lambda manifest, order=order: replace(manifest, pieces={**manifest.pieces, "pki": tuple(order)}))
        with pytest.raises(BackupRefused, match="not as it was written"):
            bring_back(copied, shares, tmp_path / f"elsewhere-{place}")


def test_a_list_of_somebody_else_or_altered_is_refused(copied, shares) -> None:
    file = copied.folder / "manifests/00000001"
    text = file.read_text()
    file.write_text(text.replace('"number": 1', '"number": 2'))
    with pytest.raises(BackupRefused, match="not signed by this house"):
        choose(copied, shares[0].house, now=NOW)
    stranger = new_signer("stranger/backup")
    file.write_text(sign_manifest(open_manifest(text, shares[0].house), stranger))
    with pytest.raises(BackupRefused, match="not signed by this house"):
        choose(copied, shares[0].house, now=NOW)


def test_an_older_state_put_in_place_is_refused(copied, shares) -> None:
    back_up(actor=HOUSE, target=copied, now=NOW + timedelta(hours=1))
    assert choose(copied, shares[0].house, now=NOW + timedelta(hours=2)).newest.number == 2
    first, second = (copied.folder / "manifests" / f"0000000{number}" for number in (1, 2))
    newest = second.read_text()
    second.write_text(first.read_text())
    with pytest.raises(BackupRefused, match="another one"):
        choose(copied, shares[0].house, now=NOW)
    second.write_text(newest)
    first.unlink()
    with pytest.raises(BackupRefused, match="Lists are missing"):
        choose(copied, shares[0].house, now=NOW)


def test_a_copy_that_is_too_old_is_refused_unless_that_is_accepted(copied, shares) -> None:
    later = NOW + timedelta(days=9)
    with pytest.raises(BackupRefused, match="9 days ago"):
        choose(copied, shares[0].house, now=later)
    assert choose(copied, shares[0].house, now=later, longest_age=timedelta(days=10)).newest.number == 1


def test_a_restore_never_mixes_with_what_is_there(home, copied, shares) -> None:
    with pytest.raises(BackupRefused, match="not empty"):
        bring_back(copied, shares, home)


def test_a_store_that_no_line_declares_stops_the_copy_and_is_noted(home, copied) -> None:
    (home / "uploads").mkdir()
    with pytest.raises(BackupRefused, match="uploads"):
        back_up(actor=HOUSE, target=copied, now=NOW + timedelta(hours=1))
    assert copied.list_numbers() == [1]
    assert read_state()["failed_at"] > read_state()["taken_at"]
    assert "operations.backup_failed" in {event.action for event in list_events()}


def test_every_place_that_the_code_writes_to_is_declared() -> None:
    declared = {store.path.rstrip("*") for store in STORES}  # a database's own files lie beside it
    written = {}
    for path in list_files("src/gapura/**.py"):
        if "tests" not in path.parts:
            written |= {name: path.name for name in _names_below_home(ast.parse(path.read_text()))}
    assert {"keys", "audit", "pki"} <= set(written), "the search finds what is there"
    assert {name: file for name, file in written.items() if name not in declared and "gapura.sqlite3" not in name} == {}


def _names_below_home(tree: ast.AST):
    """``"keys"`` of every ``Path(settings.GAPURA_HOME) / "keys"`` and ``HOME / "keys"``."""
    homes = ("HOME", "home", "settings.GAPURA_HOME", "Path(settings.GAPURA_HOME)")
    for node in ast.walk(tree):
        joins = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant)
        if joins and ast.unparse(node.left) in homes:
            yield str(node.right.value).split("/")[0]


def test_what_belongs_to_no_store_is_found_and_the_database_is_not(home) -> None:
    for name in ("keys", "gapura.sqlite3", "gapura.sqlite3-wal", "audit-until-20260101", "left-over.txt"):
        (home / name).touch()
    assert list(list_undeclared(home, f"{home}/gapura.sqlite3")) == ["left-over.txt"]


def test_every_copied_store_is_in_the_inventory_once() -> None:
    codes = [store.code for store in STORES]
    assert len(codes) == len(set(codes))
    assert all(store.what for store in STORES)


def test_a_copy_that_shrinks_or_turns_unreadable_raises_an_alarm() -> None:
    before = {"sizes": {"database": [1000, 300], "keys": [1000, 990]}, "rows": {"cases_case": 1000, "small": 50}}
    odd = list(list_oddities(before, {"database": (1000, 990), "keys": (400, 396)}, {"cases_case": 700}))
    assert [words.split(" ")[0] for words in odd] == ["database", "keys", "table"]
    same = list_oddities(before, {"database": (990, 310), "keys": (1000, 995)}, {"cases_case": 990, "small": 1})
    assert list(same) == []


def test_a_mass_rewrite_is_noticed_by_the_next_copy(home, copies, shares) -> None:
    (home / "pki").mkdir()
    (home / "pki/seal.key").write_bytes(b"certificate " * 100_000)
    back_up(actor=HOUSE, target=copies, now=NOW)
    assert read_state()["oddities"] == []
    (home / "pki/seal.key").write_bytes(hashlib.shake_256(b"ransom").digest(1_200_000))
    back_up(actor=HOUSE, target=copies, now=NOW + timedelta(hours=1))
    assert "pki looks encrypted" in read_state()["oddities"][0]
    assert read_state()["oddities"] in [event.detail.get("oddities") for event in list_events()]


def test_the_key_is_made_once(home, shares) -> None:
    with pytest.raises(BackupRefused, match="has a backup key"):
        make_backup_key(actor=HOUSE)


@pytest.mark.postgresql_only
def test_a_role_that_does_not_see_every_row_makes_no_copy(settings, tmp_path) -> None:
    """As the web server's role; deploy's other roles are tried in tests/reliability/point_in_time.py."""
    settings.GAPURA_HOME = tmp_path / "home"
    settings.GAPURA_HOME.mkdir()
    (tmp_path / "copies").mkdir()
    target = CopyFolder(tmp_path / "copies")
    make_backup_key(actor=HOUSE)
    with pytest.raises(BackupRefused, match="may not read every row"):
        back_up(actor=HOUSE, target=target, now=NOW)
    assert target.list_numbers() == []
    assert "may not read every row" in read_state()["why"]
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    try:
        assert back_up(actor=HOUSE, target=target, now=NOW).number == 1, "the control: who sees all may"
    finally:
        connection.close()
