"""No bytes from outside make a parser stumble over anything but what it declares."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.tracked import ROOT

FOLDER = Path(__file__).with_name("fuzz")
HARNESSES = sorted(file.stem for file in FOLDER.glob("[a-z]*.py"))
SECONDS = os.environ.get("FUZZ_SECONDS", "2")


def fuzz(name: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.security.fuzz", name, "--seconds", SECONDS]
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "GAPURA_HOME": str(home), "TMPDIR": str(home)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60 + 2 * int(SECONDS), cwd=home
    )


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("name", [name for name in HARNESSES if name != "planted"])
def test_a_parser_stands_whatever_it_is_given(name: str, tmp_path: Path) -> None:
    done = fuzz(name, tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done " in done.stderr, done.stderr[-3000:]


def test_a_parser_that_stumbles_is_found(tmp_path: Path) -> None:
    done = fuzz("planted", tmp_path)
    assert done.returncode != 0
    assert "planted" in done.stdout + done.stderr
