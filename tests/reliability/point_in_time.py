"""PostgreSQL killed while people write and its log is shipped; then brought back from the vault, to the last second.

    python -m tests.reliability.point_in_time [--keep]

Server and shipper are processes of their own. Whatever was acknowledged before the last stretch must be there;
`--at` brings back a moment and nothing later. A copy under a role that does not see every row must be refused, and
each planted fault in the vault be named.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg

from tools import measured, postgres

GAPURA = Path(sys.executable).with_name("gapura")
ROLES = Path(__file__).resolve().parents[2] / "deploy" / "postgresql" / "roles.sql"
EVERY = 1.0
PATIENCE = 60.0
LONGEST_LOSS = 15.0
WRITE = "INSERT INTO drill_written (number) VALUES (%s)"


@dataclass
class Outcome:
    """What a run measured; ``missed``: faults that nobody named, promises that did not hold."""

    acknowledged: int = 0
    restored: int = 0
    rpo_seconds: float = 0.0
    rto_seconds: float = 0.0
    missed: list[str] = field(default_factory=list)


@dataclass
class Machine:
    """A home, and commands in it."""

    home: Path
    settings: Mapping[str, str]

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        known = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_")}
        known |= {"GAPURA_HOME": str(self.home), "GAPURA_SECRET_KEY": "a drill", **self.settings}
        pipe = subprocess.PIPE
        return subprocess.Popen([GAPURA, *words], env=known, stdout=pipe, stderr=subprocess.STDOUT)

    def run(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        output, _ = process.communicate(timeout=300)
        return process.returncode, output.decode()

    def must(self, *words: str) -> str:
        status, output = self.run(*words)
        if status:
            raise RuntimeError(f"gapura {' '.join(words)} ended with {status}: {output}")
        return output


class Writer:
    """Writes a number after the other, and keeps when each was acknowledged."""

    def __init__(self, address: str) -> None:
        self._address, self._is_over = address, threading.Event()
        self.acknowledged: list[datetime] = []
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS drill_written (number integer PRIMARY KEY)")

    def start(self) -> None:
        self._is_over.clear()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def wait_for(self, more: int) -> None:
        goal = len(self.acknowledged) + more
        _wait(lambda: len(self.acknowledged) >= goal, f"{more} more writes")

    def _write(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            while not self._is_over.is_set():
                try:
                    connection.execute(WRITE, [len(self.acknowledged)])
                except psycopg.OperationalError:
                    return
                self.acknowledged.append(datetime.now(UTC))
                time.sleep(0.01)


def run(folder: Path) -> Outcome:
    """The whole drill below ``folder``, which the database's own user may enter."""
    with ExitStack() as stack:
        address = postgres.start(folder / "pg", durable=True)
        stack.callback(postgres.stop, folder / "pg")
        vault, keys = _open_vault(folder, address, stack)
        copies = _as_role(address, "copies")
        given = {"GAPURA_BACKUP_TARGET": vault, "GAPURA_BACKUP_KEY": keys["deposit"]}
        house = Machine(folder / "house", given | {"GAPURA_DATABASE": copies, "GAPURA_REPLICATION": copies})
        outcome = Outcome()
        outcome.missed += _list_partial_copies(folder / "house", given, address)
        shipper = house.start("wal", "ship", "--every", str(EVERY))
        stack.callback(_end, shipper)
        writer = Writer(_as_role(address, "owner"))
        writer.start()
        house.must("backup", "--base")
        writer.wait_for(50)
        writer.end()
        _begin_timeline(folder / "pg", address)
        shipper.wait(PATIENCE)
        shipper = house.start("wal", "ship", "--every", str(EVERY))
        stack.callback(_end, shipper)
        writer.start()
        writer.wait_for(50)
        marked = datetime.now(UTC)
        expected = len(writer.acknowledged)
        _wait_for_log(house, marked)
        time.sleep(EVERY * 0.7)  # so that something is under way
        postgres.kill(folder / "pg")
        killed_at = datetime.now(UTC)
        _end(shipper)  # the fire takes both
        elsewhere = Elsewhere(folder, vault, stack)
        outcome.acknowledged = len(writer.acknowledged)
        elsewhere.bring_back(outcome, writer.acknowledged, killed_at)
        found = elsewhere.count_at(marked)
        # One write may have been committed, not yet acknowledged, when the moment was taken.
        if not expected <= found <= expected + 1:
            outcome.missed.append(f"--at brought back {found} writes, {expected} were acknowledged by then")
        outcome.missed += elsewhere.list_missed_faults(folder / "vault")
    return outcome


def _open_vault(folder: Path, address: str, stack: ExitStack) -> tuple[str, dict[str, str]]:
    """A house with tables and a backup key, and a running vault for it; the vault's address and keys."""
    from gapura.kernel.operations.backup.vault import Vault, make_vault, open_server

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(ROLES.read_text())
    house = Machine(folder / "house", {"GAPURA_DATABASE": _as_role(address, "owner")})
    house.must("migrate", "--verbosity", "0")
    line = house.must("backup", "keys", str(folder / "shares")).split("(gapura vault init): ")[1].splitlines()[0]
    keys = dict(make_vault(folder / "vault", house=line, retention_days=30))
    (folder / "reading.key").write_text(keys["reading"])
    server = open_server(Vault(folder / "vault"), "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}", keys


def _as_role(address: str, role: str) -> str:
    return address.replace(f"//{postgres.NAME}@", f"//{postgres.NAME}_{role}@")


def _list_partial_copies(home: Path, given: Mapping[str, str], address: str) -> Iterator[str]:
    """Roles that do not see every row and made a copy all the same."""
    for role in ("app", "owner"):
        status, said = Machine(home, {**given, "GAPURA_DATABASE": _as_role(address, role)}).run("backup")
        if status == 0 or "may not read every row" not in said:
            yield f"a copy as {role}: {said[-300:]}"


def _begin_timeline(folder: Path, address: str) -> None:
    """What a failover does to the log: the server goes on on the next timeline."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET restore_command = '/bin/false'")
    postgres.stop(folder)
    (folder / "data" / "recovery.signal").touch()
    postgres.start(folder, durable=True)
    with psycopg.connect(address, autocommit=True) as connection:
        _wait(lambda: connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,), "the promotion")
        found = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
    if not found or not found[0].startswith("00000002"):
        raise RuntimeError(f"The server writes {found}, which is not of the second timeline.")


@dataclass
class Elsewhere:
    """Another machine, with an empty server, the vault's reading key and two shares."""

    folder: Path
    vault: str
    stack: ExitStack

    def __post_init__(self) -> None:
        self.address = postgres.start(self.folder / "pg2")
        self.stack.callback(postgres.stop, self.folder / "pg2")
        self._machine = Machine(self.folder / "drill", {})
        shares = [
            word for number in (1, 2) for word in ("--share", str(self.folder / "shares" / f"share-{number}.txt"))
        ]
        self._copies = ["--from", self.vault, "--reading-key", str(self.folder / "reading.key"), *shares]

    def bring_back(self, outcome: Outcome, acknowledged: list[datetime], killed_at: datetime) -> None:
        """The newest state; what is lost is measured by what was acknowledged."""
        database = self._empty_database("newest")
        said = self._machine.must("drill", "restore", *self._copies, "--database", database)
        outcome.rto_seconds = float(said.split("RTO ")[1].split()[0])
        outcome.restored = _count(database)
        if outcome.restored < len(acknowledged):
            last = acknowledged[outcome.restored - 1] if outcome.restored else acknowledged[0]
            outcome.rpo_seconds = round((killed_at - last).total_seconds(), 2)
        if outcome.rpo_seconds > LONGEST_LOSS:
            outcome.missed.append(f"{outcome.rpo_seconds} seconds were lost")

    def count_at(self, moment: datetime) -> int:
        """How many writes there are when the house comes back as it was then."""
        database = self._empty_database("marked")
        self._machine.must("drill", "restore", *self._copies, "--database", database, "--at", moment.isoformat())
        return _count(database)

    def list_missed_faults(self, vault: Path) -> Iterator[str]:
        """Each fault in turn, taken back afterwards; those that the restore did not name."""
        lines = sorted((vault / "wal").rglob("0*[0-9]"), reverse=True)
        line = next(one for one in lines[1:] if '"piece": {' in one.read_text())
        stretch = json.loads(line.read_text().splitlines()[0])
        name, number = stretch["piece"]["sha256"], stretch["number"]
        piece = vault / "objects" / name[:2] / name
        torn, altered = piece.read_bytes()[:-7], line.read_text().replace('"system": "', '"system": "9')
        faults: dict[str, tuple[Path, Callable[[Path], object]]] = {
            "a stretch taken away": (piece, Path.unlink),
            "a torn stretch": (piece, lambda file: file.write_bytes(torn)),
            "a stretch's line taken away": (line, Path.unlink),
            "a stretch's line altered": (line, lambda file: file.write_text(altered)),
        }
        for what, (file, damage) in faults.items():
            whole = file.read_bytes()
            damage(file)
            said = self._refusal()
            file.write_bytes(whole)
            if f"tretch {number} " not in said and "not signed by this house" not in said:
                yield f"{what}: {said or 'nobody noticed'}"

    def _refusal(self) -> str:
        """What the restore says instead of beginning; it ends before any server starts."""
        from gapura.kernel.operations.backup.drill import HouseElsewhere, add_copy_arguments, bring_back, open_copies
        from gapura.kernel.operations.types import BackupRefused

        parser = argparse.ArgumentParser()
        add_copy_arguments(parser)
        copies = open_copies(vars(parser.parse_args(self._copies)))
        with tempfile.TemporaryDirectory() as folder:
            try:
                bring_back(copies, HouseElsewhere(Path(folder) / "home", self.address))
            except BackupRefused as refusal:
                return str(refusal)
        return ""

    def _empty_database(self, name: str) -> str:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address.replace("/gapura?", f"/{name}?")


def _count(address: str) -> int:
    """Writes found; they are numbered from 0 without a gap, or the history is not one."""
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT COUNT(*), COALESCE(MAX(number) + 1, 0) FROM drill_written").fetchone()
    assert found
    if found[0] != found[1]:
        raise RuntimeError(f"{found[0]} writes came back, but the last is number {found[1]}: one between is missing.")
    return int(found[0])


def _wait_for_log(house: Machine, moment: datetime) -> None:
    state = house.home / "backup" / "wal.json"

    def is_there() -> bool:
        return state.exists() and datetime.fromisoformat(json.loads(state.read_text())["whole_until"]) > moment

    _wait(is_there, "the log in the vault")


def _wait(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Waited {PATIENCE:.0f} s for {what}.")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
    django.setup()
    with tempfile.TemporaryDirectory(prefix="pit-") as folder:
        Path(folder).chmod(0o755)
        outcome = run(Path(folder))
    figures: dict[str, float | int | str] = {
        "rpo_seconds": outcome.rpo_seconds,
        "rto_seconds": outcome.rto_seconds,
        "acknowledged": outcome.acknowledged,
        "restored": outcome.restored,
        "faults_missed": len(outcome.missed),
    }
    print(", ".join(f"{name} {value}" for name, value in figures.items()))
    for complaint in outcome.missed:
        print(f"  {complaint}")
    if options.keep:
        command = " ".join(sys.orig_argv[1:])
        measured.keep("point-in-time", kept=not outcome.missed, figures=figures, command=command)
    return 1 if outcome.missed else 0


if __name__ == "__main__":
    sys.exit(main())
