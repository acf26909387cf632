"""Reading orders, only those the actor may see; and what the country says of its cards."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.production.models import CardOrder, CardPiece, CardStep, FingerprintVisit
from gapura.kernel.production.permissions import can_follow, works_at_counter_of
from gapura.kernel.production.plugin import list_keepers
from gapura.kernel.production.rules import OPEN, times_of_day
from gapura.kernel.production.types import (
    CardDesign,
    CardHolder,
    CardVerdict,
    Fingerprints,
    OrderNotFound,
    OrderStatus,
    PieceStatus,
    Slot,
)


def get_design(service_code: str) -> CardDesign:
    """What the country says of the card that a public service brings. Raises LookupError."""
    return _designs(settings.GAPURA_JURISDICTION)[service_code]


def list_counter_roles() -> frozenset[str]:
    """Who hands cards over anywhere in the country."""
    return frozenset(design.counter_role for design in _designs(settings.GAPURA_JURISDICTION).values())


def get_state() -> str:
    """The state whose citizens are given its cards, as machine-readable zones write it."""
    return str(_said(settings.GAPURA_JURISDICTION)["state"])


@cache
def _designs(country: str) -> Mapping[str, CardDesign]:
    said = _said(country)
    return {code: _design(entry, said["state"]) for code, entry in said["services"].items()}


@cache
def _said(country: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = load(country).read("cards.yaml")
    return said


def _design(entry: Mapping[str, Any], state: str) -> CardDesign:
    return CardDesign(**{**entry, "state": state, "fingerprints": Fingerprints(entry["fingerprints"])})


def access_order(actor: Actor, number: str) -> CardOrder:
    """The order, for its holder, who asked for it, and the counter that hands it over. Raises OrderNotFound."""
    order = CardOrder.objects.filter(number=number).first()
    if order is None or not (can_follow(actor, order) or works_at_counter_of(actor, order)):
        raise OrderNotFound(number)
    return order


def list_orders_of(actor: Actor) -> list[CardOrder]:
    """What is or was made for the person, or asked for by them, newest first."""
    if not actor.person_number:
        return []
    mine = CardOrder.objects.filter(holder=actor.person_number)
    asked = CardOrder.objects.filter(applicant=actor.person_number)
    return list((mine | asked).order_by("-pk"))


def list_orders_at_counter(actor: Actor, *, limit: int = 200) -> Sequence[CardOrder]:
    """What waits at the official's counter: fingerprints to take, pieces to hand over; the oldest first."""
    if actor.kind is not ActorKind.OFFICIAL:
        return []
    waiting = CardOrder.objects.filter(
        agency_code=actor.agency_code or "",
        counter_role__in=sorted(actor.roles),
        status__in=[OrderStatus.FINGERPRINTS, OrderStatus.READY],
    )
    if actor.office_code:
        waiting = waiting.filter(office_code=actor.office_code)
    return [order for order in waiting.order_by("pk")[:limit] if works_at_counter_of(actor, order)]


def find_open_order(holder: str, kind: str) -> CardOrder | None:
    """What is on its way to the person; sectors ask it before they take an application."""
    return CardOrder.objects.filter(holder=holder, kind=kind, status__in=[status.value for status in OPEN]).first()


def find_present_piece(order: CardOrder) -> CardPiece | None:
    """The piece being made or handed over; the order's earlier ones are waste."""
    present = [PieceStatus.LIVE, PieceStatus.HANDED_OVER]
    return CardPiece.objects.filter(order=order, status__in=present).first()


def list_steps(order: CardOrder) -> list[CardStep]:
    """What happened, oldest first."""
    return list(CardStep.objects.filter(order=order).order_by("pk"))


@as_house("anybody who is shown a card may ask whether it is in force")
def verify_card(document_number: str, issued_on: date, *, today: date) -> CardVerdict:
    """Of the card with this number and this day of issue, that and no more; a number without its day is UNKNOWN."""
    verdicts = {
        keeper.judge(document_number=document_number, issued_on=issued_on, today=today) for keeper in list_keepers()
    }
    return next((one for one in (CardVerdict.VALID, CardVerdict.ENDED) if one in verdicts), CardVerdict.UNKNOWN)


def find_visit(order: CardOrder) -> FingerprintVisit | None:
    return FingerprintVisit.objects.filter(order=order).first()


def list_slots(order: CardOrder, *, now: datetime) -> list[Slot]:
    """Free times at the order's counter, from the next working day on, as far as the country lets people book."""
    zone, today = ZoneInfo(settings.TIME_ZONE), local_day(now, settings.TIME_ZONE)
    days = [today + timedelta(days=ahead) for ahead in range(1, get_limit("visit_days_ahead") + 1)]
    taken = _taken(order, days)
    return [
        Slot(day, moment)
        for day in days
        if get_working_calendar().is_working_day(day)
        for moment in times_of_day(
            day, get_limit("visit_first_hour"), get_limit("visit_last_hour"), get_limit("visit_minutes"), zone
        )
        if taken.get(moment, 0) < get_limit("visits_at_once")
    ]


def _taken(order: CardOrder, days: Sequence[date]) -> Mapping[datetime, int]:
    visits = FingerprintVisit.objects.filter(agency_code=order.agency_code, office_code=order.office_code)
    counts: dict[datetime, int] = {}
    for moment in visits.filter(starts_at__date__range=(days[0], days[-1])).values_list("starts_at", flat=True):
        counts[moment] = counts.get(moment, 0) + 1
    return counts


def read_holder(evidence: Sequence[Evidence], number: str) -> CardHolder:
    """What is printed of a citizen, from what the registers said of them and where they live.

    The public service asks ``civil.person`` for it, required, and ``civil.residence`` for what is sent.
    """
    said = {found.evidence_type: found.record or {} for found in evidence}
    person, home = said["civil.person"], said.get("civil.residence", {})
    return CardHolder(
        number=number,
        full_name=str(person["full_name"]),
        birth_on=date.fromisoformat(str(person["birth_on"])),
        sex=str(person["sex"]),
        nationality=get_state(),
        address={name: str(value) for name, value in home.items() if value},
    )
