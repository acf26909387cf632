"""Both networks and the guard between them as network namespaces of one machine.

``python -m deploy.zone.namespaces up`` makes this model of the separated network; real machines use the two .nft files.
"""

import argparse
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RULES = Path(__file__).parent
MESSAGE_PORT = 4443
OPEN_ADDRESS, GUARD_OUTSIDE = "10.77.1.2", "10.77.1.1"
GUARD_INSIDE, CONFIDENTIAL_ADDRESS = "10.77.2.1", "10.77.2.2"


@dataclass(frozen=True)
class Zone:
    """The names of the three namespaces."""

    name: str = "gapura"

    @property
    def open(self) -> str:
        return f"{self.name}-open"

    @property
    def guard(self) -> str:
        return f"{self.name}-guard"

    @property
    def confidential(self) -> str:
        return f"{self.name}-inner"

    def up(self) -> None:
        """Connect both networks through the guard's machine, which routes between them as long as no rule forbids."""
        for namespace in (self.open, self.guard, self.confidential):
            _run("ip", "netns", "add", namespace)
            _inside(namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            _inside(namespace, "ip", "link", "set", "lo", "up")
        self._connect(self.open, OPEN_ADDRESS, "open0", GUARD_OUTSIDE)
        self._connect(self.confidential, CONFIDENTIAL_ADDRESS, "inner0", GUARD_INSIDE)
        _inside(self.guard, "sysctl", "-qw", "net.ipv4.ip_forward=1")

    def _connect(self, namespace: str, address: str, leg: str, guard_address: str) -> None:
        _run("ip", "-n", self.guard, "link", "add", leg, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        for where, link, own in ((namespace, "eth0", address), (self.guard, leg, guard_address)):
            _run("ip", "-n", where, "address", "add", f"{own}/24", "dev", link)
            _run("ip", "-n", where, "link", "set", link, "up")
        _run("ip", "-n", namespace, "route", "add", "default", "via", guard_address)

    def close(self, *, inside_too: bool = True) -> None:
        """Load the rules; without ``inside_too`` on the guard's machine alone, as if the inner one were hostile."""
        words = {
            "open_leg": "open0",
            "open_address": GUARD_OUTSIDE,
            "inner_leg": "inner0",
            "confidential_node": CONFIDENTIAL_ADDRESS,
        }
        _load(self.guard, "guard.nft", words)
        if inside_too:
            _load(self.confidential, "confidential.nft", {"leg": "eth0", "guard": GUARD_INSIDE})

    def down(self) -> None:
        for namespace in (self.open, self.guard, self.confidential):
            _succeeds("ip", "netns", "delete", namespace)


def is_possible() -> bool:
    """Whether this machine lets us: root, iproute2, nftables, and a kernel that makes namespaces."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nft", "unshare", "sysctl"))):
        return False
    trial = "ip link add a0 type veth peer name b0 && nft add table inet trial"
    return _succeeds("unshare", "-n", "sh", "-c", trial)


@contextmanager
def standing(name: str) -> Iterator[Zone]:
    """A zone of its own name inside the block, taken down after it."""
    zone = Zone(name)
    zone.down()
    try:
        zone.up()
        yield zone
    finally:
        zone.down()


def _load(namespace: str, rules: str, words: dict[str, str]) -> None:
    defined = [part for name, value in words.items() for part in ("-D", f"{name}={value}")]
    _inside(namespace, "nft", *defined, "-f", str(RULES / rules))


def _inside(namespace: str, *command: str) -> None:
    _run("ip", "netns", "exec", namespace, *command)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("up", "down"))
    verb = parser.parse_args().verb
    zone = Zone()
    zone.down()
    if verb == "up":
        zone.up()
        zone.close()


if __name__ == "__main__":
    main()
