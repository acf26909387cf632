"""What the country says of letters and of what the public may read: ``letters.yaml`` and ``disclosure.yaml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the law lets something stay closed; ``years`` the longest (None: no term), ``needs_end`` asks for a day."""

    code: str
    article: str
    title: Text
    years: int | None
    needs_end: bool
    shows_title: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a redaction proposes of itself: an expression, what it finds, and the usual ground."""

    code: str
    title: Text
    ground: str
    expression: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class DisclosureTerms:
    law: str
    grounds: Mapping[str, Ground]
    published_ranks: frozenset[str]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A sealed paper that the office gives out: its template, title and signatory."""

    template: str
    title: Text
    signatory: Text
    legal_ground: Text
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterTerms:
    """``most_…``: ceilings of one letter and of one person."""

    most_characters: int
    most_files: int
    most_file_bytes: int
    most_unsent: int
    most_sent_a_day: int
    receipt: Paper
    answer: Paper


def get_disclosure_terms() -> DisclosureTerms:
    return _disclosure_of(settings.GAPURA_JURISDICTION)


def get_letter_terms() -> LetterTerms:
    return _letters_of(settings.GAPURA_JURISDICTION)


@cache
def _disclosure_of(country: str) -> DisclosureTerms:
    said = _read(country, "disclosure.yaml")
    return DisclosureTerms(
        law=said["law"],
        grounds={one["code"]: Ground(**one) for one in said["grounds"]},
        published_ranks=frozenset(said["published_ranks"]),
        patterns=tuple(
            Pattern(one["code"], one["title"], one["ground"], re.compile(one["pattern"])) for one in said["patterns"]
        ),
    )


@cache
def _letters_of(country: str) -> LetterTerms:
    said = _read(country, "letters.yaml")
    return LetterTerms(**said | {name: _paper(said[name]) for name in ("receipt", "answer")})


def _paper(said: Mapping[str, Any]) -> Paper:
    return Paper(**{**said, "languages": tuple(said["languages"])})


def _read(country: str, name: str) -> dict[str, Any]:
    said: dict[str, Any] = load(country).read("office", name)
    return said
