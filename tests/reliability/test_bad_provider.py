"""Whatever one member's line does, a call ends in time with one plain failure, and other members are answered."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gapura.kernel.nodes.folder import get_registry
from gapura.kernel.nodes.testing import Network
from gapura.kernel.nodes.transport import call_member
from gapura.kernel.nodes.types import Fault, Member, MessageRefused
from tests.reliability.fault_proxy import FAULTS, FaultProxy, https_server

SECONDS = 1.0
TODAY = datetime.now(UTC)  # TLS reads the machine's clock
# The proxy leaves connections torn on purpose; what the interpreter says of their remains is no finding.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    network = Network(tmp_path, TODAY)
    for code in ("BANK", "REGISTER"):
        network.add(code, "SYSTEM", code.lower())
    with network.at("BANK"):
        yield network


def peer(port: int) -> Member:
    found = next(one for one in get_registry().members.values() if one.id.code == "REGISTER")
    return replace(found, address=f"https://127.0.0.1:{port}")


def call(member: Member) -> bytes:
    return call_member(member, "POST", "/", {}, b"{}", seconds=SECONDS)[2]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_line_ends_in_time_and_hurts_no_other_member(network: Network, fault: str) -> None:
    with https_server(network.home("REGISTER") / "node") as port, FaultProxy(port).running() as proxy:
        healthy, broken = peer(port), peer(proxy.port)
        assert call(broken) == call(healthy)  # without a fault both answer
        if fault == "none":
            return
        proxy.fault = fault
        started = time.monotonic()
        for _ in range(2):  # on the kept connection, then on a new one
            with pytest.raises(MessageRefused) as refused:
                call(broken)
            assert refused.value.fault == Fault.NETWORK
            assert len(call(healthy)) == 2000
        assert time.monotonic() - started < 2 * (SECONDS + 2) + 3


def test_a_certificate_that_the_registry_does_not_name_is_not_spoken_to(network: Network) -> None:
    with https_server(network.home("REGISTER") / "node") as port:
        assert call(peer(port))
        with pytest.raises(MessageRefused, match="member registry"):
            call(replace(peer(port), tls=("00" * 32,)))


def test_a_server_that_shows_its_own_authority_is_not_spoken_to(network: Network, tmp_path: Path) -> None:
    other = Network(tmp_path / "elsewhere", TODAY)
    other.add("REGISTER", "SYSTEM", "register")
    with https_server(other.home("REGISTER") / "node") as port:
        with pytest.raises(MessageRefused, match="certificate signature failure") as refused:
            call(peer(port))
    assert refused.value.fault == Fault.NETWORK
