"""Who asked what about whom."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from gapura.foundation.texts import Text
from gapura.kernel.exchange.models import AccessRecord
from gapura.kernel.exchange.models import Agreement as Agreement
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import AccessOutcome


def _released(person_number: str, now: datetime) -> QuerySet[AccessRecord]:
    return AccessRecord.objects.filter(subject=person_number, visible_from__lte=now)


def list_accesses_to(
    person_number: str, *, now: datetime, before: int | None = None, limit: int = 50
) -> list[AccessRecord]:
    """Requests about the person that they may see at ``now``, newest first; ``before`` is the last id shown."""
    accesses = _released(person_number, now)
    if before is not None:
        accesses = accesses.filter(pk__lt=before)
    return list(accesses.order_by("-pk")[:limit])


def list_accesses_since(subject: str, evidence_types: Sequence[str], *, since: datetime) -> list[AccessRecord]:
    """Requests about ``subject`` that were answered from these evidence types since a moment, oldest first."""
    given = AccessRecord.objects.filter(subject=subject, requested_at__gte=since, outcome=AccessOutcome.ASKED)
    return list(given.filter(evidence_type__in=evidence_types).order_by("pk"))


def iterate_accesses_by(references: Sequence[str], *, since: datetime, until: datetime) -> Iterator[AccessRecord]:
    """What actors with these references were given between two moments, oldest first, in bounded memory."""
    asked = Q(actor_reference__in=references)
    for reference in references:
        asked |= Q(actor_reference__startswith=f"{reference} for ")  # for another, under a mandate
    given = AccessRecord.objects.filter(asked, outcome=AccessOutcome.ASKED)
    return given.filter(requested_at__gte=since, requested_at__lt=until).order_by("pk").iterator()


def list_accesses_for_case(case_number: str, *, now: datetime) -> list[AccessRecord]:
    """Requests made for the case that its person may see at ``now``, in the order they were made."""
    return list(AccessRecord.objects.filter(case_number=case_number, visible_from__lte=now).order_by("pk"))


def list_agreements(*, consumer: str | None = None, code: str | None = None) -> list[Agreement]:
    """By code; those of a consumer, or the one of a code (none: an empty list)."""
    agreements = Agreement.objects.order_by("code")
    if consumer:
        agreements = agreements.filter(consumer=consumer)
    return list(agreements if code is None else agreements.filter(code=code))


def count_new_accesses(after: int, *, until: datetime, at_most: int = 100_000) -> tuple[int, list[dict[str, Any]]]:
    """What was logged after entry ``after`` and before a moment, counted; and the last entry that was counted.

    A row for each consumer, provider, evidence type, ground and ``month``: how many ``asked``, how many ``refused``.
    """
    zone = timezone.get_default_timezone()
    fresh = AccessRecord.objects.filter(pk__gt=after, requested_at__lt=until)
    last = fresh.order_by("pk").values("pk")[:at_most].aggregate(last=Max("pk"))["last"]
    if last is None:
        return after, []
    rows = (
        fresh.filter(pk__lte=last)
        .annotate(month=TruncMonth("requested_at", tzinfo=zone))
        .values("consumer", "provider", "evidence_type", "legal_ground", "month")
        .annotate(
            asked=Count("pk", filter=~Q(outcome=AccessOutcome.REFUSED)),
            refused=Count("pk", filter=Q(outcome=AccessOutcome.REFUSED)),
        )
        .order_by("consumer", "evidence_type")
    )
    return last, [{**row, "month": row["month"].date()} for row in rows]


def count_accesses_by_month(person_number: str, *, now: datetime, since: date) -> dict[date, int]:
    """Requests about the person that they may see, by first day of the month; months without are left out."""
    zone = timezone.get_default_timezone()
    start = datetime(since.year, since.month, since.day, tzinfo=zone)
    months = (
        _released(person_number, now)
        .filter(requested_at__gte=start)
        .annotate(month=TruncMonth("requested_at", tzinfo=zone))
        .values("month")
        .annotate(accesses=Count("pk"))
        .order_by("month")
    )
    return {row["month"].date(): row["accesses"] for row in months}


def describe_request(
    evidence_type: str, fields: Sequence[str], question: str = ""
) -> tuple[Text, tuple[Text, ...], Text | None]:
    """Titles of an evidence type, of fields in its order, and of a question; an unknown code stands for itself."""
    known = find_evidence_type(evidence_type)
    if known is None:
        return (
            {"": evidence_type},
            tuple({"": field} for field in fields),
            {"": question} if question else None,
        )
    field_titles = [field.title for field in known.fields if field.code in fields]
    unknown = [{"": code} for code in fields if code not in known.field_codes]
    question_titles = {one.code: one.title for one in known.questions}
    return (
        known.title,
        (*field_titles, *unknown),
        question_titles.get(question, {"": question}) if question else None,
    )
