"""Openers that misbehave, each in one way: what a parser could be made to do by a hostile file."""

import os
import signal
import socket
import tempfile
import time
from pathlib import Path


def length(content: bytes) -> int:
    return len(content)


def echo(content: bytes) -> bytes:
    return content


def refuse(content: bytes) -> None:
    raise ValueError(f"{len(content)} bytes too many")


def loop(content: bytes) -> None:
    while True:
        content = content[::-1]


def sleep(content: bytes) -> None:
    time.sleep(60)


def fill_memory(content: bytes) -> int:
    return len(content * (4 << 30))


def fill_reply(content: bytes) -> bytes:
    return content * (64 << 20)


def write_file(content: bytes) -> None:
    (Path(tempfile.gettempdir()) / "left-by-a-hostile-file").write_bytes(content)


def read_file(content: bytes) -> str:
    return Path(content.decode()).read_text()


def see_files(content: bytes) -> list[str]:
    return [name for name in content.decode().split() if os.path.exists(name)]


def connect(content: bytes) -> None:
    socket.create_connection(("127.0.0.1", int(content)), timeout=1).close()


def start_process(content: bytes) -> int:
    return os.fork()


def kill_parent(content: bytes) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def crash(content: bytes) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def write_nonsense(content: bytes) -> None:
    os.write(1, content)
    os._exit(0)


def recurse(content: bytes) -> None:
    recurse(content)
