"""The packet rules of a web node let it call its own places, and nobody but the balancer call it."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.zone.namespaces import CONFIDENTIAL_ADDRESS, GUARD_OUTSIDE, OPEN_ADDRESS, Zone, standing
from tests.reliability.port_scan import PORTS, scan

pytestmark = [pytest.mark.slow, pytest.mark.one_database, pytest.mark.kernel("network namespaces")]
RULES = Path("deploy/firewall/web.nft")
WORDS = {
    "balancer": GUARD_OUTSIDE,
    "web_ports": "8001-8016",
    "database": GUARD_OUTSIDE,
    "database_port": "5432",
    "resolver": GUARD_OUTSIDE,
}
ITS_PLACES = {("tcp", 5432), ("tcp", 53), ("udp", 53)}


@pytest.fixture
def zone() -> Iterator[Zone]:
    with standing(f"gapura-{uuid.uuid4().hex[:6]}") as zone:
        yield zone


def test_a_web_node_calls_its_own_places_and_is_called_by_the_balancer_alone(zone: Zone) -> None:
    out = (zone.open, zone.guard, OPEN_ADDRESS, GUARD_OUTSIDE)
    elsewhere = (zone.open, zone.confidential, OPEN_ADDRESS, CONFIDENTIAL_ADDRESS)
    inside = (zone.guard, zone.open, GUARD_OUTSIDE, OPEN_ADDRESS)
    assert len(scan(*elsewhere)[0]) == 2 * PORTS, "the control: without the rules every port is open"
    run = ["ip", "netns", "exec", zone.open, "nft"]
    subprocess.run([*run, *(f"-D{name}={value}" for name, value in WORDS.items()), "-f", RULES], check=True)
    assert scan(*out)[0] == ITS_PLACES
    assert scan(*elsewhere)[0] == set()
    assert scan(*inside)[0] == {("tcp", port) for port in range(8001, 8017)}
    subprocess.run([*run, "add element inet house places", f"{{ {CONFIDENTIAL_ADDRESS} . 4443 }}"], check=True)
    assert scan(*elsewhere)[0] == {("tcp", 4443)}
