"""The production topology loses its primary database under load: what was acknowledged stays, and stays single."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.failover import drill
from deploy.topology import PROGRAMS
from gapura.config.supervisor import is_port_free

PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"
MISSING = [package for program, package in PROGRAMS.items() if shutil.which(program, path=PLACES) is None]

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def find_ports() -> int:
    """The first of fifty ports in a row that nobody uses."""
    starts = list(range(20000, 30000, 50))
    random.shuffle(starts)
    return next(start for start in starts if all(is_port_free("127.0.0.1", start + n) for n in range(50)))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own user may enter, which pytest's are not."""
    path = Path(tempfile.mkdtemp(prefix="gapura-failover-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.skipif(bool(MISSING), reason=f"Needs Debian's postgresql, {', '.join(PROGRAMS.values())}.")
def test_a_killed_primary_loses_nothing_and_a_careless_one_is_noticed(folder: Path) -> None:
    found = drill(folder, find_ports(), kills=1, fault=True)
    assert found["acknowledged"] >= 40
    assert (found["lost"], found["twice"]) == (0, 0)
    assert found["lost_carelessly"] > 0
