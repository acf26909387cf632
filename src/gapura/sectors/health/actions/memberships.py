"""Members: a newborn with the parent who is one already; and the end of a membership by death."""

import secrets
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.types import CannotRecordEntry, Source
from gapura.sectors.health.models import InsuranceEntry
from gapura.sectors.health.types import CannotChangeRegister, InsuranceEnd


def find_membership(person: str, *, on: date) -> InsuranceEntry | None:
    found: InsuranceEntry | None = InsuranceEntry.objects.filter(number=person).as_of(on).known_at(None).first()
    return found


def insure_newborn(
    *, actor: Actor, child: str, parent: str, born_on: date, today: date, source: Source, now: datetime
) -> InsuranceEntry:
    """Insured from birth in the parent's class, paid by whoever pays for the parent.

    Raises CannotChangeRegister: the parent is no member, or the child is one already.
    """
    with transaction.atomic():
        membership = find_membership(parent, on=today)
        if membership is None:
            raise CannotChangeRegister("parent-not-insured")
        entry = InsuranceEntry(
            number=child,
            card_number=_new_card_number(),
            insurance_class=membership.insurance_class,
            insurance_segment=membership.insurance_segment,
            insurance_payer=membership.insurance_payer,
            valid_from=born_on,
        )
        if InsuranceEntry.objects.filter(number=child).known_at(None).exists():
            raise CannotChangeRegister("already-insured")
        try:
            return record_entry(actor=actor, entry=entry, source=source, now=now)
        except (CannotRecordEntry, IntegrityError) as twin:
            raise CannotChangeRegister("already-insured") from twin


def end_membership_of_the_dead(*, actor: Actor, person: str, died_on: date, source: Source, now: datetime) -> bool:
    """Nobody pays for the dead. False where they were no member. Safe to repeat."""
    with transaction.atomic():
        entry = (
            InsuranceEntry.objects.select_for_update().filter(number=person, valid_until=None).known_at(None).first()
        )
        if entry is None:
            return False
        last = max(died_on, entry.valid_from + timedelta(days=1))
        changes = {"valid_until": last, "insurance_end": InsuranceEnd.DIED.value}
        correct_entry(actor=actor, entry=entry, changes=changes, source=source, now=now)
    return True


def restore_membership(*, actor: Actor, person: str, ended_by: str, source: Source, now: datetime) -> bool:
    """The member lives: what the told death ``ended_by`` ended goes on. Safe to repeat."""
    told = InsuranceEntry.objects.filter(number=person, insurance_end=InsuranceEnd.DIED.value)
    entry = told.filter(source_reference=ended_by).known_at(None).first()
    if entry is None:
        return False
    changes = {"valid_until": None, "insurance_end": ""}
    correct_entry(actor=actor, entry=entry, changes=changes, source=source, now=now)
    return True


def _new_card_number() -> str:
    """As many digits as the country gives a member, that nobody has or had."""
    digits = get_limit("insurance_card_digits")
    while True:
        number = f"{secrets.randbelow(10**digits):0{digits}}"
        if not InsuranceEntry.objects.filter(card_number=number).exists():
            return number
