"""Who asked what about whom."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from gapura.foundation.texts import Text
from gapura.kernel.exchange.models import AccessRecord, Agreement
from gapura.kernel.exchange.plugin import find_evidence_type


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


def get_access(access_id: str) -> AccessRecord:
    """The request with this id. Raises AccessRecord.DoesNotExist."""
    return AccessRecord.objects.get(access_id=access_id)


def count_accesses_to(person_number: str, *, now: datetime) -> int:
    return _released(person_number, now).count()


def list_accesses_for_case(case_number: str, *, now: datetime) -> list[AccessRecord]:
    """Requests made for the case that its person may see at ``now``, in the order they were made."""
    return list(AccessRecord.objects.filter(case_number=case_number, visible_from__lte=now).order_by("pk"))


def list_agreements(*, consumer: str | None = None) -> list[Agreement]:
    agreements = Agreement.objects.order_by("code")
    return list(agreements.filter(consumer=consumer) if consumer else agreements)


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
