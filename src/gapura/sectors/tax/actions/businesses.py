"""Businesses become taxpayers."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.tax.models import BusinessTaxpayerEntry
from gapura.sectors.tax.queries.businesses import get_business_tax_number_format, is_business_taxpayer
from gapura.sectors.tax.types import CannotRegisterTaxpayer


def register_business_taxpayer(
    *, actor: Actor, business_number: str, responsible: str, tax_office: str, case_number: str, now: datetime
) -> BusinessTaxpayerEntry:
    """Give the business a taxpayer number, drawn from its own. Raises CannotRegisterTaxpayer when it has one."""
    on = local_day(now, settings.TIME_ZONE)
    if is_business_taxpayer(business_number, on=on):
        raise CannotRegisterTaxpayer("business-is-taxpayer")
    serial = int.from_bytes(digest([business_number])) % 10**12
    entry = BusinessTaxpayerEntry(
        business_number=business_number,
        responsible_number=responsible,
        tax_number=get_business_tax_number_format().format(serial=serial),
        tax_office=tax_office,
        valid_from=on,
    )
    try:
        with transaction.atomic():
            return record_entry(actor=actor, entry=entry, source=Source(SourceKind.CASE, case_number), now=now)
    except IntegrityError as error:
        raise CannotRegisterTaxpayer("business-is-taxpayer") from error
