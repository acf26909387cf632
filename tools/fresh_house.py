"""A house with empty tables and seal keys, made once and copied: making one costs twenty seconds of a processor.

SQLite's tables are kept for later runs until something changes that they are made from.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

DATABASE = "gapura.sqlite3"
SHELF = "GAPURA_TEST_HOME"  # the folder of a run; its processes share what lies there
ROLE = "gapura_app"
_TEMPLATE = "gapura_fresh"
_MIGRATE = ("migrate", "--verbosity=0")
_ROOT = Path(__file__).parents[1]
_MADE_FROM = (
    "src/gapura/**/migrations/*.py",
    "src/gapura/config/**/*.py",
    "src/gapura/kernel/registers/**/*.py",
    "*.lock",
)
# Old enough for every frozen moment that a test may choose.
_MAKE_KEYS = ("pki_init", "--since=2025-01-01", "--verbosity=0")


def furnish(home: Path, *, with_keys: bool = True) -> None:
    """Put the tables into ``home``, and the seal keys unless the house must have its own."""
    template = _find_kept() / f"tables-{_digest()}"
    with _alone(template):
        if not template.exists():
            for old in template.parent.glob("tables-*"):
                shutil.rmtree(old, ignore_errors=True)
            _make_folder(template, *_MIGRATE)
    home.mkdir(exist_ok=True)
    shutil.copyfile(template / DATABASE, home / DATABASE)
    if with_keys:
        furnish_keys(home)


def furnish_keys(home: Path) -> None:
    """The demo certification authority and every agency's seal key, without tables."""
    template = _find_shelf() / "fresh-keys"
    with _alone(template):
        if not template.exists():
            _make_folder(template, *_MAKE_KEYS)
    shutil.copytree(template / "pki", home / "pki")


def make_database(server: str, name: str) -> str:
    """A PostgreSQL database with the tables and their row security; in place of any that has its name.

    ``server``: the address of one of its databases, whose user may make more. Returns the address of the new one.
    """
    import psycopg
    from psycopg import sql

    made = _find_shelf() / "fresh-postgresql"
    with _alone(made), psycopg.connect(server, autocommit=True) as connection:

        def replace(database: str, template: str) -> None:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            names = map(sql.Identifier, (database, template))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

        if not made.exists():
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(ROLE)))
            replace(_TEMPLATE, "template0")
            _run(made.parent, _address(server, _TEMPLATE), *_MIGRATE)
            made.touch()
        replace(name, _TEMPLATE)
    return _address(server, name)


def _address(server: str, database: str) -> str:
    """The same server's address for another database; a ``?host=`` stays."""
    head, mark, tail = server.partition("?")
    return f"{head.rpartition('/')[0]}/{database}{mark}{tail}"


@contextmanager
def _alone(made: Path) -> Iterator[None]:
    """Other processes of the run wait meanwhile."""
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _find_kept() -> Path:
    folder = _ROOT / ".pytest_cache" / "houses"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _digest() -> str:
    files = sorted(path for pattern in _MADE_FROM for path in _ROOT.glob(pattern))
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path} {path.stat().st_size}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


@cache
def _find_shelf() -> Path:
    """The run's, or one of this process alone where a drill is run by itself."""
    if known := os.environ.get(SHELF):
        return Path(known)
    own = tempfile.mkdtemp(prefix="gapura-shelf-")
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return Path(own)


def _make_folder(template: Path, *command: str) -> None:
    """A home in which the command has run; whoever finds it finds it whole."""
    draft = template.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    _run(draft, f"sqlite:///{draft / DATABASE}", *command)
    draft.rename(template)


def _run(home: Path, database: str, *command: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_")}
    settings = {"GAPURA_HOME": str(home), "GAPURA_DATABASE": database, "GAPURA_SECRET_KEY": "a house on a shelf"}
    environment = kept | settings | {"DJANGO_SETTINGS_MODULE": "gapura.config.settings"}
    subprocess.run([sys.executable, "-m", "django", *command], env=environment, check=True)
