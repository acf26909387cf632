"""Writing search indexes. An index is derived: it can be thrown away and made again from its source."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from django.db import transaction

from gapura.kernel.search.engines import engine
from gapura.kernel.search.models import SearchCollection, SearchSpelling
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
        engine().forget(collection)
        SearchSpelling.objects.filter(collection_id=collection).delete()
        vocabulary: set[str] = set()
        total = 0
        for batch in _batches(map(_in_index_words, entries)):
            engine().store(collection, batch)
            vocabulary.update(
                word for entry in batch for word in f"{entry.title} {entry.keywords} {entry.body}".split()
            )
            total += len(batch)
        _store_spellings(collection, vocabulary)
        engine().settle()
        state.version = version
        state.save(update_fields=["version"])
    return total


def _in_index_words(entry: IndexEntry) -> IndexEntry:
    title, keywords, body = (" ".join(index_words(text)) for text in (entry.title, entry.keywords, entry.body))
    return replace(entry, title=title, keywords=keywords, body=body)


def put_entries(*, collection: str, entries: Iterable[IndexEntry]) -> None:
    """Let the entries be in the collection as they are now; those with a key that is there already replace it.

    For a collection that grows by the day. Slips of the pen are known for the words of titles and keywords.
    """
    fresh = list(map(_in_index_words, entries))
    with transaction.atomic():
        SearchCollection.objects.get_or_create(code=collection, defaults={"version": ""})
        engine().remove(collection, [entry.key for entry in fresh])
        engine().store(collection, fresh)
        _store_spellings(collection, {word for entry in fresh for word in f"{entry.title} {entry.keywords}".split()})


def remove_entries(*, collection: str, keys: Iterable[str]) -> None:
    """Let nobody find these any more; unknown keys are ignored."""
    with transaction.atomic():
        engine().remove(collection, list(keys))


def _batches(entries: Iterable[IndexEntry]) -> Iterator[list[IndexEntry]]:
    source = iter(entries)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _store_spellings(collection: str, vocabulary: set[str]) -> None:
    spellings = (
        SearchSpelling(collection_id=collection, variant=variant, word=word)
        for word in sorted(vocabulary)
        for variant in sorted(spelling_variants(word))
    )
    SearchSpelling.objects.bulk_create(spellings, batch_size=_BATCH, ignore_conflicts=True)
