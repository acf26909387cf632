"""Schools, students, marks and diplomas in the registers, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.education.models import EnrollmentEntry, GraduationEntry, ResultEntry, SchoolEntry

PRIMARY, LOWER = "20100001", "20100002"


def make_school(npsn: str = PRIMARY, school_level: str = "primary", **facts: Any) -> SchoolEntry:
    given = {"school_name": f"Sekolah {npsn[-1:]}", "school_place": "Bandung", "valid_from": date(2000, 1, 1)}
    return store_entry(SchoolEntry, npsn=npsn, school_level=school_level, **given | facts)


def make_enrollment(number: str, npsn: str = PRIMARY, **facts: Any) -> EnrollmentEntry:
    """At school since July 2020 and expected to graduate in June 2026, unless told otherwise."""
    given = {"nisn": "0101234567", "expected_on": date(2026, 6, 15), "valid_from": date(2020, 7, 13)}
    return store_entry(EnrollmentEntry, number=number, npsn=npsn, **given | facts)


def make_departure(number: str) -> EnrollmentEntry:
    """Left the primary school on 4 May 2026 for the second one, as a transfer leaves it; the entry that ended."""
    make_school(PRIMARY)
    make_school(LOWER)
    moved_on = date(2026, 5, 4)
    left = make_enrollment(number, valid_until=moved_on, school_exit="transferred")
    make_enrollment(number, LOWER, valid_from=moved_on, expected_on=date(2028, 6, 15))
    return left


def make_result(number: str, school_subject: str, mark: int, **facts: Any) -> ResultEntry:
    """A mark of class 5, school year 2024/2025."""
    given = {"npsn": PRIMARY, "school_year": "2024/2025", "school_class": 5, "valid_from": date(2025, 6, 20)}
    return store_entry(ResultEntry, number=number, school_subject=school_subject, mark=mark, **given | facts)


def make_graduation(number: str, school_level: str = "primary", **facts: Any) -> GraduationEntry:
    given = {
        "nisn": "0101234567",
        "npsn": PRIMARY,
        "school_name": "Sekolah 1",
        "diploma_number": f"D-{number}-{school_level}"[:30],
        "valid_from": date(2019, 6, 15),
    }
    return store_entry(GraduationEntry, number=number, school_level=school_level, **given | facts)
