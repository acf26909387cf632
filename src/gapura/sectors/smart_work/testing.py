"""A center with a plan, officials with a manager, and bookings to try things on. For tests only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import create_unit, place_post
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import Account, make_official
from gapura.sectors.smart_work.actions import agree_to_booking, book_seat, open_center
from gapura.sectors.smart_work.codes import hide_person
from gapura.sectors.smart_work.models import Booking, Center, Hold, RemoteSession, Seat
from gapura.sectors.smart_work.queries import get_hours
from gapura.sectors.smart_work.types import HOST, BookingStatus, Half, Place, RemoteOutcome

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)  # Monday, ten in the morning in Jakarta
TOMORROW = date(2026, 11, 24)
HOUSE = system_actor("test")
PLAN = "DDD.VV\nDAF.VV\n"
AGENCY = "kemenpan-rb"
_UNITS = {f"{AGENCY}/ministry": "", f"{AGENCY}/services": f"{AGENCY}/ministry"}
_PEOPLE = {  # name: (unit, rank, roles)
    "analyst": (f"{AGENCY}/services", "staff", ["office.clerk"]),
    "colleague": (f"{AGENCY}/services", "staff", ["office.clerk"]),
    "head": (f"{AGENCY}/services", "leader", ["office.clerk"]),
    "minister": (f"{AGENCY}/ministry", "minister", ["office.clerk"]),
    "host": (f"{AGENCY}/ministry", "staff", [HOST]),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Officials of one agency; each acts in a post of their own."""

    analyst: Actor
    colleague: Actor
    head: Actor
    minister: Actor
    host: Actor


def make_staff() -> Staff:
    """Two units, five posts, five people; each account is called as the field is."""
    for code, parent in _UNITS.items():
        titles = dict.fromkeys(("id", "en", "ko"), code)
        create_unit(actor=HOUSE, code=code, agency_code=AGENCY, office_code="", title=titles, parent=parent)
    people = {}
    for number, (name, (unit, rank, roles)) in enumerate(_PEOPLE.items()):
        people[name] = make_worker(name, 60 + number, unit_code=unit, rank=rank, roles=roles)
    return Staff(**people)


def make_worker(
    name: str, number: int, *, unit_code: str, rank: str = "staff", roles: Sequence[str] = ("office.clerk",)
) -> Actor:
    """One official in a post of their own; ``number`` makes the person's."""
    post = f"{AGENCY}//{name}"
    account = make_official(name, person_number=f"3171016003{number:06}", post_code=post, roles=roles)
    place_post(actor=HOUSE, code=post, unit_code=unit_code, rank=rank)
    account.refresh_from_db()
    return act_as(account, post)


def act_as(account: Account, post: str) -> Actor:
    """What the account may do in the post."""
    return next(one.actor for one in list_capacities(account, on=TOMORROW) if one.actor.post_code == post)


def make_center(code: str = "depok", *, plan: str = PLAN, **given: Any) -> Center:
    """A center in Depok with five desks, one of them for wheelchairs, a booth and a room for four."""
    standard = {
        "code": code,
        "title": {"id": "Pusat Depok", "en": "Depok center", "ko": "데포크 센터"},
        "address": "Jalan Margonda 1",
        "region": "32.76",
        "at": [-6.39, 106.83],
        "timezone": "Asia/Jakarta",
        "weekdays": [1, 2, 3, 4, 5],
        "networks": ["198.51.100.0/24"],
        "contact": "1500-117",
        "floors": [{"code": "1", "title": {"id": "Lantai 1", "en": "Floor 1", "ko": "1층"}, "plan": plan}],
    }
    return open_center(
        actor=HOUSE,
        agency_code=AGENCY,
        capacity={"V": 4, "M": 10},
        equipment={"D": ["monitor", "phone"], "A": ["monitor"], "V": ["video"]},
        given=standard | given,
    )


def make_booking(
    actor: Actor,
    center: Center,
    seat: str = "D01",
    *,
    day: date = TOMORROW,
    halves: Sequence[Half] = (Half.AM, Half.PM),
    agreed_by: Actor | None = None,
    now: datetime = NOW,
    **given: Any,
) -> Booking:
    """A seat for the whole of tomorrow; agreed to where somebody is named for that."""
    booking = book_seat(actor=actor, center_code=center.code, seat_code=seat, day=day, halves=halves, now=now, **given)
    if agreed_by is not None and booking.status == BookingStatus.REQUESTED:
        booking = agree_to_booking(actor=agreed_by, number=booking.number, now=now)
    return booking


def make_remote_session(person_number: str, *, post_code: str, unit_code: str, now: datetime) -> RemoteSession:
    """A session from elsewhere as the actions leave it, open for an hour."""
    return RemoteSession.objects.create(
        number=f"KJ{new_code(9)}", agency_code=AGENCY, person_number=person_number, post_code=post_code,
        unit_code=unit_code, post_label="Analyst", asked_at=now, network="203.0.113.0/24", agent="Firefox, Linux",
        place=Place.KNOWN_NETWORK, named_place="home", outcome=RemoteOutcome.OPENED, until=now + timedelta(hours=1),
    )  # fmt: skip


def make_agreed_booking(
    person_number: str, center: Center, *, seat: str, day: date, post_code: str, now: datetime, **columns: Any
) -> Booking:
    """A booking for the whole day as the actions leave it, for somebody of the agency whom no unit is known of."""
    place = Seat.objects.get(center=center, code=seat)
    starts_at, ends_at = get_hours(center, day, list(Half))
    standard = {
        "number": f"KC{new_code(9)}",
        "agency_code": AGENCY,
        "post_code": post_code,
        "post_label": "Analyst",
        "halves": "am pm",
        "status": BookingStatus.CONFIRMED,
        "is_pre_approved": True,
        "asked_at": now,
    }
    booking = Booking.objects.create(
        person_number=person_number, center=center, seat=place, day=day, starts_at=starts_at, ends_at=ends_at,
        **standard | columns,
    )  # fmt: skip
    for half in Half:
        Hold.objects.create(
            booking=booking, seat=place, center=center, day=day, half=half, sitter=hide_person(person_number, day)
        )
    return booking
