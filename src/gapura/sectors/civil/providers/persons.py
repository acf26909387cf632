"""Who a person is."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on
from gapura.kernel.registers.plugin import RegisterQuerySet
from gapura.kernel.registers.queries import list_entries
from gapura.sectors.civil.models import DeathEntry, FamilyMembership, MarriageEntry, PersonEntry
from gapura.sectors.civil.providers.register import CivilProvider, Record
from gapura.sectors.civil.types import MaritalStatus

_COLUMNS = frozenset(field.name for field in PersonEntry._meta.concrete_fields)


class PersonProvider(CivilProvider):
    """Gives nothing of the dead: their entry has ended, and only the death register speaks of them."""

    evidence_type = "civil.person"
    questions = {
        "is-alive": "is_alive",
        "is-over-age": "is_over_age",
        "is-citizen": "is_citizen",
        "has-never-married": "has_never_married",
    }

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        columns = tuple(sorted(fields & _COLUMNS | {"number"}))
        records = list_entries(PersonEntry, columns, subject, as_of=as_of, known_at=known_at)
        if records and "family_number" in fields:
            card = list_entries(FamilyMembership, ("family_number",), subject, as_of=as_of, known_at=known_at)
            records[0]["family_number"] = card[0]["family_number"] if card else ""
        return records

    def is_alive(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        if list_entries(DeathEntry, ("number",), subject, by="number", **times):
            return False
        if list_entries(PersonEntry, ("number",), subject, **times):
            return True
        earlier = PersonEntry.objects.filter(number=subject, valid_from__lte=as_of).known_at(known_at)
        return True if earlier.exists() else None

    def is_over_age(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether the person has completed ``age`` years."""
        birth_on = _entries(subject, as_of, known_at).values_list("birth_on", flat=True).first()
        return None if birth_on is None else age_on(birth_on, as_of) >= int(parameters["age"])

    def is_citizen(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        citizenship = _entries(subject, as_of, known_at).values_list("citizenship", flat=True).first()
        return None if citizenship is None else citizenship == load(settings.GAPURA_JURISDICTION).code

    def has_never_married(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Single by status and without any marriage by record: either alone may lag behind."""
        status = _entries(subject, as_of, known_at).values_list("marital_status", flat=True).first()
        if status is None:
            return None
        as_husband = MarriageEntry.objects.filter(husband_number=subject, valid_from__lte=as_of)
        as_wife = MarriageEntry.objects.filter(wife_number=subject, valid_from__lte=as_of)
        married = (as_husband | as_wife).known_at(known_at)
        return status == MaritalStatus.SINGLE and not married.exists()


def _entries(subject: str, as_of: date, known_at: datetime | None) -> RegisterQuerySet:
    return PersonEntry.objects.filter(number=subject).as_of(as_of).known_at(known_at)
