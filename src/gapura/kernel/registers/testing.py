"""Entries for the tests of any sector."""

from datetime import UTC, datetime
from typing import TypeVar

from gapura.kernel.registers.plugin import RegisterEntry

Entry = TypeVar("Entry", bound=RegisterEntry)
RECORDED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def store_entry(model: type[Entry], /, **facts: object) -> Entry:
    """An entry known since 2020, as ``facts`` say; checked by the database alone."""
    times = {"recorded_at": RECORDED_AT, "source_kind": "demo", "source_reference": "test"}
    return model.objects.create(**times | facts)
