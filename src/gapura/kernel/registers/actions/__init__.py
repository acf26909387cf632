"""Writing register entries, one by one or many at once."""

from gapura.kernel.registers.actions.bulk import (
    CannotLoadRegister,
    Row,
    bulk_load,
    count_entries,
    load_rows,
)
from gapura.kernel.registers.actions.entries import (
    ForbidOverlap,
    annul_entry,
    correct_entry,
    end_entry,
    record_entry,
    record_new_entries,
)
from gapura.kernel.registers.models import overlap_statements

__all__ = [
    "CannotLoadRegister",
    "ForbidOverlap",
    "Row",
    "annul_entry",
    "bulk_load",
    "correct_entry",
    "count_entries",
    "end_entry",
    "load_rows",
    "overlap_statements",
    "record_entry",
    "record_new_entries",
]
