"""The ground every test stands on: its own home folder, a real database, no network, nothing left to luck.

``GAPURA_TEST_DATABASE``: unset is SQLite, ``postgresql`` a private server made for the run, an address
uses that server. ``GAPURA_NOTHING_SKIPPED=1`` (as in .ci/run): what cannot run here fails.
"""

import atexit
import gc
import os
import random
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tools import fresh_house, kernel, postgres
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
        "GAPURA_EDITION_SECONDS": "0",  # a process learns of editions when its test says so
        "GAPURA_RATE_LIMITS": "0",  # one address plays everybody; tests of the limits turn them on
        "GAPURA_EGRESS": "localhost:* 127.0.0.1:* 127.0.0.0/8 ::1/128",
        "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
    }
    return home


def _start_django() -> None:
    import django
    from django.conf import settings
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from gapura.foundation import isolation

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite"):
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    django.setup()
    # A live server shares the process with its tests, which prepare and look outside of any request.
    isolation.close_outside_requests = lambda: None
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


def _empty_only_what_is_full() -> None:
    """After a test that committed: a few of the three hundred tables have rows, and nothing else need be made anew."""
    from django.core.management.color import no_style
    from django.db import connection
    from django.test import TransactionTestCase

    @cache
    def question() -> str:
        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        kept = ("django_content_type", "auth_permission")  # the migrations' own
        one = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")"
        return " UNION ALL ".join(one.format(name) for name in names if name not in kept)

    def empty(self: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(question())
            full = [name for (name,) in cursor.fetchall()]
        on_postgresql = connection.vendor == "postgresql"
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), full, allow_cascade=on_postgresql))

    TransactionTestCase._fixture_teardown = empty


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
HOME = _prepare_process()
_start_django()
_shuffle_unordered_queries()
_empty_only_what_is_full()
_forbid_network()


def pytest_collection_finish() -> None:
    """What stands now stands until the end: looking through it for garbage again and again costs a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker make its own home: with our settings' name it would load in ours, and it would count with us."""
    for name in ("DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"):
        os.environ.pop(name, None)


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what touches the database: the second database need not prove the rest again.

    Nor what pages show: there the table of permissions opens every address, and all else below pages is proven.
    """
    fixtures = getattr(item, "fixturenames", ())
    draws = item.path.stem.endswith(("_page", "_pages"))
    if not draws and (item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(fixtures)):
        item.add_marker("database")


@pytest.hookimpl(trylast=True)  # after whoever shuffles
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here: on this database, without a browser, on a kernel that does not allow it.

    What takes long begins first: at the end one worker would do it while the others have nothing left.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    from django.conf import settings

    on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    out = [] if on_postgresql else [item for item in items if item.get_closest_marker("postgresql_only")]
    browser = [item for item in items if item.get_closest_marker("browser")]
    if browser and not find_chromium():
        _tell(f"{len(browser)} browser tests need Chromium (Debian: apt install chromium).", can_be_installed=True)
        out += browser
    for item in items:
        for mark in item.iter_markers("kernel"):
            if not kernel.is_allowed(mark.args[0]):
                _tell(f"{item.name}: this kernel does not allow us {mark.args[0]}.", can_be_installed=False)
                out.append(item)
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def _tell(message: str, *, can_be_installed: bool) -> None:
    """What is left out, once. What somebody could have installed is no excuse where nothing may be skipped."""
    if NOTHING_SKIPPED and can_be_installed:
        raise pytest.UsageError(f"{message} GAPURA_NOTHING_SKIPPED=1 forbids leaving them out.")
    if WORKER is None or WORKER == "gw0":
        print(f"{message} Left out.", file=sys.__stderr__)


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
    fresh_house.furnish_keys(HOME)


@pytest.fixture(scope="module", autouse=True)
def same_authority(seal_keys: None) -> Iterator[None]:
    """Whoever had an authority of their own gave it back: a later test would seal with keys that are gone."""
    from gapura.kernel.documents import plugin

    before = plugin.get_seal_provider()
    yield
    after, plugin._seal_provider = plugin._seal_provider, before
    assert after is before, "A test of this module left its own seal provider registered. Give the one before back."


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of this process, copied from one that was made for the run.

    On PostgreSQL every test runs as the application's role, bound by row security like the web server.
    """
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        name = f"gapura_test_{WORKER or 'main'}"
        address = fresh_house.make_database(os.environ["GAPURA_TEST_DATABASE"], name)
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {fresh_house.ROLE}")  # how tests clean up
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        connection.settings_dict["OPTIONS"]["options"] = f"-c role={fresh_house.ROLE}"
    else:
        fresh_house.furnish(HOME, with_keys=False)
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture
def table_owner() -> Iterator[None]:
    """For what only the tables' owner may do, such as a bulk load that drops indexes: no row security here."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    yield
    if not connection.in_atomic_block:  # else the rollback restores the role
        connection.close()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read the sentences as they stand in the code; no test inherits the language of the one before."""
    from django.utils import translation

    with translation.override("en"):
        yield
