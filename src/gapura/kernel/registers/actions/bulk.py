"""Loading many entries at once: constraints and indexes rest while the rows stream in, then prove themselves.

Everything happens in one transaction: a load that is killed or fails leaves the register as it was.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from django.db import IntegrityError, connection, models, transaction
from django.db.models.constraints import UniqueConstraint

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.models import overlap_statements
from gapura.kernel.registers.plugin import RegisterEntry

Row: TypeAlias = tuple[Any, ...]


class CannotLoadRegister(Exception):
    """The registers cannot take a bulk load now, or the rows break a rule; ``str()`` says which."""


def load_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Append ``rows`` (Python values in the order of ``columns``) to the table of ``model``; the number of rows.

    COPY on PostgreSQL, executemany on SQLite. Records no event: call it inside :func:`bulk_load`, or record one.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return int(cursor.rowcount)
    marks = ", ".join("?" for _ in columns)
    # The driver itself: Django's cursor rewrites the statement's marks for every row.
    done = connection.connection.executemany(
        f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 - names of our own tables
        _adapted(model, columns, rows),
    )
    return int(done.rowcount)


@contextmanager
def bulk_load(*, actor: Actor, reference: str, registers: Sequence[type[RegisterEntry]]) -> Iterator[None]:
    """Hold indexes and no-overlap rules of the empty ``registers`` off while the block loads them.

    Raises CannotLoadRegister when a register already holds entries, or when the loaded rows break a rule
    (then nothing is kept). Records one audit event.
    """
    with transaction.atomic():
        if any(register.objects.exists() for register in registers):
            raise CannotLoadRegister("The registers already hold entries; bulk loading needs empty ones.")
        for register in registers:
            _execute(_rest_statements(register))
        yield
        try:
            for register in registers:
                _verify_periods(register)
                _execute(_wake_statements(register))
        except IntegrityError as error:
            raise CannotLoadRegister(f"The rows break a rule of the register: {error}") from error
        counts = count_entries(registers)
        record_event(actor=actor, action="registers.loaded", object_ref=reference, detail=counts)


def count_entries(registers: Sequence[type[RegisterEntry]], *, other_than: str = "") -> dict[str, int]:
    """Entries by register (``civil.PersonEntry``); ``other_than`` leaves out those with that source kind."""
    return {register._meta.label: register.objects.exclude(source_kind=other_than).count() for register in registers}


def _adapted(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> Iterator[Row]:
    """SQLite keeps days and moments as text, as Django writes them."""
    convert: list[tuple[int, Callable[[Any], str]]] = []
    for index, name in enumerate(columns):
        field = model._meta.get_field(name)
        if isinstance(field, models.DateTimeField):
            convert.append((index, _moment_text))
        elif isinstance(field, models.DateField):
            convert.append((index, _day_text))
    for row in rows:
        values = list(row)
        for index, text in convert:
            if values[index] is not None:
                values[index] = text(values[index])
        yield tuple(values)


# A load repeats its days and moments thousands of times.
@lru_cache(maxsize=65536)
def _moment_text(moment: datetime) -> str:
    return str(moment.astimezone(UTC).replace(tzinfo=None))


_day_text = lru_cache(maxsize=65536)(str)


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _rest_statements(model: type[RegisterEntry]) -> list[str]:
    indexes = [f'DROP INDEX "{index.name}"' for index in _indexes(model)]
    return [*_overlap_statements(model, drop=True), *indexes]


def _wake_statements(model: type[RegisterEntry]) -> list[str]:
    editor = connection.SchemaEditorClass(connection, collect_sql=True)
    indexes = [str(index.create_sql(model, editor)) for index in _indexes(model)]
    return [*indexes, *_overlap_statements(model, drop=False)]


def _indexes(model: type[RegisterEntry]) -> list[models.Index | UniqueConstraint]:
    """Indexes by name; unique constraints with a condition are indexes too on both databases."""
    unique = [c for c in model._meta.constraints if isinstance(c, UniqueConstraint)]
    return [*model._meta.indexes, *unique]


def _overlap_statements(model: type[RegisterEntry], *, drop: bool) -> list[str]:
    if model.overlaps:
        return []
    return overlap_statements(connection.vendor, model._meta.db_table, model.subject_fields, drop=drop)


def _verify_periods(model: type[RegisterEntry]) -> None:
    """SQLite's triggers look at new rows only: find believed entries that share a day in one sorted pass."""
    if model.overlaps or connection.vendor == "postgresql":
        return
    subject = ", ".join(f'"{name}"' for name in model.subject_fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {subject}, valid_from FROM (SELECT {subject}, valid_from, "  # noqa: S608
            f"lag(coalesce(valid_until, '9999-12-31')) OVER (PARTITION BY {subject} ORDER BY valid_from) "
            "AS before "
            f'FROM "{table}" WHERE superseded_at IS NULL) WHERE before > valid_from LIMIT 1'
        )
        if found := cursor.fetchone():
            raise IntegrityError(f"{table}: two believed entries share the day {found[-1]} ({found[0]}).")
