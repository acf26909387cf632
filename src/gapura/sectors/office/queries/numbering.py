"""How the country numbers documents."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.sectors.office.numbering import Numbering


def get_numbering() -> Numbering:
    """The country's patterns of numbers."""
    return _numbering_of(settings.GAPURA_JURISDICTION)


@cache
def _numbering_of(country: str) -> Numbering:
    facts: dict[str, Any] = load(country).read("office", "numbering.yaml")
    tolerance = timedelta(minutes=facts.pop("clock_tolerance_minutes"))
    return Numbering(facts, tolerance)
