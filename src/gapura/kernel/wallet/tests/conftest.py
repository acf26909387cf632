"""One paper of one person, on the day it was issued."""

from collections.abc import Iterator

import pytest

from gapura.foundation import clock
from gapura.kernel.documents.queries import Document
from gapura.kernel.wallet.testing import NOW, issue_paper


@pytest.fixture
def paper(db: None) -> Iterator[Document]:
    with clock.frozen(NOW):
        yield issue_paper()
