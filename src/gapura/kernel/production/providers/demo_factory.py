"""A printer of cards for demonstrations: a file of its own, seconds instead of days, and every way to fail."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from gapura.foundation import clock
from gapura.kernel.production.plugin import CardFactory
from gapura.kernel.production.types import FactoryUnavailable, PieceOrder, Stage, StageReport, UnknownAtFactory

_TABLES = """
CREATE TABLE IF NOT EXISTS piece (
    reference TEXT PRIMARY KEY, number TEXT UNIQUE, told TEXT, at TEXT, behavior TEXT, stopped INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT);
"""
_PACE = timedelta(seconds=20)


class Behavior(StrEnum):
    """What becomes of the next piece."""

    WELL = "well"
    MISPRINT = "misprint"
    LOST = "lost"
    LATE = "late"
    DOUBLED = "doubled"
    DISORDERED = "disordered"
    LOST_AND_FOUND = "lost-and-found"  # lost in the post, yet it turns up in a letter box
    FORGOTTEN = "forgotten"  # taken, and the order is gone
    DEAF = "deaf"  # made although it was stopped
    DOWN = "down"


class DemoFactory(CardFactory):
    """Makes everything as ordered, unless told how the next piece goes wrong."""

    code = "demo-factory"
    title = {"id": "Percetakan contoh", "en": "Demonstration factory", "ko": "시연용 발급소"}

    def __init__(self, file: Path, now: Callable[[], datetime] = clock.now, pace: timedelta = _PACE) -> None:
        self._file, self._now, self._pace = file, now, pace

    def next_goes(self, behavior: Behavior) -> None:
        """The next piece ordered (DOWN: every call until told otherwise) behaves like this."""
        with self._books() as books:
            books.execute("REPLACE INTO setting VALUES ('next', ?)", (behavior,))

    def order(self, piece: PieceOrder) -> None:
        behavior = self._take_behavior()
        if behavior is Behavior.FORGOTTEN:
            return
        told = json.dumps({"zone": piece.zone, "name": piece.full_name, "address": dict(piece.address)})
        row = (piece.reference, piece.document_number, told, self._now().isoformat(), behavior)
        with self._books() as books:
            books.execute("INSERT OR IGNORE INTO piece (reference, number, told, at, behavior) VALUES (?,?,?,?,?)", row)

    def report(self, reference: str) -> Sequence[StageReport]:
        with self._books() as books:
            self._refuse_when_down(books)
            columns = "told, at, behavior, stopped"
            found = books.execute(f"SELECT {columns} FROM piece WHERE reference = ?", (reference,)).fetchone()  # noqa: S608
        if found is None:
            raise UnknownAtFactory(reference)
        told, at, behavior, stopped = found
        if stopped and behavior != Behavior.DEAF:
            return []
        stages = _stages(Behavior(behavior), is_sent=bool(json.loads(told)["address"]))
        begun, pace = datetime.fromisoformat(at), self._pace * (10 if behavior == Behavior.LATE else 1)
        reports = [StageReport(stage, begun + pace * position) for position, stage in enumerate(stages)]
        so_far = [report for report in reports if report.at <= self._now()]
        if behavior == Behavior.DOUBLED:
            return [*so_far, *so_far]
        return so_far[::-1] if behavior == Behavior.DISORDERED else so_far

    def stop(self, reference: str) -> None:
        with self._books() as books:
            self._refuse_when_down(books)
            books.execute("UPDATE piece SET stopped = 1 WHERE reference = ?", (reference,))

    def list_made(self) -> list[str]:
        """Numbers of all pieces it was ever asked for, in order; for tests that count what exists."""
        with self._books() as books:
            return [number for (number,) in books.execute("SELECT number FROM piece ORDER BY rowid")]

    def _take_behavior(self) -> Behavior:
        with self._books() as books:
            self._refuse_when_down(books)
            found = books.execute("SELECT value FROM setting WHERE name = 'next'").fetchone()
            books.execute("DELETE FROM setting WHERE name = 'next'")
        return Behavior(found[0]) if found else Behavior.WELL

    def _refuse_when_down(self, books: sqlite3.Connection) -> None:
        if books.execute("SELECT 1 FROM setting WHERE name = 'next' AND value = ?", (Behavior.DOWN,)).fetchone():
            raise FactoryUnavailable("The factory is closed.")

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        books = sqlite3.connect(self._file, timeout=10)
        try:
            books.executescript(_TABLES)
            with books:
                yield books
        finally:
            books.close()


def _stages(behavior: Behavior, *, is_sent: bool) -> list[Stage]:
    """What happens to a piece, one step at a time."""
    well = [Stage.PRINTING, Stage.CHECKED, *([Stage.SHIPPED, Stage.DELIVERED] if is_sent else [Stage.READY])]
    return {
        Behavior.MISPRINT: [Stage.PRINTING, Stage.MISPRINT],
        Behavior.LOST: [Stage.PRINTING, Stage.CHECKED, Stage.SHIPPED, Stage.LOST],
        Behavior.LOST_AND_FOUND: [Stage.PRINTING, Stage.CHECKED, Stage.SHIPPED, Stage.LOST, Stage.DELIVERED],
    }.get(behavior, well)
