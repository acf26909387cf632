"""Writing search indexes. An index is derived: it can be thrown away and made again from its source."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from gapura.kernel.search.engines import Row, engine
from gapura.kernel.search.models import SearchCollection, SearchEntry, SearchSpelling
from gapura.kernel.search.rules import index_words, spelling_variants
from gapura.kernel.search.types import IndexEntry

_BATCH = 1000


def index_entries(*, collection: str, entries: Iterable[IndexEntry], version: str) -> int:
    """Make ``entries`` the whole content of a collection and return how many there are.

    ``version`` names the state of the source, to be compared with :func:`find_version`. A collection that
    has that version already is left alone (0 is returned): two processes may find it stale at once.
    """
    with transaction.atomic():
        SearchCollection.objects.get_or_create(code=collection, defaults={"version": ""})
        state = SearchCollection.objects.select_for_update().get(code=collection)
        if state.version == version:
            return 0
        _clear(collection)
        vocabulary: set[str] = set()
        total = 0
        for batch in _batches(entries):
            rows = _store_batch(collection, batch)
            vocabulary.update(word for row in rows for text in row[1:] for word in text.split())
            total += len(rows)
        _store_spellings(collection, vocabulary)
        state.version = version
        state.save(update_fields=["version"])
    return total


def _batches(entries: Iterable[IndexEntry]) -> Iterator[list[IndexEntry]]:
    source = iter(entries)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _clear(collection: str) -> None:
    engine().forget(collection)
    SearchEntry.objects.filter(collection_id=collection).delete()
    SearchSpelling.objects.filter(collection_id=collection).delete()


def _store_batch(collection: str, batch: list[IndexEntry]) -> list[Row]:
    stored = SearchEntry.objects.bulk_create(
        SearchEntry(collection_id=collection, key=entry.key) for entry in batch
    )
    rows = [
        (row.pk, _joined(entry.title), _joined(entry.keywords), _joined(entry.body))
        for row, entry in zip(stored, batch, strict=True)
    ]
    engine().store(rows)
    return rows


def _joined(text: str) -> str:
    return " ".join(index_words(text))


def _store_spellings(collection: str, vocabulary: set[str]) -> None:
    SearchSpelling.objects.bulk_create(
        (
            SearchSpelling(collection_id=collection, variant=variant, word=word)
            for word in sorted(vocabulary)
            if len(word) <= 60
            for variant in sorted(spelling_variants(word))
        ),
        batch_size=_BATCH,
    )
