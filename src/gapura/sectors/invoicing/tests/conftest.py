"""Three businesses on the day of the tests."""

from collections.abc import Iterator

import pytest

from gapura.foundation import clock
from gapura.kernel.exchange.testing import MemoryProvider
from gapura.sectors.invoicing.testing import NOW, memory_businesses


@pytest.fixture
def registers(db: None) -> Iterator[dict[str, MemoryProvider]]:
    with clock.frozen(NOW), memory_businesses() as providers:
        yield providers
