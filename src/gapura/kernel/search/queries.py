"""Searching: everyday words in any language, beginnings of words, slips of the pen."""

from collections.abc import Collection, Sequence

from gapura.kernel.search.engines import engine
from gapura.kernel.search.models import SearchCollection, SearchSpelling
from gapura.kernel.search.rules import audience_word, index_words, is_misspelling, slips, spelling_variants
from gapura.kernel.search.types import EVERYBODY, SearchHit

MOST_WORDS = 12
"""Words of a query that are looked at; the rest are ignored."""


def find_version(collection: str) -> str | None:
    """The version the collection was indexed from, or None when it never was."""
    return SearchCollection.objects.filter(code=collection).values_list("version", flat=True).first()


def search(*, collection: str, text: str, memberships: Collection[str] = EVERYBODY, limit: int = 20) -> list[SearchHit]:
    """What fits ``text``, best first: entries with every word (or one beginning so); else with the words as
    they may have been meant; else with any of them. A text without words finds nothing.

    Only entries whose audience and ``memberships`` have a word in common are looked at, whatever the limit.
    """
    words = list(dict.fromkeys(index_words(text)))[:MOST_WORDS]
    if not words:
        return []
    members = sorted(audience_word(collection, member) for member in memberships)
    if not members:
        return []
    if hits := engine().find(words, members, every=True, limit=limit):
        return hits
    meant = _corrected(collection, words)
    if meant != words and (hits := engine().find(meant, members, every=True, limit=limit)):
        return hits
    return engine().find(meant, members, every=False, limit=limit)


def _corrected(collection: str, words: Sequence[str]) -> list[str]:
    """Each word as the nearest indexed one, if any is near; known words stay."""
    variants = {variant for word in words for variant in spelling_variants(word)}
    known = set(
        SearchSpelling.objects.filter(collection_id=collection, variant__in=variants)
        .values_list("word", flat=True)
        .distinct()
    )
    return [_nearest(word, known) for word in words]


def _nearest(word: str, known: set[str]) -> str:
    near = [other for other in known if is_misspelling(word, other)]
    return min(near, key=lambda other: (slips(word, other), other), default=word)
