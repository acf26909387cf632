"""What the justice registers answer through the exchange: whether there is a bar, and of which class."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from gapura.kernel.exchange.plugin import EvidenceProvider
from gapura.kernel.registers.queries import get_register_owner
from gapura.sectors.justice.models import SentenceEntry, TravelBanEntry, WarrantEntry
from gapura.sectors.justice.types import BarClass

Bar: TypeAlias = type[SentenceEntry] | type[WarrantEntry] | type[TravelBanEntry]


class BarProvider(EvidenceProvider):
    """The same answer for whom the registers do not know as for whom they hold nothing against."""

    evidence_type = "justice.bar"
    questions: Mapping[str, tuple[Bar, ...]] = {
        "has-travel-bar": (WarrantEntry, TravelBanEntry),
        "has-criminal-bar": (WarrantEntry, SentenceEntry),
    }

    @property
    def agency_code(self) -> str:  # type: ignore[override]  # the country's data decide
        return get_register_owner("justice")

    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        return [{"bar_class": _bar_class(subject, as_of, known_at).value}]

    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        return any(_stands(register, subject, as_of, known_at) for register in self.questions[question])


def _bar_class(subject: str, as_of: date, known_at: datetime | None) -> BarClass:
    if _stands(WarrantEntry, subject, as_of, known_at):
        return BarClass.WANTED
    return BarClass.BAN if _stands(TravelBanEntry, subject, as_of, known_at) else BarClass.NONE


def _stands(register: Bar, subject: str, as_of: date, known_at: datetime | None) -> bool:
    return register.objects.filter(number=subject).as_of(as_of).known_at(known_at).exists()
