"""Where a request comes from, told as coarsely as its purpose allows."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest

from gapura.kernel.identity.types import Origin

DEVICE_DAYS = 365

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def origin_of(request: HttpRequest) -> Origin:
    """The network (IPv4 /24, IPv6 /48), the kind of browser, and the device token of the request."""
    return Origin(
        network=_network(address_of(request)),
        agent=name_agent(request.headers.get("User-Agent", "")),
        device=request.COOKIES.get(settings.GAPURA_DEVICE_COOKIE_NAME, ""),
    )


def address_of(request: HttpRequest) -> str:
    """The address as far as ``GAPURA_TRUSTED_PROXIES`` lets it be believed."""
    address: str = get_adapter().get_client_ip(request)
    return address


def name_agent(header: str) -> str:
    """``Firefox, Linux`` from a User-Agent header; empty where nothing is recognized."""
    names = (next((name for sign, name in known if sign in header), None) for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in names if name)


def _network(address: str) -> str:
    prefix = 24 if ipaddress.ip_address(address).version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
