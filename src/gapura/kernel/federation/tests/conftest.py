from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers
from gapura.kernel.federation.testing import AGENCY, agree_with_register
from gapura.kernel.identity.testing import NUMBER


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A home of its own: keys and providers of one test are not those of the next."""
    settings.GAPURA_HOME, settings.GAPURA_DEMO = tmp_path, True
    return tmp_path


@pytest.fixture
def register(db: None) -> Iterator[MemoryProvider]:
    """The register of persons, and the agreements of those who may ask it."""
    with memory_providers("civil.person") as providers:
        agree_with_register(AGENCY)
        agree("dukcapil", "civil.person", "UU 24/2013 Pasal 58", fields=["number", "full_name", "birth_on"])
        person = providers["civil.person"]
        person.records[NUMBER] = [{"number": NUMBER, "full_name": "Citra Lestari", "birth_on": "1990-02-05"}]
        person.answers["is-over-age", NUMBER] = True
        yield person
