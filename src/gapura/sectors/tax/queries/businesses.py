"""How the country numbers businesses as taxpayers, and which are."""

from datetime import date
from functools import cache

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.sectors.tax.models import BusinessTaxpayerEntry


def is_business_taxpayer(business_number: str, *, on: date) -> bool:
    """Whether the business has a taxpayer number of its own on the day."""
    registered = BusinessTaxpayerEntry.objects.filter(business_number=business_number)
    return registered.as_of(on).known_at(None).exists()


def find_responsible(taxpayer: str, *, on: date) -> str:
    """Who answers for a taxpayer on the day: of a business the person registered with it, else the person."""
    registered = BusinessTaxpayerEntry.objects.filter(business_number=taxpayer).as_of(on).known_at(None)
    return str(registered.values_list("responsible_number", flat=True).first() or taxpayer)


def list_businesses_of(person_number: str, *, on: date) -> list[str]:
    """Numbers of the businesses whose taxes the person answers for on the day."""
    registered = BusinessTaxpayerEntry.objects.filter(responsible_number=person_number).as_of(on).known_at(None)
    return sorted(registered.values_list("business_number", flat=True))


@cache
def get_business_tax_number_format() -> str:
    """With ``serial`` in it (``founding.yaml``). Read once."""
    return str(load(settings.GAPURA_JURISDICTION).read("founding.yaml")["numbers"]["taxpayer"])
