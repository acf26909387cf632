"""Taking words out of a text so that nothing of them remains. Pure: text in, text out.

A mark takes a whole line, or words wherever they stand: with other spaces, other letter cases, ligatures, wide digits,
marks of emphasis between the letters, or written as character references. What is given on is made from what is left.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

BAR = "■■■■■"
WITHHELD, WHOLE, BOXES = "withhold", "whole", "boxes"
_WHOLE_WORD_BELOW = 4
_CHARACTER_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LEAD = re.compile(r"(?:\s*(?:[-*+]|\d{1,9}[.)]|>|#{1,6})\s+)*")


@dataclass(frozen=True, slots=True)
class Mark:
    """What goes, on which ground: line ``line`` (from 0) of ``part``, or ``words`` in every part."""

    ground: str
    part: str = ""
    line: int = -1
    words: str = ""

    @classmethod
    def read(cls, said: Mapping[str, object]) -> "Mark":
        """From JSON. Raises ValueError, TypeError for anything else than a mark."""
        mark = cls(**said)  # type: ignore[arg-type]  # judged in the next line
        if not (isinstance(mark.words, str) and isinstance(mark.part, str) and isinstance(mark.line, int)):
            raise ValueError("A mark names a line of a part, or words.")
        if bool(mark.words) == bool(mark.part) or (mark.part and mark.line < 0):
            raise ValueError("A mark names a line of a part, or words.")
        return mark


@dataclass(frozen=True, slots=True)
class Find:
    """Words that may have to go: where a pattern found them."""

    words: str
    part: str
    line: int
    code: str
    ground: str


def redact(parts: Mapping[str, str], marks: Iterable[Mark]) -> dict[str, str]:
    """The parts without what is marked; a bar with the ground stands in its place."""
    marks = list(marks)
    left = dict(parts)
    for part, text in left.items():
        lines = text.split("\n")
        for mark in marks:
            if mark.part == part and mark.line < len(lines):
                lines[mark.line] = _barred(lines[mark.line], mark.ground)
        left[part] = "\n".join(lines)
    for mark in sorted((one for one in marks if one.words), key=lambda one: len(one.words), reverse=True):
        left = {part: _without(text, mark) for part, text in left.items()}
    return left


def find_remains(texts: Iterable[str], marks: Iterable[Mark]) -> list[str]:
    """Marked words that can still be read in a text, by the same reading; empty where nothing is left."""
    read = list(texts)
    return [mark.words for mark in marks if mark.words and any(_places(text, mark.words) for text in read)]


def suggest(parts: Mapping[str, str], patterns: Sequence[tuple[str, str, re.Pattern[str]]]) -> list[Find]:
    """What the patterns (code, ground, expression) find, each wording once, in order of the text."""
    found: dict[str, Find] = {}
    for part, text in parts.items():
        for number, line in enumerate(text.split("\n")):
            for code, ground, expression in patterns:
                for one in expression.finditer(line):
                    found.setdefault(one[0], Find(one[0], part, number, code, ground))
    return list(found.values())


def _barred(line: str, ground: str) -> str:
    """A line of a list, heading or table stays one, so that what follows keeps its form."""
    bar = f"{BAR}({ground})"
    if line.lstrip().startswith("|"):
        return f"| {bar} |"
    lead = _LEAD.match(line)
    return (lead[0] if lead else "") + bar


def _without(text: str, mark: Mark) -> str:
    for start, end in reversed(_places(text, mark.words)):
        text = f"{text[:start]}{BAR}({mark.ground}){text[end:]}"
    return text


def _places(text: str, words: str) -> list[tuple[int, int]]:
    """Where the words stand, as ranges of the source, in order and apart from each other."""
    letters = _read(text)
    skeleton = "".join(letter for letter, _, _ in letters)
    wanted = "".join(letter for letter, _, _ in _read(words))
    found: list[tuple[int, int]] = []
    at = skeleton.find(wanted) if wanted else -1
    while at >= 0:
        last = at + len(wanted) - 1
        start, end = letters[at][1], letters[last][2]
        is_long = len(wanted) >= _WHOLE_WORD_BELOW
        begins = at == 0 or letters[at - 1][2] != start or (is_long and wanted.isdigit())
        ends = last + 1 == len(letters) or letters[last + 1][1] != end
        if begins and (ends or is_long):
            while last + 1 < len(letters) and letters[last + 1][1] == end:
                last, end = last + 1, letters[last + 1][2]
            found.append((start, end))
            at = skeleton.find(wanted, last + 1)
        else:
            at = skeleton.find(wanted, at + 1)
    return found


def _read(text: str) -> list[tuple[str, int, int]]:
    """Every letter and digit as anybody reads it, with the range of the source that says it."""
    read: list[tuple[str, int, int]] = []
    at = 0
    while at < len(text):
        reference = _CHARACTER_REFERENCE.match(text, at)
        end = reference.end() if reference else at + 1
        said = unescape(text[at:end]) if reference else text[at]
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", said).casefold())
        read += [(letter, at, end) for letter in plain if letter.isalnum()]
        at = end
    return read
