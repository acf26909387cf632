"""A bank that can fail, a bill, and the clock at a working morning."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gapura.foundation import clock
from gapura.kernel.cases.testing import resident
from gapura.kernel.payments.testing import PAYER, ServedBank, demo_bank

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
PERSON = resident(PAYER)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[ServedBank]:
    with clock.frozen(NOW), demo_bank(tmp_path, read_seconds=0.5, slow_seconds=1) as served:
        yield served
