from datetime import UTC, datetime
from pathlib import Path

import pytest

from gapura.foundation import clock
from gapura.foundation.telemetry import BREAKERS, SILENT_SINCE
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel, system_actor
from gapura.kernel.operations import queries

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
HOUSE = system_actor("test")
ON_DUTY = Actor(
    kind=ActorKind.OFFICIAL,
    label="On duty",
    account_id=1,
    person_number="3171016003850002",
    post_code="dukcapil/31.71/duty",
    agency_code="dukcapil",
    office_code="31.71",
    roles=frozenset({"operations.duty"}),
    assurance=AssuranceLevel.HIGH,
)


@pytest.fixture(autouse=True)
def all_holders_answer() -> None:
    """The breakers' figures are the process's: what other tests made of them is forgotten."""
    for gauge in (BREAKERS, SILENT_SINCE):
        for known in gauge.collect():
            for sample in known.samples:
                gauge.labels(sample.labels["provider"]).set(0)


@pytest.fixture
def home(settings, tmp_path: Path, table_owner: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of its own: keys, copies and snapshots of one test, and no figures that were measured elsewhere."""
    monkeypatch.setattr(queries, "SHIPPED", tmp_path)
    settings.GAPURA_HOME = tmp_path / "home"
    settings.GAPURA_HOME.mkdir()
    return settings.GAPURA_HOME


@pytest.fixture
def at_noon():
    with clock.frozen(NOW):
        yield NOW
