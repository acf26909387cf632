"""The ground every test stands on: its own home folder, a real database, no network, nothing left to luck.

``GAPURA_TEST_DATABASE``: unset is SQLite, ``postgresql`` a private server made for the run, an address
uses that server. ``GAPURA_NOTHING_SKIPPED=1`` (as in .ci/run): what cannot run here fails.
"""

import atexit
import os
import random
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tools import postgres
from tools.chromium import find_chromium

KEPT_SETTINGS = ("GAPURA_TEST_DATABASE", "GAPURA_TEST_HOME", "GAPURA_NOTHING_SKIPPED")
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
NOTHING_SKIPPED = os.environ.get("GAPURA_NOTHING_SKIPPED") == "1"


def _prepare_run() -> None:
    """Once a run, before any worker starts: a folder for the homes, and the database server if asked for."""
    at_exit = ExitStack()
    atexit.register(at_exit.close)
    root = tempfile.mkdtemp(prefix="gapura-test-")
    at_exit.callback(shutil.rmtree, root, ignore_errors=True)
    os.environ["GAPURA_TEST_HOME"] = root
    if os.environ.get("GAPURA_TEST_DATABASE") == "postgresql":
        os.environ["GAPURA_TEST_DATABASE"] = at_exit.enter_context(postgres.temporary())


def _prepare_process() -> Path:
    """This process's own home and database; whatever the developer exported for `make run` is forgotten."""
    for name in [name for name in os.environ if name.startswith("GAPURA_") and name not in KEPT_SETTINGS]:
        del os.environ[name]
    home = Path(os.environ["GAPURA_TEST_HOME"]) / (WORKER or "main")
    home.mkdir(exist_ok=True)
    database = os.environ.get("GAPURA_TEST_DATABASE") or f"sqlite:///{home}/gapura.sqlite3"
    os.environ |= {
        "GAPURA_HOME": str(home),
        "GAPURA_DATABASE": database,
        "GAPURA_SECRET_KEY": "the key of a test run",
        "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
    }
    return home


def _start_django(home: Path) -> None:
    import django
    from django.conf import settings
    from django.contrib.auth.hashers import Argon2PasswordHasher

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, not memory: threads and processes must meet the same locks as in production.
        database.setdefault("TEST", {})["NAME"] = str(home / "test.sqlite3")
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    django.setup()
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost = 1, 8
    Argon2PasswordHasher.parallelism = 1


def _shuffle_unordered_queries() -> None:
    """A query without ORDER BY has no order: whoever relies on one shall fail here, not in production."""
    from django.db.models.query import QuerySet

    fetch_all: Callable[[Any], None] = QuerySet._fetch_all

    def fetch_and_shuffle(queryset: Any) -> None:
        fetched_before = queryset._result_cache is not None
        fetch_all(queryset)
        if not fetched_before and not queryset.ordered:
            random.shuffle(queryset._result_cache)

    QuerySet._fetch_all = fetch_and_shuffle  # type: ignore[method-assign]


def _forbid_network() -> None:
    connect = socket.socket.connect

    def connect_at_home(self: socket.socket, address: Any) -> None:
        away = self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        )
        if away:
            raise PermissionError(f"A test reached for the network: {address!r}. Use a fake or a local server.")
        connect(self, address)

    socket.socket.connect = connect_at_home  # type: ignore[method-assign]


if WORKER is None:
    _prepare_run()
_start_django(_prepare_process())
_shuffle_unordered_queries()
_forbid_network()


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what touches the database: the second database need not prove the rest again."""
    fixtures = getattr(item, "fixturenames", ())
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(fixtures):
        item.add_marker("database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests need Chromium: without one they are left out, said in one line, or refused."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if not browser or find_chromium():
        return
    message = f"{len(browser)} browser tests need Chromium (Debian: apt install chromium)."
    if NOTHING_SKIPPED:
        raise pytest.UsageError(f"{message} GAPURA_NOTHING_SKIPPED=1 forbids leaving them out.")
    if WORKER is None or WORKER == "gw0":
        print(f"{message} They are left out.", file=sys.__stderr__)
    config.hook.pytest_deselected(items=browser)
    items[:] = [item for item in items if item not in browser]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[Any]:
    report = yield
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, and GAPURA_NOTHING_SKIPPED=1 forbids it: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def seal_keys() -> None:
    """The demo certification authority and every agency's seal key, in this process's home."""
    from django.core.management import call_command

    # Old enough for every frozen moment a test may choose.
    call_command("pki_init", "--since=2025-01-01", verbosity=0)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read the sentences as they stand in the code; no test inherits the language of the one before."""
    from django.utils import translation

    with translation.override("en"):
        yield
