"""How much a text may hold so that reading it never takes long, whatever somebody pastes."""

import re

MOST_LINES = 20_000
LONGEST_PARAGRAPH = 20_000
MOST_BRACKETS = 4_000
_PARAGRAPHS = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*\|)")
"""Rows of a table are read one by one, so each counts for itself."""


def find_excess(body: str) -> tuple[str, int] | None:
    """What there is too much of (``lines``, ``paragraph``, ``brackets``) and how much is read at most; or None."""
    if body.count("\n") >= MOST_LINES:
        return "lines", MOST_LINES
    if body.count("[") > MOST_BRACKETS:
        return "brackets", MOST_BRACKETS
    if any(len(paragraph) > LONGEST_PARAGRAPH for paragraph in _PARAGRAPHS.split(body)):
        return "paragraph", LONGEST_PARAGRAPH
    return None
