"""The country's tasks of the state, and which of them fits a document."""

from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.identity.queries import get_unit
from gapura.sectors.office.classification import (
    Classification,
    Filed,
    RetentionClass,
    Suggestion,
    UnitTask,
    read_classification,
)
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import DocumentStatus

_REMEMBERED = 500
"""So many of a unit's last documents are compared; older ones tell of how it worked then."""


def list_unit_tasks(*, agency_code: str = "") -> list[UnitTask]:
    """All tasks, or those that units of an agency may have, by code."""
    found = [task for task in _classification().tasks.values() if not agency_code or task.is_for(agency_code)]
    return sorted(found, key=lambda task: task.code)


def get_unit_task(code: str) -> UnitTask:
    """The task with this code. Raises LookupError."""
    return _classification().tasks[code]


def find_unit_task(code: str) -> UnitTask | None:
    """The task with this code, or None."""
    return _classification().tasks.get(code)


def list_retention_classes() -> dict[str, RetentionClass]:
    """How long records are kept, by code of the class."""
    return dict(_classification().retention)


def get_retention_class(code: str) -> RetentionClass:
    """The class with this code. Raises LookupError."""
    return _classification().retention[code]


def suggest_unit_tasks(title: str, text: str, unit_code: str, *, limit: int = 3) -> list[Suggestion]:
    """Which tasks fit a document of the unit, the best first, with the words and earlier titles that say so.

    Reads the titles of what the unit registered last. Raises UnknownUnit.
    """
    agency = get_unit(unit_code).agency_code
    registered = OfficialDocument.objects.filter(
        unit_code=unit_code, status=DocumentStatus.REGISTERED, security=ordinary_class()
    )
    last = registered.order_by("-changed_at", "-pk").values_list("title", "task_code")[:_REMEMBERED]
    filed = [Filed(*one) for one in last]
    return _classification().suggest(title, text, agency_code=agency, filed=filed, limit=limit)


def _classification() -> Classification:
    return read_country_classification(settings.GAPURA_JURISDICTION)


@cache
def read_country_classification(country: str) -> Classification:
    """The tasks of one country."""
    return read_classification(_read(country, "functions.yaml"), _read(country, "retention.yaml"))


def _read(country: str, name: str) -> dict[str, Any]:
    facts: dict[str, Any] = load(country).read("office", name)
    return facts
