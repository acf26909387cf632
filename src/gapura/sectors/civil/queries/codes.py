"""The country's code lists of the population register."""

from functools import cache

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.sectors.civil.rules import CODE_LISTS
from gapura.web.languages import localized


@cache
def list_codes(code_list: str) -> dict[str, Text]:
    """Codes of a list with their labels, in the country's order. Read once."""
    codes: dict[str, Text] = load(settings.GAPURA_JURISDICTION).read("codelists", f"{code_list}.yaml")
    return codes


def value_label(field: str, value: object) -> str:
    """A field's value as an official reads it: codes by their label in the reader's language."""
    label = list_codes(field).get(str(value)) if field in CODE_LISTS else None
    return localized(label) if label else str(value)
