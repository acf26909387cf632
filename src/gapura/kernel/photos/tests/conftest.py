from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW
