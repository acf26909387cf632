"""A ministry at one moment, and a kind of approval that only remembers."""

from collections.abc import Iterator

import pytest

from gapura.foundation import clock
from gapura.kernel.approvals.testing import NOW, MemoryHandler, Ministry, make_ministry, memory_handler


@pytest.fixture
def ministry(db: None) -> Ministry:
    return make_ministry()


@pytest.fixture
def memory() -> Iterator[MemoryHandler]:
    with memory_handler() as one, clock.frozen(NOW):
        yield one
