"""Which ports of another network namespace can be reached: every one is tried, and the receiving kernel is asked.

The receiver's own packet filter keeps the ports and protocols of whatever arrives after all its rules, so nothing
depends on an answer that may be lost or forbidden. Run as a program it is the sender, in the namespace it sends from.
"""

import json
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

from deploy.zone.namespaces import MESSAGE_PORT

PORTS = 65_535
_SYN, _ACK = 0x02, 0x10
_PASSES = 3  # a full queue may drop a packet; what a pass missed the next one finds
_OBSERVER = """
table inet observer
delete table inet observer
table inet observer {
    set ports { type inet_proto . inet_service; size 262144; }
    set protocols { type inet_proto; size 256; }
    chain arrived {
        type filter hook input priority 100; policy accept;
        iifname "lo" accept
        meta l4proto { tcp, udp } add @ports { meta l4proto . th dport }
        add @protocols { meta l4proto }
    }
}
"""
Port = tuple[str, int]


def observe(namespace: str) -> None:
    """Begin to keep what arrives in ``namespace``, from nothing."""
    nft = ["ip", "netns", "exec", namespace, "nft", "-f", "-"]
    subprocess.run(nft, input=_OBSERVER, text=True, check=True)


def list_arrived(namespace: str) -> tuple[set[Port], set[str]]:
    """TCP and UDP ports, and all protocols, that arrived in ``namespace`` since :func:`observe`."""
    ports = {(one["concat"][0], one["concat"][1]) for one in _elements(namespace, "ports")}
    return ports, {str(one) for one in _elements(namespace, "protocols")}


def _elements(namespace: str, name: str) -> list:
    command = ["ip", "netns", "exec", namespace, "nft", "-j", "list", "set", "inet", "observer", name]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return listed["nftables"][-1]["set"].get("elem", [])


def scan(sender: str, receiver: str, source: str, address: str) -> tuple[set[Port], set[str]]:
    """Send to every port of ``address`` from ``sender``, and say what arrived in ``receiver``."""
    observe(receiver)
    command = ["ip", "netns", "exec", sender, sys.executable, "-m", "tests.reliability.port_scan", source, address]
    for _ in range(_PASSES):
        subprocess.run(command, check=True, timeout=120)
        ports, protocols = list_arrived(receiver)
        if not 10 < len(ports) < 2 * PORTS:
            break
    return ports, protocols


def _send_all(source: str, address: str) -> None:
    """TCP beginnings, TCP packets that pretend to belong to a connection, UDP, and one packet of every protocol."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for protocol, packet in _packets(socket.inet_aton(source), socket.inet_aton(address)):
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(packet), 0, 0, 64, protocol, 0)
            with suppress(PermissionError):  # the sender's own rules said no
                raw.sendto(header + socket.inet_aton(source) + socket.inet_aton(address) + packet, (address, 0))


def _packets(source: bytes, address: bytes) -> Iterator[tuple[int, bytes]]:
    # From the message port: a rule that lets answers out must not let anything else out.
    for port in range(1, PORTS + 1):
        for flags in (_SYN, _ACK):
            head = struct.pack("!HHLLBBHHH", MESSAGE_PORT, port, port, 0, 0x50, flags, 8192, 0, 0)
            checksum = _checksum(source + address + struct.pack("!BBH", 0, socket.IPPROTO_TCP, 20) + head)
            yield socket.IPPROTO_TCP, head[:16] + struct.pack("!H", checksum) + head[18:]
        yield socket.IPPROTO_UDP, struct.pack("!HHHH", MESSAGE_PORT, port, 8, 0)
    for protocol in set(range(1, 255)) - {socket.IPPROTO_TCP, socket.IPPROTO_UDP}:
        yield protocol, b"\x00" * 16


def _checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


if __name__ == "__main__":
    _send_all(*sys.argv[1:])
