from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from gapura.kernel.nodes import plugin
from gapura.kernel.nodes.plugin import MessageAnswerer
from gapura.kernel.nodes.testing import Network, handing_over
from gapura.kernel.nodes.types import IncomingRequest


class Echo(MessageAnswerer):
    """Answers with what it was sent; ``read`` is what it read."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def open(self, request: IncomingRequest, now: datetime) -> Callable[[], bytes]:
        def answer() -> bytes:
            self.read.append(request.content)
            return request.content

        return answer


@pytest.fixture
def echo() -> Iterator[Echo]:
    before, plugin._answerer = plugin._answerer, Echo()
    yield plugin._answerer
    plugin._answerer = before


@pytest.fixture
def network(tmp_path: Path, db: None) -> Iterator[Network]:
    """The bank may ask; the register answers ``civil.person``; the shop is a third member."""
    network = Network(tmp_path)
    network.add("BANK", "LOANS", "bank")
    network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person",))
    network.add("SHOP", "TILL", "shop")
    with handing_over(network), network.at("BANK"):
        yield network
