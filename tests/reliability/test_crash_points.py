"""Whatever call a writer dies in, or the disk refuses, what stands is whole: the old state or the new one."""

from pathlib import Path

import pytest

from tests.reliability.crash_points import FAULTS, WHOLE, try_log

pytestmark = [
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.kernel("tracing"),
]
LEAST = 20  # fewer points would mean that the writer was not watched


@pytest.mark.parametrize("fault", FAULTS)
def test_the_published_log_is_old_or_new_wherever_its_writer_stops(tmp_path: Path, fault: str) -> None:
    found = [point.found for point in try_log(tmp_path, fault)]
    assert len(found) >= LEAST
    assert set(found) <= WHOLE


def test_a_writer_without_care_is_caught(tmp_path: Path) -> None:
    found = {point.found for point in try_log(tmp_path, "signal=SIGKILL", "--naive")}
    assert found - WHOLE
