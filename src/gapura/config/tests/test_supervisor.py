import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gapura.config.supervisor import Part, PartFailed, is_answering, is_port_free, supervise

FOREVER = "import time; time.sleep(600)"


def part(tmp_path: Path, name: str, code: str) -> Part:
    """A Python process that writes its number to a file first."""
    note = f"import os, pathlib; pathlib.Path({str(tmp_path / name)!r}).write_text(str(os.getpid())); "
    return Part(name, [sys.executable, "-c", note + code])


def has_started(tmp_path: Path, *names: str) -> Callable[[], bool]:
    return lambda: all((tmp_path / name).exists() and (tmp_path / name).read_text() for name in names)


def is_alive(tmp_path: Path, name: str) -> bool:
    try:
        os.kill(int((tmp_path / name).read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_a_signal_ends_every_part_and_returns(tmp_path: Path) -> None:
    announced: list[bool] = []

    def stop_when_seen_alive() -> None:
        announced.append(is_alive(tmp_path, "one") and is_alive(tmp_path, "two"))
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()

    supervise(
        [part(tmp_path, "one", FOREVER), part(tmp_path, "two", FOREVER)],
        environment=os.environ,
        is_ready=has_started(tmp_path, "one", "two"),
        announce=stop_when_seen_alive,
    )
    assert announced == [True]
    assert not is_alive(tmp_path, "one")
    assert not is_alive(tmp_path, "two")


def test_when_one_part_ends_the_others_end_too_and_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match=r"The short ended by itself \(exit status 3\)"):
        supervise(
            [part(tmp_path, "long", FOREVER), part(tmp_path, "short", "raise SystemExit(3)")],
            environment=os.environ,
            is_ready=has_started(tmp_path, "long", "short"),
            announce=lambda: None,
        )
    assert not is_alive(tmp_path, "long")


def test_a_part_that_ignores_the_request_is_ended_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gapura.config.supervisor.CLOSING_SECONDS", 0.3)
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(tmp_path / 'deaf')!r}, 'w')"
    stubborn = part(tmp_path, "stubborn", f"{deaf}; {FOREVER}")
    supervise(
        [stubborn],
        environment=os.environ,
        is_ready=(tmp_path / "deaf").exists,
        announce=lambda: os.kill(os.getpid(), signal.SIGINT),
    )
    assert "The stubborn did not stop when asked" in capfd.readouterr().err
    assert not is_alive(tmp_path, "stubborn")


def test_a_taken_port_is_seen_and_a_free_one_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_port_free("127.0.0.1", port)
        assert is_answering("127.0.0.1", port)
    assert is_port_free("127.0.0.1", port)
    assert not is_answering("127.0.0.1", port)


def test_running_on_a_taken_port_says_which_and_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "django", "run", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken by another program. Choose another one: make run PORT=" in done.stderr
    assert time.monotonic() - started < 30
