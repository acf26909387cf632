"""What is wrong in the country's files, said so that the author knows what to write instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one line."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BadDefinitions(Exception):
    """The country's files cannot be used. ``problems`` holds every mistake, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


def suggestion(wrong: str, allowed: Iterable[str]) -> str:
    """What to write instead of ``wrong``: the nearest allowed word, or all of them."""
    words = sorted(allowed)
    if near := get_close_matches(wrong, words, n=1, cutoff=0.6):
        return f"Did you mean {near[0]}?"
    return f"Write one of: {', '.join(words)}." if words else "There is nothing to choose from."
