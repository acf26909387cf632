"""A confidential zone: a declared question passes the guard, and nothing else passes anywhere, in either direction."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.zone.namespaces import Zone, standing
from tests.reliability.confidential_node import UNKNOWN, WANTED, question
from tests.reliability.port_scan import PORTS, Port, scan
from tests.reliability.separated_network import MESSAGES, OPEN_WAYS, list_ways, nodes_in, scan_ways

pytestmark = [
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.kernel("network namespaces"),
]
TRAVEL, CRIMINAL = question("has-travel-bar"), question("has-criminal-bar", ground="UU 2/2002 Pasal 15")


@pytest.fixture
def zone() -> Iterator[Zone]:
    with standing(f"gapura-{uuid.uuid4().hex[:6]}") as zone:
        yield zone


def arrived(ways: dict[str, tuple[set[Port], set[str]]]) -> dict[str, set[Port]]:
    return {name: ports for name, (ports, _) in ways.items() if ports}


def test_without_rules_every_port_is_open_and_with_the_guards_alone_two_ways_are(zone: Zone) -> None:
    before = scan_ways(zone)
    assert {name: len(ports) for name, (ports, _) in before.items()} == dict.fromkeys(before, 2 * PORTS)
    assert all(len(protocols) == 254 for _, protocols in before.values())
    zone.close(inside_too=False)  # what stands inside may be hostile and drop its own rules
    after = scan_ways(zone)
    assert arrived(after) == OPEN_WAYS
    assert {name for name, (_, protocols) in after.items() if protocols} == OPEN_WAYS.keys()


def test_only_a_declared_question_passes_and_killing_the_guard_closes_the_way(zone: Zone, tmp_path: Path) -> None:
    with nodes_in(zone, tmp_path) as nodes:
        assert nodes.ask(WANTED, TRAVEL, CRIMINAL) == [True, "provider-unavailable"]
        assert nodes.ask(UNKNOWN, TRAVEL) == [False]
        # Both ends and the guard tell the same story.
        exported = tmp_path / "guard.log"
        nodes.guard.gapura("node_reconcile", "--peer=ID/GOV/IMIGRASI", "--export", exported).check_returncode()
        told = nodes.immigration.gapura("node_reconcile", "--peer=ID/GOV/KEJAKSAAN", "--with", exported)
        assert [line.split()[:2] for line in told.stdout.splitlines()[:-1]] == [["extra", "request"]], told.stdout
        ways = list_ways(zone)
        assert scan(*ways["open to guard"])[0] == MESSAGES
        nodes.guard.kill()
        assert nodes.ask(WANTED, TRAVEL) == ["provider-unavailable"]
        assert scan(*ways["open to confidential"])[0] == set()
        nodes.start_guard()
        assert nodes.ask(WANTED, TRAVEL) == [True]
