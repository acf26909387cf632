"""Asking a virus scanner (ClamAV's clamd, or whatever speaks its protocol) about bytes from outside.

``INSTREAM`` sends the bytes themselves, so the scanner needs no access to any file of ours. Which scanner is asked is
the operator's setting; without one nothing is asked, and the sandbox alone contains what a file may do.
"""

import re
import socket
from contextlib import suppress

SECONDS = 10
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
_FOUND = re.compile(r"stream: (.+) FOUND")
_address = ""


class ScannerSilent(Exception):
    """The scanner did not answer as a scanner does; ``str()`` is one sentence for the person who sent the file."""


def use(address: str) -> None:
    """Ask this one from now on: ``/path/of/socket`` or ``host:port``; nobody where it is empty."""
    global _address
    _address = address


def find_known_harm(content: bytes) -> str:
    """What the scanner calls it, or an empty text where it knows nothing against it. Raises ScannerSilent."""
    if not _address:
        return ""
    try:
        answer = _ask(content)
    except OSError as error:
        raise ScannerSilent("Files cannot be looked at for viruses just now. Try again in a few minutes.") from error
    if match := _FOUND.fullmatch(answer):
        return match.group(1)
    if answer != "stream: OK":
        raise ScannerSilent("The scanner for viruses could not look at this file. It may be too large.")
    return ""


def _ask(content: bytes) -> str:
    with _connect() as line:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before it has read everything
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                line.sendall(len(piece).to_bytes(4) + piece)
            line.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
            answer += more
    return answer.rstrip(b"\0\n").decode("ascii", "replace")


def _connect() -> socket.socket:
    if not _address.startswith("/"):
        host, _, port = _address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(_address)
    except OSError:
        line.close()
        raise
    return line
