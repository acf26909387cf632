"""Once only: whether a register gives what a form would ask, by every name that it goes by."""

from collections.abc import Iterable

from gapura.foundation.words import folded, has_phrase, without
from gapura.kernel.exchange.types import EvidenceType


class HeldNames:
    """The names of every field of ``types``, folded and without ``fillers``, read once for all forms."""

    def __init__(self, types: Iterable[EvidenceType], fillers: frozenset[str]) -> None:
        self._fillers = fillers
        self._held: list[tuple[str, str]] = []
        self._first: dict[str, int] = {}  # the place in ``_held`` of the first that goes by a name
        self._phrases: dict[str, list[str]] = {}  # names of two or more words, by the first word
        for evidence in types:
            for field in evidence.fields:
                names = (field.code, f"{evidence.code}.{field.code}", *field.synonyms, *field.title.values())
                for name in self._plain(names):
                    self._add(name, len(self._held))
                self._held.append((evidence.code, field.code))

    def find(self, words: Iterable[str]) -> tuple[str, str] | None:
        """Evidence type and field of the first that is meant: one of ``words`` is a name of it, or holds a whole name
        of two or more words (``date of birth``).
        """
        asked = self._plain(words)
        text = " / ".join(asked)  # no name holds the stroke, so none reaches from one phrase into the next
        possible = [name for word in set(text.split()) for name in self._phrases.get(word, ())]
        meant = [*asked & self._first.keys(), *(name for name in possible if has_phrase(text, name))]
        return self._held[min(self._first[name] for name in meant)] if meant else None

    def _add(self, name: str, place: int) -> None:
        if name not in self._first:
            self._first[name] = place
            first, *more = name.split()
            if more:
                self._phrases.setdefault(first, []).append(name)

    def _plain(self, words: Iterable[str]) -> frozenset[str]:
        return frozenset(without(folded(each), self._fillers) for each in words) - {""}
