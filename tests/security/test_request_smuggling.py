"""Balancer and web server agree where a request ends: none arrives inside that the balancer did not see as one.

The balancer writes where a request comes from into each that it passes on. One without that was hidden in another.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.topology import write_balancer

PATIENCE, QUIET = 5.0, 0.4  # seconds until the first answer, and those after which nothing more comes
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: gapura.test\r\n\r\n"
HOST = b"Host: gapura.test\r\n"
POST = b"POST /first HTTP/1.1\r\n" + HOST


def posted(headers: bytes, body: bytes) -> bytes:
    return POST + headers + b"\r\n" + body


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


ALL = len(b"0\r\n\r\n" + HIDDEN)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ENDED = b"0\r\n\r\n" + HIDDEN
TRICKS = {
    "length and chunks, chunks end first": posted(b"Content-Length: %d\r\n" % ALL + CHUNKED, ENDED),
    "chunks and length, length ends first": posted(
        b"Content-Length: 4\r\n" + CHUNKED, b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
    ),
    "two lengths, the short one first": posted(b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "two lengths, the long one first": posted(b"Content-Length: %d\r\nContent-Length: 0\r\n" % len(HIDDEN), HIDDEN),
    "two lengths in one line": posted(b"Content-Length: 0, %d\r\n" % len(HIDDEN), HIDDEN),
    "a length with a sign": posted(b"Content-Length: +%d\r\n" % len(HIDDEN), HIDDEN),
    "a length in hexadecimal": posted(b"Content-Length: 0x%x\r\n" % len(HIDDEN), HIDDEN),
    "a length with a blank inside": posted(b"Content-Length: 0 %d\r\n" % len(HIDDEN), HIDDEN),
    "a negative length": posted(b"Content-Length: -1\r\n", HIDDEN),
    "a length after a blank": posted(b"Content-Length : %d\r\n" % len(HIDDEN), HIDDEN),
    "chunks after a blank": posted(b"Content-Length: %d\r\nTransfer-Encoding : chunked\r\n" % ALL, ENDED),
    "chunks after a tab": posted(b"Content-Length: %d\r\nTransfer-Encoding:\tchunked\r\n" % ALL, ENDED),
    "chunks of another spelling": posted(b"Content-Length: %d\r\nTransfer-Encoding: xchunked\r\n" % ALL, ENDED),
    "chunks and another coding": posted(b"Content-Length: %d\r\nTransfer-Encoding: chunked, identity\r\n" % ALL, ENDED),
    "chunks twice": posted(b"Content-Length: %d\r\n" % ALL + CHUNKED + b"Transfer-Encoding: cow\r\n", ENDED),
    "chunks on a folded line": posted(b"Content-Length: %d\r\nTransfer-Encoding:\r\n chunked\r\n" % ALL, ENDED),
    "chunks behind a bare line feed": posted(
        b"Content-Length: %d\r\nX: y\nTransfer-Encoding: chunked\r\n" % ALL, ENDED
    ),
    "chunks behind a bare carriage return": posted(
        b"Content-Length: %d\r\nX: y\rTransfer-Encoding: chunked\r\n" % ALL, ENDED
    ),
    "bare line feeds alone": posted(b"Content-Length: %d\r\n" % len(HIDDEN), b"").replace(b"\r\n", b"\n") + HIDDEN,
    "a chunk's size with a bare line feed": posted(CHUNKED, b"2\nxx\r\n0\r\n\r\n" + HIDDEN),
    "a chunk's extension with a bare line feed": posted(CHUNKED, b"2;\nxx\r\n10\r\n\r\n" + chunk(HIDDEN)),
    "a chunk's size with a sign": posted(CHUNKED, b"+2\r\nxx\r\n0\r\n\r\n" + HIDDEN),
    "a chunk's size that overflows": posted(CHUNKED, b"fffffffffffffffff\r\nxx\r\n0\r\n\r\n" + HIDDEN),
    "a chunk longer than its size": posted(CHUNKED, b"2\r\nxxxx\r\n0\r\n\r\n" + HIDDEN),
    "a zero byte in a header": posted(b"Content-Length: %d\r\nTransfer-Encoding: chunked\0\r\n" % ALL, ENDED),
    "a length where none belongs": b"GET /first HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n" + HIDDEN,
    "chunks in the old version": b"POST /first HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n" + ENDED,
    "a request line with two blanks": b"GET  /first  HTTP/1.1\r\n" + HOST + b"\r\n" + HIDDEN,
    "two hosts": b"GET /first HTTP/1.1\r\n" + HOST + b"Host: other.test\r\n\r\n" + HIDDEN,
}


@dataclass
class Line:
    """A web server as we serve it, behind a balancer as we deploy it."""

    web: int
    balancer: int
    log: Path

    def send(self, port: int, content: bytes) -> tuple[int, list[dict[str, str]]]:
        """How many answers came back, and the requests that the application saw meanwhile."""
        self.log.write_text("")
        answered = _speak(port, content)
        return answered.count(b"HTTP/1."), [json.loads(line) for line in self.log.read_text().splitlines()]


def _speak(port: int, content: bytes) -> bytes:
    answered = b""
    # It may not be listening yet, may close on us, or nothing more comes.
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(content)
        while more := line.recv(65_536):
            answered += more
            line.settimeout(QUIET)
    return answered


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        if b" 200 " in _speak(port, b"GET /health/ready HTTP/1.0\r\n\r\n"):
            return
        time.sleep(0.1)
    raise AssertionError(f"Nothing answers on port {port}.")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = tmp_path_factory.mktemp("line")
    found = Line(_free_port(), _free_port(), folder / "seen.jsonl")
    found.log.touch()
    served = f"--interface wsgi --http 1 --host 127.0.0.1 --port {found.web} --workers 1 --blocking-threads 1"
    commands = [
        [
            sys.executable,
            "-m",
            "granian",
            *served.split(),
            "--log-level",
            "error",
            "tests.security.echo_app:application",
        ],
        ["haproxy", "-db", "-f", str(write_balancer(folder, found.balancer, [found.web]))],
    ]
    environment = os.environ | {"ECHO_LOG": str(found.log), "PYTHONPATH": os.getcwd()}
    processes = [subprocess.Popen(command, env=environment) for command in commands]
    try:
        for port in (found.web, found.balancer):
            _wait_for(port)
        yield found
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(10)


pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(
        shutil.which("haproxy") is None, reason="HAProxy is not installed (Debian: apt install haproxy)."
    ),
]


@pytest.mark.parametrize("trick", TRICKS)
def test_no_request_arrives_that_the_balancer_did_not_see(line: Line, trick: str) -> None:
    answers, seen = line.send(line.balancer, TRICKS[trick])
    assert [one for one in seen if one["from"] != "127.0.0.1"] == []
    assert answers >= len(seen), "an answer was left over for somebody else"


@pytest.mark.parametrize("trick", TRICKS)
def test_the_web_server_alone_answers_what_it_saw_and_nothing_more(line: Line, trick: str) -> None:
    answers, seen = line.send(line.web, TRICKS[trick])
    assert len(seen) <= answers <= len(seen) + 1
    assert answers, "a line that hangs is held by whoever sent it"


@pytest.mark.parametrize("behind", ["balancer", "web"])
def test_proper_requests_on_one_line_all_arrive(line: Line, behind: str) -> None:
    proper = posted(b"Content-Length: 3\r\n", b"abc") + posted(CHUNKED, chunk(b"def") + b"0\r\n\r\n") + HIDDEN
    answers, seen = line.send(getattr(line, behind), proper)
    assert (answers, [one["path"] for one in seen]) == (3, ["/first", "/first", "/hidden"])
    assert [one["body"] for one in seen] == ["abc", "def", ""]


@pytest.mark.parametrize("behind", ["balancer", "web"])
def test_the_second_version_of_http_is_not_spoken(line: Line, behind: str) -> None:
    answered = _speak(getattr(line, behind), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)))
    assert answered == b"" or answered.startswith(b"HTTP/1."), "not a frame of the second version"
    upgraded = _speak(
        getattr(line, behind),
        b"GET / HTTP/1.1\r\n"
        + HOST
        + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n",
    )
    assert b" 101 " not in upgraded


def test_a_careless_balancer_is_noticed(line: Line) -> None:
    """The planted fault: a balancer that takes whatever comes together for one request."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_pass_on_carelessly, args=(door, line.web), daemon=True).start()
        _, seen = line.send(door.getsockname()[1], posted(b"Content-Length: 0\r\n", HIDDEN))
    assert [(one["path"], one["from"]) for one in seen] == [("/first", "127.0.0.1"), ("/hidden", "")]


def _pass_on_carelessly(door: socket.socket, web: int) -> None:
    caller: Any = door.accept()[0]
    with caller, socket.create_connection(("127.0.0.1", web), timeout=PATIENCE) as house:
        whole = caller.recv(65_536)
        house.sendall(whole.replace(HOST, HOST + b"X-Forwarded-For: 127.0.0.1\r\n", 1))
        answered = b""
        while answered.count(b"HTTP/1.") < 2:
            answered += house.recv(65_536)
        caller.sendall(answered)
