"""What the tax registers answer through the exchange: the nation's, and the regions'."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gapura.kernel.exchange.plugin import EvidenceProvider, Record, RegisterProvider, register_provider
from gapura.kernel.registers.queries import get_register_owner, list_entries
from gapura.sectors.tax.models import (
    ArrearsEntry,
    BusinessTaxpayerEntry,
    IncomeEntry,
    LocalAssessmentEntry,
    TaxpayerEntry,
)
from gapura.sectors.tax.queries.returns import list_filed_records
from gapura.sectors.tax.types import TaxpayerStatus

Parameters = Mapping[str, str | int]


class TaxpayerProvider(RegisterProvider):
    evidence_type = "tax.taxpayer"
    owner = "tax"
    register = TaxpayerEntry
    questions = {"is-active-taxpayer": "is_active_taxpayer"}

    def is_active_taxpayer(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        return self.has_entry(subject, as_of, known_at, taxpayer_status=TaxpayerStatus.ACTIVE)


class IncomeProvider(RegisterProvider):
    """Every year that is assessed, newest first."""

    evidence_type = "tax.income"
    owner = "tax"
    register = IncomeEntry
    names = {"assessed_on": "valid_from"}
    questions = {"earned-at-most": "earned_at_most"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        years = super().read(subject, fields | {"tax_year"}, as_of, known_at)
        return sorted(years, key=lambda year: int(year["tax_year"]), reverse=True)

    def earned_at_most(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        """None when the year is not assessed: nothing assessed is not nothing earned."""
        year = IncomeEntry.objects.filter(number=subject, tax_year=int(parameters["tax_year"]))
        gross = year.as_of(as_of).known_at(known_at).values_list("gross_income", flat=True).first()
        return None if gross is None else gross <= int(parameters["amount"])


class ArrearsProvider(RegisterProvider):
    """What stands unsettled."""

    evidence_type = "tax.arrears"
    owner = "tax"
    register = ArrearsEntry
    names = {"in_arrears_from": "valid_from"}
    questions = {"has-no-arrears": "has_no_arrears"}

    def has_no_arrears(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        return not self.has_entry(subject, as_of, known_at)


class LocalAssessmentProvider(RegisterProvider):
    """Every notice of the regions, newest first; a payment after ``as_of`` is not told."""

    evidence_type = "tax.local-assessment"
    owner = "local_tax"
    register = LocalAssessmentEntry
    names = {"assessed_on": "valid_from"}
    once_past = ("paid_on",)
    order = ("-tax_year", "assessment_number")
    questions = {"has-no-local-arrears": "has_no_local_arrears", "has-no-arrears-on": "has_no_arrears_on"}

    def has_no_local_arrears(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        return not _list_owed_for(subject, as_of, known_at)

    def has_no_arrears_on(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        """What the person owes for the object; what earlier owners left unpaid is not theirs."""
        return str(parameters["object_number"]) not in _list_owed_for(subject, as_of, known_at)


class BusinessTaxpayerProvider(RegisterProvider):
    """The businesses whose taxes the person answers for; of a business (its number is the subject), itself."""

    evidence_type = "tax.business-taxpayer"
    owner = "tax"
    register = BusinessTaxpayerEntry
    by = "responsible_number"
    names = {"registered_on": "valid_from"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        yield from super().read(subject, fields, as_of, known_at)
        columns = {name: self.names.get(name, name) for name in sorted(fields)}
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at}
        for entry in list_entries(BusinessTaxpayerEntry, tuple(columns.values()), subject, **times):
            yield {name: entry[column] for name, column in columns.items()}


class ReturnProvider(EvidenceProvider):
    """What stands filed: the last version of each return, newest period first."""

    evidence_type = "tax.return"

    @property
    def agency_code(self) -> str:  # type: ignore[override]  # the country's data decide
        return get_register_owner("tax")

    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        return list_filed_records(subject, as_of)

    def answer_question(
        self, question: str, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        raise LookupError(f"{self.evidence_type} cannot answer {question!r}.")


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (
        TaxpayerProvider(),
        IncomeProvider(),
        ArrearsProvider(),
        LocalAssessmentProvider(),
        BusinessTaxpayerProvider(),
        ReturnProvider(),
    ):
        register_provider(provider)


def _list_owed_for(subject: str, as_of: date, known_at: datetime | None) -> set[str]:
    """The objects for which the person had a notice past its due day and not paid by ``as_of``."""
    columns = ("object_number", "due_on", "tax_amount", "paid_on")
    notices = list_entries(LocalAssessmentEntry, columns, subject, as_of=as_of, known_at=known_at, by="number")
    due = [notice for notice in notices if notice["due_on"] < as_of and notice["tax_amount"] > 0]
    return {notice["object_number"] for notice in due if notice["paid_on"] is None or notice["paid_on"] > as_of}
