"""Cells, rows and encodings of files that others made."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes

SEPARATORS = (",", ";", "\t", "|")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 1 << 18
_LONGEST_LINE = 1 << 16
_MOST_LINES = 20  # of one row, when a quoted cell holds line breaks
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class CannotReadFile(Exception):
    """The file cannot be read as a table; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file; ``problem`` says why ``cells`` cannot be trusted."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


def find_encoding(file: Path) -> str:
    """The encoding of ``file``: by its byte order mark, else UTF-8, UTF-16 by its zeros, or the likeliest."""
    with file.open("rb") as handle:
        sample = handle.read(_SAMPLE)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding
    zeros_even, zeros_odd = sample[::2].count(0), sample[1::2].count(0)
    if max(zeros_even, zeros_odd) > len(sample) // 8:
        return "utf-16-be" if zeros_even > zeros_odd else "utf-16-le"
    if _is_utf8(sample):
        return "utf-8"
    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        return error.start > len(sample) - 4 and len(sample) == _SAMPLE  # a letter cut in two at the end
    return True


def find_separator(header: str, wanted: Sequence[str]) -> str:
    """The separator that finds most of the ``wanted`` column names in the first line."""
    names = {name.casefold() for name in wanted}

    def found(separator: str) -> int:
        try:
            cells = next(csv.reader([header], delimiter=separator), [])
        except csv.Error:  # a cell longer than any name of a column
            return 0
        return sum(cell.strip().casefold() in names for cell in cells)

    return max(SEPARATORS, key=found)


def open_text(file: Path, encoding: str) -> TextIO:
    """The file as text; what the encoding cannot explain becomes U+FFFD, which no checked cell may hold."""
    try:
        return file.open(encoding=encoding, errors="replace", newline="")
    except LookupError as error:
        raise CannotReadFile(f"No encoding is called {encoding!r}; try utf-8 or cp1252.") from error


def read_rows(lines: TextIO, separator: str, *, first_line: int) -> Iterator[Row]:
    """Every row that is not blank. One broken row never takes its neighbors with it."""
    source = _Lines(lines, first_line)
    while (text := source.take()) is not None:
        line = source.number
        if not text.strip():
            continue
        if len(text) >= _LONGEST_LINE:
            yield Row(line, (text[:200],), f"The line is longer than {_LONGEST_LINE} characters.")
            continue
        whole, taken = _complete(text, source)
        try:
            cells = next(csv.reader(StringIO(whole, newline=""), delimiter=separator, strict=True))
        except csv.Error:
            source.give_back(taken)
            cells = text.rstrip("\r\n").split(separator)
        yield Row(line, tuple(cells))


def _complete(text: str, source: "_Lines") -> tuple[str, list[str]]:
    """``text`` with the following lines that an open quote asks for; nothing follows when it never closes."""
    whole = text
    taken: list[str] = []
    while whole.count('"') % 2 and len(taken) < _MOST_LINES and (more := source.take()) is not None:
        taken.append(more)
        whole += more
    if whole.count('"') % 2:
        source.give_back(taken)
        return text, []
    return whole, taken


class _Lines:
    """Lines with their numbers, bounded in length, that can be given back."""

    def __init__(self, lines: TextIO, first_line: int) -> None:
        self._lines, self._waiting = lines, deque[str]()
        self.number = first_line - 1

    def take(self) -> str | None:
        self.number += 1
        if self._waiting:
            return self._waiting.popleft()
        text = self._lines.readline(_LONGEST_LINE)
        if len(text) >= _LONGEST_LINE and not text.endswith("\n"):
            while (rest := self._lines.readline(_LONGEST_LINE)) and not rest.endswith("\n"):
                pass
        return text or None

    def give_back(self, lines: Sequence[str]) -> None:
        self.number -= len(lines)
        self._waiting.extendleft(reversed(lines))


def safe_cell(text: str) -> str:
    """``text`` so that no spreadsheet runs it as a formula; :func:`plain_cell` takes it back."""
    return f"'{text}" if _is_formula(text) else text


def plain_cell(text: str) -> str:
    """What a cell means: without surrounding space and without the guard of :func:`safe_cell`."""
    text = text.strip()
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet would run it, or would without the guards before it."""
    return text.lstrip("'").startswith(_FORMULA_STARTS)
