"""What the worker does for the house's standing: the status snapshot, and the figures it can measure by itself."""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.samples import Sample

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.audit.queries import find_oldest_waiting
from gapura.kernel.audit.types import system_actor
from gapura.kernel.operations.actions.destroyed import LIST_JOB, publish_deeds
from gapura.kernel.operations.backup.vault_client import open_target
from gapura.kernel.operations.backup.watching import find_copy_age, find_log_age
from gapura.kernel.operations.components import EXCHANGE, list_components
from gapura.kernel.operations.health import is_database_answering
from gapura.kernel.operations.models import Outage
from gapura.kernel.operations.queries import find_snapshot, get_snapshot_file, list_outages, list_promises
from gapura.kernel.operations.types import Health, OutageStatus, PromiseReport
from gapura.kernel.outbox.plugin import job
from gapura.kernel.outbox.queries import get_status

SNAPSHOT_SECONDS = 30
MEASURE_SECONDS = 600
LATE_SECONDS = 300
COPY_SECONDS = 26 * 3600
WAITING_SECONDS = 60
LOG_SECONDS = 30
COMMAND = "gapura promises --measure"
_ENOUGH_REQUESTS = 5  # fewer say nothing about a holder


@job(LIST_JOB)
def list_destroyed() -> None:
    """Beside the copies; a vault that is away is asked again, and `gapura backup` lists what is still missing."""
    target = open_target(settings.GAPURA_BACKUP_TARGET, settings.GAPURA_BACKUP_KEY)
    publish_deeds(actor=system_actor("backup"), target=target)


def draw_snapshot() -> None:
    """Write what the status page shows. When the database is down it says so, and keeps what was known."""
    now, before = clock.now(), find_snapshot() or {}
    exchange, silent = _count_exchange(), _find_silent()
    if is_database_answering():
        outages = list_outages()
        known = {"outages": [_plain_outage(one) for one in outages]}
        health = _judge_components(outages, exchange, before.get("exchange", {}), now)
        health |= {code: Health.DISTURBED for code in silent if health.get(code) is Health.WORKING}
    else:
        known = {"outages": before.get("outages", [])}
        health = dict.fromkeys((part.code for part in list_components()), Health.DOWN)
    parts = [
        {"code": p.code, "title": dict(p.title), "health": health[p.code], "since": silent.get(p.code, "")}
        for p in list_components()
    ]
    promises = [_plain_promise(one) for one in list_promises(now=now)]
    _write({"drawn_at": now.isoformat(), "components": parts, "promises": promises, "exchange": exchange, **known})


def measure_ages() -> None:
    """Record the promises that a running house can measure by looking at itself."""
    now, home = clock.now(), Path(settings.GAPURA_HOME)
    status, waiting, copy = get_status(now=now), find_oldest_waiting(), find_copy_age(now)
    ages = {
        "outbox-age": ("oldest_due_seconds", _seconds(now, status.oldest_due_at), LATE_SECONDS),
        "checkpoint-age": ("oldest_waiting_seconds", _seconds(now, waiting), WAITING_SECONDS),
    }
    if copy is not None:
        ages["backup-age"] = ("age_seconds", round(copy), COPY_SECONDS)
    if (log := find_log_age(now)) is not None:
        ages["log-age"] = ("age_seconds", round(log), LOG_SECONDS)
    for promise, (figure, seconds, bound) in ages.items():
        figures: dict[str, float | int | str] = {figure: seconds}
        if promise == "outbox-age":
            figures["dead_letters"] = len(status.dead_letters)
        kept = seconds <= bound and not figures.get("dead_letters")
        record_measurement(home, promise=promise, kept=kept, figures=figures, now=now, command=COMMAND)


def _seconds(now: datetime, since: datetime | None) -> int:
    return max(0, round((now - since).total_seconds())) if since else 0


def _judge_components(
    outages: list[Outage], exchange: Mapping[str, Any], before: Mapping[str, Any], now: datetime
) -> dict[str, Health]:
    """Working unless an outage is declared, work is stuck, or most requests to a holder failed lately."""
    health = dict.fromkeys((part.code for part in list_components()), Health.WORKING)
    status = get_status(now=now)
    if status.dead_letters or _seconds(now, status.oldest_due_at) > LATE_SECONDS:
        health["messages"] = Health.DISTURBED
    for holder, (done, failed) in exchange.items():
        done_before, failed_before = before.get(holder, (0, 0))
        lately = done + failed - done_before - failed_before
        if lately >= _ENOUGH_REQUESTS and (failed - failed_before) * 2 > lately:
            health[f"{EXCHANGE}{holder}"] = Health.DISTURBED
    return health | {one.component: Health.DOWN for one in outages if one.status == OutageStatus.OPEN}


def _count_exchange() -> dict[str, tuple[int, int]]:
    """Requests done and failed by holder, since the processes began."""
    registry = CollectorRegistry()
    if os.path.isdir(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")):
        MultiProcessCollector(registry)
    counts: dict[str, tuple[int, int]] = {}
    for metric in registry.collect():
        for sample in metric.samples:
            if sample.name == "gapura_exchange_seconds_count":
                done, failed = counts.get(sample.labels["provider"], (0, 0))
                fell = sample.labels["outcome"] == "failed"
                number = int(sample.value)
                counts[sample.labels["provider"]] = (done, failed + number) if fell else (done + number, failed)
    return counts


def _find_silent() -> dict[str, str]:
    """Since when requests to a holder are held back, by the code of its component: what the breakers say."""
    since: dict[str, float] = {}
    for sample in _list_samples("gapura_breaker_open_since"):
        since[sample.labels["provider"]] = max(sample.value, since.get(sample.labels["provider"], 0))
    return {
        f"{EXCHANGE}{agency}": datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
        for agency, moment in since.items()
        if moment
    }


def _list_samples(name: str) -> Iterator[Sample]:
    """Of all processes together; of this one alone where they share no folder."""
    registry: CollectorRegistry = REGISTRY
    if os.path.isdir(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    for metric in registry.collect():
        yield from (sample for sample in metric.samples if sample.name == name)


def _plain_outage(outage: Outage) -> dict[str, Any]:
    return {
        "component": outage.component,
        "words": outage.words,
        "status": outage.status,
        "started_at": outage.started_at.isoformat(),
        "ended_at": outage.ended_at.isoformat() if outage.ended_at else "",
        "extended_cases": outage.extended_cases,
        "report_due_on": outage.report_due_on.isoformat() if outage.report_due_on else "",
        "cause": outage.cause,
        "prevention": outage.prevention,
    }


def _plain_promise(report: PromiseReport) -> dict[str, Any]:
    promise, measurement = report.promise, report.measurement
    measured = measurement.figures if measurement else {}
    return {
        "code": promise.code,
        "title": dict(promise.title),
        "state": report.state,
        "command": promise.command,
        "measured_at": measurement.measured_at if measurement else "",
        "figures": [
            {"title": dict(figure.title), "value": measured[figure.name]}
            for figure in promise.figures
            if figure.name in measured
        ],
    }


def _write(snapshot: Mapping[str, Any]) -> None:
    file = get_snapshot_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(snapshot, ensure_ascii=False))
    draft.replace(file)
