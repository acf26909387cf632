"""A restore from beginning to end, in a house that knows nothing of the one that was copied."""

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.notes import Verifier
from gapura.kernel.operations.backup.checking import Check
from gapura.kernel.operations.backup.destroyed import open_deeds
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.recovering import recover
from gapura.kernel.operations.backup.restoring import (
    Advance,
    Plan,
    Restored,
    choose,
    restore_database_files,
    restore_files,
)
from gapura.kernel.operations.backup.shares import join_shares, read_share
from gapura.kernel.operations.backup.vault_client import open_target
from gapura.kernel.operations.types import BackupRefused

SHARED = ("GAPURA_JURISDICTION", "GAPURA_LOG_LEVEL")  # the country is no secret of the house that was copied


@dataclass(frozen=True, slots=True)
class Copies:
    """What whoever restores brings along: where the copies lie, the joined key, whose they are, how old they may be."""

    target: Target
    secret: X25519PrivateKey
    house: Verifier
    longest_age: timedelta


@dataclass(frozen=True, slots=True)
class HouseElsewhere:
    """The empty place that becomes a house: a folder, and the address of a database (empty: SQLite in it)."""

    home: Path
    database: str = ""

    @property
    def address(self) -> str:
        return self.database or f"sqlite:///{self.home}/gapura.sqlite3"

    def run(self, *arguments: str) -> str:
        """What a command of that house says. It inherits no setting of this one. Raises BackupRefused."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_") or name in SHARED}
        own = {
            "GAPURA_HOME": str(self.home),
            "GAPURA_DATABASE": self.address,
            "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
        }
        command = [sys.executable, "-m", "django", *arguments]
        done = subprocess.run(command, env=kept | own, stdout=subprocess.PIPE, check=False, text=True)
        if done.returncode:
            raise BackupRefused("The copy was opened, but the house did not start from it; see the messages above.")
        return done.stdout


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a restore did and measured."""

    number: int
    taken_at: datetime
    rpo_seconds: float
    rto_seconds: float
    checks: tuple[Check, ...]

    @property
    def differences(self) -> list[str]:
        return [difference for check in self.checks for difference in check.differences]

    @property
    def figures(self) -> dict[str, float | int | str]:
        """For the promise ``restore``."""
        looked_at = {check.name: check.looked_at for check in self.checks}
        return {
            "rpo_seconds": round(self.rpo_seconds, 1),
            "rto_seconds": round(self.rto_seconds, 1),
            "rows_restored": looked_at["rows"],
            "log_entries": looked_at["log"],
            "documents_verified": looked_at["documents"],
            "differences": len(self.differences),
        }


def add_copy_arguments(parser: ArgumentParser) -> None:
    """How the copies are named on the command line."""
    parser.add_argument("--from", dest="source", required=True, help="a vault's address, or a folder with copies")
    parser.add_argument("--reading-key", default="", help="file with the vault's reading key")
    parser.add_argument("--share", dest="shares", action="append", type=Path, required=True, help="twice: two shares")
    parser.add_argument("--at", type=_moment, help="the moment to go back to, e.g. 2026-11-22T09:30+07:00 (log needed)")
    parser.add_argument("--longest-age", type=int, default=2, help="days that the newest copy may be old")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ArgumentTypeError("say the time zone, too: 2026-11-22T09:30+07:00")
    return moment


def open_copies(options: Mapping[str, Any]) -> Copies:
    """What the arguments name. Raises BackupRefused."""
    shares = [read_share(file) for file in options["shares"]]
    key = Path(options["reading_key"]).read_text().strip() if options["reading_key"] else ""
    return Copies(
        open_target(options["source"], key),
        join_shares(shares),
        shares[0].house,
        timedelta(days=options["longest_age"]),
    )


def bring_back(copies: Copies, house: HouseElsewhere, at: datetime | None = None) -> Outcome:
    """Restore the newest state, or that ``at`` a moment, into ``house`` and check it there. Raises BackupRefused.

    What was lawfully destroyed, also after that moment, is destroyed again before the house serves a page.
    RPO is the time between that state and the beginning of this restore: what was written in between is lost with
    the original. RTO is the time until the restored house answered its first page.
    """
    disaster, started = clock.now(), time.monotonic()
    plan = choose(copies.target, copies.house, now=disaster, longest_age=copies.longest_age, at=at)
    deeds = open_deeds(copies.target, copies.house, copies.secret)
    with tqdm(unit="B", unit_scale=True, disable=None, leave=False) as bar:

        def advance(store: str, done: int, total: int) -> None:
            bar.set_description(store or "index")
            bar.total = total
            bar.update(done - bar.n)

        restored = _restore(copies, plan, house.home, at, advance)
    if (restored.vendor == "postgresql") != house.address.startswith("postgresql"):
        raise BackupRefused(
            f"The copy is of a {restored.vendor} database, the place to restore into is {house.address.split(':')[0]}. "
            "Name an empty database of the same kind with --database."
        )
    rows = restored.database.with_name("rows.json")
    rows.write_text(json.dumps(restored.rows))
    destroyed = rows.with_name("destroyed.json")
    destroyed.write_text(json.dumps([asdict(deed) for deed in deeds]))
    files = ("--dump", str(restored.database), "--rows", str(rows), "--destroyed", str(destroyed))
    said = house.run("restore_check", *files)
    checks = tuple(Check(one["name"], one["looked_at"], tuple(one["differences"])) for one in json.loads(said))
    shutil.rmtree(rows.parent)
    return Outcome(
        plan.newest.number,
        plan.moment,
        (disaster - plan.moment).total_seconds(),
        time.monotonic() - started,
        checks,
    )


def _restore(copies: Copies, plan: Plan, home: Path, at: datetime | None, advance: Advance) -> Restored:
    """The files of the newest copy; the database from it, or from its own files and the log behind them."""
    whole = plan.base is None
    restored = restore_files(copies.target, plan.newest, copies.secret, home, advance, with_database=whole)
    if plan.base is None:
        return restored
    files = restore_database_files(copies.target, plan.base, copies.secret, home, advance)
    played = 0

    def played_more(size: int) -> None:
        nonlocal played
        played += size
        advance("write-ahead log", played, played)

    rows = recover(copies.target, copies.house, copies.secret, files, at=at, advance=played_more)
    return replace(restored, rows=rows)
