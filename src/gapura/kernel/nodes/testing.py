"""Two nodes in one process and one database: each has its own folder, and messages go from hand to hand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.test import override_settings

from gapura.kernel.nodes import message_log
from gapura.kernel.nodes.actions import Answered, ReceivedMessage, receive_message, receiving, sending
from gapura.kernel.nodes.authority import ExchangeAuthority
from gapura.kernel.nodes.folder import NodeFolder
from gapura.kernel.nodes.headers import read_request
from gapura.kernel.nodes.limits import FairTime, Shares
from gapura.kernel.nodes.message_log import Passage as Passage
from gapura.kernel.nodes.models import MessageBatch as MessageBatch
from gapura.kernel.nodes.models import MessageRecord as MessageRecord
from gapura.kernel.nodes.rules import signed_line
from gapura.kernel.nodes.rules import split_parts as split_parts
from gapura.kernel.nodes.types import Member

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
Tamper = Callable[[ReceivedMessage], ReceivedMessage]
TamperAnswer = Callable[[Answered], Answered]


@dataclass
class Network:
    """An authority and its nodes, each a home folder by the member's code; ``wire`` keeps every message that passed.

    ``now`` is when it was founded: the machine's own time where real TLS is spoken, for TLS reads that clock.
    """

    root: Path
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.authority = ExchangeAuthority(self.root / "authority")
        self.root.mkdir(exist_ok=True)
        self.fingerprint = self.authority.create("ID", self.now)
        self.wire: list[ReceivedMessage] = []
        self.tamper: Tamper = lambda message: message
        self.tamper_answer: TamperAnswer = lambda answer: answer
        self.is_cut = False
        self.received_at = self.now
        self.seconds = 0.0  # as the limits count them

    def add(self, code: str, subsystem: str, agency: str, services: tuple[str, ...] = ()) -> NodeFolder:
        """Admit one more member, in the class GOV, and give everybody the new registry."""
        folder = NodeFolder(self.home(code) / "node")
        request = folder.create(
            {
                "member": f"ID/GOV/{code}",
                "title": code.title(),
                "address": f"https://127.0.0.1:{5000 + len(list(self.root.iterdir()))}",
                "subsystems": [{"code": subsystem, "agency": agency, "services": list(services)}],
            }
        )
        folder.install(self.authority.admit(request, self.now), self.fingerprint, self.now)
        self.publish()
        return folder

    def publish(self) -> None:
        """Give every node the authority's newest registry."""
        for home in self.root.iterdir():
            if (home / "node" / "registry.signed").exists():
                NodeFolder(home / "node").replace_registry(self.authority.registry_text(), self.now)

    def home(self, code: str) -> Path:
        return self.root / code.lower()

    @contextmanager
    def at(self, code: str) -> Iterator[None]:
        """Be the node of the member ``code`` inside the block."""
        message_log._looked_at = None
        with override_settings(GAPURA_HOME=self.home(code)):
            yield

    def deliver(self, message: ReceivedMessage, code: str, now: datetime) -> Answered:
        """Hand ``message`` to the node of ``code``, as if it had come over the network."""
        with self.at(code):
            return receive_message(message, now=now)


def read_signed_line(message: ReceivedMessage) -> dict[str, Any]:
    """The words that the signature of a request covers."""
    envelope = read_request(message.method, message.path, message.headers, message.body)
    words: dict[str, Any] = json.loads(signed_line(envelope))
    return words


@contextmanager
def handing_over(network: Network) -> Iterator[Network]:
    """Inside the block, nodes reach each other through :meth:`Network.deliver` instead of TLS."""

    def call(member: Member, method: str, path: str, headers: Any, body: bytes, *, seconds: float) -> Any:
        message = network.tamper(ReceivedMessage(method, path, dict(headers), body))
        network.wire.append(message)
        if network.is_cut:
            raise sending.MessageRefused(sending.Fault.NETWORK, f"{member.id} does not answer.")
        answer = network.tamper_answer(network.deliver(message, member.id.code, network.received_at))
        return answer.status, dict(answer.headers), answer.body

    before, sending.call_member = sending.call_member, call  # type: ignore[assignment]
    limits = receiving._fair_time, receiving._shares
    receiving._fair_time, receiving._shares = FairTime(lambda: network.seconds), Shares(lambda: network.seconds)
    try:
        yield network
    finally:
        sending.call_member = before
        receiving._fair_time, receiving._shares = limits
