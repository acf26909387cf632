"""What goes into a search index and what comes out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One thing that can be found. Words count most in ``title``, least in ``body``."""

    key: str
    title: str
    keywords: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A found entry; a higher ``score`` fits better. Scores compare only within one search."""

    key: str
    score: float
