"""The drill that edits a copy behind the house's back: what a superuser of the database could do, at random."""

import contextlib
import copy
import os
import random
import shutil
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from tqdm import tqdm

from gapura.foundation import clock
from gapura.kernel.audit.actions import integrate_events, record_events
from gapura.kernel.audit.keys import get_signer
from gapura.kernel.audit.models import AuditEvent, Tile
from gapura.kernel.audit.plugin import list_logged_tables
from gapura.kernel.audit.tree import published_log
from gapura.kernel.audit.types import Finding, NewEvent, system_actor
from gapura.kernel.audit.verification import find_tampering

MARKER = "this-is-a-drill"
_MOST_ROWS = 500
_SPARE = 3  # events for each edit, so that edits do not meet


@dataclass(frozen=True)
class Edit:
    """One edit done: in words, and what the audit must name, all of it: leaves, events, rows or tiles."""

    what: str
    names: frozenset[int | str]


@contextlib.contextmanager
def copied_house(folder: Path) -> Iterator[dict[str, str]]:
    """A copy of database, key and published log below ``folder``; gives the environment of a process inside it."""
    get_signer()  # a house that never made a checkpoint has no key yet, and nothing published
    published = Path(settings.GAPURA_HOME) / "audit"
    published.mkdir(exist_ok=True)
    shutil.copytree(published, folder / "audit", dirs_exist_ok=True)
    (folder / "keys").mkdir(mode=0o700)
    shutil.copy(Path(settings.GAPURA_HOME) / "keys" / "audit.ed25519", folder / "keys")
    (folder / MARKER).touch()
    database = settings.DATABASES["default"]
    copied = _copied_sqlite if connection.vendor == "sqlite" else _copied_postgresql
    with copied(folder, database) as address:
        yield os.environ | {
            "GAPURA_HOME": str(folder),
            "GAPURA_DATABASE": address,
            "GAPURA_SECRET_KEY": settings.SECRET_KEY,
            "GAPURA_WITNESSES": "",
            "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
        }


@contextlib.contextmanager
def _copied_sqlite(folder: Path, database: Mapping[str, Any]) -> Iterator[str]:
    target = folder / "copy.sqlite3"
    with contextlib.closing(sqlite3.connect(database["NAME"])) as source:
        with contextlib.closing(sqlite3.connect(target)) as goal:
            source.backup(goal)
    yield f"sqlite:///{target}"


@contextlib.contextmanager
def _copied_postgresql(folder: Path, database: Mapping[str, Any]) -> Iterator[str]:
    """A database beside the original, by pg_dump and pg_restore; the role must be allowed to create one."""
    name = f"gapura_drill_{uuid.uuid4().hex[:8]}"
    port = f"&port={database['PORT']}" if database["PORT"] else ""

    def address(of: str, password: str = "") -> str:
        return f"postgresql://{quote(database['USER'])}{password}@/{of}?host={database['HOST']}{port}"

    # As the house, for row security binds the tables' owner too; the password is not for the list of processes.
    environment = os.environ | {"PGOPTIONS": "-c gapura.house=yes", "PGPASSWORD": database["PASSWORD"]}
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        dump = folder / "dump"
        save = ["pg_dump", "--format=custom", "--enable-row-security", f"--file={dump}", address(database["NAME"])]
        load = ["pg_restore", "--no-owner", "--no-privileges", f"--dbname={address(name)}", str(dump)]
        for command in (save, load):
            subprocess.run(command, env=environment, check=True)
        yield address(name, f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run_drill(edits: int, seed: int) -> dict[str, Any]:
    """Inside the copy: make it large enough, look that all is well, edit, and count what the audit names."""
    source = random.Random(seed)  # noqa: S311  the same seed makes the same edits
    writer = system_actor("drill")
    record_events(
        actor=writer, events=[NewEvent("drill.filler", object_ref=f"drill:{n}") for n in range(_SPARE * edits)]
    )
    integrate_events()
    before = _list_findings()
    done = list(tqdm(_Editor(source).edit(edits), total=edits, unit=" edits", disable=None, leave=False))
    started = time.monotonic()
    findings = _list_findings()
    seconds = time.monotonic() - started
    named = {name for found in findings for name in (found.leaf_index, found.event_id, found.row) if name is not None}
    named |= {found.what.partition(" of ")[0] for found in findings}  # "tile 0/3"
    missed = [edit.what for edit in done if not edit.names <= named]
    return {
        "edits": len(done),
        "found": len(done) - len(missed),
        "missed": missed,
        "false_alarms": len(before),
        "seconds": round(seconds, 1),
        "events": AuditEvent.objects.count(),
    }


def _list_findings() -> list[Finding]:
    return find_tampering(get_signer().verifier, published_log(), lambda done, total: None)


_TEXTS = {
    "id": lambda source: uuid.UUID(int=source.getrandbits(128)),
    "salt": lambda source: source.randbytes(32),
    "commitment": lambda source: source.randbytes(32),
    "actor_reference": lambda source: f"official:{source.randrange(10**9)}",
    "actor_label": lambda source: f"Nobody {source.randrange(10**9)}",
    "action": lambda source: f"cases.edited_{source.randrange(10**9)}",
    "subject": lambda source: str(source.randrange(10**15, 10**16)),
    "object_ref": lambda source: f"drill:x{source.randrange(10**9)}",
    "case_number": lambda source: f"X{source.randrange(10**9)}",
    "detail": lambda source: {"edited": source.randrange(10**9)},
}


class _Editor:
    """Edits, each of leaves and rows that no other edit touched."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        found = AuditEvent.objects.filter(leaf_index__isnull=False).values_list("leaf_index", flat=True)
        self.leaves = [leaf for leaf in found if leaf is not None]
        self.leaves.sort()
        self.tail, self.leaves = self.leaves[-10:], self.leaves[:-10]
        source.shuffle(self.leaves)
        # Not the newest tile: cutting off the tail changes it as well.
        self.tiles = list(range(max(self.tail[0] // 256, 0)))
        source.shuffle(self.tiles)
        self.rows = [
            (table, key)
            for table in list_logged_tables()
            for key in table.model.objects.order_by("pk").values_list("pk", flat=True)
        ]
        source.shuffle(self.rows)
        self.rows = self.rows[:_MOST_ROWS]
        kept = {table.reference(table.model.objects.get(pk=key)) for table, key in self.rows}
        vouching = set(AuditEvent.objects.filter(object_ref__in=kept).values_list("leaf_index", flat=True))
        # Who deletes a row and the event that vouches for it leaves a gap in the log, but nobody knows of what.
        self.leaves = [leaf for leaf in self.leaves if leaf not in vouching]
        self.ways: list[Callable[[], Edit | None]] = [
            *[self._change] * 8,
            *[self._delete, self._insert] * 2,
            self._swap_leaves,
            self._swap_ids,
            self._change_tile,
            self._change_row,
            self._delete_row,
            self._insert_row,
        ]

    def edit(self, number: int) -> Iterator[Edit]:
        """``number`` edits, the first of which cuts off the log's tail."""
        with _every_right():
            AuditEvent.objects.filter(leaf_index__in=self.tail).delete()
            yield Edit("the last ten events cut off", frozenset(self.tail))
            done = 1
            while done < number:
                edit = self.source.choice(self.ways)()
                if edit is not None:  # else there is nothing left to edit in this way
                    done += 1
                    yield edit

    def _at(self, leaf: int) -> "models.QuerySet[AuditEvent]":
        return AuditEvent.objects.filter(leaf_index=leaf)

    def _change(self) -> Edit:
        leaf = self.leaves.pop()
        if self.source.randrange(len(_TEXTS) + 1):
            column = self.source.choice(list(_TEXTS))
            self._at(leaf).update(**{column: _TEXTS[column](self.source)})
        else:
            column = "occurred_at"
            self._at(leaf).update(occurred_at=self._at(leaf).get().occurred_at + timedelta(microseconds=1))
        return Edit(f"{column} of the event at leaf {leaf}", frozenset([leaf]))

    def _delete(self) -> Edit:
        leaf = self.leaves.pop()
        self._at(leaf).delete()
        return Edit(f"the event at leaf {leaf} deleted", frozenset([leaf]))

    def _insert(self) -> Edit:
        event = self._at(self.leaves[0]).get()
        event.id = uuid.UUID(int=self.source.getrandbits(128))
        waits = self.source.random() < 0.5
        event.leaf_index = None if waits else 10**12 + self.source.randrange(10**12)
        event.seal = self.source.randbytes(32) if waits else None
        event.action = "drill.inserted"
        event.save(force_insert=True)
        return Edit(f"event {event.id} inserted", frozenset([str(event.id)]))

    def _swap_leaves(self) -> Edit:
        one, other = self.leaves.pop(), self.leaves.pop()
        for now, then in ((one, 10**15), (other, one), (10**15, other)):
            self._at(now).update(leaf_index=then)
        return Edit(f"the leaves {one} and {other} swapped", frozenset([one, other]))

    def _swap_ids(self) -> Edit:
        one, other = self.leaves.pop(), self.leaves.pop()
        first, second = self._at(one).get().id, self._at(other).get().id
        for leaf, number in ((one, uuid.UUID(int=1)), (other, first), (one, second)):
            self._at(leaf).update(id=number)
        return Edit(f"the numbers of the events at {one} and {other} swapped", frozenset([one, other]))

    def _change_tile(self) -> Edit | None:
        if not self.tiles:
            return None
        index = self.tiles.pop()
        tile = Tile.objects.get(level=0, index=index)
        hashes = bytearray(tile.hashes)
        hashes[self.source.randrange(len(hashes))] ^= 1
        Tile.objects.filter(pk=tile.pk).update(hashes=bytes(hashes))
        return Edit(f"a bit of tile 0/{index}", frozenset([f"tile 0/{index}"]))

    def _change_row(self) -> Edit | None:
        if not self.rows:
            return None
        table, key = self.rows.pop()
        row = table.model.objects.get(pk=key)
        before, columns = row.logged_digest, list(row._meta.concrete_fields)
        self.source.shuffle(columns)
        for column in columns:
            edited = copy.copy(row)
            if _set_another_value(edited, column, self.source) and edited.logged_digest != before:
                with contextlib.suppress(IntegrityError), transaction.atomic():
                    table.model.objects.filter(pk=key).update(**{column.attname: getattr(edited, column.attname)})
                    return Edit(f"{column.name} of {table.reference(row)}", frozenset([table.reference(row)]))
        return None

    def _delete_row(self) -> Edit | None:
        if not self.rows:
            return None
        table, key = self.rows.pop()
        reference = table.reference(table.model.objects.get(pk=key))
        with contextlib.suppress(IntegrityError), transaction.atomic():
            rows = table.model.objects.filter(pk=key)
            rows._raw_delete(rows.db)
            return Edit(f"{reference} deleted", frozenset([reference]))
        return None

    def _insert_row(self) -> Edit | None:
        if not self.rows:
            return None
        table, key = self.rows[0]
        row = table.model.objects.get(pk=key)
        row.pk = None
        setattr(row, table.key, f"x{self.source.randrange(10**9)}")
        with contextlib.suppress(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
            return Edit(f"{table.reference(row)} inserted", frozenset([table.reference(row)]))
        return None


def _set_another_value(row: models.Model, column: "models.Field[Any, Any]", source: random.Random) -> bool:
    """Whether the column is of a kind that can be edited without knowing what it means."""
    if column.unique or column.is_relation:
        return False
    if isinstance(column, models.CharField):
        value: Any = f"x{source.randrange(10**9)}"[: column.max_length]
    elif isinstance(column, models.JSONField):
        value = {"edited": source.randrange(10**9)}
    elif isinstance(column, models.DateTimeField):
        value = (getattr(row, column.attname) or clock.now()) + timedelta(microseconds=1)
    else:
        return False
    setattr(row, column.attname, value)
    return True


@contextlib.contextmanager
def _every_right() -> Iterator[None]:
    """What a superuser would do first: switch off whatever checks; the connection is given back as it was."""
    off = ["PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON"]
    on = ["PRAGMA ignore_check_constraints = OFF", "PRAGMA foreign_keys = ON"]
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            off, on = ["ALTER TABLE audit_auditevent DISABLE TRIGGER USER"], []
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone()[0]:
                off.append("SET session_replication_role = replica")
                on.append("SET session_replication_role = origin")
        for statement in off:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in on:
                cursor.execute(statement)
