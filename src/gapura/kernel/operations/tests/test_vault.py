"""What the production machine's key can and cannot do to its own copies."""

import hashlib
import threading
from datetime import timedelta

import pytest
import urllib3

from gapura.kernel.operations.actions import back_up, make_backup_key
from gapura.kernel.operations.backup.restoring import choose, restore_files
from gapura.kernel.operations.backup.shares import join_shares
from gapura.kernel.operations.backup.vault import LARGEST_BYTES, Vault, make_vault, open_server
from gapura.kernel.operations.backup.vault_client import VaultTarget, open_target
from gapura.kernel.operations.tests.conftest import HOUSE, NOW
from gapura.kernel.operations.types import BackupRefused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shares(home):
    return make_backup_key(actor=HOUSE)


@pytest.fixture
def keys(shares, tmp_path):
    return make_vault(tmp_path / "vault", house=str(shares[0].house), retention_days=30)


@pytest.fixture
def address(keys, tmp_path):
    server = open_server(Vault(tmp_path / "vault"), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def ask(verb: str, address: str, key: str, body: bytes | None = None) -> int:
    with urllib3.PoolManager(retries=False) as pool:
        return pool.request(verb, address, body=body, headers={"Authorization": f"Bearer {key}"}).status


def test_a_copy_goes_into_the_vault_and_comes_back_with_the_reading_key(address, keys, shares, tmp_path) -> None:
    back_up(actor=HOUSE, target=VaultTarget(address, keys["deposit"]), now=NOW)
    reader = open_target(address, keys["reading"])
    manifest = choose(reader, shares[0].house, now=NOW).newest
    assert restore_files(reader, manifest, join_shares(shares[1:]), tmp_path / "back").database.exists()


def test_the_production_key_cannot_read_overwrite_or_delete(address, keys, tmp_path) -> None:
    back_up(actor=HOUSE, target=VaultTarget(address, keys["deposit"]), now=NOW)
    name = next(file.name for file in (tmp_path / "vault/objects").rglob("*") if file.is_file())
    assert ask("GET", f"{address}/objects/{name}", keys["reading"]) == 200, "the object is there"
    before = {file: file.read_bytes() for file in (tmp_path / "vault").rglob("*") if file.is_file()}
    assert ask("GET", f"{address}/objects/{name}", keys["deposit"]) == 403
    assert ask("PUT", f"{address}/objects/{name}", keys["deposit"], b"other bytes") == 409
    assert ask("PUT", f"{address}/manifests/1", keys["deposit"], b"other list") == 409
    for verb in ("DELETE", "POST", "PATCH", "MOVE"):
        for place in (f"objects/{name}", "manifests/1", ""):
            assert ask(verb, f"{address}/{place}", keys["deposit"], b"") == 501
    assert {file: file.read_bytes() for file in (tmp_path / "vault").rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("key", ["", "wrong", "reading"])
def test_nobody_else_may_add(address, keys, key) -> None:
    body = b"bytes"
    place = f"{address}/objects/{hashlib.sha256(body).hexdigest()}"
    assert ask("PUT", place, keys.get(key, key), body) == 403
    assert ask("PUT", place, keys["deposit"], body) == 201


@pytest.mark.parametrize(
    "place", ["../vault.json", "objects/..%2fvault.json", "vault.json", "manifests/0", "objects/ab"]
)
def test_nothing_but_copies_can_be_reached(address, keys, place) -> None:
    assert ask("GET", f"{address}/{place}", keys["reading"]) == 404
    assert ask("PUT", f"{address}/{place}", keys["deposit"], b"x") == 404


def test_too_much_at_once_is_refused(address, keys) -> None:
    with urllib3.PoolManager(retries=False) as pool:
        headers = {"Authorization": f"Bearer {keys['deposit']}", "Content-Length": str(LARGEST_BYTES + 1)}
        assert pool.request("PUT", f"{address}/objects/{'a' * 64}", headers=headers).status == 413


def test_the_vault_takes_only_the_next_whole_list_of_its_own_house(address, keys, shares, tmp_path) -> None:
    target = VaultTarget(address, keys["deposit"])
    back_up(actor=HOUSE, target=target, now=NOW)
    first = target.get_manifest(1)
    with pytest.raises(BackupRefused, match="does not follow"):
        target.put_manifest(2, first)
    back_up(actor=HOUSE, target=target, now=NOW + timedelta(hours=1))
    second = target.get_manifest(2)
    empty = Vault(tmp_path / "vault")
    (tmp_path / "vault/manifests/00000002").unlink()
    next(file for file in (tmp_path / "vault/objects").rglob("*") if file.is_file() and file.name in second).unlink()
    with pytest.raises(BackupRefused, match="send them first"):
        empty.accept_manifest(2, second, NOW)


def test_the_keeper_disposes_only_after_the_retention_and_never_of_the_last(address, keys, tmp_path) -> None:
    target, vault = VaultTarget(address, keys["deposit"]), Vault(tmp_path / "vault")
    back_up(actor=HOUSE, target=target, now=NOW)
    back_up(actor=HOUSE, target=target, now=NOW + timedelta(days=1))
    with pytest.raises(BackupRefused, match="younger than 30 days"):
        vault.dispose(keep_from=2, now=NOW + timedelta(days=29))
    with pytest.raises(BackupRefused, match="last copy"):
        vault.dispose(keep_from=3, now=NOW + timedelta(days=99))
    assert vault.dispose(keep_from=2, now=NOW + timedelta(days=31)) > 0
    assert vault.copies.list_numbers() == [1, 2]


def test_a_vault_that_does_not_answer_is_said_plainly_and_noted(shares) -> None:
    with pytest.raises(BackupRefused, match="does not answer"):
        back_up(actor=HOUSE, target=VaultTarget("http://127.0.0.1:9", "key"), now=NOW)


def test_a_medium_that_is_not_mounted_is_no_target(tmp_path) -> None:
    with pytest.raises(BackupRefused, match="Mount the medium"):
        open_target(str(tmp_path / "not-there"))
