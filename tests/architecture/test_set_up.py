"""Setting up on a bare system: what is missing is named, with the command that brings it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import set_up
from tools.tracked import ROOT


def test_without_any_pip_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_up, "PYTHON", Path("/nowhere/python"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        set_up._pip()


def test_where_python_has_no_pip_of_its_own_the_system_s_pip_fills_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(set_up, "PYTHON", Path("/nowhere/python"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert set_up._pip() == [sys.executable, "-m", "pip", "--python", "/nowhere/python"]


@pytest.mark.parametrize("versions", [["3.10"], ["3.10", "3.11"]], ids=["too old", "one is new enough"])
def test_a_python_that_is_new_enough_is_found_or_its_absence_is_said(tmp_path: Path, versions: list[str]) -> None:
    for version in versions:
        python = tmp_path / ("python3" if version == "3.10" else f"python{version}")
        # Stands in for an interpreter: exits as the version test would, and says that it was chosen.
        python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {int(version == "3.10")}\necho "chosen $0 $*"\n')
        python.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "set-up"), "requirements.lock"],
        env={name: value for name, value in os.environ.items() if name != "PYTHON"} | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "3.11" in versions:
        assert done.stdout.split() == ["chosen", str(tmp_path / "python3.11"), "tools/set_up.py", "requirements.lock"]
    else:
        assert done.returncode == 1
        assert "Gapura needs Python 3.11 or newer, and found none." in done.stderr
