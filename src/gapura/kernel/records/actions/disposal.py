"""Ending what is due: destroyed, emptied or made nobody's, in batches, with what remains to be known of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from gapura.foundation.canonical import digest
from gapura.foundation.personal_data import Ending, RetentionClass, TableDeclaration
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.plugin import list_logged_tables
from gapura.kernel.audit.types import ROW_DIGEST, Actor, NewEvent
from gapura.kernel.records.models import Disposal
from gapura.kernel.records.queries import get_declaration, get_rule
from gapura.kernel.records.queries.disposal import (
    due_rows,
    empty_values,
    list_executable,
    list_parts,
    without_held,
)
from gapura.kernel.records.queries.tables import get_model
from gapura.kernel.records.types import CannotDispose

BATCH = 500


def dispose_due(*, actor: Actor, now: datetime, progress: Callable[[int], object] = lambda rows: None) -> int:
    """End everything that is due at ``now`` and not held; how many rows. Safe to repeat, and after a restore.

    ``progress`` hears the number of rows of every batch.
    """
    return sum(_dispose(actor, declaration, now, progress) for declaration in list_executable())


def dispose_table(*, actor: Actor, table: str, now: datetime) -> int:
    """End what is due in one table. Raises CannotDispose when its class is kept, or when a hold keeps all of it."""
    declaration = get_declaration(table)
    rule = get_rule(declaration)
    if declaration not in list_executable():
        raise CannotDispose(f"{table} is kept ({rule.code}): {rule.why}.")
    due = due_rows(declaration, now)
    if due.exists() and not without_held(declaration, due).exists():
        raise CannotDispose(f"A hold keeps every due row of {table}. It has to be lifted first: gapura records holds.")
    return _dispose(actor, declaration, now, lambda rows: None)


def _dispose(actor: Actor, declaration: TableDeclaration, now: datetime, progress: Callable[[int], object]) -> int:
    rule, ended = get_rule(declaration), 0
    while rows := _dispose_batch(actor, declaration, rule, now):
        ended += rows
        progress(rows)
    return ended


def _dispose_batch(actor: Actor, declaration: TableDeclaration, rule: RetentionClass, now: datetime) -> int:
    """One transaction: the rows, the residual metadata and the audit event, or none of them."""
    with transaction.atomic():
        due = without_held(declaration, due_rows(declaration, now))
        keys = list(due.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return 0
        evidence = _logged_rows(declaration, keys)
        _end(declaration, rule, keys)
        record_events(actor=actor, events=_row_events(evidence, rule))
        law = {"code": rule.code, "then": rule.then, "years": rule.years, "days": rule.days, "law": rule.law}
        disposal = Disposal.objects.create(
            executed_at=now,
            retention_class=rule.code,
            table=declaration.table,
            ending=rule.then,
            rows=len(keys),
            began_before=rule.started_before(now),
            law=rule.law,
            rule_digest=digest(law).hex(),
        )
        record_event(
            actor=actor,
            action="records.disposed",
            object_ref=f"disposal:{disposal.pk}",
            detail={"class": rule.code, "table": declaration.table, "ending": rule.then, "rows": len(keys)},
        )
    return len(keys)


def _logged_rows(declaration: TableDeclaration, keys: list[Any]) -> dict[str, Any]:
    """The rows whose digests the audit log keeps, by the name it knows them by; none in most tables."""
    model: Any = get_model(declaration.table)
    tables = [table for table in list_logged_tables() if table.model is model]
    return {table.reference(row): row for table in tables for row in model._base_manager.filter(pk__in=keys)}


def _row_events(evidence: dict[str, Any], rule: RetentionClass) -> list[NewEvent]:
    """What the log must know so that an audit misses nothing: gone (an empty digest), or changed to this."""
    events = []
    for reference, row in evidence.items():
        if rule.then is not Ending.DESTROY:
            row.refresh_from_db()
        state = "" if rule.then is Ending.DESTROY else row.logged_digest
        events.append(NewEvent("records.row_ended", object_ref=reference, detail={ROW_DIGEST: state}))
    return events


def _end(declaration: TableDeclaration, rule: RetentionClass, keys: list[Any]) -> None:
    rows = get_model(declaration.table)._base_manager.filter(pk__in=keys)
    if rule.then is Ending.ERASE_CONTENT:
        rows.update(**empty_values(declaration, declaration.content))
    elif rule.then is Ending.ERASE_SUBJECT:
        rows.update(**empty_values(declaration, tuple(declaration.subjects)))
    else:
        for part in list_parts(declaration):
            get_model(part.table)._base_manager.filter(**{f"{part.part_of}__in": keys}).delete()
        rows.delete()
