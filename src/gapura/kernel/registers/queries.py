"""Reading entries of one subject fast: the statement of each kind of look-up is composed once in a process."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from gapura.foundation.jurisdictions import load
from gapura.kernel.registers.plugin import RegisterEntry


@cache
def get_register_owner(register: str) -> str:
    """The agency that keeps ``register`` (a sector's name), as the country's agencies file says. Read once."""
    return str(load(settings.GAPURA_JURISDICTION).read("agencies.yaml")["register_owners"][register])


def list_registers() -> list[type[RegisterEntry]]:
    """Every register table of the house."""
    return [model for model in apps.get_models() if issubclass(model, RegisterEntry)]


def list_entries(
    model: type[RegisterEntry],
    columns: tuple[str, ...],
    subject: str,
    *,
    as_of: date,
    known_at: datetime | None,
    by: str = "",
) -> list[dict[str, Any]]:
    """Entries of ``subject`` true on ``as_of`` as known at ``known_at`` (None: now), oldest first, as plain dicts.

    The rows of ``model.objects.filter(…).as_of(…).known_at(…).values(*columns)`` at a tenth of the cost: most of a
    look-up by number went into composing the same statement again. ``subject`` is looked for in the column ``by``,
    else in the first of the model's ``subject_fields``. Dates come as the database gives them (SQLite: ISO text).
    """
    day = connection.ops.adapt_datefield_value(as_of)
    moments = [] if known_at is None else [connection.ops.adapt_datetimefield_value(known_at)] * 2
    with connection.cursor() as cursor:
        statement = _statement(model, columns, by or model.subject_fields[0], known_at is None)
        cursor.execute(statement, [subject, day, day, *moments])
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@cache
def _statement(model: type[RegisterEntry], columns: tuple[str, ...], by: str, believed_now: bool) -> str:
    quote = connection.ops.quote_name
    chosen = ", ".join(quote(name) for name in columns)
    table, subject = quote(model._meta.db_table), quote(by)
    known = "superseded_at IS NULL"
    if not believed_now:
        known = "(superseded_at IS NULL OR superseded_at > %s) AND recorded_at <= %s"
    return (
        f"SELECT {chosen} FROM {table} WHERE {subject} = %s AND valid_from <= %s "  # noqa: S608 (names of our own models)
        f"AND (valid_until IS NULL OR valid_until > %s) AND {known} ORDER BY id"
    )
