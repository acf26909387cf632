"""Moving house: everybody's address, and the family card they stand on, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import end_entry, record_entry
from gapura.kernel.registers.types import CannotRecordEntry, Source
from gapura.sectors.civil.models import (
    FamilyEntry,
    FamilyMembership,
    Region,
    ResidenceEntry,
)
from gapura.sectors.civil.queries.relations import find_relation_to_head
from gapura.sectors.civil.types import Address, CannotChangeRegister, Move, RelationToHead

_ADDRESS = ("street", "rt", "rw", "village_code", "postal_code")
_MOST_ON_A_DAY = 9999


@dataclass(frozen=True, slots=True)
class Moved:
    """Who moved, onto which card, and who lived there before and should know of it."""

    movers: tuple[str, ...]
    family_number: str
    neighbors: tuple[str, ...]


def find_address(move: Move, *, on: date) -> Address:
    """Where it goes: to the host's, or to the place that is named. Raises CannotChangeRegister."""
    if move.host:
        card = _headed_by(move.host, on)
        return Address(**{name: getattr(card, name) for name in _ADDRESS})
    rt, _, rw = move.neighbourhood.replace(" ", "").partition("/")
    if not move.street or not rt.isdigit() or not rw.isdigit():
        raise CannotChangeRegister("address-unclear")
    return Address(move.street, f"{int(rt):03d}", f"{int(rw):03d}", _find_village(move.place), "")


def move_people(*, actor: Actor, applicant: str, move: Move, source: Source, today: date, now: datetime) -> Moved:
    """Enter the new address of the applicant, or of everybody on the card, and the card they stand on from today.

    The host's consent is the caller's to prove. Raises CannotChangeRegister.
    """
    facts: dict[str, Any] = {"actor": actor, "source": source, "now": now}
    with transaction.atomic():
        own = _lock_card(applicant, today)
        address = find_address(move, on=today)
        movers = _members(own.family_number, today) if move.everybody else [_membership(applicant, today)]
        _refuse_impossible(own, applicant, move, today)
        neighbors = _living_at(address, today) - {one.number for one in movers}
        for one in movers:
            _enter_residence(one.number, address, today, facts)
        family_number = _enter_card(own, applicant, move, movers, address, today, facts)
        return Moved(tuple(one.number for one in movers), family_number, tuple(sorted(neighbors)))


def _refuse_impossible(own: FamilyEntry, applicant: str, move: Move, today: date) -> None:
    is_head = own.head_number == applicant
    if move.everybody and not is_head:
        raise CannotChangeRegister("head-must-apply")
    if not move.everybody and is_head and len(_members(own.family_number, today)) > 1:
        raise CannotChangeRegister("head-leaves-others")
    if move.host and move.host == own.head_number:
        raise CannotChangeRegister("lives-there-already")


def _enter_residence(number: str, address: Address, today: date, facts: dict[str, Any]) -> None:
    entry = ResidenceEntry(number=number, valid_from=today, **_columns(address))
    try:
        record_entry(entry=entry, **facts)
    except (CannotRecordEntry, IntegrityError) as twice:
        raise CannotChangeRegister("moved-today") from twice


def _enter_card(
    own: FamilyEntry,
    applicant: str,
    move: Move,
    movers: Sequence[FamilyMembership],
    address: Address,
    today: date,
    facts: dict[str, Any],
) -> str:
    """The card the movers stand on from today: the host's, their own at its new address, or one of their own."""
    if move.host:
        host_card = _headed_by(move.host, today)
        _join(host_card, movers, today, facts)
        if move.everybody:
            end_entry(entry=own, ended_on=today, **facts)
        return str(host_card.family_number)
    if move.everybody:
        _record_card(own.family_number, applicant, address, today, facts)
        return str(own.family_number)
    return _open_card(applicant, address, today, facts)


def _join(card: FamilyEntry, movers: Sequence[FamilyMembership], today: date, facts: dict[str, Any]) -> None:
    last = max((one.position for one in _members(card.family_number, today)), default=0)
    for place, one in enumerate(movers, start=last + 1):
        relation = find_relation_to_head(one.number, card.head_number, on=today)
        entry = FamilyMembership(
            number=one.number,
            family_number=card.family_number,
            relation_to_head=relation,
            position=place,
            valid_from=today,
        )
        record_entry(entry=entry, **facts)


def _open_card(head: str, address: Address, today: date, facts: dict[str, Any]) -> str:
    compose = load(settings.GAPURA_JURISDICTION).person_numbers.compose_family
    district = ".".join(address.village_code.split(".")[:3])
    first = compose(district, today, 1)
    given = FamilyEntry.objects.filter(family_number__startswith=first[:-4]).order_by("-family_number")
    last = given.values_list("family_number", flat=True).first()
    for serial in range(int(last[-4:]) + 1 if last else 1, _MOST_ON_A_DAY + 1):
        number = compose(district, today, serial)
        try:
            with transaction.atomic():
                _record_card(number, head, address, today, facts)
        except (CannotRecordEntry, IntegrityError):
            continue  # given in this moment
        entry = FamilyMembership(
            number=head,
            family_number=number,
            relation_to_head=RelationToHead.HEAD.value,
            position=0,
            valid_from=today,
        )
        record_entry(entry=entry, **facts)
        return number
    raise CannotChangeRegister("numbers-used-up")


def _record_card(number: str, head: str, address: Address, today: date, facts: dict[str, Any]) -> None:
    card = FamilyEntry(family_number=number, head_number=head, valid_from=today, **_columns(address))
    record_entry(entry=card, **facts)


def _columns(address: Address) -> dict[str, str]:
    return {name: getattr(address, name) for name in _ADDRESS}


def _lock_card(number: str, on: date) -> FamilyEntry:
    """The person's family card, held until the transaction ends: two who move it at once take turns."""
    stands_on = _membership(number, on).family_number
    cards = FamilyEntry.objects.select_for_update().filter(family_number=stands_on).as_of(on).known_at(None)
    card: FamilyEntry | None = cards.first()
    if card is None:
        raise CannotChangeRegister("no-family-card")
    return card


def _membership(number: str, on: date) -> FamilyMembership:
    found: FamilyMembership | None = FamilyMembership.objects.filter(number=number).as_of(on).known_at(None).first()
    if found is None:
        raise CannotChangeRegister("no-family-card")
    return found


def _members(family_number: str, on: date) -> list[FamilyMembership]:
    members = FamilyMembership.objects.filter(family_number=family_number).as_of(on).known_at(None)
    return list(members.order_by("position"))


def _headed_by(host: str, on: date) -> FamilyEntry:
    card: FamilyEntry | None = FamilyEntry.objects.filter(head_number=host).as_of(on).known_at(None).first()
    if card is None:
        raise CannotChangeRegister("host-heads-no-household")
    return card


def _living_at(address: Address, on: date) -> set[str]:
    here = {name: getattr(address, name) for name in _ADDRESS[:4]}
    return set(ResidenceEntry.objects.filter(**here).as_of(on).known_at(None).values_list("number", flat=True))


def _find_village(place: str) -> str:
    """The code of ``village, district[, regency]`` as people write it. Raises CannotChangeRegister."""
    names = [part.strip() for part in place.split(",") if part.strip()]
    if len(names) < 2:
        raise CannotChangeRegister("address-unclear")
    villages = Region.objects.filter(name__iexact=names[0]).order_by("code").values_list("code", flat=True)
    found = [code for code in villages if code.count(".") == 3 and _lies_in(code, names[1:])]
    if len(found) != 1:
        raise CannotChangeRegister("address-unclear")
    return found[0]


def _lies_in(code: str, names: Sequence[str]) -> bool:
    """Whether the regions above the village are called so, the nearest first."""
    parts = code.split(".")
    above = [".".join(parts[:level]) for level in (3, 2, 1)]
    known = dict(Region.objects.filter(code__in=above).values_list("code", "name"))
    return all(name.casefold() in known.get(region, "").casefold() for name, region in zip(names, above, strict=False))
