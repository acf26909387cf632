"""Promises survive kill -9, and the loop that says so notices every planted mistake."""

import os
import re
import subprocess
import sys

import pytest

from tests.reliability.kill_loop import FAULTS, OBJECTED
from tools.fresh_house import SHELF

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def kill_loop(*options: str) -> tuple[int, str]:
    """Exit status and output of a run on a database of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GAPURA_") or k == SHELF}
    environment |= {"GAPURA_SECRET_KEY": "the key of a kill loop", "GAPURA_RATE_LIMITS": "0"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.reliability.kill_loop", *options],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    return run.returncode, run.stdout


@pytest.mark.parametrize("database", [(), ("--postgresql",)], ids=["SQLite", "PostgreSQL"])
def test_no_promise_is_lost_and_nothing_done_twice_whoever_is_killed_when(database: tuple[str, ...]) -> None:
    status, output = kill_loop("--seconds", "12", "--kills", "8", "--seed", "1", *database)
    assert status == 0, output
    work = re.match(r"(\d+) kills, (\d+) acknowledged", output)
    assert work is not None, output
    kills, acknowledged = map(int, work.groups())
    assert kills >= 8, output
    assert acknowledged >= 8, output


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_mistake_is_noticed(fault: str) -> None:
    for seed in range(1, 9):
        status, output = kill_loop("--seconds", "6", "--kills", "4", "--seed", str(seed), "--fault", fault)
        assert status in (0, OBJECTED), output
        if status == OBJECTED:
            return
    pytest.fail(f"Eight runs with {fault} raised no complaint: the loop proves nothing.")
