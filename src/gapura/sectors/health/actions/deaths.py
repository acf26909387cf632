"""A physician tells of a death."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.registers.actions import annul_entry, record_entry
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.health.models import DeathCertifiedEntry
from gapura.sectors.health.permissions import can_report_deaths
from gapura.sectors.health.types import CannotChangeRegister, DeathTold


def report_death(*, actor: Actor, told: DeathTold, now: datetime) -> DeathCertifiedEntry:
    """Enter the notice; a case that tells of the death reads it. The same notice told again gives the same entry.

    Raises AccessDenied, or CannotChangeRegister when the day has not come or the death was told in another notice.
    Publishes RegisterChanged.
    """
    if not can_report_deaths(actor):
        raise AccessDenied
    if told.died_on > local_day(now, settings.TIME_ZONE):
        raise CannotChangeRegister("death-day-impossible")
    if (earlier := _find(told.number)) is not None:
        return _same_or_refused(earlier, told)
    entry = DeathCertifiedEntry(
        number=told.number,
        notice_number=told.notice_number or new_code(11),
        facility_code=told.facility_code,
        facility_name=told.facility_name,
        death_place=told.death_place,
        valid_from=told.died_on,
    )
    source = Source(SourceKind.CASE, entry.notice_number)
    try:
        with transaction.atomic():
            return record_entry(actor=actor, entry=entry, source=source, now=now)
    except (CannotRecordEntry, IntegrityError) as twin:
        raise CannotChangeRegister("death-told-already") from twin


def withdraw_death(*, actor: Actor, person_number: str, source: Source, now: datetime) -> bool:
    """The person lives: the notice was wrong and nobody believes it any more. False where there was none."""
    entry = _find(person_number)
    if entry is not None:
        annul_entry(actor=actor, entry=entry, source=source, now=now)
    return entry is not None


def _find(person_number: str) -> DeathCertifiedEntry | None:
    found: DeathCertifiedEntry | None = DeathCertifiedEntry.objects.filter(number=person_number).known_at(None).first()
    return found


def _same_or_refused(earlier: DeathCertifiedEntry, told: DeathTold) -> DeathCertifiedEntry:
    said = (earlier.notice_number, earlier.valid_from, earlier.facility_code)
    if said != (told.notice_number, told.died_on, told.facility_code):
        raise CannotChangeRegister("death-told-already")
    return earlier
