"""What a row says, as a digest that is the same before it is saved and after it is read back from any database."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model

from gapura.foundation.canonical import digest


def row_digest(row: Model, *, only: Collection[str] = (), leave_out: Collection[str] = ()) -> str:
    """SHA-256 (hexadecimal) over the columns of ``row`` but ``leave_out``, or over ``only`` some of them."""
    names = only or [field.attname for field in row._meta.concrete_fields if field.attname not in leave_out]
    return values_digest({name: getattr(row, name) for name in names})


def values_digest(values: Mapping[str, Any], *, leave_out: Collection[str] = ()) -> str:
    """The same of a row that is given as its values by column."""
    return digest({name: _plain(value) for name, value in values.items() if name not in leave_out}).hex()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
