"""A disk that forgets at a power cut whatever was not synced: what ``kill -9`` cannot show.

The model is stricter than ext4: data last once the file is synced; a name (new, renamed, removed) once its folder is,
and a new file's own name once the file is.
"""

import contextlib
import ctypes.util
import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

LIBRARY = ctypes.util.find_library("fuse3")


POWER_CUT = "power-cut"


class Node:
    """A file (``data``: as seen; ``synced``: as on the disk) or a folder (``data`` is None)."""

    def __init__(self, data: bytearray | None, mode: int, synced: bytes = b"") -> None:
        self.data, self.mode, self.synced, self.changed_at = data, mode, synced, 0

    @property
    def is_folder(self) -> bool:
        return self.data is None


class VolatileDisk:
    """Names as seen and names on the disk, over the same nodes."""

    def __init__(self, content: Path) -> None:
        self.seen: dict[str, Node] = {"/": Node(None, 0o755)}
        for file in sorted(content.rglob("*")):
            mode = stat.S_IMODE(file.stat().st_mode)
            data = None if file.is_dir() else file.read_bytes()
            node = Node(None if data is None else bytearray(data), mode, data or b"")
            self.seen["/" + file.relative_to(content).as_posix()] = node
        self.durable = dict(self.seen)
        self.handles: dict[int, Node] = {}

    def node(self, path: str, handle: int | None = None) -> Node:
        found = self.handles.get(handle or 0) or self.seen.get(path)
        if found is None:
            raise _error(errno.ENOENT)
        return found

    def open(self, path: str) -> int:
        handle = len(self.handles) + 1
        self.handles[handle] = self.node(path)
        return handle

    def make(self, path: str, node: Node) -> None:
        if path in self.seen:
            raise _error(errno.EEXIST)
        self.seen[path] = node

    def sync_file(self, path: str, node: Node) -> None:
        node.synced = bytes(node.data or b"")
        if self.seen.get(path) is node:
            self.durable.setdefault(path, node)

    def sync_folder(self, path: str) -> None:
        for name in list(self.durable):
            if parent_of(name) == path and self.seen.get(name) is not self.durable[name]:
                del self.durable[name]
        for name, node in self.seen.items():
            if parent_of(name) == path:
                self.durable[name] = node

    def rename(self, old: str, new: str) -> None:
        moved = [name for name in self.seen if name == old or name.startswith(f"{old}/")]
        if not moved:
            raise _error(errno.ENOENT)
        for name in moved:
            self.seen[new + name[len(old) :]] = self.seen.pop(name)

    def remove(self, path: str) -> None:
        self.node(path)
        del self.seen[path]

    def save_survivors(self, folder: Path) -> None:
        """What stands on the disk: names whose folders stand too."""
        for path, node in sorted(self.durable.items()):
            target = folder / path[1:]
            if not target.parent.exists() and path != "/":
                continue
            if node.is_folder:
                target.mkdir(exist_ok=True, mode=node.mode | 0o700)
            else:
                target.write_bytes(node.synced)
                target.chmod(node.mode)


def parent_of(path: str) -> str:
    return str(PurePosixPath(path).parent) if path != "/" else ""


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@contextlib.contextmanager
def volatile(content: Path, mount: Path, survivors: Path) -> Iterator[Callable[[], None]]:
    """A copy of ``content``, mounted during the block; calling the value cuts the power and fills ``survivors``."""
    for folder in (mount, survivors):
        folder.mkdir()
    command = [sys.executable, "-m", "tests.reliability.volatile_mount", str(content), str(mount), str(survivors)]
    environment = os.environ | {"PYTHONPATH": ":".join(filter(None, sys.path)), "FUSE_LIBRARY_PATH": LIBRARY or ""}
    process = subprocess.Popen(command, env=environment)

    def cut() -> None:
        with contextlib.suppress(OSError):
            (mount / POWER_CUT).mkdir()
        process.wait(30)

    try:
        deadline = time.monotonic() + 20
        while not os.path.ismount(mount):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The disk was not mounted.")
            time.sleep(0.02)
        yield cut
    finally:
        process.kill()
        process.wait()
        subprocess.run(["fusermount3", "-u", "-z", str(mount)], check=False, capture_output=True)
