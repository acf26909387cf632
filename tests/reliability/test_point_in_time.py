"""A killed server comes back from its shipped log: to the last second, or to a moment, and never silently to less."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation.notes import new_signer
from gapura.kernel.operations.backup.folder import CopyFolder
from gapura.kernel.operations.backup.shipping import Shipper
from gapura.kernel.operations.backup.stretches import open_stretch
from gapura.kernel.operations.types import BackupRefused
from tests.reliability import point_in_time
from tools import postgres

SERVER = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_basebackup"))
pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own user may enter, which pytest's are not."""
    path = Path(tempfile.mkdtemp(prefix="pit-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.skipif(not SERVER, reason="Needs Debian's postgresql.")
def test_what_was_acknowledged_comes_back_but_for_seconds_and_every_fault_is_named(folder: Path) -> None:
    outcome = point_in_time.run(folder)
    assert outcome.missed == []
    assert outcome.restored >= 50
    assert outcome.rpo_seconds <= point_in_time.LONGEST_LOSS


def test_a_log_that_the_server_dropped_is_a_gap_that_is_named_and_gone_on_behind(tmp_path: Path) -> None:
    vault, signer = CopyFolder(tmp_path), new_signer("drill/backup")
    recipient = X25519PrivateKey.generate().public_key().public_bytes_raw()

    def ship(address: str, stretches: int, *, after_gap: bool = False) -> None:
        goal = vault.count_stretches() + stretches
        shipper = Shipper(vault, recipient=recipient, signer=signer)
        shipper.ship(address, every=0.2, until=lambda: vault.count_stretches() >= goal, after_gap=after_gap)

    with postgres.temporary() as address:
        ship(address, 2)
        ship(address, 1)  # the control: another one goes on
        with psycopg.connect(address, autocommit=True) as server:
            server.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'")
            server.execute("SELECT pg_reload_conf()")
            for number in range(4):
                server.execute(f"CREATE TABLE filler_{number} AS SELECT 1")
                server.execute("SELECT pg_switch_wal()")
            status = "SELECT wal_status FROM pg_replication_slots"
            while server.execute(status).fetchone() != ("lost",):
                server.execute("CHECKPOINT")
                time.sleep(0.1)
        with pytest.raises(BackupRefused, match="wal ship --after-gap"):
            ship(address, 100)
        ship(address, 1, after_gap=True)
        ship(address, 1)
    newest = vault.count_stretches()
    before, behind, next_one = (
        open_stretch(vault.get_stretch(number), signer.verifier) for number in range(newest - 2, newest + 1)
    )
    assert not behind.follows(before)
    assert next_one.follows(behind)
