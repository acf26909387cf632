"""Comparing rows that are evidence with what the log says of them."""

from collections.abc import Iterator

from gapura.kernel.audit.models import AuditEvent
from gapura.kernel.audit.plugin import LoggedTable, list_logged_tables
from gapura.kernel.audit.types import ROW_DIGEST, Finding, FindingKind, LoggedRow

_CHUNK = 1000


def find_altered_rows() -> Iterator[Finding]:
    """Rows that were edited, deleted or inserted behind the house's back; keeps a digest for each in memory."""
    logged = _read_digests()
    tables = {table.prefix: table for table in list_logged_tables()}
    for table in tables.values():
        yield from _compare(table, logged)
    for reference, digest in logged.items():
        owner = tables.get(reference.partition(":")[0])
        if digest and owner is not None and _is_gone(owner, reference):
            yield _finding(FindingKind.DELETED, reference, "the row is gone")


def _read_digests() -> dict[str, str]:
    """The newest digest that the log has of each row."""
    events = AuditEvent.objects.filter(detail__has_key=ROW_DIGEST).order_by("id")
    return {
        reference: detail[ROW_DIGEST] for reference, detail in events.values_list("object_ref", "detail").iterator()
    }


def _compare(table: LoggedTable, logged: dict[str, str]) -> Iterator[Finding]:
    for row in table.model.objects.order_by("pk").iterator(_CHUNK):
        reference = table.reference(row)
        expected = logged.pop(reference, None)
        if row.logged_digest == expected or _was_just_changed(table, row):
            continue
        if expected is None:
            yield _finding(FindingKind.INSERTED, reference, "no event vouches for this row, or not any more")
        else:
            yield _finding(FindingKind.EDITED, reference, "the row is not what was logged")


def _was_just_changed(table: LoggedTable, row: LoggedRow) -> bool:
    """The house works on while we look: only what still differs now was altered."""
    row.refresh_from_db()
    events = AuditEvent.objects.filter(object_ref=table.reference(row), detail__has_key=ROW_DIGEST)
    newest = events.order_by("-id").first()
    return newest is not None and newest.detail[ROW_DIGEST] == row.logged_digest


def _is_gone(table: LoggedTable, reference: str) -> bool:
    key = reference.partition(":")[2]
    return not table.model.objects.filter(**{table.key: key}).exists()


def _finding(kind: FindingKind, reference: str, what: str) -> Finding:
    event = AuditEvent.objects.filter(object_ref=reference, detail__has_key=ROW_DIGEST).order_by("-id").first()
    leaf = event.leaf_index if event else None
    return Finding(
        kind, f"{reference}: {what}", event_id=str(event.id) if event else None, leaf_index=leaf, row=reference
    )
