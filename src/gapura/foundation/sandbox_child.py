"""The far side of the sandbox: a process that imports openers once and forks for each file.

Started by ``gapura.foundation.sandbox`` as ``python -I sandbox_child.py SOURCE_FOLDER``; imports no framework. Speaks
frames on its standard input and output: two lengths, a JSON head, a body.
"""

import ctypes
import importlib
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

MEMORY_BYTES = 512 * 1024 * 1024
_PROGRAM_BYTES = 64 * 1024 * 1024  # of them, for the code in use
CPU_SECONDS = 3
WALL_SECONDS = 10.0
LARGEST_REPLY = 32 * 1024 * 1024
_LENGTHS = struct.Struct(">II")
_NO_DUMP, _NO_NEW_PRIVILEGES = (4, 0), (38, 1)  # prctl: nobody may look into this process; it gains no rights

Head = dict[str, Any]


def read_frame(stream: BinaryIO) -> tuple[Head, bytes] | None:
    """The next frame, or None at the end. Raises ValueError when it is torn."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise ValueError("torn frame")
    head_length, body_length = _LENGTHS.unpack(lengths)
    head, body = stream.read(head_length), stream.read(body_length)
    if len(head) < head_length or len(body) < body_length:
        raise ValueError("torn frame")
    return json.loads(head), body


def frame(head: Head, body: bytes = b"") -> bytes:
    """The bytes of a frame."""
    text = json.dumps(head).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def serve(orders: BinaryIO, replies: BinaryIO) -> None:
    """Answer orders until there are no more. Openers are imported here, before any outside byte is looked at."""
    while (order := read_frame(orders)) is not None:
        head, content = order
        module, _, name = head["opener"].partition(":")
        opener = getattr(importlib.import_module(module), name)
        replies.write(_open_apart(opener, content, head["options"]))
        replies.flush()


def _open_apart(opener: Callable[..., Any], content: bytes, options: Head) -> bytes:
    """The frame that a forked process wrote within its ceilings, or one that says which ceiling it met."""
    listen, speak = os.pipe()
    child = os.fork()
    if child == 0:
        _confine(speak)
        _speak(opener, content, options)
    os.close(speak)
    reply, in_time = _listen(listen)
    os.close(listen)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    _end_offspring()
    peak = usage.ru_maxrss * 1024
    if not in_time:
        return frame({"refused": "time", "said": "", "peak": peak})
    if os.WIFSIGNALED(status):
        by_clock = os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
        return frame({"refused": "time" if by_clock else "crash", "said": "", "peak": peak})
    return frame({"peak": peak}, reply)


def _end_offspring() -> None:
    """Inside the walls this is process 1 of its own world: whatever else lives there came from the file."""
    if os.getpid() == 1:
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        with suppress(ChildProcessError):
            while True:
                os.wait()


def _confine(speak: int) -> None:
    """Only the pipe stays open; no file, socket or process can be made; memory and time end at the ceilings."""
    for descriptor in (0, 1):
        os.dup2(speak, descriptor)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    ceilings = {
        resource.RLIMIT_DATA: MEMORY_BYTES - _PROGRAM_BYTES,
        resource.RLIMIT_AS: 2 * MEMORY_BYTES,  # libraries map hundreds of MiB of which they use little
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 3,
    }
    for kind, most in ceilings.items():
        resource.setrlimit(kind, (most, most))


def _speak(opener: Callable[..., Any], content: bytes, options: Head) -> None:
    """Write what the opener says, then end without any clean-up."""
    head, body = _opened(opener, content, options)
    reply = memoryview(frame(head, body))
    while reply:
        reply = reply[os.write(1, reply) :]
    os._exit(0)


def _opened(opener: Callable[..., Any], content: bytes, options: Head) -> tuple[Head, bytes]:
    try:
        value = opener(content, **options)
    except MemoryError:
        return {"refused": "memory", "said": ""}, b""
    except ValueError as error:
        return {"refused": "content", "said": str(error)[:300]}, b""
    except BaseException as error:  # whatever a library does with such bytes, it ends here
        return {"refused": "crash", "said": type(error).__name__}, b""
    return ({}, value) if isinstance(value, bytes) else ({"value": value}, b"")


def _listen(pipe: int) -> tuple[bytes, bool]:
    """Everything the child wrote, and whether it ended in time and within the largest reply."""
    reply, ends_at = bytearray(), time.monotonic() + WALL_SECONDS
    while (left := ends_at - time.monotonic()) > 0 and len(reply) <= LARGEST_REPLY:
        if select.select([pipe], [], [], left)[0]:
            piece = os.read(pipe, 1 << 20)
            if not piece:
                return bytes(reply), True
            reply += piece
    return b"", False


if __name__ == "__main__":
    for setting in (_NO_DUMP, _NO_NEW_PRIVILEGES):
        ctypes.CDLL(None).prctl(*setting, 0, 0, 0)
    sys.path.insert(0, sys.argv[1])
    serve(sys.stdin.buffer, sys.stdout.buffer)
