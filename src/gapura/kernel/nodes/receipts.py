"""Receipts: the log of the answers that came back, written moments later, those of one process in one commit.

An answer is in the holder's log before it leaves there, and its request in ours before it is sent; so an asker that
waits for a third commit learns nothing. What a killed process had not written yet, ``gapura node reconcile`` names.
"""

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice

from django.db import connection, connections

from gapura.kernel.nodes.message_log import MessageRow, append_receipts

GATHER_SECONDS = 0.25  # the processor time of a commit is shared by what comes in so long
LINGER_SECONDS = 5.0  # the writer's thread and its connection end after so long without work
RETRY_SECONDS = 1.0
MOST_WAITING = 1_000
_AT_ONCE = 500
_log = logging.getLogger(__name__)


class ReceiptWriter:
    """Keeps receipts until they are committed. Its thread lives while there is something to write."""

    def __init__(self) -> None:
        self._waiting: deque[MessageRow] = deque()
        self._changed = threading.Condition()
        self._is_writing = False

    def keep(self, *rows: MessageRow) -> None:
        """Log ``rows`` soon; at once and by the caller when too many wait, so that a broken log stops the asking."""
        with self._changed:
            has_place = len(self._waiting) < MOST_WAITING
            if has_place:
                self._waiting.extend(rows)
                self._changed.notify_all()
                if not self._is_writing:
                    self._is_writing = True
                    threading.Thread(target=self._write, name="receipts", daemon=True).start()
        if not has_place:
            append_receipts(rows)

    def flush(self, seconds: float) -> bool:
        """Wait until all is committed, at most ``seconds``; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, seconds)

    def _write(self) -> None:
        try:
            while rows := self._gather():
                self._commit(rows)
        finally:
            connections.close_all()

    def _gather(self) -> Sequence[MessageRow]:
        """The oldest that wait; none when none came for LINGER_SECONDS, and then the thread ends."""
        with self._changed:
            self._is_writing = self._changed.wait_for(lambda: bool(self._waiting), LINGER_SECONDS)
            if not self._is_writing:
                return ()
        time.sleep(GATHER_SECONDS)
        return list(islice(self._waiting, _AT_ONCE))

    def _commit(self, rows: Sequence[MessageRow]) -> None:
        try:
            append_receipts(rows)
        except Exception:
            _log.exception("%d receipts of answers could not be logged; they are tried again.", len(rows))
            connection.close()
            time.sleep(RETRY_SECONDS)
            return
        with self._changed:
            for _ in rows:
                self._waiting.popleft()
            self._changed.notify_all()


_writer = ReceiptWriter()


def keep_receipt(*rows: MessageRow) -> None:
    """Log that an answer came, with its parts: in the caller's transaction, or shortly after where there is none."""
    if connection.in_atomic_block:
        append_receipts(rows)
    else:
        _writer.keep(*rows)


def flush_receipts(seconds: float = 5.0) -> bool:
    """Wait until every receipt of this process is committed, at most ``seconds``; whether they are."""
    return _writer.flush(seconds)


def _at_exit() -> None:
    if not flush_receipts():
        _log.error("Receipts of answers were lost: the message log could not be written. Run gapura node reconcile.")


def _after_fork() -> None:
    """The parent's thread does not exist here, and its receipts are its own."""
    global _writer
    _writer = ReceiptWriter()


atexit.register(_at_exit)
os.register_at_fork(after_in_child=_after_fork)
