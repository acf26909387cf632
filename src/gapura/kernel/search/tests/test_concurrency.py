from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from gapura.kernel.search.actions import index_entries
from gapura.kernel.search.queries import search
from gapura.kernel.search.types import IndexEntry


@pytest.mark.django_db(transaction=True)
def test_processes_that_find_the_index_stale_at_once_make_it_once():
    def index(_):
        try:
            entries = [IndexEntry(f"tree-{n}", f"Tree {n}") for n in range(50)]
            return index_entries(collection="trees", entries=entries, version="1")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        indexed = sorted(threads.map(index, range(4)))

    assert indexed == [0, 0, 0, 50]
    assert len(search(collection="trees", text="tree", limit=100)) == 50
