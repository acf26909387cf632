"""A locked package with a known vulnerability is found, however the advisory says which versions have it."""

import json
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gapura.foundation import clock
from tools import advisories
from tools.advisories import find_affected, read_lock

LOCKED = {"django": "5.2.3", "some-thing": "1.10"}


def advisory(package: str = "Django", **affected: Any) -> dict[str, Any]:
    return {
        "id": "PYSEC-0",
        "summary": "planted",
        "modified": clock.now().isoformat(),
        "affected": [{"package": {"ecosystem": "PyPI", "name": package}, **affected}],
    }


def within(*events: tuple[str, str], kind: str = "ECOSYSTEM") -> dict[str, Any]:
    return {"ranges": [{"type": kind, "events": [{name: version} for name, version in events]}]}


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        (advisory(versions=["5.2.2", "5.2.3"]), True),
        (advisory(versions=["5.2.30"]), False),
        (advisory(**within(("introduced", "0"), ("fixed", "5.2.4"))), True),
        (advisory(**within(("introduced", "0"), ("fixed", "5.2.3"))), False),
        (advisory(**within(("introduced", "5.3"))), False),
        (advisory(**within(("introduced", "5.2"), ("last_affected", "5.2.3"))), True),
        (advisory(**within(("introduced", "5.2"), ("last_affected", "5.2.2"))), False),
        (advisory(**within(("fixed", "4.2.1"), ("introduced", "5.0"), ("introduced", "0"), ("fixed", "5.2.10"))), True),
        (advisory("Some_Thing", **within(("introduced", "1.9"), ("fixed", "1.11"))), True),
        (advisory(**within(("introduced", "0"), kind="GIT")), False),
        (advisory("flask", **within(("introduced", "0"))), False),
        (advisory(**within(("introduced", "0"))) | {"withdrawn": "2026-01-01T00:00:00Z"}, False),
    ],
)
def test_what_an_advisory_says_is_understood(said: dict[str, Any], is_found: bool) -> None:
    assert bool(list(find_affected(said, LOCKED))) == is_found


def test_a_lock_is_read_with_its_hashes_and_marks() -> None:
    lock = "django==5.2.3 \\\n    --hash=sha256:00\n    # via -r x\nSome.Thing[extra]==1.10 ; python_version < '4' \\\n"
    assert read_lock(lock) == LOCKED
    ours = read_lock(advisories.LOCKS[0].read_text())
    assert {"django", "cryptography", "granian"} <= ours.keys()


def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["advisories", str(folder)])
    return advisories.main()


def test_the_command_finds_a_planted_advisory_and_refuses_an_old_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, monkeypatch) == 2, "an empty folder proves nothing"
    harmless = advisory(versions=["0.1"])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-0.json", json.dumps(harmless))
    assert run(tmp_path, monkeypatch) == 0
    django = read_lock(advisories.LOCKS[0].read_text())["django"]
    (tmp_path / "planted.json").write_text(json.dumps(advisory(versions=[django])))
    assert run(tmp_path, monkeypatch) == 1
    assert f"django {django}: PYSEC-0  planted" in capsys.readouterr().out
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert run(tmp_path, monkeypatch) == 2
