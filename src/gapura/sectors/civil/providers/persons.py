"""Who a person is."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.periods import age_on
from gapura.kernel.registers.queries import list_entries, list_entries_of
from gapura.sectors.civil.models import DeathEntry, FamilyMembership, MarriageEntry, PersonEntry
from gapura.sectors.civil.providers.register import CivilProvider, Record
from gapura.sectors.civil.queries.persons import COUPLE
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
        return True if list_entries_of(PersonEntry, ("number",), (subject,), begun=True, **times) else None

    def is_over_age(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Whether the person has completed ``age`` years."""
        birth_on = _find(subject, "birth_on", as_of, known_at)
        return None if birth_on is None else age_on(birth_on, as_of) >= int(parameters["age"])

    def is_citizen(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        citizenship = _find(subject, "citizenship", as_of, known_at)
        return None if citizenship is None else citizenship == load(settings.GAPURA_JURISDICTION).code

    def has_never_married(
        self, subject: str, parameters: Mapping[str, str | int], as_of: date, known_at: datetime | None
    ) -> bool | None:
        """Single by status and without any marriage by record: either alone may lag behind."""
        status = _find(subject, "marital_status", as_of, known_at)
        if status is None:
            return None
        married = list_entries_of(
            MarriageEntry, ("id",), (subject,), by=COUPLE, as_of=as_of, known_at=known_at, begun=True
        )
        return status == MaritalStatus.SINGLE and not married


def _find(subject: str, column: str, as_of: date, known_at: datetime | None) -> Any:
    entries = list_entries(PersonEntry, (column,), subject, as_of=as_of, known_at=known_at)
    return entries[0][column] if entries else None
