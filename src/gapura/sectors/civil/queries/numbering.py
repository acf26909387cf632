"""The country's rules of certificate numbers and of the family card (civil_numbers.yaml)."""

from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load


@cache
def get_numbering() -> dict[str, Any]:
    found: dict[str, Any] = load(settings.GAPURA_JURISDICTION).read("civil_numbers.yaml")
    return found
