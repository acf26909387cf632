"""Two texts side by side: which paragraphs went, came or changed, and in those that changed which words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from gapura.sectors.office.text.parsing import list_pieces

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LIKE_ENOUGH = 0.3
_MOST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row: ``sign`` is ``=`` in both texts, ``-`` only in the first, ``+`` only in the second."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph; ``sign`` as of a Run, ``~`` where words in it differ."""

    sign: str
    runs: tuple[Run, ...]


def compare(first: str, second: str) -> list[Change]:
    """Every paragraph of both texts, in order."""
    before, after = list_pieces(first), list_pieces(second)
    changes: list[Change] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            changes += [Change("=", (Run("=", piece),)) for piece in before[i:i_end]]
        else:
            changes += _compare_some(before[i:i_end], after[j:j_end])
    return changes


def _compare_some(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Paragraphs of the same place and like each other are one that changed."""
    changes = [_compare_words(one, two) for one, two in zip(before, after, strict=False)]
    shared = len(changes)
    flat = [change for pair in changes for change in pair]
    flat += [Change("-", (Run("-", piece),)) for piece in before[shared:]]
    return flat + [Change("+", (Run("+", piece),)) for piece in after[shared:]]


def _compare_words(before: str, after: str) -> list[Change]:
    one, two = _WORD.findall(before), _WORD.findall(after)
    whole = [Change("-", (Run("-", before),)), Change("+", (Run("+", after),))]
    if len(one) + len(two) > _MOST_WORDS:
        return whole
    matcher = SequenceMatcher(None, one, two)
    if matcher.ratio() < _LIKE_ENOUGH:
        return whole
    runs: list[Run] = []
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            runs.append(Run("=", "".join(one[i:i_end])))
            continue
        runs += [Run("-", "".join(one[i:i_end]))] if i_end > i else []
        runs += [Run("+", "".join(two[j:j_end]))] if j_end > j else []
    return [Change("~", tuple(runs))]
