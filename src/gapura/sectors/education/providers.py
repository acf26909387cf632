"""What the school registers answer through the exchange: one provider an evidence type."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from gapura.kernel.exchange.plugin import RegisterProvider, register_provider
from gapura.kernel.registers.queries import list_entries
from gapura.sectors.education.models import EnrollmentEntry, GraduationEntry, ResultEntry, SchoolEntry


class EnrollmentProvider(RegisterProvider):
    evidence_type = "education.enrollment"
    owner = "education"
    register = EnrollmentEntry
    names = {"enrolled_from": "valid_from"}
    details = {"npsn": SchoolEntry}
    questions = {"is-enrolled": "is_enrolled", "graduates-within": "graduates_within"}

    def is_enrolled(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        return self.has_entry(subject, as_of, known_at)

    def graduates_within(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether the person is at school and expected to graduate within ``days``."""
        expected_by = as_of + timedelta(days=int(parameters["days"]))
        enrolled = list_entries(EnrollmentEntry, ("expected_on",), subject, as_of=as_of, known_at=known_at)
        return any(one["expected_on"] is not None and one["expected_on"] <= expected_by for one in enrolled)


class EnrollmentHistoryProvider(RegisterProvider):
    """Every school begun by ``as_of``, oldest first; what ended later is still open on that day."""

    evidence_type = "education.enrollment-history"
    owner = "education"
    register = EnrollmentEntry
    names = {"enrolled_from": "valid_from", "enrolled_until": "valid_until"}
    details = {"npsn": SchoolEntry}
    over_time = True
    ended = ("enrolled_until", "school_exit")


class ResultProvider(RegisterProvider):
    evidence_type = "education.result"
    owner = "education"
    register = ResultEntry
    names = {"marked_on": "valid_from"}


class GraduationProvider(RegisterProvider):
    evidence_type = "education.graduation"
    owner = "education"
    register = GraduationEntry
    names = {"graduated_on": "valid_from"}
    details = {"npsn": SchoolEntry}
    questions = {"has-graduated-from": "has_graduated_from"}

    def has_graduated_from(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether the person holds a diploma of the level ``school_level``."""
        return self.has_entry(subject, as_of, known_at, school_level=parameters["school_level"])


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (EnrollmentProvider(), EnrollmentHistoryProvider(), ResultProvider(), GraduationProvider()):
        register_provider(provider)
