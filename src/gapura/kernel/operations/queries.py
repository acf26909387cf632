"""Promises and outages, and the snapshot that the status page shows."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from gapura.foundation.measurements import list_measurements
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.operations.models import Counter, Outage
from gapura.kernel.operations.permissions import can_declare_outage
from gapura.kernel.operations.promise_files import SHIPPED, judge, load_promises
from gapura.kernel.operations.types import OutageStatus, PromiseReport

SHOWN = 30


def list_promises(*, now: datetime) -> list[PromiseReport]:
    """Every promise with what was measured last, in this house or before it was given out; by code."""
    measured = [*list_measurements(SHIPPED), *list_measurements(Path(settings.GAPURA_HOME))]
    return judge(load_promises(), measured, now)


def list_outages(*, limit: int = SHOWN) -> list[Outage]:
    """Running ones first, then the newest."""
    newest = list(Outage.objects.order_by("-started_at", "-pk")[:limit])
    return sorted(newest, key=lambda outage: outage.status != OutageStatus.OPEN)


def access_outage(actor: Actor, outage_id: int) -> Outage:
    """The outage, for the official on duty. Raises AccessDenied."""
    outage = Outage.objects.filter(pk=outage_id).first()
    if outage is None or not can_declare_outage(actor):
        raise AccessDenied
    return outage


def list_counters() -> list[Counter]:
    """Every counter that was admitted, by code."""
    return list(Counter.objects.order_by("code"))


def find_counter(code: str) -> Counter | None:
    """The counter, if it was admitted."""
    return Counter.objects.filter(code=code).first()


def is_counter_needed(code: str, at: datetime) -> bool:
    """Whether a declared outage named the counter and ran at that moment."""
    running = Outage.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), started_at__lte=at)
    return any(code in outage.counters for outage in running.order_by("pk"))


def find_snapshot() -> dict[str, Any] | None:
    """What the worker last knew of the house; None before its first turn. Touches no database."""
    file = get_snapshot_file()
    try:
        found: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError:
        return None
    return found


def get_snapshot_file() -> Path:
    """Where the snapshot lies."""
    return Path(settings.GAPURA_HOME) / "status" / "snapshot.json"
