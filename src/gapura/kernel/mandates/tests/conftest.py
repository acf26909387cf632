from collections.abc import Iterator

import pytest

from gapura.foundation import clock
from gapura.kernel.mandates.testing import NOW, Registers, adopt_agreements, memory_registers


@pytest.fixture
def registers(db: None) -> Iterator[Registers]:
    """Registers from memory and the country's agreements, at a fixed moment."""
    adopt_agreements()
    with memory_registers() as found, clock.frozen(NOW):
        yield found
