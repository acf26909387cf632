"""The ground the tests stand on holds: no network, no order nobody asked for, a server that comes and goes."""

import os
import random
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType

from tools import postgres


def test_the_network_is_out_of_reach_and_this_machine_is_not() -> None:
    with pytest.raises(PermissionError, match="A test reached for the network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.django_db
def test_rows_come_shuffled_unless_the_query_orders_them() -> None:
    random.seed(7)
    orders = {tuple(ContentType.objects.values_list("pk", flat=True)) for _ in range(5)}
    ordered = {tuple(ContentType.objects.order_by("pk").values_list("pk", flat=True)) for _ in range(5)}
    assert len(orders) == 5
    assert len(ordered) == 1
    assert {tuple(sorted(order)) for order in orders} == ordered


def test_what_a_developer_exported_does_not_reach_the_tests() -> None:
    assert settings.GAPURA_DEMO is False
    assert Path(os.environ["GAPURA_HOME"]).is_relative_to(tempfile.gettempdir())


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name that another user may enter."""
    path = Path(tempfile.mkdtemp(prefix="pg-"))
    path.chmod(0o755)
    yield path
    postgres.stop(path)
    shutil.rmtree(path)


def test_a_private_server_starts_is_found_again_and_keeps_its_data(folder: Path) -> None:
    address = postgres.start(folder)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    assert postgres.start(folder) == address
    postgres.stop(folder)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    with psycopg.connect(postgres.start(folder, durable=True)) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_folder_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(postgres.NoPostgres, match="choose a shorter folder"):
        postgres.start(tmp_path / ("x" * 100))
