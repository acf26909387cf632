"""What the health registers answer through the exchange. Insurance has a keeper of its own."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from gapura.kernel.exchange.plugin import Record, RegisterProvider, register_provider
from gapura.kernel.registers.plugin import RegisterQuerySet
from gapura.sectors.health.models import (
    BirthAttendedEntry,
    DeathCertifiedEntry,
    ImmunizationEntry,
    InsuranceEntry,
)

_INSURANCE = "health-insurance"


class InsuranceProvider(RegisterProvider):
    evidence_type = "health.insurance"
    owner = _INSURANCE
    register = InsuranceEntry
    names = {"insured_from": "valid_from"}
    questions = {"is-insured": "is_insured", "is-paid-for-by": "is_insured"}

    def is_insured(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether the person is a member, whose contribution ``insurance_payer`` pays where one is named."""
        return self.has_entry(subject, as_of, known_at, **parameters)


class InsuranceHistoryProvider(RegisterProvider):
    """Every membership begun by ``as_of``, oldest first; what ended later is still open on that day."""

    evidence_type = "health.insurance-history"
    owner = _INSURANCE
    register = InsuranceEntry
    names = {"insured_from": "valid_from", "insured_until": "valid_until"}
    over_time = True
    ended = ("insured_until", "insurance_end")


class ImmunizationProvider(RegisterProvider):
    evidence_type = "health.immunization"
    owner = "health"
    register = ImmunizationEntry
    names = {"given_on": "valid_from"}


class BirthAttendedProvider(RegisterProvider):
    """The births of a mother; the subject is she, or the father she named: the child may have no number yet."""

    evidence_type = "health.birth-attended"
    owner = "health"
    register = BirthAttendedEntry
    names = {"born_on": "valid_from"}
    questions = {"has-birth-notice": "has_notice"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = {name: F(self.names[name]) for name in fields & self.names.keys()}
        told = _births_of(subject, as_of, known_at).order_by("valid_from", "id")
        return told.values(*(fields - columns.keys()), **columns)

    def has_notice(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether a child, the ``child_order``-th of its birth, was born in the last so many ``days``."""
        since = as_of - timedelta(days=int(parameters["days"]))
        told = _births_of(subject, as_of, known_at).filter(valid_from__gte=since, child_number="")
        return told.filter(child_order=int(parameters["child_order"])).exists()


class DeathCertifiedProvider(RegisterProvider):
    evidence_type = "health.death-certified"
    owner = "health"
    register = DeathCertifiedEntry
    names = {"died_on": "valid_from"}
    questions = {"has-death-notice": "has_notice"}

    def has_notice(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool:
        """Whether a physician told of the person's death."""
        return self.has_entry(subject, as_of, known_at)


def _births_of(parent: str, as_of: date, known_at: datetime | None) -> RegisterQuerySet:
    told = BirthAttendedEntry.objects.filter(Q(mother_number=parent) | Q(father_number=parent))
    return told.as_of(as_of).known_at(known_at)


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    kinds = (
        InsuranceProvider,
        InsuranceHistoryProvider,
        ImmunizationProvider,
        BirthAttendedProvider,
        DeathCertifiedProvider,
    )
    for provider in kinds:
        register_provider(provider())
