"""What this machine's kernel allows us, asked by trying: tests of these things have nothing else to skip for."""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path


def _fuse() -> bool:
    """A file system of our own."""
    device = Path("/dev/fuse")
    return ctypes.util.find_library("fuse3") is not None and os.access(device, os.R_OK | os.W_OK)


def _network_namespaces() -> bool:
    """Networks of our own, with a filter between them."""
    return _succeeds("unshare", "--net", "nft", "list", "ruleset")


def _tracing() -> bool:
    """Stopping a process at its system calls."""
    return _succeeds("strace", "-o", "/dev/null", "true")


def _succeeds(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0


ABILITIES: dict[str, Callable[[], bool]] = {
    "fuse": _fuse,
    "network namespaces": _network_namespaces,
    "tracing": _tracing,
}


@cache
def is_allowed(ability: str) -> bool:
    """Whether the kernel lets us use one of ABILITIES here."""
    return ABILITIES[ability]()
