"""Writing to the register of recipients."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import CannotRecordEntry, Source
from gapura.sectors.welfare.models import RecipientEntry
from gapura.sectors.welfare.types import AlreadyAssisted


def grant_assistance(
    *, actor: Actor, person: str, social_program: str, on: date, source: Source, now: datetime
) -> RecipientEntry:
    """The person receives assistance of the program from ``on``. The case is the order. Raises AlreadyAssisted."""
    entry = RecipientEntry(number=person, social_program=social_program, order_number=source.reference, valid_from=on)
    given = RecipientEntry.objects.filter(number=person, social_program=social_program).as_of(on).known_at(None)
    if given.exists():
        raise AlreadyAssisted
    try:
        with transaction.atomic():
            return record_entry(actor=actor, entry=entry, source=source, now=now)
    except (CannotRecordEntry, IntegrityError) as twin:
        raise AlreadyAssisted from twin


def end_assistance_of_the_dead(*, actor: Actor, person: str, died_on: date, source: Source, now: datetime) -> int:
    """Nothing is paid to the dead; how many programs ended. Safe to repeat."""
    with transaction.atomic():
        received = RecipientEntry.objects.select_for_update().filter(number=person, valid_until=None).known_at(None)
        entries = list(received.order_by("pk"))
        for entry in entries:
            last = max(died_on, entry.valid_from + timedelta(days=1))
            end_entry(actor=actor, entry=entry, ended_on=last, source=source, now=now, outdates_papers=True)
    return len(entries)


def restore_assistance(*, actor: Actor, person: str, ended_by: str, source: Source, now: datetime) -> int:
    """The person lives: what the told death ``ended_by`` ended goes on, unless it was granted anew since."""
    ended = RecipientEntry.objects.filter(number=person, source_reference=ended_by, valid_until__isnull=False)
    restored = 0
    for entry in ended.known_at(None).order_by("pk"):
        later = RecipientEntry.objects.filter(number=person, social_program=entry.social_program)
        if later.filter(valid_from__gte=entry.valid_until).known_at(None).exists():
            continue
        correct_entry(actor=actor, entry=entry, changes={"valid_until": None}, source=source, now=now)
        restored += 1
    return restored
