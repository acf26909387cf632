"""What the registers keep in codes, put into words for the pages of the portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import ActorKind
from gapura.kernel.catalogue.queries import get_agency_title
from gapura.kernel.exchange.queries import AccessRecord, describe_request
from gapura.kernel.exchange.types import AccessOutcome
from gapura.web.languages import reader_language

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """One thing asked of a register, in titles."""

    evidence: Text
    fields: tuple[Text, ...]
    question: Text | None
    purpose: Text
    legal_ground: str
    was_refused: bool


@dataclass(frozen=True, slots=True)
class ShownLook:
    """What one agency asked one register at one moment for one case.

    ``official`` is empty when a rule asked; ``by_representative``: at the wish of somebody who acted for the person.
    """

    consumer: Text
    provider: Text
    asked_at: datetime
    official: str
    by_representative: bool
    case_number: str
    requests: tuple[ShownRequest, ...]


def group_looks(accesses: Iterable[AccessRecord]) -> list[ShownLook]:
    """Requests made together, shown together, in the order given."""
    return [_look(list(together)) for _, together in groupby(accesses, key=_occasion)]


def _occasion(access: AccessRecord) -> tuple[object, ...]:
    return (
        access.consumer,
        access.provider,
        access.requested_at,
        access.actor_reference,
        access.case_number,
    )


def _look(together: list[AccessRecord]) -> ShownLook:
    first = together[0]
    by_official = first.actor_reference.startswith(f"{ActorKind.OFFICIAL}:")
    return ShownLook(
        consumer=get_agency_title(first.consumer),
        provider=get_agency_title(first.provider),
        asked_at=first.requested_at,
        official=first.actor_label if by_official else "",
        by_representative=f" for {first.subject} under " in first.actor_reference,
        case_number=first.case_number,
        requests=tuple(_request(access) for access in together),
    )


def _request(access: AccessRecord) -> ShownRequest:
    evidence, fields, question = describe_request(access.evidence_type, access.fields, access.question)
    return ShownRequest(
        evidence=evidence,
        fields=fields,
        question=question,
        purpose=access.purpose,
        legal_ground=access.legal_ground,
        was_refused=access.outcome == AccessOutcome.REFUSED,
    )


def list_months(today: date, count: int = MONTHS_SHOWN) -> list[date]:
    """First days of the last ``count`` months, this one last."""
    last = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)]


def name_month(month: date) -> tuple[str, str]:
    """The month in full for a table, and as short as a chart's axis needs it."""
    language = reader_language()
    return format_date(month, "LLLL y", locale=language), format_date(month, "LLL", locale=language)
