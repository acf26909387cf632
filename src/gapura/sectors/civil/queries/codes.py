"""The country's code lists of the population register."""

from functools import cache

import yaml
from django.conf import settings
from django.utils.translation import get_language

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text, in_language
from gapura.sectors.civil.rules import CODE_LISTS


@cache
def list_codes(code_list: str) -> dict[str, Text]:
    """Codes of a list with their labels, in the country's order. Read once."""
    file = load(settings.GAPURA_JURISDICTION).path("codelists", f"{code_list}.yaml")
    codes: dict[str, Text] = yaml.safe_load(file.read_text())
    return codes


def value_label(field: str, value: object) -> str:
    """A field's value as an official reads it: codes by their label in the reader's language."""
    label = list_codes(field).get(str(value)) if field in CODE_LISTS else None
    return in_language(label, get_language() or settings.LANGUAGE_CODE) if label else str(value)
