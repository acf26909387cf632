"""Where the offices of agencies are, as the deployment says."""

from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Network = IPv4Network | IPv6Network
EVERYBODY = "*"


def is_at_office(agency_code: str, address: str) -> bool:
    """Whether the address lies in an office of the agency; everywhere does while the deployment names no office."""
    offices = parse_office_networks(settings.GAPURA_OFFICE_NETWORKS)
    if not offices:
        return True
    here = ip_address(address)
    if isinstance(here, IPv6Address) and here.ipv4_mapped:
        here = here.ipv4_mapped
    return any(here in network for code in (agency_code, EVERYBODY) for network in offices.get(code, ()))


@cache
def parse_office_networks(given: str) -> Mapping[str, tuple[Network, ...]]:
    """``AGENCY=NETWORK,NETWORK`` separated by spaces. Raises ValueError that says which part is wrong."""
    offices: dict[str, tuple[Network, ...]] = {}
    for part in given.split():
        agency, _sign, networks = part.partition("=")
        try:
            offices[agency] = (*offices.get(agency, ()), *map(ip_network, networks.split(",")))
        except ValueError as error:
            raise ValueError(f"GAPURA_OFFICE_NETWORKS: {part!r} is not AGENCY=NETWORK,NETWORK: {error}") from error
    return offices
