"""What row security costs: the same reads as the same role, with policies and without, in turns, in one run.

Counted is the processor's time, ours and the server's, so that whatever else the machine does falls on neither.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.harness import Result, rounded, start_django
from tools import postgres

NAME = "row-security"
CASES, AGENCIES, ROUNDS = 20_000, 10, 15
WORDS = {
    "transaction": "ten point reads in a transaction",
    "lone": "a point read outside of any",
    "basket": "the newest 50 of an agency",
}


def run() -> list[Result]:
    with postgres.temporary() as address:
        os.environ["GAPURA_DATABASE"] = address
        start_django()
        return _compare()


def _compare() -> list[Result]:
    from django.db import connection

    _fill(connection)
    taken: dict[tuple[str, bool], list[float]] = {}
    for secured in (True, False) * ROUNDS:
        _switch(connection, secured)
        for name, seconds in _measure(secured, _Processor(connection)).items():
            taken.setdefault((name, secured), []).append(seconds)
    _switch(connection, True)
    connection.close()
    median = {key: statistics.median(seconds) for key, seconds in taken.items()}
    return [_result(name, median[name, True], median[name, False]) for name in WORDS]


class _Processor:
    """Seconds that a processor worked for an action: this process and the server's that answers it."""

    def __init__(self, connection) -> None:
        connection.ensure_connection()
        self._server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")

    def seconds_of(self, action: Callable[[], object], times: int) -> float:
        for _ in range(3):
            action()
        before = self._now()
        for _ in range(times):
            action()
        return (self._now() - before) / times

    def _now(self) -> float:
        return time.process_time() + int(self._server.read_text().split()[0]) / 1e9


def _result(name: str, secured: float, plain: float) -> Result:
    ratio = rounded(secured / plain)
    goal, held = ("", None) if name == "lone" else ("≤ 1.3 ×", ratio <= 1.3)
    return Result(
        f"row-security/{name}", secured * 1e6, "µs of processor", f"{WORDS[name]}, no policies", ratio, goal, held
    )


def _fill(connection) -> None:
    from datetime import UTC, datetime

    from gapura.config.isolation import ROLE, secure_rows
    from gapura.kernel.cases.testing import Case

    now = datetime(2026, 11, 21, tzinfo=UTC)
    Case.objects.bulk_create(
        Case(
            number=f"C{place}",
            agency_code=f"agency-{place % AGENCIES}",
            status="review",
            relation="self",
            idempotency_key=str(place),
            submitted_at=now,
            due_on=now.date(),
            answers={},
            service_title={},
            decision_reason={},
            decision_remedy={},
        )
        for place in range(CASES)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN CREATE ROLE {ROLE}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        secure_rows()
        cursor.execute("ANALYZE cases_case")


def _switch(connection, secured: bool) -> None:
    """With policies as the application runs; without them, told no scope either."""
    from gapura.config.isolation import ROLE

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for table in ("cases_case",):
            cursor.execute(f"ALTER TABLE {table} {'ENABLE' if secured else 'DISABLE'} ROW LEVEL SECURITY")
        cursor.execute(f"SET ROLE {ROLE}")


def _measure(secured: bool, processor: _Processor) -> dict[str, float]:
    from django.db import transaction

    from gapura.foundation.isolation import HOUSE, Scope, scoped
    from gapura.kernel.cases.testing import Case

    def read():
        return Case.objects.get(number="C5000")

    def read_ten():
        with transaction.atomic():
            for _ in range(10):
                read()

    def basket():
        with transaction.atomic():
            return list(Case.objects.filter(agency_code="agency-0").order_by("-id")[:50])

    with scoped(Scope(agency="agency-0") if secured else HOUSE):
        return {
            "transaction": processor.seconds_of(read_ten, 20),
            "lone": processor.seconds_of(read, 100),
            "basket": processor.seconds_of(basket, 20),
        }
