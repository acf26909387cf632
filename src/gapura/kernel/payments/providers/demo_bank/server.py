"""The demonstration bank over HTTP: an interface for houses (bearer secret), and a page for people."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from gapura.kernel.payments.providers.demo_bank.bank import Bank, BankError, Behavior, Fault
from gapura.kernel.payments.providers.demo_bank.callbacks import Deliver, tell
from gapura.kernel.payments.providers.demo_bank.pages import over_page, pay_page

_LARGEST_BODY = 64 << 10


@dataclass(frozen=True)
class Branch:
    """A bank as it is served: its books, the secret shared with the house, and the way to tell it something."""

    bank: Bank
    secret: str
    deliver: Deliver
    clock: Callable[[], datetime]
    slow_seconds: float = 15


def make_server(branch: Branch, port: int = 0) -> ThreadingHTTPServer:
    """Ready to ``serve_forever``; port 0 chooses a free one."""

    class Handler(_Handler):
        pass

    Handler.branch = branch
    ThreadingHTTPServer.daemon_threads = True
    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


class _Handler(BaseHTTPRequestHandler):
    branch: Branch
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, *_words: object) -> None:
        """Silent: what happens stands in the bank's books."""

    def end_headers(self) -> None:
        self.send_header("Connection", "close")  # each answer is a conversation of its own
        super().end_headers()

    def _answer(self, work: Callable[[str, str], None]) -> None:
        self.close_connection = True
        _, _, rest = self.path.partition("/")
        kind, _, name = rest.partition("/")
        try:
            if kind != "pay":
                self._require_house()
                if self._goes_wrong():
                    return
            work(kind, name)
        except BankError as error:
            self._send(error.status, {"error": str(error)})
        except (ValueError, KeyError, TypeError):
            self._send(400, {"error": "The request cannot be understood."})

    def _require_house(self) -> None:
        given = self.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self.branch.secret}".encode()):
            raise BankError(401, "Show the secret of this house.")

    def _goes_wrong(self) -> bool:
        """Faults that need no work done: nothing is answered, or nonsense."""
        bank = self.branch.bank
        if self.path == "/faults":
            return False
        if bank.takes_fault(Fault.DOWN):
            self._send(503, {"error": "The bank is closed."})
        elif bank.takes_fault(Fault.GARBAGE):
            self._send(200, "<html>It works!</html>", "text/html")
        elif bank.takes_fault(Fault.UNKNOWN):
            self._send(404, {"error": "The bank knows nothing."})
        else:
            if bank.takes_fault(Fault.SLOW):
                time.sleep(self.branch.slow_seconds)
            return False
        return True

    def _get(self, kind: str, name: str) -> None:
        if kind == "intents":
            self._send(200, self.branch.bank.report(name))
        elif kind == "statements":
            self._send(200, self.branch.bank.write_statement(date.fromisoformat(name)), "application/xml")
        elif kind == "pay":
            self._show_pay_page(name)
        else:
            raise BankError(404, "There is nothing here.")

    def _post(self, kind: str, name: str) -> None:
        bank = self.branch.bank
        if kind == "pay":
            self._pay(name)
            return
        said = json.loads(self._body())
        if kind == "intents":
            token = bank.open_intent(
                said["reference"], int(said["amount"]), said["currency"], said["text"], said["return_address"]
            )
            self._send_unless_lost(201, {"token": token})
        elif kind == "refunds":
            state = bank.refund(said["reference"], said["transaction_id"], int(said["amount"]))
            self._send_unless_lost(200, {"state": state})
        elif kind == "transfers":
            terms = said["institution"], said["account"], int(said["amount"]), said["text"]
            self._send_unless_lost(200, {"state": bank.transfer(said["reference"], *terms)})
        elif kind == "faults":
            bank.add_fault(Fault(said["name"]), int(said["times"]))
            self._send(200, {})
        else:
            raise BankError(404, "There is nothing here.")

    def _show_pay_page(self, token: str) -> None:
        intent = self.branch.bank.find_intent_by_token(token)
        if intent is None:
            raise BankError(404, "There is no such payment.")
        open_page = pay_page(intent["amount"], intent["currency"], intent["text"])
        is_open = intent["state"] == "open"
        self._send(200, open_page if is_open else over_page(intent["return_address"]), "text/html")

    def _pay(self, token: str) -> None:
        intent = self.branch.bank.find_intent_by_token(token)
        if intent is None:
            raise BankError(404, "There is no such payment.")
        behavior = Behavior(parse_qs(self._body().decode()).get("behavior", ["well"])[0])
        if intent["state"] == "open":
            self.branch.bank.pay(intent["reference"], behavior)
            tell(
                intent["reference"],
                behavior,
                secret=self.branch.secret,
                now=self.branch.clock(),
                deliver=self.branch.deliver,
            )
        self.send_response(303)
        self.send_header("Location", intent["return_address"])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_unless_lost(self, status: int, said: dict[str, Any]) -> None:
        """The work is done; with Fault.LOST_ANSWER the line breaks before anybody hears of it."""
        if not self.branch.bank.takes_fault(Fault.LOST_ANSWER):
            self._send(status, said)

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _LARGEST_BODY:
            raise BankError(413, "This is more than a bank wants to read.")
        return self.rfile.read(length)

    def _send(self, status: int, said: Any, kind: str = "application/json") -> None:
        content = (
            said if isinstance(said, bytes) else said.encode() if isinstance(said, str) else json.dumps(said).encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
