"""One dead, one slow, one lying and one flooding holder beside a healthy one, in a house with few hands.

``python -m tests.reliability.bulkheads --keep``. The healthy holder's answers are timed while the others behave, and
while they do not: the same load both times. With the breakers taken out (the planted fault) the figure must fall apart.
"""

import argparse
import hashlib
import json
import secrets
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.reliability.two_nodes import Node, portal_and_register
from tools import measured

HANDS = 4
SLOW_SECONDS = 30
HOLDERS = {"dead": "civil.person", "slow": "civil.birth", "lying": "civil.marriage", "flooding": "civil.death"}
LARGEST_RATIO = 1.2
BEATS = 150
UNGUARDED_BEATS = 24  # each slow answer then holds a hand until it is given up: a minute for sixty


class Holder:
    """A member of the network without Gapura's code; ``behaves`` may change at any time."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.behaves = name, folder, True
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]

    def admit(self, network: Path) -> None:
        """Join as the how-to says it; the portal learns of it."""
        from gapura.foundation import clock
        from gapura.kernel.nodes.authority import ExchangeAuthority
        from gapura.kernel.nodes.folder import NodeFolder

        authority = ExchangeAuthority(network / "authority" / "exchange-authority")
        self.node = NodeFolder(self.folder / "node")
        subsystem = {"code": "DATA", "agency": "kua", "services": [HOLDERS[self.name]]}
        facts = {"member": f"ID/GOV/{self.name.upper()}", "title": self.name, "subsystems": [subsystem]}
        request = self.node.create(facts | {"address": f"https://127.0.0.1:{self.server.server_address[1]}"})
        self.node.install(authority.admit(request, clock.now()), authority.fingerprint, clock.now())
        NodeFolder(network / "portal" / "node").replace_registry(authority.registry_text(), clock.now())

    @contextmanager
    def running(self) -> Iterator["Holder"]:
        from gapura.kernel.nodes.signing import signer_from_files

        node = self.node.path
        self.signer = signer_from_files((node / "sign.key").read_bytes(), (node / "sign.crt").read_bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(node / "tls.crt", node / "tls.key")
        context.load_verify_locations(node / "authority.crt")
        context.verify_mode = ssl.CERT_REQUIRED
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        """The signed answer; a liar's is of another question, or not what was asked."""
        from gapura.foundation import clock
        from gapura.kernel.nodes.headers import read_request, response_envelope
        from gapura.kernel.nodes.rules import request_hash, signed_line

        lies = self.name == "lying" and not self.behaves
        request = read_request("POST", path, headers, body)
        content: dict[str, Any] = {"access_id": secrets.token_hex(16), "records": [{"secret": "x"}] if lies else []}
        said = json.dumps(content).encode()
        hashed = request_hash(signed_line(request), body)
        drawn = {"response_id": secrets.token_hex(16), "nonce": secrets.token_urlsafe(18), "now": clock.now()}
        envelope = response_envelope(request, hashed, status=200, body=said, fault="", **drawn)
        signature = self.signer.sign(signed_line(envelope))
        if lies and hashlib.sha256(body).digest()[0] % 2:  # every other lie is told under a wrong signature
            signature = self.signer.sign(signed_line(envelope) + b" ")
        return {**envelope.headers, "gapura-signature": signature}, said


def _handler(holder: Holder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if not holder.behaves and holder.name == "dead":
                self.connection.close()
                return
            if not holder.behaves and holder.name == "slow":
                time.sleep(SLOW_SECONDS)
            given = {name.lower(): value for name, value in self.headers.items()}
            headers, content = holder.answer(self.path, given, body)
            if not holder.behaves and holder.name == "flooding":
                content = b"x" * (64 * 1024 * 1024)
            with suppress(OSError):
                self.send_response(200)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class House:
    """The portal's process; it answers each order with one line of figures."""

    def __init__(self, portal: Node) -> None:
        command = [sys.executable, "-m", "tests.reliability.bulkhead_house", json.dumps(HOLDERS), str(HANDS)]
        self.process = subprocess.Popen(
            command, env=portal.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def order(self, words: str) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        figures: dict[str, Any] = json.loads(self.process.stdout.readline())
        return figures

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def run(folder: Path, beats: int = BEATS) -> dict[str, Any]:
    """Figures of the house while all behave, while four do not, after they recover, and without breakers.

    ``beats``: how many requests are timed each time, ten a second.
    """
    with ExitStack() as stack:
        portal, _ = stack.enter_context(portal_and_register(folder))
        holders = [Holder(name, folder / name) for name in HOLDERS]
        for holder in holders:
            holder.folder.mkdir()
            holder.admit(folder)
            stack.enter_context(holder.running())
        house = House(portal)
        stack.callback(house.end)
        house.order("measure 20")  # everything loaded, every connection made
        well = house.order(f"measure {beats}")
        _behave(holders, False)
        house.order("measure 40")  # the breakers learn
        badly = house.order(f"measure {beats}")
        _behave(holders, True)
        recovered = house.order("recover")
        _behave(holders, False)
        unguarded = house.order(f"unguarded {UNGUARDED_BEATS}")
    return {"well": well, "badly": badly, "recovered": recovered, "unguarded": unguarded}


def _behave(holders: list[Holder], behaves: bool) -> None:
    for holder in holders:
        holder.behaves = behaves


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    keep = parser.parse_args().keep
    with tempfile.TemporaryDirectory(prefix="gapura-bulkheads-") as folder:
        taken = run(Path(folder))
    for name, one in taken.items():
        print(f"{name:>10}: {one}")
    figures = {
        "ratio": round(taken["badly"]["p95"] / taken["well"]["p95"], 2),
        "ratio_without_breakers": round(taken["unguarded"]["p95"] / taken["well"]["p95"], 2),
        "connections_grown": taken["badly"]["files"] - taken["well"]["files"],
        "recovery_seconds": taken["recovered"]["seconds"],
    }
    kept = figures["ratio"] <= LARGEST_RATIO
    print(", ".join(f"{name} {value}" for name, value in figures.items()))
    if keep:
        measured.keep("bulkheads", kept=kept, figures=figures, command=" ".join(sys.orig_argv[1:]))
    return 0 if kept else 1


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
    django.setup()
    sys.exit(main())
