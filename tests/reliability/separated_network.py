"""The separated network, tried: every port both ways, with the guard working, with it dead, and without any rules.

``python -m tests.reliability.separated_network --keep`` as root. Which ports: all 65,535 of TCP (beginnings, and
packets that pretend to belong to a connection), all of UDP, and every other protocol once.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.zone.namespaces import (
    CONFIDENTIAL_ADDRESS,
    GUARD_INSIDE,
    GUARD_OUTSIDE,
    MESSAGE_PORT,
    OPEN_ADDRESS,
    Zone,
    is_possible,
    standing,
)
from tests.reliability.confidential_node import ConfidentialNodes, running
from tests.reliability.port_scan import PORTS, Port, scan
from tools import measured

Way = tuple[str, str, str, str]


def list_ways(zone: Zone) -> dict[str, Way]:
    """Sender, receiver, and the addresses they use, by name."""
    return {
        "open to confidential": (zone.open, zone.confidential, OPEN_ADDRESS, CONFIDENTIAL_ADDRESS),
        "open to guard": (zone.open, zone.guard, OPEN_ADDRESS, GUARD_OUTSIDE),
        "open to the guard's inner leg": (zone.open, zone.guard, OPEN_ADDRESS, GUARD_INSIDE),
        "guard to confidential": (zone.guard, zone.confidential, GUARD_INSIDE, CONFIDENTIAL_ADDRESS),
        "guard to open": (zone.guard, zone.open, GUARD_OUTSIDE, OPEN_ADDRESS),
        "confidential to open": (zone.confidential, zone.open, CONFIDENTIAL_ADDRESS, OPEN_ADDRESS),
        "confidential to guard": (zone.confidential, zone.guard, CONFIDENTIAL_ADDRESS, GUARD_INSIDE),
        "confidential to the guard's open leg": (zone.confidential, zone.guard, CONFIDENTIAL_ADDRESS, GUARD_OUTSIDE),
    }


MESSAGES: set[Port] = {("tcp", MESSAGE_PORT)}
OPEN_WAYS = {"open to guard": MESSAGES, "guard to confidential": MESSAGES}
OUTWARD = ("guard to open", "confidential to open", "confidential to guard", "confidential to the guard's open leg")


def scan_ways(zone: Zone) -> dict[str, tuple[set[Port], set[str]]]:
    """Ports and protocols that arrive, by way."""
    return {name: scan(*way) for name, way in list_ways(zone).items()}


@contextmanager
def nodes_in(zone: Zone, folder: Path) -> Iterator[ConfidentialNodes]:
    """The confidential node and its guard running, the rules loaded."""
    stands = {
        "immigration": (OPEN_ADDRESS, zone.open),
        "justice": (CONFIDENTIAL_ADDRESS, zone.confidential),
        "guard": (GUARD_OUTSIDE, zone.guard),
    }
    places = {
        name: {"host": host, "port": MESSAGE_PORT, "within": ("ip", "netns", "exec", namespace)}
        for name, (host, namespace) in stands.items()
    }
    nodes = ConfidentialNodes(folder, places)
    nodes.found()
    zone.close()
    with running(nodes):
        yield nodes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    keep = parser.parse_args().keep
    if not is_possible():
        sys.exit("This drill needs root, iproute2 and nftables, and a kernel that makes network namespaces.")
    with standing(f"gapura-{os.getpid()}") as zone:
        control = scan_ways(zone)
        zone.close(inside_too=False)  # as if everything inside were hostile
        closed = scan_ways(zone)
    for name, (ports, protocols) in closed.items():
        before = len(control[name][0])
        print(f"{name:>40}: {len(ports)} ports and {len(protocols)} protocols; {before} ports without rules")
    figures = {
        "return_paths": sum(len(closed[way][1]) for way in OUTWARD),
        "ways_in": sum(len(closed[way][0]) for way in closed if way not in OUTWARD),
        "ports_tried": 2 * PORTS * len(closed),
        "open_without_rules": sum(len(ports) for ports, _ in control.values()),
    }
    kept = {way: ports for way, (ports, _) in closed.items() if ports} == OPEN_WAYS
    kept = kept and figures["open_without_rules"] == figures["ports_tried"] and not figures["return_paths"]
    print(", ".join(f"{name} {value}" for name, value in figures.items()))
    if keep:
        measured.keep("separated-network", kept=kept, figures=figures, command=" ".join(sys.orig_argv[1:]))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
