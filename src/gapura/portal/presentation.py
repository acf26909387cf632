"""What the registers keep in codes, put into words for the pages of the portal."""

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from django.utils.translation import get_language

from gapura.foundation.texts import Text
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.exchange.queries import AccessRecord, describe_request
from gapura.kernel.exchange.types import AccessOutcome

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ShownAccess:
    """One look at a person's data, ready to read."""

    asked_at: datetime
    consumer: Text
    provider: Text
    evidence: Text
    fields: tuple[Text, ...]
    question: Text | None
    purpose: Text
    legal_ground: str
    case_number: str
    was_refused: bool


def present_access(access: AccessRecord) -> ShownAccess:
    """Titles instead of codes."""
    evidence, fields, question = describe_request(access.evidence_type, access.fields, access.question)
    return ShownAccess(
        asked_at=access.requested_at,
        consumer=_agency_title(access.consumer),
        provider=_agency_title(access.provider),
        evidence=evidence,
        fields=fields,
        question=question,
        purpose=access.purpose,
        legal_ground=access.legal_ground,
        case_number=access.case_number,
        was_refused=access.outcome == AccessOutcome.REFUSED,
    )


def _agency_title(code: str) -> Text:
    try:
        return get_agency(code).title
    except LookupError:
        return {"": code}


def list_months(today: date, count: int = MONTHS_SHOWN) -> list[date]:
    """First days of the last ``count`` months, this one last."""
    last = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)]


def name_month(month: date) -> tuple[str, str]:
    """The month in full for a table, and as short as a chart's axis needs it."""
    language = get_language()
    return format_date(month, "LLLL y", locale=language), format_date(month, "LLL", locale=language)
