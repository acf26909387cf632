"""What the words ``document:…``, ``memo:…`` and their like stand for, for whoever may read it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.queries.cards import access_card
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.instructions import access_instruction
from gapura.sectors.office.queries.meetings import access_meeting
from gapura.sectors.office.queries.memos import access_memo

_TITLES: Mapping[str, Callable[[Actor, str], str]] = {
    "document": lambda actor, code: access_document(actor, code).title,
    "card": lambda actor, code: access_card(actor, code).title,
    "instruction": lambda actor, code: access_instruction(actor, code).title,
    "memo": lambda actor, code: access_memo(actor, code).title,
    "meeting": lambda actor, code: access_meeting(actor, code).title,
}


def find_title(actor: Actor, kind: str, code: str) -> str:
    """The title, or nothing where there is no such object or the official may not read it."""
    try:
        return _TITLES[kind](actor, code)
    except (KeyError, AccessDenied):
        return ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that is pointed at. ``title`` is empty where the official may not read it."""

    ref: str
    kind: str
    title: str
    path: str


_PAGES = {
    "document": "office:document",
    "memo": "office:memo",
    "instruction": "office:instruction",
    "card": "office:card",
    "meeting": "office:meeting",
    "weekly": "office:weekly-report",
}


def describe_references(actor: Actor, refs: Sequence[str]) -> list[Reference]:
    """What the references stand for, in the same order; what one may not read has no title and no path."""
    return [_describe(actor, ref) for ref in refs]


def access_reference(actor: Actor, ref: str) -> Reference:
    """What the reference stands for. Raises AccessDenied where the official may not read it, or it is nothing."""
    found = _describe(actor, ref)
    if not found.title:
        raise AccessDenied
    return found


def _describe(actor: Actor, ref: str) -> Reference:
    kind, _colon, code = ref.partition(":")
    title = find_title(actor, kind, code) if kind in _PAGES and code else ""
    return Reference(ref, kind, title, path_of(kind, code) if title else "")


def path_of(kind: str, code: str) -> str:
    """The page of an object of the office; empty where it has none."""
    try:
        return reverse(_PAGES[kind], args=[code])
    except (KeyError, NoReverseMatch):
        return ""
