"""Whose papers name a school, where a pupil can go, and who left."""

from datetime import date

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.education.models import EnrollmentEntry, GraduationEntry, SchoolEntry
from gapura.sectors.education.permissions import can_place
from gapura.sectors.education.types import CannotTransferPupil, Departure, Placement, SchoolExit


def list_students(npsn: str) -> list[str]:
    """Numbers of everybody who learned at the school or holds a diploma of it."""
    found: set[str] = set()
    for register in (EnrollmentEntry, GraduationEntry):
        numbers = register.objects.filter(npsn=npsn).order_by("number")
        found.update(numbers.values_list("number", flat=True).distinct())
    return sorted(found)


def find_enrollment(number: str, *, on: date) -> EnrollmentEntry | None:
    """The school that the person is at on the day."""
    found: EnrollmentEntry | None = EnrollmentEntry.objects.filter(number=number).as_of(on).known_at(None).first()
    return found


def choose_school(number: str, placement: Placement, *, on: date, locked: bool = False) -> SchoolEntry:
    """The school of the pupil's level that takes them: the one that is named, or the one with the most room.

    ``locked``: the schools that could be meant are held until the transaction ends, so that two take turns for one
    place. Raises CannotTransferPupil.
    """
    own = find_enrollment(number, on=on)
    leaves = _find_school(own.npsn, on) if own else None
    if own is None or leaves is None:
        raise CannotTransferPupil("not-at-school")
    if not placement.school and leaves.school_place.casefold() == placement.place.casefold():
        raise CannotTransferPupil("school-stays")
    schools = SchoolEntry.objects.filter(school_level=leaves.school_level, school_place__iexact=placement.place)
    found = list((schools.select_for_update() if locked else schools).as_of(on).known_at(None).order_by("npsn"))
    meant = [one for one in found if _is_open(one, on) and _is_meant(one, placement.school)]
    if not meant or (placement.school and len(meant) > 1):
        raise CannotTransferPupil("school-unknown")
    if [one.npsn for one in meant] == [own.npsn]:
        raise CannotTransferPupil("school-is-own")
    school: SchoolEntry = max(meant, key=lambda one: _room(one, on))
    if _room(school, on) <= 0:
        raise CannotTransferPupil("school-full")
    return school


def access_departure(actor: Actor, entry_id: int) -> Departure:
    """A pupil's transfer, for who places pupils. Raises AccessDenied, also where nobody left."""
    entry = EnrollmentEntry.objects.filter(pk=entry_id, school_exit=SchoolExit.TRANSFERRED).known_at(None).first()
    if entry is None or entry.valid_until is None or not can_place(actor):
        raise AccessDenied
    entered = find_enrollment(entry.number, on=entry.valid_until)
    return Departure(
        entry.number,
        entry.nisn,
        entry.valid_until,
        _name(entry.npsn, entry.valid_until),
        _name(entered.npsn, entry.valid_until) if entered else "",
    )


def _find_school(npsn: str, on: date) -> SchoolEntry | None:
    found: SchoolEntry | None = SchoolEntry.objects.filter(npsn=npsn).as_of(on).known_at(None).first()
    return found


def _name(npsn: str, on: date) -> str:
    school = _find_school(npsn, on)
    return f"{school.school_name} ({npsn})" if school else npsn


def _is_open(school: SchoolEntry, on: date) -> bool:
    return school.closed_on is None or school.closed_on > on


def _is_meant(school: SchoolEntry, named: str) -> bool:
    return not named or named.casefold() in (school.npsn, school.school_name.casefold())


def _room(school: SchoolEntry, on: date) -> float:
    """Places left. A school that never told how many it has leaves the judgment to whoever decides."""
    if school.places is None:
        return 0.5
    return school.places - EnrollmentEntry.objects.filter(npsn=school.npsn).as_of(on).known_at(None).count()
