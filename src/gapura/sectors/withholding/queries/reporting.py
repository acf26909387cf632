"""What a reporter sees of its own reports."""

from datetime import datetime, timedelta

from django.db.models import Sum

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.withholding.models import Delivery, Release, ReporterToken, RowFinding
from gapura.sectors.withholding.permissions import can_see_delivery, receives_release, reports_for
from gapura.sectors.withholding.types import ReleaseState

FINDINGS_SHOWN = 200


def require_reporter(actor: Actor) -> str:
    """The number of the business or agency the actor reports for. Raises AccessDenied."""
    if not (reporter := reports_for(actor)):
        raise AccessDenied
    return reporter


def access_delivery(actor: Actor, number: str) -> Delivery:
    """The delivery, for its reporter. Raises AccessDenied, alike for absent and forbidden ones."""
    delivery = Delivery.objects.select_related("statement").filter(number=number).first()
    if delivery is None or not can_see_delivery(actor, delivery):
        raise AccessDenied
    return delivery


def list_deliveries(actor: Actor, *, before: int | None = None, limit: int = 20) -> list[Delivery]:
    """The reporter's deliveries, newest first, without their files. Raises AccessDenied."""
    sent = Delivery.objects.select_related("statement").defer("content")
    sent = sent.filter(reporter_number=require_reporter(actor))
    if before is not None:
        sent = sent.filter(pk__lt=before)
    return list(sent.order_by("-pk")[:limit])


def list_findings(delivery: Delivery, *, limit: int | None = FINDINGS_SHOWN) -> list[RowFinding]:
    """What was wrong, by line."""
    return list(RowFinding.objects.filter(delivery=delivery).order_by("line", "pk")[:limit])


def count_unknown(reporter_number: str, *, now: datetime) -> int:
    """How many numbers that nobody bears the reporter sent within a day."""
    sent = Delivery.objects.filter(reporter_number=reporter_number, sent_at__gt=now - timedelta(days=1))
    return int(sent.aggregate(sum=Sum("unknown_numbers"))["sum"] or 0)


def list_tokens(actor: Actor, *, now: datetime) -> list[ReporterToken]:
    """Tokens of the reporter's systems that still open something, newest first. Raises AccessDenied."""
    tokens = ReporterToken.objects.filter(reporter_number=require_reporter(actor))
    return list(tokens.filter(ended_at__isnull=True, expires_at__gt=now).order_by("-pk"))


def list_received(actor: Actor, *, limit: int = 100) -> list[Release]:
    """What people released to the employer and did not take back, newest first. Raises AccessDenied."""
    released = Release.objects.filter(employer_number=require_reporter(actor)).prefetch_related("items")
    return list(released.exclude(state=ReleaseState.TAKEN_BACK).order_by("-pk")[:limit])


def access_received(actor: Actor, number: str) -> Release:
    """The release, for the employer it was made to. Raises AccessDenied, alike for absent and forbidden ones."""
    release = Release.objects.filter(number=number).first()
    if release is None or not receives_release(actor, release):
        raise AccessDenied
    return release
