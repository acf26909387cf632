"""The one door by which the house calls others: to listed names and ports, at addresses that were looked at first.

Against requests that somebody else steers (SSRF): a site's or provider's address, however it is written and whatever it
resolves to, leads nowhere that the operator did not list. The address that was looked at is the one connected to, so a
name that changes its mind in between gains nothing; redirects are answers like any other, and never followed.
"""

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PORTS = {"https": 443, "http": 80}
# IPv6 that carries an IPv4 address: 6to4, Teredo, NAT64. Where they lead is not what they seem.
_CARRIERS = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")))


class EgressRefused(urllib3.exceptions.HTTPError):
    """The house may not call there; ``str()`` says where and what to do."""


@dataclass(frozen=True)
class Allowed:
    """Where the house may call. ``names``: ``host`` (port 443), ``host:port`` or ``host:*``; it may be ``*.domain``.

    ``networks``: addresses that may be called though they are not public.
    """

    names: tuple[str, ...]
    networks: tuple[_Network, ...]

    @cached_property
    def _places(self) -> tuple[tuple[str, str], ...]:
        split = (name.rpartition(":") if ":" in name else (name, ":", "443") for name in self.names)
        return tuple((host.strip("[]"), port) for host, _, port in split)

    def admits_name(self, host: str, port: int) -> bool:
        """Whether the name, exactly as written, is listed with the port."""
        return any(fnmatchcase(host, name) and allowed in ("*", str(port)) for name, allowed in self._places)

    def admits_address(self, address: _Address) -> bool:
        """Whether the address is public, or in a listed network."""
        inner = getattr(address, "ipv4_mapped", None) or address
        if any(inner in network for network in self.networks):
            return True
        return inner.is_global and not inner.is_multicast and not any(inner in carrier for carrier in _CARRIERS)


@lru_cache(maxsize=64)
def parse_allowed(text: str) -> Allowed:
    """The list in GAPURA_EGRESS. Raises ValueError where a network is none."""
    words = text.casefold().split()
    networks = tuple(ipaddress.ip_network(word) for word in words if "/" in word)
    return Allowed(tuple(word for word in words if "/" not in word), networks)


def with_addresses(allowed: Allowed, addresses: Iterable[str]) -> Allowed:
    """Also the hosts of addresses that the operator wrote into other settings, wherever they stand."""
    names, networks = list(allowed.names), list(allowed.networks)
    for address in addresses:
        host, port = _host_and_port(address)
        names.append(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        networks += [ipaddress.ip_network(found) for found in _resolve(host, port)]
    return Allowed(tuple(names), tuple(networks))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: at most the bytes asked for."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def call(
    method: str,
    address: str,
    *,
    allowed: Allowed,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    connect_seconds: float = 3,
    read_seconds: float = 5,
    most_bytes: int = 1 << 20,
) -> Answer:
    """Send one request to ``address`` and read its answer. Raises EgressRefused, or another urllib3 HTTPError."""
    host, port = _host_and_port(address)
    if not allowed.admits_name(host, port):
        raise EgressRefused(f"{host}:{port} is not listed in GAPURA_EGRESS. Add it there if the house is to call it.")
    parts = urlsplit(address)
    pool = _pool(parts.scheme, host, port, allowed)
    timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
    place = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    answer = pool.urlopen(
        method,
        place,
        body=body,
        headers=dict(headers or {}),
        timeout=timeout,
        retries=False,
        redirect=False,
        preload_content=False,
    )
    content = answer.read(most_bytes)
    if answer.read(1):
        answer.close()
        raise EgressRefused(f"The answer of {host} is larger than {most_bytes} bytes.")
    answer.release_conn()
    return Answer(answer.status, dict(answer.headers), content)


def _host_and_port(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address)
        usual = _PORTS[parts.scheme]
        host, port = parts.hostname or "", parts.port or usual
    except (ValueError, KeyError) as error:
        raise EgressRefused(f"{address[:100]!r} is no address with http:// or https://.") from error
    if parts.username is not None or not host:
        raise EgressRefused(f"{address[:100]!r} names no host, or a user in front of it.")
    return host, port


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise EgressRefused(f"{host} has no address: {error}") from error
    return [str(entry[4][0]).partition("%")[0] for entry in found]


class _Looked:
    """A connection that looks at where it leads before it opens."""

    host: str
    port: int
    timeout: Any
    allowed: Allowed

    def _new_conn(self) -> socket.socket:
        addresses = _resolve(self.host.strip("[]"), self.port)
        for found in addresses:
            if not self.allowed.admits_address(ipaddress.ip_address(found)):
                raise EgressRefused(
                    f"{self.host} leads to {found}, which is not public. List its network, or do not call."
                )
        try:
            return socket.create_connection((addresses[0], self.port), timeout=self.timeout)
        except OSError as error:
            raise urllib3.exceptions.HTTPError(f"{self.host} cannot be reached: {error}") from error


class _Plain(_Looked, HTTPConnection):
    pass


class _Secure(_Looked, HTTPSConnection):
    pass


@lru_cache(maxsize=64)
def _pool(scheme: str, host: str, port: int, allowed: Allowed) -> urllib3.HTTPConnectionPool:
    kind = (urllib3.HTTPSConnectionPool, _Secure) if scheme == "https" else (urllib3.HTTPConnectionPool, _Plain)
    pool = kind[0](host, port, maxsize=4)
    pool.ConnectionCls = type("_Connection", (kind[1],), {"allowed": allowed})
    return pool
