"""A scanner that the operator set looks at every file before it is opened; when it cannot, nothing is opened."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from gapura.foundation import scanner
from gapura.foundation.sandbox import FileRefused, Refusal, open_apart
from gapura.foundation.uploads import Kind, accept_upload

# The harmless file that every scanner calls a virus (EICAR), in two halves so that this one is none.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + rb"-ANTIVIRUS-TEST-FILE!$H+H*"
OPENER = "gapura.foundation.openers:read_yaml"
MOST = 1 << 20


class Clamd(socketserver.StreamRequestHandler):
    """Speaks as much of clamd's protocol as INSTREAM needs."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self.rfile.read(4)):
            content += self.rfile.read(size)
            if len(content) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.wfile.write(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@pytest.fixture(params=["socket file", "port"])
def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    by_file = request.param == "socket file"
    address = str(tmp_path / "clamd") if by_file else ("127.0.0.1", 0)
    kind = socketserver.ThreadingUnixStreamServer if by_file else socketserver.ThreadingTCPServer
    with kind(address, Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield str(address) if by_file else f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(autouse=True)
def _nobody_is_asked_afterwards() -> Iterator[None]:
    yield
    scanner.use("")


def opens(content: bytes) -> bool:
    try:
        open_apart(OPENER, content, most_bytes=4 * MOST)
    except FileRefused:
        return False
    return True


def test_what_the_scanner_knows_is_never_opened(clamd: str) -> None:
    infected = b"a: '" + EICAR + b"'"
    assert opens(infected), "the control: without a scanner it is opened, in the sandbox"
    scanner.use(clamd)
    assert not opens(infected)
    assert opens(b"a: harmless")
    assert opens(b"a: " + b"x" * 200_000), "more than one piece"
    with pytest.raises(FileRefused, match="Eicar-Signature"):
        accept_upload(b"%PDF-1.7 " + EICAR, kinds={Kind.PDF}, most_bytes=MOST)


def test_a_scanner_that_is_away_or_gives_up_lets_nothing_through(clamd: str, tmp_path: Path) -> None:
    scanner.use(clamd)
    with pytest.raises(FileRefused, match="could not look at this file"):
        open_apart(OPENER, b"a: " + b"x" * (MOST + 1), most_bytes=4 * MOST)
    for gone in (str(tmp_path / "nobody"), "127.0.0.1:1"):
        scanner.use(gone)
        with pytest.raises(FileRefused, match="just now") as refused:
            open_apart(OPENER, b"a: harmless")
        assert refused.value.why is Refusal.BUSY


@pytest.mark.django_db
def test_a_file_sent_to_be_verified_goes_past_the_scanner(clamd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    looked: list[bytes] = []
    scanner.use(clamd)
    real = scanner._ask
    monkeypatch.setattr(scanner, "_ask", lambda content: (looked.append(content), real(content))[1])
    infected = b"%PDF-1.7 " + EICAR
    answer = Client().post("/verify/", {"file": SimpleUploadedFile("a.pdf", infected)})
    assert answer.status_code == 200
    assert looked == [infected]
