"""An authority of the test's own: what another test revoked or published at another time is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gapura.kernel.documents.plugin import get_seal_provider, register_seal_provider
from gapura.kernel.documents.providers.demo.keys import DemoAuthority
from gapura.kernel.documents.testing import create_authority


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[DemoAuthority]:
    before = get_seal_provider()
    provider = create_authority(tmp_path / "pki")
    register_seal_provider(provider)
    yield provider
    register_seal_provider(before)
