"""PostgreSQL's replication protocol, as far as the write-ahead log's stretches need it.

The server sends what it writes as it writes it, and keeps what we have not confirmed (a slot).
https://www.postgresql.org/docs/current/protocol-replication.html
"""

import select
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from psycopg import OperationalError, conninfo, pq
from psycopg.pq import abc

from gapura.kernel.operations.backup.stretches import lsn, parse_lsn
from gapura.kernel.operations.types import BackupRefused

SLOT = "gapura_wal"
_WHEN_REMOVED = (
    "If it removed a part that it should have kept, make a copy with `gapura backup --base` and go on behind the gap "
    "with `gapura wal ship --after-gap`."
)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_SENT, _ALIVE, _STATUS = struct.Struct(">cQQq"), struct.Struct(">cQq?"), struct.Struct(">cQQQq?")


@dataclass(frozen=True, slots=True)
class Server:
    """Which cluster answered, on which timeline, and how far it has written."""

    system: str
    timeline: int
    end: int


@dataclass(frozen=True, slots=True)
class Received:
    """What one message brought. ``server_end``: how far the server had written at ``sent_at``, by its clock."""

    start: int
    content: bytes
    server_end: int
    sent_at: datetime


class Link:
    """A connection to the server's sender of the log."""

    def __init__(self, connection: abc.PGconn) -> None:
        self._connection = connection

    def identify(self) -> Server:
        """The server at the other end."""
        [(system, timeline, end, _)] = self._ask("IDENTIFY_SYSTEM")
        return Server(system, int(timeline), parse_lsn(end))

    def get_segment_bytes(self) -> int:
        """How large a file of the log is; decided when the cluster was made."""
        [(size,)] = self._ask("SHOW wal_segment_size")
        return int(size.removesuffix("MB")) << 20 if size.endswith("MB") else int(size.removesuffix("GB")) << 30

    def get_history(self, timeline: int) -> str:
        """Where the timeline branched off which; empty for the first."""
        return self._ask(f"TIMELINE_HISTORY {timeline}")[0][1] if timeline > 1 else ""

    def reserve_slot(self, *, anew: bool = False) -> int:
        """Make the slot unless it is there; the position from which the server keeps the log.

        ``anew``: in place of one whose log the server removed.
        """
        [(kind, position, _)] = self._ask(f"READ_REPLICATION_SLOT {SLOT}")
        if kind and anew:
            self._ask(f"DROP_REPLICATION_SLOT {SLOT}")
        if not kind or anew:
            self._ask(f"CREATE_REPLICATION_SLOT {SLOT} PHYSICAL RESERVE_WAL")
            [(_, position, _)] = self._ask(f"READ_REPLICATION_SLOT {SLOT}")
        return parse_lsn(position) if position else self.identify().end

    def start(self, timeline: int, position: int) -> None:
        """Let the log come from ``position`` on. Raises BackupRefused when the server no longer has it."""
        command = f"START_REPLICATION SLOT {SLOT} PHYSICAL {lsn(position)} TIMELINE {timeline}"
        result = self._connection.exec_(command.encode())
        if result.status == pq.ExecStatus.COPY_BOTH:
            return
        raise BackupRefused(
            f"The server does not send its log from {lsn(position)} of timeline {timeline}: {_said(result)}. Is "
            f"another `gapura wal ship` running? {_WHEN_REMOVED}"
        )

    def receive(self, seconds: float) -> Iterator[Received]:
        """What comes within ``seconds``. Raises Ended when no more comes of this timeline, BackupRefused."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            size, message = self._connection.get_copy_data(1)
            if size > 0:
                yield _read(bytes(message))
            elif size < 0:
                self._end()
            elif select.select([self._connection.socket], [], [], left)[0]:
                self._consume()

    def confirm(self, received: int, kept: int, now: datetime) -> None:
        """Tell how far the log came and how far it is kept, and ask for a sign of life."""
        moment = (now - _EPOCH) // timedelta(microseconds=1)
        self._connection.put_copy_data(_STATUS.pack(b"r", received, kept, kept, moment, True))
        self._connection.flush()

    def _end(self) -> NoReturn:
        result = self._connection.get_result()
        if result and result.status == pq.ExecStatus.FATAL_ERROR:
            raise BackupRefused(f"The server stopped sending its log: {_said(result)}. {_WHEN_REMOVED}")
        raise Ended

    def _consume(self) -> None:
        try:
            self._connection.consume_input()
        except OperationalError as error:
            raise BackupRefused(f"The database server ended the connection ({error}). Is it running?") from error

    def _ask(self, command: str) -> list[tuple[str, ...]]:
        result = self._connection.exec_(command.encode())
        if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            raise BackupRefused(f"The database server refused {command.split()[0]}: {_said(result)}.")
        return [
            tuple((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
            for row in range(result.ntuples)
        ]


class Ended(Exception):
    """The server sends nothing more of this timeline: it goes on on the next one, or shuts down."""


@contextmanager
def connected(address: str) -> Iterator[Link]:
    """A link to the server at ``address`` under a role with REPLICATION. Raises BackupRefused."""
    if not address:
        raise BackupRefused("Nobody said where the log comes from. Set GAPURA_REPLICATION; see the how-to.")
    connection = pq.PGconn.connect(conninfo.make_conninfo(address, replication="true", connect_timeout=5).encode())
    try:
        if connection.status != pq.ConnStatus.OK:
            raise BackupRefused(f"No connection for the write-ahead log: {_said(connection)}.")
        yield Link(connection)
    finally:
        connection.finish()


def _read(message: bytes) -> Received:
    if message[:1] == b"w":
        _, start, end, moment = _SENT.unpack_from(message)
        return Received(start, message[_SENT.size :], end, _EPOCH + timedelta(microseconds=moment))
    _, end, moment, _ = _ALIVE.unpack(message)
    return Received(end, b"", end, _EPOCH + timedelta(microseconds=moment))


def _said(source: abc.PGconn | abc.PGresult) -> str:
    return source.error_message.decode(errors="replace").strip() or "the connection ended"
