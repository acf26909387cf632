"""What a first draft looks like, and how two texts differ."""

import re
from collections.abc import Iterator
from datetime import date
from difflib import unified_diff

_VALID_FROM = re.compile(r"^valid_from:.*$", re.MULTILINE)
_VALID_UNTIL = re.compile(r"^valid_until:.*\n?", re.MULTILINE)
_CODE = re.compile(r"^code:.*$", re.MULTILINE)


def first_draft(text: str, *, code: str, begins: date) -> str:
    """A definition copied for a draft: its code, its first day, and no last one; every other line as it was."""
    draft = _CODE.sub(f"code: {code}", text, count=1)
    return _VALID_FROM.sub(f"valid_from: {begins}", _VALID_UNTIL.sub("", draft, count=1), count=1)


def unix_lines(text: str) -> str:
    """As a file of the repository: browsers send lines that end in two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n" if text.strip() else ""


def differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Lines of the two texts with ``+``, ``-``, ``@`` (how far apart) or nothing before them."""
    for line in list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3))[2:]:
        mark = line[0] if line[0] in "+-@" else ""
        yield mark, line if mark == "@" else line[1:]
