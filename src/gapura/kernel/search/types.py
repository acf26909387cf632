"""What goes into a search index and what comes out."""

from dataclasses import dataclass, field

EVERYBODY = frozenset({"everybody"})
"""The audience of what anybody may find."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One thing that can be found. Words count most in ``title``, least in ``body``.

    It is found by those whose memberships meet its ``audience``. Where ``agency_code`` is given, PostgreSQL keeps the
    row from every other agency besides.
    """

    key: str
    title: str
    keywords: str = ""
    body: str = ""
    audience: frozenset[str] = field(default=EVERYBODY)
    agency_code: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A found entry; a higher ``score`` fits better. Scores compare only within one search."""

    key: str
    score: float
