"""Who sees a booking, who agrees to it, who keeps a center."""

from collections.abc import Collection

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.sectors.smart_work.models import Booking, Center, RemoteSession
from gapura.sectors.smart_work.types import HOST


def can_book(actor: Actor) -> bool:
    """Every official known as a person: one person, one seat."""
    return actor.kind is ActorKind.OFFICIAL and bool(actor.person_number)


def is_own_booking(actor: Actor, booking: Booking) -> bool:
    return can_book(actor) and actor.person_number == booking.person_number


def can_decide_booking(actor: Actor, booking: Booking, *, deciders: Collection[str]) -> bool:
    """Whoever holds one of the posts ``deciders``, as ``queries.list_deciders`` names them; never who asked."""
    return (
        can_book(actor)
        and actor.agency_code == booking.agency_code
        and actor.person_number != booking.person_number
        and actor.post_code in deciders
    )


def can_withdraw_remote(actor: Actor, session: RemoteSession, *, led_units: Collection[str]) -> bool:
    """Whoever leads the unit it was opened in, or one above: ``led_units``; never who opened it."""
    return (
        can_book(actor)
        and actor.agency_code == session.agency_code
        and actor.person_number != session.person_number
        and session.unit_code in led_units
    )


def can_keep_center(actor: Actor, center: Center) -> bool:
    """Hosts of the agency whose center it is: of its region, or of the head office."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and HOST in actor.roles
        and actor.agency_code == center.agency_code
        and actor.office_code in ("", None, center.region_code)
    )
