"""A database's files and the write-ahead log behind them, played forward to a moment by a private server.

What comes out is a dump like any other copy's, so that it goes into any server and is checked like any other.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from psycopg import conninfo

from gapura.foundation.notes import Verifier
from gapura.kernel.operations.backup.databases import dump_recovered, find_server_program
from gapura.kernel.operations.backup.folder import Target
from gapura.kernel.operations.backup.restoring import DatabaseFiles
from gapura.kernel.operations.backup.sealing import unwrap
from gapura.kernel.operations.backup.stretches import Stretch, list_stretches, lsn
from gapura.kernel.operations.types import BackupRefused

_LONGEST_RECOVERY = "86400"
_PAUSE_SECONDS = 0.3
_CLOCKS_DIFFER = timedelta(minutes=10)  # the house's and the server's; a little more is read, nothing missed
_TOO_EARLY = "recovery ended before configured recovery target was reached"
_CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{socket}'
hba_file = '{folder}/hba.conf'
restore_command = 'cp "{folder}/wal/%f" "%p"'
recovery_target_timeline = 'latest'
recovery_target_action = 'promote'
{target}
hot_standby = off
max_wal_senders = 0
fsync = off
autovacuum = off
lc_messages = 'C'
"""


@dataclass(frozen=True, slots=True)
class Segments:
    """The log's files below ``folder``, as the server names them, ``size`` bytes each."""

    folder: Path
    size: int

    def write(self, stretch: Stretch, content: bytes) -> None:
        """Put the stretch's bytes in their place; what is not written yet is zero, where a reader stops."""
        done = 0
        while done < len(content):
            number, offset = divmod(stretch.start + done, self.size)
            part = content[done : done + self.size - offset]
            self._put(stretch.timeline, number, offset, part)
            done += len(part)
        if stretch.history:
            (self.folder / f"{stretch.timeline:08X}.history").write_text(stretch.history)

    def forget(self) -> None:
        """Begin anew: what is here does not reach to what follows."""
        for file in self.folder.iterdir():
            file.unlink()

    def _put(self, timeline: int, number: int, offset: int, part: bytes) -> None:
        a_log = 0x1_0000_0000 // self.size
        file = self.folder / f"{timeline:08X}{number // a_log:08X}{number % a_log:08X}"
        if not file.exists():
            if offset:
                return  # its beginning lies before the log that is needed, so it is not needed
            file.touch()
            os.truncate(file, self.size)
        with file.open("r+b") as handle:
            handle.seek(offset)
            handle.write(part)


def recover(
    target: Target,
    house: Verifier,
    secret: X25519PrivateKey,
    files: DatabaseFiles,
    *,
    at: datetime | None = None,
    advance: Callable[[int], None] = lambda size: None,
) -> dict[str, int]:
    """Play the log into ``files`` until ``at`` (else its end) and write the database as ``files.dump``.

    Returns the rows of each table then. Raises BackupRefused, which names the stretch that is missing or torn.
    """
    fetch_log(target, house, secret, files, at=at, advance=advance)
    with _server(files, at) as address:
        return dump_recovered(address, files.dump)


def fetch_log(
    target: Target,
    house: Verifier,
    secret: X25519PrivateKey,
    files: DatabaseFiles,
    *,
    at: datetime | None = None,
    advance: Callable[[int], None] = lambda size: None,
) -> None:
    """Write the log from the copy of ``files`` until after ``at``, else to its end. Raises BackupRefused."""
    segments = Segments(files.folder / "wal", files.segment_bytes)
    segments.folder.mkdir()
    before: Stretch | None = None
    for stretch in list_stretches(target, house, since=files.moment - _CLOCKS_DIFFER):
        if stretch.system != files.system:
            raise BackupRefused(f"{stretch} is of another database cluster than the copy. Look for the right vault.")
        is_over = bool(at and before and before.moment >= at)
        if before is None or not stretch.follows(before):
            if is_over:
                break
            segments.forget()
            begins_at = stretch.start
        if content := _open(target, secret, stretch):
            segments.write(stretch, content)
            advance(len(content))
            if is_over:  # with it the server sees that the moment has passed
                break
        before = stretch
    if before and begins_at > files.end:
        raise BackupRefused(
            f"The copy ends at {lsn(files.end)} and the write-ahead log begins at {lsn(begins_at)}: what is between is "
            "missing. Use an earlier copy, or a moment before the gap with --at."
        )


def _open(target: Target, secret: X25519PrivateKey, stretch: Stretch) -> bytes:
    if stretch.piece is None:
        return b""
    try:
        return unwrap(stretch.wrapped, secret).open(target.get_object(stretch.piece.sha256), stretch.place)
    except BackupRefused as refusal:
        raise BackupRefused(
            f"{stretch} is missing, torn or altered: {refusal} Up to it, use --at with a moment before."
        ) from refusal


@contextlib.contextmanager
def _server(files: DatabaseFiles, at: datetime | None) -> Iterator[str]:
    """The address of a private server that has played the log; gone afterwards."""
    program = find_server_program("pg_ctl", files.version)
    socket = Path(tempfile.mkdtemp(prefix="pg-"))
    (files.folder / "hba.conf").write_text("local all all trust\n")
    (files.data / "postgresql.auto.conf").write_text("")
    (files.data / "recovery.signal").touch()
    files.data.chmod(0o700)
    _give_to_server_user(socket, files.folder)
    address = conninfo.make_conninfo(host=str(socket), dbname=files.database, user=files.user)
    try:
        _play(program, files, address, at)
        yield address
    finally:
        _run([program, "-D", files.data, "-m", "immediate", "-w", "stop"])
        shutil.rmtree(socket, ignore_errors=True)


def _play(program: Path, files: DatabaseFiles, address: str, at: datetime | None) -> None:
    """Start the server, and return when it has played the log to the end and is open."""
    said, socket = files.folder / "server.log", conninfo.conninfo_to_dict(address)["host"]
    configuration = files.folder / "recovery.conf"
    target = f"recovery_target_time = '{at.isoformat()}'" if at else ""
    configuration.write_text(_CONFIGURATION.format(socket=socket, folder=files.folder, target=target))
    flags: list[str | Path] = [
        "-D",
        files.data,
        "-l",
        said,
        "-o",
        f"-c config_file={configuration}",
        "-w",
        "-t",
        _LONGEST_RECOVERY,
    ]
    started = _run([program, *flags, "start"])
    while started and _run([program, "-D", files.data, "status"]):
        if _is_open(address):
            return
        time.sleep(_PAUSE_SECONDS)
    log = said.read_text(errors="replace") if said.exists() else "it did not even begin; may its user enter the folder?"
    if at and _TOO_EARLY in log:  # nothing was committed after that moment: the log's end is the same
        said.unlink()
        _play(program, files, address, None)
    else:
        raise BackupRefused(f"The database did not come up from the copy and the log:\n{log[-1500:]}")


def _is_open(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def _run(command: list[str | Path]) -> bool:
    """As a user whom PostgreSQL accepts. No pipe: the server would inherit it, and the reader wait for ever."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    quiet = subprocess.DEVNULL
    done = subprocess.run(
        list(map(str, command)), stdin=quiet, stdout=quiet, stderr=quiet, env=environment, cwd="/", user=_server_user(),
        check=False,
    )  # fmt: skip
    return done.returncode == 0


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _give_to_server_user(*folders: Path) -> None:
    if user := _server_user():
        entry = pwd.getpwnam(user)
        for folder in folders:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)
