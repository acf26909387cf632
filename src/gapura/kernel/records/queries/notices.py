"""Clocks of requests, agencies told of corrections, consents withdrawn."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.isolation import as_house
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import Case, access_case, list_running_cases
from gapura.kernel.cases.types import CaseNotFound, CaseStatus
from gapura.kernel.catalogue.queries import get_agency, get_service
from gapura.kernel.catalogue.types import Agency
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.records.models import ConsentWithdrawal, CorrectionNotice
from gapura.kernel.records.types import CORRECTION, MY_DATA, Clock

_UNANSWERED = (CaseStatus.RECEIVED, CaseStatus.REVIEW, CaseStatus.SUPPLEMENT, CaseStatus.APPEALED)


def list_correction_requests(actor: Actor, subject: str) -> list[Case]:
    """What the person asked to have corrected and nobody answered, the oldest first; only the office's own."""
    asked = Case.objects.filter(service_code=CORRECTION, subject=subject, status__in=_UNANSWERED).order_by("pk")
    return [case for case in asked if _can_see(actor, case.number)]


def _can_see(actor: Actor, number: str) -> bool:
    try:
        access_case(actor, number)
    except CaseNotFound:
        return False
    return True


@as_house("a clock runs whichever office works the case")
def list_clocks(*, now: datetime) -> list[Clock]:
    """Requests about one's data that are not decided yet, the most urgent first."""
    clocks = []
    for row in list_running_cases([CORRECTION, MY_DATA]):
        hours = get_service(row.service_code, on=row.submitted_at.date()).days.hours
        left = row.submitted_at + timedelta(hours=hours) - now
        clocks.append(Clock(row.number, row.service_title, row.submitted_at, int(left.total_seconds() // 3600)))
    return sorted(clocks, key=lambda clock: (clock.hours_left, clock.number))


def list_notices(actor: Actor, *, limit: int = 50) -> list[CorrectionNotice]:
    """Corrections the actor's agency was told of, newest first."""
    return list(CorrectionNotice.objects.filter(consumer=actor.agency_code or "").order_by("-told_at", "-pk")[:limit])


def is_consent(legal_ground: str) -> bool:
    """Whether the country counts this ground as the person's consent."""
    return legal_ground.startswith(_consent_grounds(load(settings.GAPURA_JURISDICTION).path("consent.yaml")))


def is_withdrawn(person_number: str, consumer: str, legal_ground: str) -> bool:
    """Whether the ground is consent and the person took it back from this consumer."""
    if not is_consent(legal_ground):
        return False
    standing = ConsentWithdrawal.objects.filter(
        person_number=person_number, consumer=consumer, legal_ground=legal_ground, renewed_at__isnull=True
    )
    return standing.exists()


@cache
def _consent_grounds(file: Path) -> tuple[str, ...]:
    return tuple(yaml.safe_load(file.read_text())["grounds"])


def list_consents(person_number: str, *, now: datetime) -> list[tuple[Agency, str]]:
    """Whom the person lets read about them by consent that stands: agencies and grounds of agreements in force."""
    day = local_day(now, settings.TIME_ZONE)
    given = {
        (one.consumer, one.legal_ground)
        for one in list_agreements()
        if is_consent(one.legal_ground) and one.valid_from <= day and (one.valid_until is None or day < one.valid_until)
    }
    withdrawn = {(one.consumer, one.legal_ground) for one in list_withdrawals(person_number)}
    return [(get_agency(consumer), ground) for consumer, ground in sorted(given - withdrawn)]


def list_withdrawals(person_number: str) -> list[ConsentWithdrawal]:
    """Withdrawals that stand, newest first."""
    standing = ConsentWithdrawal.objects.filter(person_number=person_number, renewed_at__isnull=True)
    return list(standing.order_by("-withdrawn_at"))
