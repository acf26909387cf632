"""What was acknowledged before the power went is there when it comes back; a house that does not sync is caught."""

from pathlib import Path

import pytest

from tests.reliability import power_cut
from tests.reliability.published_log import AFTER, BEFORE, judge, publish
from tests.reliability.volatile_disk import volatile

pytestmark = [
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.kernel("fuse"),
]


def test_what_was_acknowledged_survives_power_cuts(tmp_path: Path) -> None:
    outcome = power_cut.run(tmp_path, cuts=4, seed=1)
    assert outcome.acknowledged >= 12
    assert outcome.complaints == []


def test_a_database_that_does_not_sync_is_caught(tmp_path: Path) -> None:
    outcome = power_cut.run(tmp_path, cuts=1, seed=1, careless=True)
    lost = [complaint for complaint in outcome.complaints if "is lost" in complaint]
    assert len(lost) == outcome.acknowledged > 0, outcome.complaints


def test_a_house_that_cannot_be_judged_is_a_complaint(tmp_path: Path) -> None:
    promises = tmp_path / "acknowledged"
    promises.touch()
    assert power_cut.list_complaints(tmp_path, promises) == ["The house cannot be judged: exit status 1"]


@pytest.mark.parametrize(("naive", "lasting"), [(False, "new"), (True, "old")], ids=["careful", "naive"])
def test_a_published_log_lasts_if_its_writer_synced_it(tmp_path: Path, naive: bool, lasting: str) -> None:
    content, disk, survivors = (tmp_path / name for name in ("content", "disk", "survivors"))
    publish(content, BEFORE)
    with volatile(content, disk, survivors) as cut:
        publish(disk, AFTER, naive=naive)
        assert judge(disk) == "new"
        cut()
    assert judge(survivors) == lasting
