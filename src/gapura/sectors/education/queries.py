"""Whose papers name a school."""

from gapura.sectors.education.models import EnrollmentEntry, GraduationEntry


def list_students(npsn: str) -> list[str]:
    """Numbers of everybody who learned at the school or holds a diploma of it."""
    found: set[str] = set()
    for register in (EnrollmentEntry, GraduationEntry):
        numbers = register.objects.filter(npsn=npsn).order_by("number")
        found.update(numbers.values_list("number", flat=True).distinct())
    return sorted(found)
