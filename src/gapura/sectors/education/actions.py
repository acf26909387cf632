"""A pupil goes from one school to another, and the school they leave is told."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.queries import get_register_owner
from gapura.kernel.registers.types import CannotRecordEntry, Source
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.queries import find_open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.education.events import PupilTransferred
from gapura.sectors.education.models import EnrollmentEntry, SchoolEntry
from gapura.sectors.education.permissions import PLACEMENT
from gapura.sectors.education.queries import access_departure, choose_school, find_enrollment
from gapura.sectors.education.types import CannotTransferPupil, Departure, Placement, SchoolExit

TELL = "education.departure"


def transfer_pupil(
    *, actor: Actor, number: str, placement: Placement, source: Source, today: date, now: datetime
) -> tuple[SchoolEntry, EnrollmentEntry]:
    """Let the pupil leave their school and begin at the new one today, in the same class; the school and the entry.

    Marks and the years before stay as they are. Whoever places pupils finds in their basket that the old school has
    to hear of it. Raises CannotTransferPupil. Publishes PupilTransferred.
    """
    with transaction.atomic():
        EnrollmentEntry.objects.select_for_update().filter(number=number).as_of(today).known_at(None).first()
        school = choose_school(number, placement, on=today, locked=True)
        own = find_enrollment(number, on=today)
        if own is None or own.valid_from >= today:
            raise CannotTransferPupil("transferred-today")
        try:
            with transaction.atomic():
                left, entered = _write(actor, own, school, source, today, now)
        except (CannotRecordEntry, IntegrityError) as twice:
            raise CannotTransferPupil("transferred-today") from twice
        _let_tell(left, school, source, now)
        publish(PupilTransferred(number, left.npsn, entered.npsn, source.reference))
    return school, entered


def read_departure(*, actor: Actor, entry_id: int) -> tuple[Departure, bool]:
    """Who left, and whether the old school has been told. Each look is logged. Raises AccessDenied."""
    departure = access_departure(actor, entry_id)
    ref = f"enrollment:{entry_id}"
    record_event(actor=actor, action="education.departure_read", subject=departure.number, object_ref=ref)
    return departure, not find_open_work(kind=TELL, object_ref=ref)


def note_departure_told(*, actor: Actor, entry_id: int, now: datetime) -> Departure:
    """The old school has been told that the pupil left, and its part of the papers follows. Once is enough.

    Raises AccessDenied.
    """
    departure = access_departure(actor, entry_id)
    with transaction.atomic():
        if close_work(kind=TELL, object_ref=f"enrollment:{entry_id}", now=now):
            record_event(
                actor=actor,
                action="education.departure_told",
                subject=departure.number,
                object_ref=f"enrollment:{entry_id}",
            )
    return departure


def _write(
    actor: Actor, own: EnrollmentEntry, school: SchoolEntry, source: Source, today: date, now: datetime
) -> tuple[EnrollmentEntry, EnrollmentEntry]:
    ended = {"valid_until": today, "school_exit": SchoolExit.TRANSFERRED.value}
    left = correct_entry(actor=actor, entry=own, changes=ended, source=source, now=now)
    begun = EnrollmentEntry(
        number=own.number, nisn=own.nisn, npsn=school.npsn, expected_on=own.expected_on, valid_from=today
    )
    return left, record_entry(actor=actor, entry=begun, source=source, now=now)


def _let_tell(left: EnrollmentEntry, school: SchoolEntry, source: Source, now: datetime) -> None:
    """By the national data of schools: it knows no office of the old school's region, whose own post this would be."""
    owner = get_register_owner("education")
    open_work(
        kind=TELL,
        object_ref=f"enrollment:{left.pk}",
        holder=Holder.role(owner, "", PLACEMENT),
        title=f"{left.npsn} > {school.npsn}",
        path=reverse("education:departure", args=[left.pk]),
        sender=source.reference,
        now=now,
    )
