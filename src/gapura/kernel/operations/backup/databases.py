"""A whole database as one file, from one moment, and back again."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from gapura.kernel.operations.types import BackupRefused

Advance = Callable[[int, int], None]
"""Told after each step: how much of how much is done."""
_PAGES_AT_ONCE = 2000
# Uncompressed: pieces are compressed later, and how well they are tells when data were overwritten.
_AS_ONE_FILE = ("--format=custom", "--compress=0")


def dump_database(file: Path, advance: Advance = lambda done, total: None) -> dict[str, int]:
    """Write the database to ``file`` as it stands at one moment; returns the rows of each table then.

    Raises BackupRefused when the copy is not whole.
    """
    return _dump_sqlite(file, advance) if connection.vendor == "sqlite" else _dump_postgresql(file)


def load_database(file: Path) -> None:
    """Fill the empty database of the settings from ``file``. Raises BackupRefused when it is not empty."""
    if connection.introspection.table_names():
        raise BackupRefused("The database is not empty. Restore into an empty one, so that nothing is mixed.")
    connection.close()
    if connection.vendor == "sqlite":
        target = Path(str(settings.DATABASES["default"]["NAME"]))
        for leftover in target.parent.glob(f"{target.name}*"):
            leftover.unlink()
        shutil.copyfile(file, target)
    else:
        _call("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
              "--dbname", str(connection.settings_dict["NAME"]), str(file))  # fmt: skip


def count_rows() -> dict[str, int]:
    """Rows of every table of the database, by name."""
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 (own names)
            counts[table] = int(cursor.fetchone()[0])
    return counts


def _dump_sqlite(file: Path, advance: Advance) -> dict[str, int]:
    source, copy = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None), sqlite3.connect(file)
    try:
        # One read transaction throughout: writers go on, and the copy neither sees them nor starts again.
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM sqlite_master")
        source.backup(copy, pages=_PAGES_AT_ONCE, progress=lambda _, left, total: advance(total - left, total))
        if (verdict := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise BackupRefused(f"The database is damaged ({verdict}); the copy was not kept. Look at the disk.")
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        known = set(connection.introspection.table_names())
        return {
            name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 (own names)
            for name in sorted(names)
            if name in known
        }
    finally:
        source.close()
        copy.close()


def _dump_postgresql(file: Path) -> dict[str, int]:
    with _one_moment() as rows:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        _call("pg_dump", *_AS_ONE_FILE, f"--snapshot={snapshot}", "--file", str(file),
              "--dbname", str(connection.settings_dict["NAME"]))  # fmt: skip
    return rows


@contextmanager
def _one_moment() -> Iterator[dict[str, int]]:
    """A transaction that sees one moment, and the rows of every table in it."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET LOCAL row_security = off")  # a role that may not see every row fails, loudly
        try:
            rows = count_rows()
        except ProgrammingError as error:
            raise BackupRefused(
                f"This database role may not read every row, so a copy would not be whole ({error}). "
                "Run the copy as a role with BYPASSRLS."
            ) from error
        yield rows


def copy_files(write: Callable[[bytes], object], address: str) -> dict[str, int]:
    """Write PostgreSQL's own files as a tar stream by ``write``; the rows of each table a moment before.

    ``address`` is of a role with REPLICATION. Raises BackupRefused.
    """
    if connection.vendor != "postgresql":
        raise BackupRefused("Only PostgreSQL has a write-ahead log to continue its files with. Copy without --base.")
    with _one_moment() as rows:
        pass
    command = [_find("pg_basebackup"), "--dbname", address, "--pgdata=-", "--format=tar", "--wal-method=fetch",
               "--checkpoint=fast", "--no-password"]  # fmt: skip
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said) as process:
        assert process.stdout is not None
        while part := process.stdout.read(1 << 20):
            write(part)
        if process.wait():
            said.seek(0)
            raise BackupRefused(f"pg_basebackup failed ({process.returncode}): {said.read().decode()[-500:]}")
    return rows


def dump_recovered(address: str, file: Path) -> dict[str, int]:
    """Write the database at ``address``, which nobody else uses, to ``file``; the rows of each table."""
    with psycopg.connect(address) as recovered:
        tables = recovered.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        recovered.execute("SET row_security = off")
        counts = {name: recovered.execute(_count(name)).fetchone() for (name,) in tables}
    _call("pg_dump", *_AS_ONE_FILE, "--file", str(file), "--dbname", address)
    return {name: int(found[0]) for name, found in counts.items() if found}


def _count(table: str) -> sql.Composed:
    return sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(table))


def _call(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [_find(program), *arguments], env=os.environ | _address(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupRefused(f"{program} failed ({done.returncode}): {done.stderr.strip()[-500:]}")


def _address() -> Mapping[str, str]:
    known = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {variable: str(known[key]) for variable, key in named.items() if known.get(key)}


def find_server_program(program: str, version: int) -> Path:
    """That of the very server version: only it reads these files. Raises BackupRefused."""
    file = Path(f"/usr/lib/postgresql/{version}/bin/{program}")
    if file.exists():
        return file
    raise BackupRefused(f"The copy is of PostgreSQL {version}'s files. Install Debian's postgresql-{version}.")


def _find(program: str) -> str:
    """Debian's newest, which reads every older server."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda file: float(file.parts[4]))
    if found := (str(debian[-1]) if debian else shutil.which(program)):
        return found
    raise BackupRefused(f"{program} is not installed. Install Debian's postgresql-client.")
