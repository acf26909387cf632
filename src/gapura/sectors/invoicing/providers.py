"""What invoicing answers through the exchange: of a business (its number is the subject), each month's totals."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from gapura.foundation.isolation import as_house
from gapura.kernel.exchange.plugin import EvidenceProvider, register_provider
from gapura.kernel.registers.queries import get_register_owner
from gapura.sectors.invoicing.queries.invoices import sum_months

YEARS = 5


class InvoiceTotalsProvider(EvidenceProvider):
    """The months of the last five years up to the day asked about, newest first; those without invoices left out."""

    evidence_type = "tax.invoice-totals"

    @property
    def agency_code(self) -> str:  # type: ignore[override]  # the country's data decide
        return get_register_owner("invoicing")

    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        since, until = f"{as_of.year - YEARS}-{as_of.month:02d}", f"{as_of.year}-{as_of.month:02d}"
        with as_house("the exchange judged and logged who asks for a business's totals"):
            return [asdict(month) for month in sum_months(subject, since=since, until=until)]

    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        raise LookupError(f"{self.evidence_type} cannot answer {question!r}.")


def register_providers() -> None:
    """Let the provider answer for its evidence type."""
    register_provider(InvoiceTotalsProvider())
