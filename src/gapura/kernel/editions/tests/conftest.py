"""No edition of one test is known to the next."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from gapura.kernel.catalogue.testing import editions_forgotten


@pytest.fixture(autouse=True)
def forgetting(db: None) -> Iterator[None]:
    with editions_forgotten(), translation.override("en"):
        yield
