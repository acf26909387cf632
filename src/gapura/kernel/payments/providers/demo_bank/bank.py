"""What the demonstration bank keeps and does. It knows references and amounts, and nothing of the house."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from threading import RLock
from zoneinfo import ZoneInfo

from gapura.kernel.payments.providers.demo_bank.statement import Booking, write_statement

_TABLES = """
CREATE TABLE IF NOT EXISTS intent (
    reference TEXT PRIMARY KEY, token TEXT UNIQUE, amount INTEGER, currency TEXT, text TEXT, return_address TEXT,
    state TEXT DEFAULT 'open');
CREATE TABLE IF NOT EXISTS movement (
    id TEXT PRIMARY KEY, reference TEXT, original TEXT DEFAULT '', amount INTEGER, at TEXT, day TEXT);
CREATE TABLE IF NOT EXISTS refund (reference TEXT PRIMARY KEY, original TEXT, amount INTEGER, state TEXT);
CREATE TABLE IF NOT EXISTS transfer (
    reference TEXT PRIMARY KEY, institution TEXT, account TEXT, amount INTEGER, text TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS fault (name TEXT PRIMARY KEY, times INTEGER);
"""


class Behavior(StrEnum):
    """What the person at the counter, or the bank, does when a try is paid."""

    WELL = "well"
    TWICE = "twice"
    PARTIAL = "partial"
    TOO_MUCH = "too-much"
    REVERSED = "reversed"
    DECLINED = "declined"
    SILENT = "silent"
    DOUBLED = "doubled"
    DISORDERED = "disordered"
    FORGED = "forged"


class Fault(StrEnum):
    """How a call to the bank's interface goes wrong, a number of times."""

    SLOW = "slow"
    DOWN = "down"
    LOST_ANSWER = "lost-answer"  # done, but nobody hears of it
    UNKNOWN = "unknown"  # denies what it knows
    GARBAGE = "garbage"
    REFUND_PENDING = "refund-pending"
    REFUND_REFUSED = "refund-refused"
    TRANSFER_PENDING = "transfer-pending"
    TRANSFER_REFUSED = "transfer-refused"  # the account is closed
    MISSING_LINE = "missing-line"  # the statement forgets a movement
    WRONG_LINE = "wrong-line"  # the statement shows another amount


class BankError(Exception):
    """The bank refuses; ``status`` is HTTP's."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Bank:
    """One bank over one SQLite file."""

    def __init__(self, file: Path, clock: Callable[[], datetime], timezone: str, currency: str) -> None:
        self._clock, self._zone, self._currency = clock, ZoneInfo(timezone), currency
        self._lock = RLock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.executescript(_TABLES)

    def close(self) -> None:
        self._connection.close()

    def open_intent(self, reference: str, amount: int, currency: str, text: str, return_address: str) -> str:
        """The token of the pay page. The same reference gives the same try; another amount under it is refused."""
        with self._write() as run:
            values = (reference, secrets.token_urlsafe(24), amount, currency, text, return_address)
            run.execute(
                "INSERT OR IGNORE INTO intent (reference, token, amount, currency, text, return_address) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            kept = self.find_intent(reference)
            if kept is None or (kept["amount"], kept["currency"]) != (amount, currency):
                raise BankError(409, "This reference was used before for another amount.")
            return str(kept["token"])

    def find_intent(self, reference: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM intent WHERE reference = ?", reference)

    def find_intent_by_token(self, token: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM intent WHERE token = ?", token)

    def report(self, reference: str) -> dict[str, object]:
        """Everything held for a try. Raises BankError 404."""
        intent = self.find_intent(reference)
        if intent is None:
            raise BankError(404, "The bank knows no such try.")
        credits = self._all("SELECT * FROM movement WHERE reference = ? AND amount > 0 ORDER BY rowid", reference)
        taken = {row["original"] for row in self._all("SELECT original FROM movement WHERE original != ''")}
        receipts = [
            {
                "transaction_id": row["id"],
                "amount": row["amount"],
                "currency": intent["currency"],
                "received_at": row["at"],
                "is_reversed": row["id"] in taken,
            }
            for row in credits
        ]
        return {"reference": reference, "is_over": intent["state"] != "open", "receipts": receipts}

    def pay(self, reference: str, behavior: Behavior) -> None:
        """Somebody pays a try, or what goes for it. A try that is over may be paid again only by Behavior.TWICE."""
        with self._write() as run:
            intent = self.find_intent(reference)
            if intent is None or intent["state"] != "open":
                raise BankError(409, "This payment has ended.")
            amounts = _amounts(intent["amount"], behavior)
            for amount in amounts:
                first = self._move(reference, amount)
            if behavior is Behavior.REVERSED:
                self._move(first, -amounts[0], original=first)
            run.execute("UPDATE intent SET state = 'over' WHERE reference = ?", (reference,))

    def receive_unasked(self, amount: int, reference: str = "NOTPROVIDED") -> str:
        """Money that no try explains. Returns its number."""
        return self._move(reference, amount)

    def take_back(self, transaction_id: str) -> None:
        """The payer's own bank reverses a payment."""
        row = self._one("SELECT * FROM movement WHERE id = ?", transaction_id)
        if row is not None:
            self._move(transaction_id, -row["amount"], original=transaction_id)

    def refund(self, reference: str, transaction_id: str, amount: int) -> str:
        """``done``, ``pending`` or ``refused``. The same reference gives the same refund."""
        with self._write() as run:
            earlier = self._one("SELECT state FROM refund WHERE reference = ?", reference)
            if earlier is not None and earlier["state"] != "pending":
                return str(earlier["state"])
            if self.takes_fault(Fault.REFUND_PENDING):
                state = "pending"
            elif self.takes_fault(Fault.REFUND_REFUSED) or amount > self._refundable(transaction_id):
                state = "refused"
            else:
                state = "done"
                self._move(reference, -amount)
            values = (reference, transaction_id, amount, state)
            run.execute(
                "INSERT OR REPLACE INTO refund (reference, original, amount, state) VALUES (?, ?, ?, ?)", values
            )
            return state

    def transfer(self, reference: str, institution: str, account: str, amount: int, text: str) -> str:
        """``done``, ``pending`` or ``refused``. The same reference is the same transfer; other terms are refused."""
        with self._write() as run:
            earlier = self._one("SELECT * FROM transfer WHERE reference = ?", reference)
            if earlier is not None:
                if (earlier["institution"], earlier["account"], earlier["amount"]) != (institution, account, amount):
                    raise BankError(409, "This reference was used before for another transfer.")
                if earlier["state"] != "pending":
                    return str(earlier["state"])
            if self.takes_fault(Fault.TRANSFER_PENDING):
                state = "pending"
            elif self.takes_fault(Fault.TRANSFER_REFUSED):
                state = "refused"
            else:
                state = "done"
                self._move(reference, -amount)
            run.execute(
                "INSERT OR REPLACE INTO transfer (reference, institution, account, amount, text, state) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (reference, institution, account, amount, text, state),
            )
            return state

    def _refundable(self, transaction_id: str) -> int:
        """What of a receipt is still there: neither given back nor taken back."""
        row = self._one(
            "SELECT COALESCE(SUM(amount), 0) AS sum FROM movement WHERE id = ?1 OR original = ?1", transaction_id
        )
        gone = self._one(
            "SELECT COALESCE(SUM(amount), 0) AS sum FROM refund WHERE original = ? AND state = 'done'", transaction_id
        )
        return int(row["sum"] if row else 0) - int(gone["sum"] if gone else 0)

    def write_statement(self, day: date) -> bytes:
        """The day as camt.053; faults may let a line be missing or wrong."""
        before = self._one("SELECT COALESCE(SUM(amount), 0) AS sum FROM movement WHERE day < ?", day.isoformat())
        rows = self._all("SELECT * FROM movement WHERE day = ? ORDER BY rowid", day.isoformat())
        bookings = [Booking(row["id"], row["reference"], row["amount"]) for row in rows]
        if bookings and self.takes_fault(Fault.MISSING_LINE):
            bookings.pop()
        if bookings and self.takes_fault(Fault.WRONG_LINE):
            last = bookings.pop()
            bookings.append(Booking(last.transaction_id, last.reference, last.amount + 1000))
        return write_statement(day, self._currency, int(before["sum"]) if before else 0, bookings)

    def list_movements(self) -> list[tuple[str, str, int]]:
        """Every movement, for who holds the bank's own books against the house's: number, reference, amount."""
        rows = self._all("SELECT * FROM movement ORDER BY rowid")
        return [(row["id"], row["reference"], row["amount"]) for row in rows]

    def add_fault(self, name: Fault, times: int) -> None:
        with self._write() as run:
            run.execute("INSERT OR REPLACE INTO fault (name, times) VALUES (?, ?)", (name, times))

    def takes_fault(self, name: Fault) -> bool:
        """Whether the fault is due now; uses it up once."""
        with self._write() as run:
            return run.execute("UPDATE fault SET times = times - 1 WHERE name = ? AND times > 0", (name,)).rowcount > 0

    def _move(self, reference: str, amount: int, original: str = "") -> str:
        now, number = self._clock(), f"TX{secrets.token_hex(8).upper()}"
        day = now.astimezone(self._zone).date().isoformat()
        with self._write() as run:
            run.execute(
                "INSERT INTO movement (id, reference, original, amount, at, day) VALUES (?, ?, ?, ?, ?, ?)",
                (number, reference, original, amount, now.isoformat(), day),
            )
        return number

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        """One transaction; inside another one, a part of it."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _one(self, statement: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return row

    def _all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _amounts(amount: int, behavior: Behavior) -> list[int]:
    """What the bank receives for a try of ``amount``."""
    by_behavior = {
        Behavior.TWICE: [amount, amount],
        Behavior.PARTIAL: [max(1, amount // 2)],
        Behavior.TOO_MUCH: [amount + 5000],
        Behavior.DECLINED: [],
    }
    return by_behavior.get(behavior, [amount])
