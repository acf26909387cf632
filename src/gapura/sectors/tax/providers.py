"""What the tax registers answer through the exchange: the nation's, and the regions'."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gapura.kernel.exchange.plugin import EvidenceProvider, Record, RegisterProvider, register_provider
from gapura.kernel.registers.queries import get_register_owner, list_entries, list_entries_of
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
_NOTICE = tuple(field.attname for field in LocalAssessmentEntry._meta.concrete_fields)


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
    questions = {"has-no-local-arrears": "has_no_local_arrears", "has-no-arrears-on": "has_no_arrears_on"}

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        for notice in _list_notices(subject, as_of, known_at):
            told = {name: notice[self.names.get(name, name)] for name in fields}
            yield told | ({"paid_on": None} if _is_unpaid(notice, as_of) else {})

    def has_no_local_arrears(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        return not any(_is_owed(notice, as_of) for notice in _list_notices(subject, as_of, known_at))

    def has_no_arrears_on(
        self, subject: str, parameters: Parameters, as_of: date, known_at: datetime | None
    ) -> bool | None:
        """What the person owes for the object; what earlier owners left unpaid is not theirs."""
        owed = [notice for notice in _list_notices(subject, as_of, known_at) if _is_owed(notice, as_of)]
        return str(parameters["object_number"]) not in {notice["object_number"] for notice in owed}


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


def _list_notices(subject: str, as_of: date, known_at: datetime | None) -> list[dict[str, Any]]:
    """The notices to the person with all their columns, newest first."""
    order = ("-tax_year", "assessment_number")
    return list_entries_of(
        LocalAssessmentEntry, _NOTICE, (subject,), as_of=as_of, known_at=known_at, by=("number",), order=order
    )


def _is_unpaid(notice: Record, as_of: date) -> bool:
    return notice["paid_on"] is None or notice["paid_on"] > as_of


def _is_owed(notice: Record, as_of: date) -> bool:
    """Past its due day, and not paid by ``as_of``."""
    return notice["due_on"] < as_of and notice["tax_amount"] > 0 and _is_unpaid(notice, as_of)
