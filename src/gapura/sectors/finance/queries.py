"""Which businesses pay into the funds, and how the country numbers them."""

from datetime import date
from functools import cache

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.sectors.finance.models import EmployerEntry


def is_enrolled(business_number: str, *, on: date) -> bool:
    """Whether the business is an employer of the funds on the day."""
    return EmployerEntry.objects.filter(business_number=business_number).as_of(on).known_at(None).exists()


@cache
def get_employer_number_format() -> str:
    """With ``serial`` in it (``founding.yaml``). Read once."""
    return str(load(settings.GAPURA_JURISDICTION).read("founding.yaml")["numbers"]["employer"])
