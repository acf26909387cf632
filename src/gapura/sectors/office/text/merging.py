"""Three texts to one: what two people wrote from the same beginning, paragraph by paragraph (ADR 40).

Where both changed the same paragraph, both stay between marks that are words of the text itself, so that they are
kept, printed and sent whatever is done with the text, until somebody chooses:

    ⟦ Ayu, Analyst ⟧  the paragraphs of one  ⟦ Budi, Analyst ⟧  those of the other  ⟦ / ⟧
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gapura.sectors.office.text.parsing import list_pieces

_MARK = re.compile(r"^⟦ (.+) ⟧$")
_END = "/"
Pieces = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What one person wants to stand at a place; no pieces: nothing."""

    author: str
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where several wordings stand."""

    wordings: tuple[Wording, ...]


Part = str | Conflict


def merge(base: str, first: str, second: str, *, first_author: str, second_author: str) -> str:
    """The text with what both changed. ``first`` was saved before ``second``.

    A paragraph is left out only where one took it out and the other had left it as it was. Equal changes are one.
    """
    if first == second or base == second:
        return first
    if base == first:
        return second
    authors = (first_author, second_author)
    return join(_Merger(_parts_of(base), _parts_of(first), _parts_of(second), authors).merge())


def list_conflicts(body: str) -> list[Conflict]:
    """The places where somebody has to choose, in order."""
    return [part for part in _parts_of(body) if isinstance(part, Conflict)]


def choose(body: str, chosen: Sequence[Sequence[int]]) -> str:
    """The text with each conflict replaced by its wordings of these places, in that order.

    A place for which nothing is chosen stays a conflict: an empty choice is no choice.
    """
    parts: list[Part] = []
    place = 0
    for part in _parts_of(body):
        if isinstance(part, Conflict):
            wanted = chosen[place] if place < len(chosen) else ()
            place += 1
            if wanted:
                parts += [piece for one in wanted for piece in part.wordings[one].pieces]
                continue
        parts.append(part)
    return join(parts)


def join(parts: Sequence[Part]) -> str:
    """Paragraphs and conflicts as one text."""
    pieces = [piece for part in parts for piece in (_marked(part) if isinstance(part, Conflict) else (part,))]
    return "\n\n".join(pieces) + "\n" if pieces else ""


def _marked(conflict: Conflict) -> Pieces:
    inner = [piece for one in conflict.wordings for piece in (f"⟦ {one.author} ⟧", *one.pieces)]
    return (*inner, f"⟦ {_END} ⟧")


def _parts_of(body: str) -> list[Part]:
    """Paragraphs; what stands between marks is one part. Marks without an end are words."""
    pieces = list_pieces(body)
    parts: list[Part] = []
    at = 0
    while at < len(pieces):
        conflict, after = _conflict_at(pieces, at)
        parts.append(conflict or pieces[at])
        at = after
    return parts


def _conflict_at(pieces: Sequence[str], start: int) -> tuple[Conflict | None, int]:
    wordings: list[tuple[str, list[str]]] = []
    for at in range(start, len(pieces)):
        mark = _MARK.match(pieces[at])
        if mark is None and not wordings:
            break
        if mark is None:
            wordings[-1][1].append(pieces[at])
        elif mark[1] != _END:
            wordings.append((mark[1], []))
        elif wordings:
            return Conflict(tuple(Wording(author, tuple(its)) for author, its in wordings)), at + 1
    return None, start + 1


class _Merger:
    """Walks from one part that all three have to the next; between them is what somebody changed."""

    def __init__(
        self, base: Sequence[Part], first: Sequence[Part], second: Sequence[Part], authors: tuple[str, str]
    ) -> None:
        self._base, self._first, self._second = base, first, second
        self._authors = authors

    def merge(self) -> list[Part]:
        in_first, in_second = _places(self._base, self._first), _places(self._base, self._second)
        merged: list[Part] = []
        i = j = k = 0
        for place in range(len(self._base)):
            if place in in_first and place in in_second:
                j_end, k_end = in_first[place], in_second[place]
                merged += self._between(self._base[i:place], self._first[j:j_end], self._second[k:k_end])
                merged.append(self._base[place])
                i, j, k = place + 1, j_end + 1, k_end + 1
        return merged + self._between(self._base[i:], self._first[j:], self._second[k:])

    def _between(self, base: Sequence[Part], first: Sequence[Part], second: Sequence[Part]) -> list[Part]:
        if first == second or base == second:
            return list(first)
        if base == first:
            return list(second)
        if not base:  # both added here: neither changed the other's words
            return [*first, *second]
        if len(base) == len(first) == len(second) > 1:
            places = zip(base, first, second, strict=True)
            return [part for one, two, three in places for part in self._between([one], [two], [three])]
        wordings = (*_wordings(first, self._authors[0]), *_wordings(second, self._authors[1]))
        return [Conflict(tuple(dict.fromkeys(wordings)))]


def _places(base: Sequence[Part], changed: Sequence[Part]) -> dict[int, int]:
    """Where each part of the base that was left alone stands in the changed text."""
    blocks = SequenceMatcher(None, base, changed).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _wordings(parts: Sequence[Part], author: str) -> list[Wording]:
    """What one side has at a place: its own paragraphs, and each wording of a conflict that it had not settled."""
    own = tuple(part for part in parts if isinstance(part, str))
    others = [one for part in parts if isinstance(part, Conflict) for one in part.wordings]
    return [Wording(author, own), *others] if own or not others else others
