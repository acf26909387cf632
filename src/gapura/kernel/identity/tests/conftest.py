from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _pages(settings: Any) -> None:
    settings.ROOT_URLCONF = "gapura.kernel.identity.tests.pages"
