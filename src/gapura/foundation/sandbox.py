"""Bytes from outside are opened in a process that can do nothing but compute, for three seconds, in 512 MiB.

An *opener* is a function ``(content: bytes, **options)`` that returns a JSON value or bytes and raises ValueError for
what it refuses; its module imports everything it needs at its top, for nothing can be imported once a file is open.
See docs/why/adr/0021-hostile-bytes.md.
"""

import atexit
import os
import select
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from gapura.foundation import sandbox_child
from gapura.foundation.sandbox_child import WALL_SECONDS, frame, read_frame
from gapura.foundation.scanner import ScannerSilent, find_known_harm

MOST_AT_ONCE = 4
_PATIENCE_SECONDS = 2 * WALL_SECONDS
_SOURCE = Path(__file__).parents[2]
_NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}
_NAMESPACES = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--as-pid-1", "--new-session", "--clearenv"),
    *("--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "nowhere"),
)


class Refusal(StrEnum):
    """Why nothing came out."""

    CONTENT = "content"
    MEMORY = "memory"
    TIME = "time"
    CRASH = "crash"
    BUSY = "busy"


class FileRefused(Exception):
    """The file was not opened; ``why`` is a Refusal, ``str()`` one sentence."""

    def __init__(self, why: Refusal, said: str = "", peak_bytes: int = 0) -> None:
        super().__init__(said or _SENTENCES[why])
        self.why, self.peak_bytes = why, peak_bytes


_SENTENCES = {
    Refusal.CONTENT: "The file is not what it should be.",
    Refusal.MEMORY: "Opening the file takes more memory than any proper file needs.",
    Refusal.TIME: "Opening the file takes longer than any proper file needs.",
    Refusal.CRASH: "The file cannot be opened.",
    Refusal.BUSY: "Too many files are being opened just now. Try again in a minute.",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What an opener returned: ``value``, or ``content`` where it returned bytes; and the most memory it took."""

    value: Any
    content: bytes
    peak_bytes: int


def open_apart(opener: str, content: bytes, **options: Any) -> Opened:
    """Run ``opener`` (``module:function``) on ``content`` in the sandbox. Raises FileRefused.

    Milliseconds once a process has opened its first file; at most four files at once, others wait. Where the operator
    has a scanner, it looks first.
    """
    _scan(content)
    if not _free_places.acquire(timeout=_PATIENCE_SECONDS):
        raise FileRefused(Refusal.BUSY)
    try:
        return _take_idle(_family(opener)).open(opener, content, options)
    finally:
        _free_places.release()


def _scan(content: bytes) -> None:
    """A scanner that was set and does not answer lets nothing through."""
    try:
        found = find_known_harm(content)
    except ScannerSilent as error:
        raise FileRefused(Refusal.BUSY, str(error)) from error
    if found:
        raise FileRefused(Refusal.CONTENT, f"The scanner knows this file as {found}.")


@dataclass(frozen=True, slots=True)
class Walls:
    """How a process is shut in: ``command`` is written before its own, ``user`` given to Popen."""

    command: tuple[str, ...]
    user: Mapping[str, Any]

    @property
    def is_apart(self) -> bool:
        """Whether it has namespaces of its own: no network, no files but programs, nobody else's processes."""
        return bool(self.command)


@cache
def find_walls() -> Walls:
    """The strongest walls that work on this machine: bubblewrap as nobody, as ourselves, or the ceilings alone.

    The ceilings always hold (no new descriptor, process or file; memory, time). But without namespaces a flaw in a
    parser would act as the house's own user. ``gapura check`` and the figures say so.
    """
    bubblewrap = shutil.which("bwrap")
    users: list[Mapping[str, Any]] = [_NOBODY, {}] if os.geteuid() == 0 else [{}]
    commands = [(bubblewrap, *_NAMESPACES, *_visible_folders(), "--"), ()] if bubblewrap else [()]
    choices = (Walls(command, user) for command in commands for user in users)
    return next((one for one in choices if _works(one)), Walls((), {}))


def _works(walls: Walls) -> bool:
    command = [*walls.command, sys.executable, "-I", sandbox_child.__file__, str(_SOURCE)]
    with suppress(OSError, subprocess.SubprocessError):
        return (
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, **walls.user).returncode
            == 0
        )
    return False


def _visible_folders() -> Sequence[str]:
    """The programs, read-only; no folder of data, of settings, of anybody's home."""
    places = {
        "/usr",
        "/bin",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
        sys.prefix,
        sys.base_prefix,
        str(_SOURCE / "gapura"),
    }
    places |= {folder for folder in sys.path if folder.endswith(("-packages", "lib-dynload"))}
    places.add(os.path.dirname(os.path.realpath(sys.executable)))
    shown = [word for place in sorted(places) for word in ("--ro-bind-try", place, place)]
    return (*shown, "--dev", "/dev")


class _Sandbox:
    """One waiting process with its imports done. Serves one file at a time."""

    def __init__(self) -> None:
        walls = find_walls()
        self._process = subprocess.Popen(
            [*walls.command, sys.executable, "-I", "-B", sandbox_child.__file__, str(_SOURCE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={},
            **walls.user,
        )

    def open(self, opener: str, content: bytes, options: dict[str, Any]) -> Opened:
        """Raises FileRefused; afterwards this sandbox is idle again, or gone."""
        try:
            head, body = self._ask(frame({"opener": opener, "options": options}, content))
        except (OSError, ValueError, TimeoutError) as error:
            self.end()
            raise FileRefused(Refusal.CRASH) from error
        with _lock:
            _idle.setdefault(_family(opener), []).append(self)
        if "refused" in head:
            raise FileRefused(Refusal(head["refused"]), head["said"], head["peak"])
        return _read_reply(body, head["peak"])

    def _ask(self, order: bytes) -> tuple[dict[str, Any], bytes]:
        orders, replies = self._process.stdin, self._process.stdout
        assert orders is not None
        assert replies is not None
        orders.write(order)
        orders.flush()
        if not select.select([replies], [], [], _PATIENCE_SECONDS)[0]:
            raise TimeoutError
        if (reply := read_frame(replies)) is None:  # type: ignore[arg-type]  # a pipe is a binary stream
            raise ValueError("the sandbox ended")
        return reply

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process, and with its namespace everything it may have started."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written is of no use
                    pipe.close()


def _read_reply(frame_bytes: bytes, peak: int) -> Opened:
    """What the forked process wrote is not trusted to be well formed: it had the file in its hands."""
    try:
        head, body = read_frame(BytesIO(frame_bytes)) or ({"refused": "crash", "said": ""}, b"")
        if "refused" in head:
            raise FileRefused(Refusal(head["refused"]), str(head.get("said", "")), peak)
        return Opened(head.get("value"), body, peak)
    except (ValueError, KeyError, AttributeError, RecursionError) as error:
        raise FileRefused(Refusal.CRASH, "", peak) from error


_lock = threading.Lock()
_free_places = threading.BoundedSemaphore(MOST_AT_ONCE)
_idle: dict[str, list[_Sandbox]] = {}


def _family(opener: str) -> str:
    """Openers of one module share their processes; what others import would count against their ceilings."""
    return opener.partition(":")[0]


def _take_idle(family: str) -> _Sandbox:
    with _lock:
        waiting = _idle.get(family, [])
        while waiting:
            sandbox = waiting.pop()
            if sandbox.is_alive():
                return sandbox
            sandbox.end()
    return _Sandbox()


@atexit.register
def end_all() -> None:
    """End every waiting process; the next file starts a new one."""
    with _lock:
        for waiting in _idle.values():
            while waiting:
                waiting.pop().end()


def _forget_idle() -> None:
    """After a fork: the waiting processes are the parent's."""
    _idle.clear()


os.register_at_fork(after_in_child=_forget_idle)
