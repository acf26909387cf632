"""What of a public service can be searched: its words in every language, and everyday words for them."""

from collections.abc import Iterator, Sequence

from gapura.foundation.words import folded, has_phrase
from gapura.kernel.catalogue.definitions.catalogue import Catalogue
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.search.types import IndexEntry


def services_to_index(catalogue: Catalogue) -> Iterator[IndexEntry]:
    """One entry a service code; words of all its versions, so that none is missed when one begins or ends."""
    for code, versions in catalogue.services.items():
        titles = " ".join(title for service in versions for title in service.title.values())
        own = " ".join(word for service in versions for word in service.synonyms)
        groups = _meaning_the_same(folded(f"{titles} {own}"), catalogue.word_groups)
        body = " ".join(text for service in versions for text in _body(service, catalogue))
        yield IndexEntry(key=code, title=f"{titles} {own}", keywords=" ".join(groups), body=body)


def _meaning_the_same(text: str, groups: Sequence[Sequence[str]]) -> list[str]:
    """The words of every group that has one of its phrases in the text."""
    return [word for group in groups if any(has_phrase(text, folded(word)) for word in group) for word in group]


def _body(service: PublicService, catalogue: Catalogue) -> Iterator[str]:
    yield from service.summary.values()
    for code in service.life_events:
        yield from catalogue.life_events[code].title.values()
