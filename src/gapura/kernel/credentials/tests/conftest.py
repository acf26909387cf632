"""Registers that know one person, and keys to sign with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from gapura.kernel.credentials.testing import registers, seals
from gapura.kernel.exchange.testing import MemoryProvider


@pytest.fixture
def known(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[dict[str, MemoryProvider]]:
    settings.GAPURA_PUBLIC_ADDRESS = "https://gapura.example"
    with seals(tmp_path), registers() as providers:
        yield providers
