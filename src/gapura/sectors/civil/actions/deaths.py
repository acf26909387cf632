"""Registering a death: the certificate, the end of what the dead person was, and the family card of those who stay."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.types import CannotRecordEntry, Source
from gapura.sectors.civil.models import (
    DeathEntry,
    FamilyEntry,
    FamilyMembership,
    Guardianship,
    MarriageEntry,
    PersonEntry,
    ResidenceEntry,
)
from gapura.sectors.civil.queries import find_office_code
from gapura.sectors.civil.queries.numbering import get_numbering
from gapura.sectors.civil.queries.persons import is_over_age
from gapura.sectors.civil.queries.relations import find_relation_to_head
from gapura.sectors.civil.types import (
    CannotChangeRegister,
    DeathNotice,
    EndReason,
    MaritalStatus,
    RegisteredDeath,
    RelationToHead,
)

_MOST_ON_A_DAY = 9999


def require_possible(told: DeathNotice, *, today: date) -> None:
    """Raises CannotChangeRegister: nobody of this number, dead already, or a day on which they cannot have died."""
    known = PersonEntry.objects.filter(number=told.number).known_at(None).order_by("valid_from")
    born_on = known.values_list("birth_on", flat=True).first()
    if born_on is None:
        raise CannotChangeRegister("not-registered")
    if DeathEntry.objects.filter(number=told.number).known_at(None).exists():
        raise CannotChangeRegister("death-registered")
    if not born_on <= told.died_on <= today:
        raise CannotChangeRegister("death-day-impossible")


def register_death(*, actor: Actor, told: DeathNotice, source: Source, today: date, now: datetime) -> RegisteredDeath:
    """Enter the death; whoever tells it second waits, and is refused. The house reacts to PersonDied.

    Raises CannotChangeRegister: as ``require_possible``, no office to register it, or the register changed today.
    """
    facts: dict[str, Any] = {"actor": actor, "source": source, "now": now}
    try:
        with transaction.atomic():
            list(PersonEntry.objects.select_for_update().filter(number=told.number).known_at(None).order_by("pk"))
            require_possible(told, today=today)
            certificate = _enter_death(told, today, facts)
            _end_own_entries(told, facts)
            _end_marriages(told, facts)
            family_number, head = _renew_card(told, today, facts)
            return RegisteredDeath(certificate, family_number, head)
    except CannotRecordEntry as clash:
        raise CannotChangeRegister("register-changed-since") from clash


def _enter_death(told: DeathNotice, today: date, facts: dict[str, Any]) -> str:
    office = find_office_code(told.number, on=today)
    if office is None:
        raise CannotChangeRegister("no-residence")
    shape = get_numbering()["death_certificate"]
    here = DeathEntry.objects.filter(regency_code=office, registered_on=today).count()
    for serial in range(here + 1, here + _MOST_ON_A_DAY):
        entry = DeathEntry(
            certificate_number=shape.format(office=office.replace(".", ""), day=today, serial=serial),
            number=told.number,
            death_place=told.place,
            registered_on=today,
            regency_code=office,
            valid_from=told.died_on,
        )
        try:
            with transaction.atomic():
                return record_entry(entry=entry, **facts).certificate_number
        except (CannotRecordEntry, IntegrityError):
            require_possible(told, today=today)  # entered by somebody else in this moment: refused
            continue  # else only the certificate's number was given
    raise CannotChangeRegister("numbers-used-up")


def _end_own_entries(told: DeathNotice, facts: dict[str, Any]) -> None:
    own = Q(number=told.number)
    guard = Q(ward_number=told.number) | Q(guardian_number=told.number)
    for table, about in ((PersonEntry, own), (ResidenceEntry, own), (Guardianship, guard)):
        for entry in table.objects.filter(about, valid_until=None).known_at(None).order_by("pk"):
            end_entry(entry=entry, ended_on=_last_day(entry, told.died_on), outdates_papers=True, **facts)


def _end_marriages(told: DeathNotice, facts: dict[str, Any]) -> None:
    """The marriage ends, and whoever is left is widowed from that day."""
    couple = Q(husband_number=told.number) | Q(wife_number=told.number)
    for marriage in MarriageEntry.objects.filter(couple, valid_until=None).known_at(None).order_by("pk"):
        ended = {"valid_until": _last_day(marriage, told.died_on), "end_reason": EndReason.DEATH.value}
        correct_entry(entry=marriage, changes=ended, **facts)
        is_husband = marriage.husband_number == told.number
        _widow(marriage.wife_number if is_husband else marriage.husband_number, told.died_on, facts)


def _widow(spouse: str, died_on: date, facts: dict[str, Any]) -> None:
    entry = PersonEntry.objects.filter(number=spouse, valid_until=None).known_at(None).first()
    if entry is None or entry.marital_status != MaritalStatus.MARRIED:
        return
    if MarriageEntry.objects.filter(husband_number=spouse, valid_until=None).known_at(None).exists():
        return  # another wife lives
    columns = {one.attname: getattr(entry, one.attname) for one in entry._meta.concrete_fields if not one.primary_key}
    changes = {"marital_status": MaritalStatus.WIDOWED.value, "valid_from": _last_day(entry, died_on)}
    record_entry(entry=PersonEntry(**columns | changes), outdates_papers=True, **facts)


def _renew_card(told: DeathNotice, today: date, facts: dict[str, Any]) -> tuple[str, str]:
    """The family card without the dead: its number, and its head if anybody is left on it."""
    stood = FamilyMembership.objects.filter(number=told.number, valid_until=None).known_at(None).first()
    if stood is None:
        return "", ""
    end_entry(entry=stood, ended_on=_last_day(stood, told.died_on), outdates_papers=True, **facts)
    number = str(stood.family_number)
    cards = FamilyEntry.objects.select_for_update().filter(family_number=number, valid_until=None).known_at(None)
    members = FamilyMembership.objects.filter(family_number=number, valid_until=None).known_at(None)
    card, rest = cards.first(), list(members.order_by("position"))
    if card is None:
        return number, ""
    if not rest:
        end_entry(entry=card, ended_on=_last_day(card, told.died_on), outdates_papers=True, **facts)
        return number, ""
    begins = max(_last_day(one, told.died_on) for one in (card, *rest))
    head = str(card.head_number)
    if head == told.number:
        head = _next_head(rest, today)
        _enter_relations(rest, head, begins, today, facts)
    address = {name: getattr(card, name) for name in ("street", "rt", "rw", "village_code", "postal_code")}
    renewed = FamilyEntry(family_number=number, head_number=head, valid_from=begins, **address)
    record_entry(entry=renewed, outdates_papers=True, **facts)
    return number, head


def _enter_relations(rest: list[FamilyMembership], head: str, begins: date, today: date, facts: dict[str, Any]) -> None:
    for one in rest:
        relation = RelationToHead.HEAD.value
        if one.number != head:
            relation = find_relation_to_head(one.number, head, on=today)
        entry = FamilyMembership(
            number=one.number,
            family_number=one.family_number,
            relation_to_head=relation,
            position=one.position,
            valid_from=begins,
        )
        record_entry(entry=entry, **facts)


def _next_head(rest: list[FamilyMembership], today: date) -> str:
    """Grown-ups before children, then the country's order, then the place on the card."""
    order, age = get_numbering()["head_after_death"], get_limit("age_of_majority")

    def rank(one: FamilyMembership) -> tuple[bool, int, int]:
        return (not is_over_age(one.number, age, on=today), order.index(one.relation_to_head), one.position)

    return str(min(rest, key=rank).number)


def _last_day(entry: RegisterEntry, died_on: date) -> date:
    """The end of the entry: the day of death; the day after its beginning for what began on it or later."""
    first: date = entry.valid_from
    return max(died_on, first + timedelta(days=1))
