"""Several processes as one: they start together, and when one ends or somebody asks, all end."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

CLOSING_SECONDS = 10
STARTING_SECONDS = 60
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Part:
    """One process: what it is called in messages, how it is started, and what it alone is told in its environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class _Stop(Exception):
    """Somebody asked for the end: Ctrl-C, a termination signal, or a closed terminal."""


class PartFailed(Exception):
    """A part ended by itself; ``str()`` names it and its exit status."""


def is_port_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_answering(host: str, port: int) -> bool:
    """Whether a server takes connections there now."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def supervise(
    parts: Sequence[Part],
    *,
    environment: Mapping[str, str],
    is_ready: Callable[[], bool],
    announce: Callable[[], None],
) -> None:
    """Run the parts until one of ENDING_SIGNALS; ``announce`` is called once when ``is_ready`` first says so.

    Raises PartFailed when a part ends by itself or nothing is ready after a minute. Whatever happens, no
    part outlives the call: each is asked to stop, and killed if it has not within ten seconds.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    with _signals_raise_stop():
        try:
            for part in parts:
                # Own session: Ctrl-C reaches us alone, and we end the parts in order.
                running[part.name] = subprocess.Popen(
                    part.command, env={**environment, **part.environment}, start_new_session=True
                )
            _wait_until_ready(running, is_ready)
            announce()
            while True:
                _fail_if_ended(running)
                time.sleep(0.2)
        except _Stop:
            pass
        finally:
            _end_all(running)


def _wait_until_ready(running: Mapping[str, subprocess.Popen[bytes]], is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while not is_ready():
        _fail_if_ended(running)
        if time.monotonic() > deadline:
            raise PartFailed(f"Nothing answered within {STARTING_SECONDS} seconds; see the messages above.")
        time.sleep(0.1)


def _fail_if_ended(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, process in running.items():
        if (status := process.poll()) is not None:
            raise PartFailed(f"The {name} ended by itself (exit status {status}); see its messages above.")


def _end_all(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        process.terminate()
    deadline = time.monotonic() + CLOSING_SECONDS
    for name, process in running.items():
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {name} did not stop when asked; it is ended by force.", file=sys.stderr)
            process.kill()
            process.wait()


@contextlib.contextmanager
def _signals_raise_stop() -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C must not interrupt the closing.
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise _Stop

    before = {number: signal.signal(number, stop) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
