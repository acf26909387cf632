"""A health facility tells of a birth."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.types import CannotRecordEntry, Source, SourceKind
from gapura.sectors.health.models import BirthAttendedEntry
from gapura.sectors.health.permissions import can_report_births
from gapura.sectors.health.types import BirthTold, CannotChangeRegister


def report_birth(*, actor: Actor, told: BirthTold, now: datetime) -> BirthAttendedEntry:
    """Enter the notice; the mother's and the father's bundles that wait for it go on by themselves.

    The same notice number of the same facility gives the same entry. Raises AccessDenied, or CannotChangeRegister when
    another facility told of this child, or of another so near that both cannot be true. Publishes RegisterChanged.
    """
    if not can_report_births(actor):
        raise AccessDenied
    if told.born_on > local_day(now, settings.TIME_ZONE):
        raise CannotChangeRegister("birth-in-the-future")
    entry = BirthAttendedEntry(
        mother_number=told.mother,
        father_number=told.father,
        notice_number=told.notice_number or new_code(11),
        facility_code=told.facility_code,
        facility_name=told.facility_name,
        birth_place=told.birth_place,
        sex=told.sex,
        child_order=told.child_order,
        born_at=told.born_at,
        weight_grams=told.weight_grams,
        valid_from=told.born_on,
    )
    told_so = BirthAttendedEntry.objects.filter(notice_number=entry.notice_number).known_at(None)
    earlier: BirthAttendedEntry | None = told_so.first()
    if earlier and (earlier.mother_number, earlier.facility_code) == (entry.mother_number, entry.facility_code):
        return earlier
    _refuse_second_telling(entry)
    source = Source(SourceKind.CASE, entry.notice_number)
    try:
        with transaction.atomic():
            record_entry(actor=actor, entry=entry, source=source, now=now)
            for parent in filter(None, (entry.mother_number, entry.father_number)):
                send_message(
                    actor=actor, recipient=parent, kind="birth_told", context={"facility": entry.facility_name}, now=now
                )
            return entry
    except (CannotRecordEntry, IntegrityError) as twin:
        raise CannotChangeRegister("birth-told-already") from twin


def _refuse_second_telling(entry: BirthAttendedEntry) -> None:
    """Another child of this mother near this day must be a twin: another place in the birth, about the same day."""
    apart, of_twins = (timedelta(days=get_limit(name)) for name in ("births_apart_days", "twins_apart_days"))
    near = BirthAttendedEntry.objects.filter(
        mother_number=entry.mother_number,
        valid_from__gt=entry.valid_from - apart,
        valid_from__lt=entry.valid_from + apart,
    ).known_at(None)
    for other in near.order_by("pk"):
        is_twin = other.child_order != entry.child_order and abs(other.valid_from - entry.valid_from) <= of_twins
        if not is_twin:
            raise CannotChangeRegister("birth-told-already")
