"""A register from memory that answers for the population agency."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from gapura.kernel.exchange.testing import MemoryProvider, memory_providers

SITI = "3171014501900001"


@pytest.fixture(autouse=True)
def person(db: None) -> Iterator[MemoryProvider]:
    with memory_providers("civil.person") as providers, translation.override("en"):
        provider = providers["civil.person"]
        provider.agency_code = "dukcapil"
        provider.records[SITI] = [{"number": SITI, "full_name": "Siti", "religion": "islam"}]
        yield provider
