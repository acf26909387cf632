"""A counter killed while it issues, in processes of its own and without a network: nothing is lost, no fault missed."""

import os
import subprocess
import sys

import pytest

from tools.fresh_house import SHELF

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def test_the_whole_drill_in_processes_of_their_own_loses_nothing_and_misses_no_fault() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_") or name == SHELF}
    drill = subprocess.run(
        [sys.executable, "-m", "tests.reliability.offline_counter", "--persons", "3"],
        capture_output=True,
        text=True,
        timeout=900,
        env=environment | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    assert drill.returncode == 0, drill.stdout + drill.stderr
    assert "papers_issued 3, papers_confirmed 3" in drill.stdout
