"""Reading entries of one subject fast: the statement of each kind of look-up is composed once in a process."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

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
    """Entries of ``subject`` true on ``as_of`` as known at ``known_at`` (None: now), in the order they were entered.

    The rows of ``model.objects.filter(…).as_of(…).known_at(…).values(*columns)`` at a tenth of the cost: most of a
    look-up by number went into composing the same statement again. ``subject`` is looked for in the column ``by``,
    else in the first of the model's ``subject_fields``.
    """
    return list_entries_of(
        model, columns, (subject,), as_of=as_of, known_at=known_at, by=(by or model.subject_fields[0],), order=("id",)
    )


def list_entries_of(
    model: type[RegisterEntry],
    columns: tuple[str, ...],
    subjects: Collection[str],
    *,
    as_of: date,
    known_at: datetime | None,
    by: tuple[str, ...] = (),
    begun: bool = False,
    order: tuple[str, ...] = ("valid_from", "id"),
) -> list[dict[str, Any]]:
    """Entries that name one of ``subjects`` in one of the columns ``by``, oldest first; :func:`list_entries` of many.

    ``begun``: also those that ended by ``as_of``. ``by`` empty: the first of the model's ``subject_fields``. ``order``:
    columns, ``-`` before one turns it around. Nobody asked about gives nothing, without a query.
    """
    if not subjects:
        return []
    by = by or model.subject_fields[:1]
    database = connections[DEFAULT_DB_ALIAS]  # once: each look at ``connection`` finds out anew whose it is
    day = database.ops.adapt_datefield_value(as_of)
    moments = [] if known_at is None else [database.ops.adapt_datetimefield_value(known_at)] * 2
    statement = _statement(model, columns, by, len(subjects), begun, known_at is None, order)
    with database.cursor() as cursor:
        cursor.execute(statement, [*(tuple(subjects) * len(by)), *([day] if begun else [day, day]), *moments])
        rows = cursor.fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


@lru_cache(maxsize=1024)
def _statement(
    model: type[RegisterEntry],
    columns: tuple[str, ...],
    by: tuple[str, ...],
    subjects: int,
    begun: bool,
    believed_now: bool,
    order: tuple[str, ...],
) -> str:
    quote = connection.ops.quote_name
    chosen = ", ".join(quote(name) for name in columns)
    one_of = "= %s" if subjects == 1 else f"IN ({', '.join(['%s'] * subjects)})"
    named = " OR ".join(f"{quote(name)} {one_of}" for name in by)
    standing = "" if begun else "AND (valid_until IS NULL OR valid_until > %s) "
    known = "superseded_at IS NULL"
    if not believed_now:
        known = "(superseded_at IS NULL OR superseded_at > %s) AND recorded_at <= %s"
    return (
        f"SELECT {chosen} FROM {quote(model._meta.db_table)} WHERE ({named}) AND valid_from <= %s "  # noqa: S608 (own names)
        f"{standing}AND {known} ORDER BY {', '.join(map(_place, order))}"
    )


def _place(column: str) -> str:
    name = connection.ops.quote_name(column.removeprefix("-"))
    return f"{name} DESC" if column.startswith("-") else name
