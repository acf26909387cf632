"""What all providers of the population register share: the owner and plain values."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from gapura.kernel.exchange.plugin import EvidenceProvider
from gapura.sectors.civil.queries import get_owner_agency

Record = dict[str, Any]
Question = Callable[[str, Mapping[str, str | int], date, datetime | None], bool | None]


class CivilProvider(EvidenceProvider):
    """Base of the providers: a subclass reads records; questions are methods named in ``questions``."""

    questions: ClassVar[Mapping[str, str]] = {}

    @property
    def agency_code(self) -> str:  # type: ignore[override]  # the country's data decide
        return get_owner_agency()

    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        return [_plain(record) for record in self.read(subject, fields, as_of, known_at)]

    @abstractmethod
    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        """Records with at least the asked fields; dates may be dates."""

    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        try:
            ask: Question = getattr(self, self.questions[question])
        except KeyError:
            raise LookupError(f"{self.evidence_type} cannot answer {question!r}.") from None
        return ask(subject, parameters, as_of, known_at)


def _plain(record: Record) -> Record:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}
