"""Writing register entries: what becomes true, what ends, what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.migrations.operations.base import Operation
from django.db.models import Q

from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import Actor, NewEvent
from gapura.kernel.outbox.actions import publish, publishing_together
from gapura.kernel.registers.events import RegisterChanged
from gapura.kernel.registers.models import overlap_statements
from gapura.kernel.registers.plugin import RegisterEntry, list_concerned
from gapura.kernel.registers.types import CannotRecordEntry, Source

Entry = TypeVar("Entry", bound=RegisterEntry)

_BATCH = 500
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


def record_entry(*, actor: Actor, entry: Entry, source: Source, now: datetime, outdates_papers: bool = False) -> Entry:
    """Add a fact that begins at ``entry.valid_from`` and end the subject's open one the same day.

    ``outdates_papers``: what was sealed from the fact that ends shall no longer verify (the old owner's title).
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
        outdated_on = entry.valid_from if outdates_papers else None
        _announce(actor, entry, source, correction=False, outdated_on=outdated_on)
        return entry


def record_new_entries(*, actor: Actor, entries: Sequence[RegisterEntry], source: Source, now: datetime) -> None:
    """Add many facts of one register, of subjects of which nothing is believed yet.

    What :func:`record_entry` does, at a tenth of its cost. Raises CannotRecordEntry, and adds none, where the register
    believes something of a subject on the same days. Publishes RegisterChanged for each.
    """
    if not entries:
        return
    for entry in entries:
        _date(entry, source, now)
    try:
        with transaction.atomic(), publishing_together():
            type(entries[0])._default_manager.bulk_create(entries, batch_size=_BATCH)
            record_events(actor=actor, events=[_event(entry, source, correction=False) for entry in entries])
            for entry in entries:
                _publish(entry, source, correction=False)
    except IntegrityError as error:
        raise CannotRecordEntry(f"{type(entries[0]).__name__}: something is believed of a subject already.") from error


def end_entry(
    *, actor: Actor, entry: Entry, ended_on: date, source: Source, now: datetime, outdates_papers: bool = False
) -> Entry:
    """Let the believed ``entry`` end on ``ended_on`` (exclusive); the old version stays readable.

    ``outdates_papers``: it was right until that day, and what was sealed from it shall no longer verify; else it is
    published as a correction. Raises CannotRecordEntry when ``entry`` is no longer believed.
    """
    outdated_on = ended_on if outdates_papers else None
    return _replace(actor, entry, {"valid_until": ended_on}, source, now, outdated_on=outdated_on)


def correct_entry(*, actor: Actor, entry: Entry, changes: Mapping[str, Any], source: Source, now: datetime) -> Entry:
    """Replace what the register believed by what it should have said, over the same or changed days.

    The old version is superseded, never altered. Raises CannotRecordEntry when ``entry`` is no longer
    believed (somebody corrected it first). Publishes RegisterChanged.
    """
    return _replace(actor, entry, changes, source, now)


def annul_entry(*, actor: Actor, entry: Entry, source: Source, now: datetime) -> None:
    """Believe ``entry`` no more, and nothing in its place: what it says never was. It stays readable.

    Raises CannotRecordEntry when ``entry`` is no longer believed. Publishes RegisterChanged, as a correction.
    """
    with transaction.atomic():
        current: Entry = type(entry).objects.select_for_update().get(pk=entry.pk)
        if current.superseded_at is not None:
            raise CannotRecordEntry("This entry was corrected in the meantime; look at it again before annulling it.")
        _supersede(current, now)
        _announce(actor, current, source, correction=True)


def _replace(
    actor: Actor,
    entry: Entry,
    changes: Mapping[str, Any],
    source: Source,
    now: datetime,
    outdated_on: date | None = None,
) -> Entry:
    with transaction.atomic():
        current: Entry = type(entry).objects.select_for_update().get(pk=entry.pk)
        if current.superseded_at is not None:
            raise CannotRecordEntry("This entry was corrected in the meantime; look at it again before correcting.")
        _supersede(current, now)
        corrected = _copy(current, changes, source, now)
        _announce(actor, corrected, source, correction=outdated_on is None, outdated_on=outdated_on)
        return corrected


def _believed(entry: Entry) -> Any:
    subject = {name: getattr(entry, name) for name in entry.subject_fields}
    return type(entry).objects.filter(superseded_at__isnull=True, **subject)


def _supersede(entry: RegisterEntry, now: datetime) -> None:
    entry.superseded_at = now
    entry.save(update_fields=["superseded_at"])


def _store(entry: RegisterEntry, source: Source, now: datetime) -> None:
    _date(entry, source, now)
    entry.save(force_insert=True)


def _date(entry: RegisterEntry, source: Source, now: datetime) -> None:
    entry.recorded_at = now
    entry.source_kind, entry.source_reference = source.kind, source.reference


def _copy(entry: Entry, changes: Mapping[str, Any], source: Source, now: datetime) -> Entry:
    facts = {f.attname: getattr(entry, f.attname) for f in entry._meta.concrete_fields if f.attname not in _TIME_FIELDS}
    times = {"valid_from": entry.valid_from, "valid_until": entry.valid_until}
    copy = type(entry)(**facts | times | dict(changes))
    _store(copy, source, now)
    return copy


def _announce(
    actor: Actor, entry: RegisterEntry, source: Source, *, correction: bool, outdated_on: date | None = None
) -> None:
    event = _event(entry, source, correction=correction)
    record_event(
        actor=actor, action=event.action, subject=event.subject, object_ref=event.object_ref, detail=event.detail
    )
    _publish(entry, source, correction=correction, outdated_on=outdated_on)


def _event(entry: RegisterEntry, source: Source, *, correction: bool) -> NewEvent:
    return NewEvent(
        "registers.entry_corrected" if correction else "registers.entry_recorded",
        subject=str(getattr(entry, entry.subject_fields[0])),
        object_ref=f"{entry._meta.label_lower}:{entry.pk}",
        detail={"source": asdict(source)},
    )


def _publish(entry: RegisterEntry, source: Source, *, correction: bool, outdated_on: date | None = None) -> None:
    subject = str(getattr(entry, entry.subject_fields[0]))
    ended = outdated_on.isoformat() if outdated_on else ""
    concerned = list_concerned(entry)
    publish(RegisterChanged(entry._meta.label_lower, subject, correction, source.reference, concerned, ended))
