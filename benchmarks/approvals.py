"""Approvals in parallel on PostgreSQL, each tried by two workers at once: every step is taken once, none is lost.

``GAPURA_BENCH_APPROVALS`` says how many lines (1,000 by default). An act is compared with the least that a
database does for one: a transaction that inserts a row and updates another.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.harness import Result, percentile, rounded, start_django
from tools import postgres

NAME = "approvals"
LINES = int(os.environ.get("GAPURA_BENCH_APPROVALS", "1000"))
WORKERS = 16


def run() -> list[Result]:
    with postgres.temporary() as address:
        os.environ["GAPURA_DATABASE"] = address
        start_django()
        return _measure()


def _measure() -> list[Result]:
    from django.core.management import call_command

    from gapura.foundation import clock
    from gapura.kernel.approvals.testing import NOW, make_ministry, memory_handler

    call_command("pki_init", "--since=2026-01-01", verbosity=0)
    with clock.frozen(NOW), memory_handler() as memory:
        ministry = make_ministry()
        lines = [_draw(ministry, number) for number in range(LINES)]
        outcomes, seconds = _together([_approving(ministry, line) for line in lines for _twice in range(2)])
        bare = _together([_bare(number) for number in range(LINES)])[1]
        carried_out, faults = len(memory.carried_out), _count_faults(lines)
    done = outcomes.count("done")
    ratio = rounded(percentile(seconds, 50) / percentile(bare, 50))
    against = f"INSERT and UPDATE in one transaction, {WORKERS} at once ({percentile(bare, 50) * 1e3:.1f} ms)"
    lost, double = LINES - min(done, carried_out), max(done, carried_out) - LINES
    kept = f"of {LINES} lines, each approved by two workers at once"
    return [
        Result(NAME, percentile(seconds, 50) * 1e3, "ms an act, median", against, ratio),
        Result(f"{NAME}/lost", lost, "approvals lost", kept, None, "0", lost == 0, figure="lost"),
        Result(f"{NAME}/double", double, "approvals carried out twice", kept, None, "0", double == 0, figure="double"),
        Result(
            f"{NAME}/faults", faults, "faults of paths, signatures and seals", kept, None, "0", not faults, "faults"
        ),
    ]


def _draw(ministry: Any, number: int) -> Any:
    from gapura.kernel.approvals.testing import make_line
    from gapura.kernel.approvals.types import PlannedStep, StepTask

    names = ("head", "director", "minister")
    steps = [PlannedStep(ministry.post(names[number % len(names)]), StepTask.APPROVAL, 1)]
    return make_line(ministry, object_ref=f"thing:{number}", steps=steps)


def _approving(ministry: Any, line: Any) -> Callable[[], None]:
    from gapura.kernel.approvals.actions import act_on_line
    from gapura.kernel.approvals.queries import get_path, list_steps
    from gapura.kernel.approvals.testing import NOW
    from gapura.kernel.approvals.types import PathAct

    actor, seen = ministry[list_steps(line)[0].post_code.split("/")[-1]], get_path(line)[0].digest

    def approve() -> None:
        act_on_line(actor=actor, number=line.number, act=PathAct.APPROVED, seen_digest=seen, now=NOW)

    return approve


def _bare(number: int) -> Callable[[], None]:
    from django.db import connection, transaction

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO worklist_item (agency_code, holder, kind, object_ref, title, path, sender, urgent, "
                "sort_on, opened_at) VALUES ('a', 'post:b', 'bench', %s, '', '', '', false, current_date, now())",
                [f"bench:{number}"],
            )
            cursor.execute("UPDATE approvals_line SET urgent = NOT urgent WHERE object_ref = %s", [f"thing:{number}"])

    return write


def _together(doing: Sequence[Callable[[], None]]) -> tuple[list[str], list[float]]:
    """What came of each, and the seconds of those that were done; neighbors in the list meet each other."""
    outcomes: list[str] = []
    seconds: list[float] = []
    threads = [
        threading.Thread(target=_work, args=[doing[first::WORKERS], outcomes, seconds]) for first in range(WORKERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes, seconds


def _work(share: Sequence[Callable[[], None]], outcomes: list[str], seconds: list[float]) -> None:
    from django.db import connection

    from gapura.kernel.approvals.types import CannotDecideApproval
    from gapura.kernel.identity.types import AccessDenied

    for one in share:
        started = time.perf_counter()
        try:
            one()
        except (CannotDecideApproval, AccessDenied):
            outcomes.append("refused")
            continue
        outcomes.append("done")
        seconds.append(time.perf_counter() - started)
    connection.close()


def _count_faults(lines: Sequence[Any]) -> int:
    from gapura.kernel.approvals.queries import list_line_faults

    return sum(len(list_line_faults(line.number)) for line in lines)
