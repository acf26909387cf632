"""Everybody lives on one day of 2026."""

from collections.abc import Iterator

import pytest

from gapura.foundation import clock
from tests.certificates.people import NOW, settle


@pytest.fixture
def people(db: None) -> Iterator[None]:
    settle()
    with clock.frozen(NOW):
        yield
