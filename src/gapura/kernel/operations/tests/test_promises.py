"""What counts as a promise, and when it counts as kept."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from gapura.foundation import clock
from gapura.foundation.measurements import Measurement, list_measurements, record_measurement
from gapura.kernel.operations.management.commands import promises
from gapura.kernel.operations.promise_files import FOLDER, judge, load_promises
from gapura.kernel.operations.tests.conftest import NOW
from gapura.kernel.operations.types import BadPromise, PromiseState

GOOD = yaml.safe_load((FOLDER / "restore.yaml").read_text())


def measurement(*, days: float = 0, kept: bool = True, **figures: float) -> Measurement:
    known = {"rpo_seconds": 60, "rto_seconds": 60, "rows_restored": 5, "differences": 0}
    return Measurement("restore", kept, known | figures, (NOW - timedelta(days=days)).isoformat(), "command")


def state_after(*measured: Measurement) -> PromiseState:
    promise = next(one for one in load_promises() if one.code == "restore")
    return judge([promise], measured, NOW)[0].state


def test_every_promise_of_the_house_can_be_read() -> None:
    codes = {promise.code for promise in load_promises()}
    assert {"restore", "backup-age", "checkpoint-age", "outbox-age"} <= codes


def test_a_promise_is_kept_only_when_measured_lately_and_within_every_bound() -> None:
    assert state_after(measurement()) == PromiseState.KEPT
    assert state_after() == PromiseState.UNMEASURED
    assert state_after(measurement(days=36)) == PromiseState.STALE
    assert state_after(measurement(kept=False)) == PromiseState.BROKEN
    assert state_after(measurement(differences=1)) == PromiseState.BROKEN
    assert state_after(measurement(rows_restored=0)) == PromiseState.BROKEN
    lacking = Measurement("restore", True, {"rpo_seconds": 1}, NOW.isoformat(), "command")
    assert state_after(lacking) == PromiseState.BROKEN


def test_what_a_figure_needs_beyond_a_few_minutes_is_said() -> None:
    assert {"kill-loop", "overload"} <= {promise.code for promise in load_promises() if promise.needs}


def test_only_the_newest_measurement_counts() -> None:
    assert state_after(measurement(days=1), measurement(kept=False)) == PromiseState.BROKEN
    assert state_after(measurement(kept=False, days=1), measurement()) == PromiseState.KEPT


@pytest.mark.parametrize(
    "change",
    [
        {"code": "other"},
        {"title": {"id": "a", "en": "b"}},
        {"title": {"id": "a", "en": " ", "ko": "c"}},
        {"figures": [{"name": "x", "title": {"id": "a", "en": "b", "ko": "c"}, "at_moast": 3}]},
        {"colour": "red"},
        {"needs": {"en": "an hour"}},
    ],
)
def test_a_badly_written_promise_does_not_load(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "restore.yaml"
    file.write_text(yaml.safe_dump(GOOD))
    assert len(load_promises(tmp_path)) == 1
    load_promises.cache_clear()
    file.write_text(yaml.safe_dump(GOOD | change))
    with pytest.raises(BadPromise, match=r"restore\.yaml"):
        load_promises(tmp_path)


@pytest.mark.django_db
def test_the_command_measures_lists_and_copies_figures(home, tmp_path: Path, monkeypatch) -> None:
    said = StringIO()
    monkeypatch.setattr(promises, "SHIPPED", tmp_path)
    (tmp_path / "measurements").mkdir()
    with pytest.raises(SystemExit):  # the copy was not made yet
        call_command("promises", measure=True, keep=True, stdout=said)
    assert "checkpoint-age" in said.getvalue()
    assert {one.promise for one in list_measurements(home)} == {"checkpoint-age", "outbox-age"}
    assert (tmp_path / "measurements/outbox-age.json").exists()


def test_a_figure_that_was_recorded_is_the_figure_that_is_shown(home) -> None:
    record_measurement(home, promise="restore", kept=True, figures={"rto_seconds": 3}, now=clock.now(), command="c")
    assert list_measurements(home)[0].figures == {"rto_seconds": 3}
