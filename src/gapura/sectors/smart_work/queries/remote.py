"""From where an official may work, and what the log says of it."""

from datetime import datetime, timedelta
from ipaddress import ip_network

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import Familiarity
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import Booking, Center, RemoteSession
from gapura.sectors.smart_work.queries.managers import list_led_units
from gapura.sectors.smart_work.types import BookingStatus, Place, RemoteOutcome


def judge_place(actor: Actor, familiarity: Familiarity, *, now: datetime) -> tuple[Place, str]:
    """Where the official works from, and the code of the center if it is one.

    A center's own network, else a check-in that is not over, else a network known for as long as the country asks.
    """
    for center in Center.objects.order_by("code"):
        if is_inside(center, familiarity.network):
            return Place.CENTER_NETWORK, center.code
    here = Booking.objects.filter(person_number=actor.person_number, status=BookingStatus.ARRIVED, ends_at__gt=now)
    if (booking := here.order_by("pk").first()) is not None:
        return Place.CHECKED_IN, booking.center_id
    if is_known(familiarity.network_since, now=now):
        return Place.KNOWN_NETWORK, ""
    return Place.UNKNOWN, ""


def is_known(since: datetime | None, *, now: datetime) -> bool:
    """Whether it was used first as long ago as the country asks."""
    return since is not None and now - since >= timedelta(hours=get_rules().known_hours)


def is_inside(center: Center, network: str) -> bool:
    """Whether the (coarse) network of a request is wholly one of the center's."""
    asked = ip_network(network)
    return any(
        asked.version == own.version and asked.subnet_of(own)  # type: ignore[arg-type]  # of one version
        for own in map(ip_network, center.networks)
    )


def find_remote_session(actor: Actor, number: str, here: Familiarity, *, now: datetime) -> RemoteSession | None:
    """The open session of this number and person, in the network and device it was opened in; None when it is over."""
    return RemoteSession.objects.filter(
        number=number, person_number=actor.person_number, post_code=actor.post_code, network=here.network,
        device=here.device, outcome=RemoteOutcome.OPENED, until__gt=now, closed_at__isnull=True,
    ).first()  # fmt: skip


def is_withdrawn(actor: Actor, *, now: datetime) -> bool:
    """Whether who leads the official ended a session whose time is not over yet."""
    ended = RemoteSession.objects.filter(person_number=actor.person_number, until__gt=now).exclude(
        withdrawn_by_label=""
    )
    return ended.exists()


def list_open_below(actor: Actor, *, now: datetime) -> list[RemoteSession]:
    """Sessions open now in the units that the official leads, the first to end first; never one's own."""
    rows = RemoteSession.objects.filter(
        agency_code=actor.agency_code, unit_code__in=list_led_units(actor), until__gt=now, closed_at__isnull=True
    )
    return list(rows.exclude(person_number=actor.person_number).order_by("until", "pk")[:200])


def list_remote_sessions(actor: Actor, *, limit: int = 30) -> list[RemoteSession]:
    """The official's own log, newest first, refusals included."""
    own = RemoteSession.objects.filter(person_number=actor.person_number, agency_code=actor.agency_code)
    return list(own.order_by("-asked_at", "-pk")[:limit])
