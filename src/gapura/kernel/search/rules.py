"""How texts become index words, and how far a misspelt word may stray."""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise

from gapura.foundation.words import folded

SHORTEST_CORRECTED = 4
"""Shorter words are too near to each other to guess at."""
LONGEST_CORRECTED = 60
_TWO_SLIPS_FROM = 8

# Hangul, kana and Han stand without (reliable) spaces between words.
_PIECES = re.compile("([\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af]+)|([^\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af]+)")


def index_words(text: str) -> list[str]:
    """The words of a text as indexed: folded; scripts without spaces as pairs of neighboring letters."""
    return [word for run in folded(text).split() for word in _split(run)]


def _split(run: str) -> Iterator[str]:
    for unspaced, spaced in _PIECES.findall(run):
        if spaced or len(unspaced) == 1:
            yield spaced or unspaced
        else:
            yield from (first + second for first, second in pairwise(unspaced))


def spelling_variants(word: str) -> set[str]:
    """The word, and the word less any one letter: words one slip apart share a variant."""
    if not SHORTEST_CORRECTED <= len(word) <= LONGEST_CORRECTED:
        return set()
    return {word, *(word[:position] + word[position + 1 :] for position in range(len(word)))}


def audience_word(collection: str, member: str) -> str:
    """One word of an audience as it stands in the index: a digest, so that no text can be mistaken for it."""
    return "zz" + hashlib.sha256(f"{collection}\0{member}".encode()).hexdigest()[:20]


def is_misspelling(written: str, word: str) -> bool:
    """Whether ``written`` may be meant as ``word``: one slip, two in long words."""
    return slips(written, word) <= (2 if len(written) >= _TWO_SLIPS_FROM else 1)


def slips(written: str, word: str) -> int:
    """Letters added, left out, changed, or swapped with their neighbor (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, letter in enumerate(written, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(word, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == word[j - 2] and written[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
