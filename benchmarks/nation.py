"""The demonstration nation on SQLite and PostgreSQL, against the bare bulk insert of the same rows.

``GAPURA_BENCH_PEOPLE`` asks for another size than 10,000, e.g. 1000000 by hand (minutes).
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.harness import Result, start_django
from tools import postgres

NAME = "nation"
PEOPLE = int(os.environ.get("GAPURA_BENCH_PEOPLE", "10000"))
LIMIT = 60.0  # seconds for 10,000 people
ON = date(2026, 7, 1)


def run() -> list[Result]:
    results = _results("sqlite", _measure_apart({}))
    with postgres.temporary() as address:
        results += _results("postgresql", _measure_apart({"GAPURA_DATABASE": address}))
    return results


def _results(database: str, figures: dict[str, float]) -> list[Result]:
    made, raw = PEOPLE / figures["made"], PEOPLE / figures["inserted"]
    limit = LIMIT * PEOPLE / 10_000
    return [
        Result(
            f"nation/{database}",
            made,
            "people/s",
            f"bare bulk insert of the same {figures['rows']:,.0f} rows, {raw:,.0f} people/s",
            figures["made"] / figures["inserted"],
            f"{PEOPLE:,} people in {limit:,.0f} s (took {figures['made']:.1f} s)",
            figures["made"] <= limit,
        ),
        Result(f"nation/{database}/memory", figures["memory"], "MiB peak", f"{PEOPLE:,} people"),
    ]


def _measure_apart(environment: dict[str, str]) -> dict[str, float]:
    """In a process of its own: settings know one database, and peak memory is a process's."""
    command = [sys.executable, "-c", "from benchmarks import nation; nation.measure()"]
    home = Path(os.environ["GAPURA_HOME"]) / ("postgresql" if environment else "sqlite")
    home.mkdir()
    done = subprocess.run(
        command,
        env=os.environ | environment | {"GAPURA_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure() -> None:
    """Make the nation, then load the same rows again with nothing around; print the figures as JSON."""
    start_django()
    from django.apps import apps
    from django.conf import settings

    from gapura.demo.actions.nation import empty_database, found_nation
    from gapura.demo.simulation.nation import Nation, NationPlan, list_columns
    from gapura.foundation import clock
    from gapura.foundation.jurisdictions import load
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.registers.actions import bulk_load, load_rows
    from gapura.kernel.registers.queries import list_registers

    country, plan = load(settings.GAPURA_JURISDICTION), NationPlan(PEOPLE, 1, ON)
    started = time.perf_counter()
    found_nation(actor=system_actor("bench"), country=country, plan=plan, now=clock.now())
    made = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    empty_database()
    rows, inserted, columns = 0, 0.0, list_columns()
    with bulk_load(actor=system_actor("bench"), reference="bench", registers=list_registers()):
        for batch in Nation(country, plan):
            started = time.perf_counter()
            rows += sum(load_rows(apps.get_model(name), columns[name], of_it) for name, of_it in batch.rows.items())
            inserted += time.perf_counter() - started
    print(json.dumps({"made": made, "inserted": inserted, "rows": rows, "memory": memory}))
