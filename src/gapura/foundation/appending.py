"""Writing rows fast: a statement that inserts into a table, or changes one row of it, is composed once in a process."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import (
    BigAutoField,
    BigIntegerField,
    BinaryField,
    CharField,
    DateTimeField,
    ForeignKey,
    JSONField,
    Model,
    UUIDField,
)

Columns = Mapping[str, Any]
Write = Callable[[Any], Any]
_AS_IT_IS = (BigAutoField, BigIntegerField, BinaryField, CharField)
_gathered: ContextVar[dict[type[Model], list[Columns]] | None] = ContextVar("gathered_rows", default=None)


def append_rows(rows: Sequence[Model]) -> None:
    """Insert ``rows``, all of one model, in the caller's transaction.

    What ``bulk_create`` does at a third of its cost, for logs that are written with every request. Keys that the
    database makes are not read back. Raises IntegrityError like any insert.
    """
    if rows:
        model = type(rows[0])
        values = [{field.attname: field.pre_save(row, True) for field in _fields(model)} for row in rows]
        append_values(model, values)


def insert_row(row: Model) -> None:
    """Insert ``row``, whose table has a key that the database makes, and read that key back.

    What ``save(force_insert=True)`` does at a third of its cost, without its signals. Raises IntegrityError.
    """
    model = type(row)
    insertion, key = _insertion(model, connection.vendor), model._meta.pk
    values = insertion.values({field.attname: field.pre_save(row, True) for field in _fields(model)})
    with connection.cursor() as cursor:
        cursor.execute(f"{insertion.one} RETURNING {connection.ops.quote_name(key.attname)}", values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


def change_row(model: type[Model], where: Columns, changes: Columns) -> bool:
    """Give the row that has the values ``where`` those of ``changes``; whether there was one.

    What ``filter(**where).update(**changes)`` does at a third of its cost. Columns by name, plain values only.
    """
    statement, writes = _change(model, tuple(where), tuple(changes), connection.vendor)
    values = [*changes.values(), *where.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [write(value) if write else value for write, value in zip(writes, values, strict=True)]
        )
        return bool(cursor.rowcount)


def append_values(model: type[Model], rows: Sequence[Columns]) -> None:
    """:func:`append_rows` without an object for each row: ``rows`` are values by column, every column in each."""
    if not rows:
        return
    gathered = _gathered.get()
    if gathered is None:
        _insert({model: rows})
    else:
        gathered[model] += rows


@contextmanager
def appending_together() -> Iterator[None]:
    """Inside a transaction: PostgreSQL is given what the block appends as one statement, where the innermost block
    ends. An exception writes nothing, as the transaction would have undone it anyway. SQLite is no network away.
    """
    rows = _gathered.get()
    if rows is None and connection.vendor != "postgresql":
        yield
        return
    token = _gathered.set(rows := defaultdict(list) if rows is None else rows)
    try:
        yield
    finally:
        _gathered.reset(token)
    if rows:
        _insert(rows)
        rows.clear()


def _insert(rows: Mapping[type[Model], Sequence[Columns]]) -> None:
    inserts = [(_insertion(model, connection.vendor), some) for model, some in rows.items()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            parts = [insertion.together(some) for insertion, some in inserts]
            *first, last = (text for text, _ in parts)
            before = ", ".join(f"part_{number} AS ({text})" for number, text in enumerate(first))
            values = chain.from_iterable(some for _, some in parts)
            cursor.execute(f"WITH {before} {last}" if before else last, list(values))
        else:
            for insertion, some in inserts:
                cursor.executemany(insertion.one, [insertion.values(row) for row in some])


class _Insertion:
    """The statement for one model, and how each column's value is written; None: as it is."""

    def __init__(self, model: type[Model], vendor: str) -> None:
        quote, fields = connection.ops.quote_name, _fields(model)
        columns = ", ".join(quote(field.attname) for field in fields)
        table = quote(model._meta.db_table)
        into = f"INSERT INTO {table} ({columns})"
        self.one = f"{into} VALUES ({', '.join(['%s'] * len(fields))})"
        self._many = f"{into} SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608 (own names)
        self._columns = tuple((field.attname, _write(field, vendor)) for field in fields)
        self._in_json = tuple((field.attname, _write_in_json(field)) for field in fields)

    def values(self, row: Columns) -> list[Any]:
        return [write(row[name]) if write else row[name] for name, write in self._columns]

    def together(self, rows: Sequence[Columns]) -> tuple[str, list[Any]]:
        """For PostgreSQL: one row as its values, several as one text of JSON. Looking for the places of a thousand
        values and reading them as SQL takes the client and the server twice as long.
        """
        if len(rows) == 1:
            return self.one, self.values(rows[0])
        records = [{name: write(row[name]) if write else row[name] for name, write in self._in_json} for row in rows]
        return self._many, [orjson.dumps(records).decode()]


@cache
def _insertion(model: type[Model], vendor: str) -> _Insertion:
    return _Insertion(model, vendor)


@cache
def _change(
    model: type[Model], where: tuple[str, ...], changes: tuple[str, ...], vendor: str
) -> tuple[str, tuple[Write | None, ...]]:
    quote, fields = connection.ops.quote_name, {field.attname: field for field in model._meta.concrete_fields}
    given = ", ".join(f"{quote(name)} = %s" for name in changes)
    found = " AND ".join(f"{quote(name)} = %s" for name in where)
    writes = tuple(_write(fields[name], vendor) for name in (*changes, *where))
    return f"UPDATE {quote(model._meta.db_table)} SET {given} WHERE {found}", writes  # noqa: S608 (own names)


def _fields(model: type[Model]) -> tuple[Any, ...]:
    return tuple(field for field in model._meta.concrete_fields if field is not model._meta.auto_field)


def _write(field: Any, vendor: str) -> Write | None:
    if isinstance(field, ForeignKey):
        field = field.target_field
    kind = type(field)
    if kind in _AS_IT_IS:
        return None
    if kind is UUIDField:
        return _text_of_number if vendor == "sqlite" else None
    if kind is JSONField and field.encoder is None:
        return _text_of_json
    if kind is DateTimeField:
        return _text_of_moment if vendor == "sqlite" else None
    return lambda value: field.get_db_prep_save(value, connection)


def _text_of_number(number: UUID | None) -> str | None:
    return None if number is None else number.hex


def _text_of_json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _write_in_json(field: Any) -> Write | None:
    """How a value stands in a text of JSON from which PostgreSQL fills a column of its type."""
    kind = type(field)
    if kind in (BigAutoField, BigIntegerField, CharField, JSONField):
        return None
    if kind is BinaryField:
        return _text_of_bytes
    write = _write(field, "postgresql") or (lambda value: value)
    return lambda value: None if value is None else _plain(write(value))


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else str(value)


def _text_of_bytes(value: bytes | None) -> str | None:
    return None if value is None else f"\\x{bytes(value).hex()}"


@lru_cache(maxsize=64)  # what is written together happened at one moment
def _text_of_moment(moment: datetime | None) -> str | None:
    """As Django keeps it in SQLite."""
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))
