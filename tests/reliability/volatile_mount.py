"""Mounts a volatile disk: ``python -m tests.reliability.volatile_mount CONTENT MOUNT SURVIVORS``.

On its own, because importing the library needs FUSE on the machine.
"""

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from mfusepy import FUSE, FuseOSError, Operations

from tests.reliability.volatile_disk import POWER_CUT, Node, VolatileDisk, parent_of


def translated(action: Callable[..., Any]) -> Callable[..., Any]:
    """What the disk refuses, as the library wants to hear it."""

    def run(*arguments: Any) -> Any:
        try:
            return action(*arguments)
        except OSError as error:
            raise FuseOSError(error.errno) from error

    return run


class Mounted(Operations):
    use_ns = True

    def __init__(self, disk: VolatileDisk, survivors: Path) -> None:
        self.disk, self.survivors = disk, survivors

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        node = self.disk.seen.get(path) or self.disk.handles.get(fh or 0)
        if node is None:
            raise FuseOSError(errno.ENOENT)
        kind = stat.S_IFDIR if node.is_folder else stat.S_IFREG
        size = len(node.data or b"")
        return {"st_mode": kind | node.mode, "st_size": size, "st_nlink": 1, "st_mtime": node.changed_at}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(PurePosixPath(name).name for name in self.disk.seen if parent_of(name) == path)]

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        translated(self.disk.make)(path, Node(bytearray(), stat.S_IMODE(mode)))
        return self.disk.open(path)

    def mkdir(self, path: str, mode: int) -> None:
        if path == f"/{POWER_CUT}":  # a signal would not reach Python inside the library's loop
            self.disk.save_survivors(self.survivors)
            os._exit(0)
        translated(self.disk.make)(path, Node(None, stat.S_IMODE(mode)))

    def open(self, path: str, flags: int) -> int:
        return translated(self.disk.open)(path)

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes((self.disk.node(path, fh).data or b"")[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        content = self.disk.node(path, fh).data
        assert content is not None
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        content = translated(self.disk.node)(path, fh).data
        del content[length:]
        content.extend(bytes(length - len(content)))

    def fsync(self, path: str, datasync: int, fh: int) -> None:
        self.disk.sync_file(path, self.disk.node(path, fh))

    def fsyncdir(self, path: str, datasync: int, fh: int) -> None:
        self.disk.sync_folder(path)

    def rename(self, old: str, new: str) -> None:
        translated(self.disk.rename)(old, new)

    def unlink(self, path: str) -> None:
        translated(self.disk.remove)(path)

    def rmdir(self, path: str) -> None:
        translated(self.disk.remove)(path)

    def chmod(self, path: str, mode: int) -> None:
        translated(self.disk.node)(path).mode = stat.S_IMODE(mode)

    def utimens(self, path: str, times: Any = None) -> None:
        translated(self.disk.node)(path).changed_at = times[1] if times else 0

    def statfs(self, path: str) -> dict[str, int]:
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 22, "f_bfree": 1 << 22, "f_bavail": 1 << 22}


if __name__ == "__main__":
    content, mount, survivors = map(Path, sys.argv[1:4])
    # One thread: the model is of the disk, not of its locks.
    FUSE(Mounted(VolatileDisk(content), survivors), str(mount), foreground=True, nothreads=True)
