"""Promises survive kill -9, and the loop that says so notices every planted mistake."""

import os
import re
import subprocess
import sys

import pytest

from tests.reliability.kill_loop import FAULTS

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def kill_loop(*options: str) -> tuple[int, str]:
    """Exit status and output of a run on a database of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GAPURA_")}
    environment["GAPURA_SECRET_KEY"] = "the key of a kill loop"
    run = subprocess.run(
        [sys.executable, "-m", "tests.reliability.kill_loop", *options],
        capture_output=True,
        text=True,
        timeout=300,
        env=environment | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    return run.returncode, run.stdout


def test_no_promise_is_lost_and_nothing_done_twice_whoever_is_killed_when() -> None:
    status, output = kill_loop("--seconds", "30", "--seed", "1")
    assert status == 0, output
    work = re.match(r"(\d+) kills, (\d+) acknowledged", output)
    assert work is not None, output
    kills, acknowledged = map(int, work.groups())
    assert kills >= 5, output
    assert acknowledged >= 10, output


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_mistake_is_noticed(fault: str) -> None:
    for seed in range(1, 6):
        status, _ = kill_loop("--seconds", "8", "--seed", str(seed), "--fault", fault)
        if status:
            return
    pytest.fail(f"Five runs with {fault} raised no complaint: the loop proves nothing.")
