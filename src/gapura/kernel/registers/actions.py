"""Writing register entries: what becomes true, what ends, what was wrong."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.migrations.operations.base import Operation
from django.db.models import Q

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.registers.events import RegisterChanged
from gapura.kernel.registers.models import overlap_statements
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.types import CannotRecordEntry, Source

Entry = TypeVar("Entry", bound=RegisterEntry)

_TIME_FIELDS = frozenset(
    {"id", "valid_from", "valid_until", "recorded_at", "superseded_at", "source_kind", "source_reference"}
)


class ForbidOverlap(Operation):
    """Migration operation: of one subject no two believed entries share a day, enforced by the database.

    PostgreSQL gets an exclusion constraint (btree_gist), SQLite two triggers; both raise IntegrityError.
    """

    reversible = True

    def __init__(self, model_name: str, subject_fields: tuple[str, ...]) -> None:
        self.model_name = model_name
        self.subject_fields = subject_fields

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model's state does not change; the constraint lives in the database only."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in overlap_statements(schema_editor.connection.vendor, table, self.subject_fields):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in overlap_statements(schema_editor.connection.vendor, table, self.subject_fields, drop=True):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Forbid overlapping believed entries of {self.model_name}"


def record_entry(*, actor: Actor, entry: Entry, source: Source, now: datetime) -> Entry:
    """Add a fact that begins at ``entry.valid_from`` and end the subject's open one the same day.

    Raises CannotRecordEntry when the subject has a believed entry that begins on or after that day:
    that is a correction, not a new fact. Publishes RegisterChanged.
    """
    with transaction.atomic():
        believed = _believed(entry).select_for_update()
        if believed.filter(valid_from__gte=entry.valid_from).exists():
            raise CannotRecordEntry(
                f"{type(entry).__name__}: a later entry exists; correct the history instead of adding to it."
            )
        reaching = Q(valid_until__isnull=True) | Q(valid_until__gt=entry.valid_from)
        for current in believed.filter(reaching):
            _supersede(current, now)
            _copy(current, {"valid_until": entry.valid_from}, source, now)
        _store(entry, source, now)
        _announce(actor, entry, source, correction=False)
        return entry


def end_entry(*, actor: Actor, entry: Entry, ended_on: date, source: Source, now: datetime) -> Entry:
    """Let the believed ``entry`` end on ``ended_on`` (exclusive); the old version stays readable."""
    return correct_entry(actor=actor, entry=entry, changes={"valid_until": ended_on}, source=source, now=now)


def correct_entry(*, actor: Actor, entry: Entry, changes: Mapping[str, Any], source: Source, now: datetime) -> Entry:
    """Replace what the register believed by what it should have said, over the same or changed days.

    The old version is superseded, never altered. Raises CannotRecordEntry when ``entry`` is no longer
    believed (somebody corrected it first). Publishes RegisterChanged.
    """
    with transaction.atomic():
        current: Entry = type(entry).objects.select_for_update().get(pk=entry.pk)
        if current.superseded_at is not None:
            raise CannotRecordEntry("This entry was corrected in the meantime; look at it again before correcting.")
        _supersede(current, now)
        corrected = _copy(current, changes, source, now)
        _announce(actor, corrected, source, correction=True)
        return corrected


def _believed(entry: Entry) -> Any:
    subject = {name: getattr(entry, name) for name in entry.subject_fields}
    return type(entry).objects.filter(superseded_at__isnull=True, **subject)


def _supersede(entry: RegisterEntry, now: datetime) -> None:
    entry.superseded_at = now
    entry.save(update_fields=["superseded_at"])


def _store(entry: RegisterEntry, source: Source, now: datetime) -> None:
    entry.recorded_at = now
    entry.source_kind, entry.source_reference = source.kind, source.reference
    entry.save(force_insert=True)


def _copy(entry: Entry, changes: Mapping[str, Any], source: Source, now: datetime) -> Entry:
    facts = {f.attname: getattr(entry, f.attname) for f in entry._meta.concrete_fields if f.attname not in _TIME_FIELDS}
    times = {"valid_from": entry.valid_from, "valid_until": entry.valid_until}
    copy = type(entry)(**facts | times | dict(changes))
    _store(copy, source, now)
    return copy


def _announce(actor: Actor, entry: RegisterEntry, source: Source, *, correction: bool) -> None:
    subject = str(getattr(entry, entry.subject_fields[0]))
    register = entry._meta.label_lower
    record_event(
        actor=actor,
        action="registers.entry_corrected" if correction else "registers.entry_recorded",
        subject=subject,
        object_ref=f"{register}:{entry.pk}",
        detail={"source": asdict(source)},
    )
    publish(RegisterChanged(register=register, subject=subject, correction=correction, source=source.reference))
