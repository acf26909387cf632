"""Businesses join the social funds."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.finance.models import EmployerEntry
from gapura.sectors.finance.queries import get_employer_number_format, is_enrolled
from gapura.sectors.finance.types import CannotEnrollEmployer


def enroll_employer(
    *, actor: Actor, business_number: str, responsible: str, case_number: str, now: datetime
) -> EmployerEntry:
    """Let the business pay contributions from today on. Raises CannotEnrollEmployer when it does already."""
    on = local_day(now, settings.TIME_ZONE)
    if is_enrolled(business_number, on=on):
        raise CannotEnrollEmployer("employer-enrolled")
    entry = EmployerEntry(
        business_number=business_number,
        responsible_number=responsible,
        employer_number=get_employer_number_format().format(serial=int.from_bytes(digest([business_number])) % 10**8),
        valid_from=on,
    )
    try:
        with transaction.atomic():
            return record_entry(actor=actor, entry=entry, source=Source(SourceKind.CASE, case_number), now=now)
    except IntegrityError as error:
        raise CannotEnrollEmployer("employer-enrolled") from error
