"""Finding by words, over everything an official may open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gapura.foundation.words import folded
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.search.queries import search
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.queries.documents import list_memberships, rank_of
from gapura.sectors.office.queries.findable import FINDABLES, Said, ref_of
from gapura.sectors.office.queries.references import path_of
from gapura.sectors.office.rules import memberships, of_class, of_kind
from gapura.sectors.office.security import cleared_for, ordinary_class
from gapura.sectors.office.types import FindKind

COLLECTION = "office"
MOST_FOUND = 20
_LONGEST_LINE = 220


@dataclass(frozen=True, slots=True)
class Found:
    """Something that fits. ``pieces``: its line that fits best, cut where a word that was sought begins and ends."""

    kind: FindKind
    code: str
    path: str
    said: Said
    pieces: tuple[tuple[str, bool], ...]


def find_things(
    actor: Actor, text: str, *, kinds: Collection[FindKind] = FINDABLES.keys(), limit: int = MOST_FOUND
) -> list[Found]:
    """What fits ``text`` best, of what the official may open. The index is asked with the official's memberships, and
    the database once more: a right that ended a moment ago shows nothing.
    """
    if actor.kind is not ActorKind.OFFICIAL:
        return []
    rank = rank_of(actor)
    members = list_memberships(actor, rank)
    asked = frozenset[str]().union(*(of_kind(kind, members) for kind in kinds))
    if FindKind.DOCUMENT in kinds:
        secret = [of_class(one, members) for one in cleared_for(rank) if one != ordinary_class()]
        asked = asked.union(*(of_kind(FindKind.DOCUMENT, words) for words in secret))
    refs = [hit.key for hit in search(collection=COLLECTION, text=text, memberships=asked, limit=limit)]
    said = {ref: one for kind in kinds for ref, one in _read(actor, kind, refs).items()}
    words = frozenset(folded(text).split())
    return [_found(ref, said[ref], words) for ref in refs if ref in said]


def is_found_by_drafter(document: OfficialDocument) -> bool:
    """Whether who drafted it finds it by the words of its title, among the first that the page would show."""
    members = memberships(
        post_code=document.drafter_post,
        agency_code=document.agency_code,
        office_code=document.office_code,
        units=[document.unit_code],
        leads=[],
    )
    asked = of_kind(FindKind.DOCUMENT, members)
    hits = search(collection=COLLECTION, text=document.title, memberships=asked, limit=MOST_FOUND)
    return ref_of(document) in {hit.key for hit in hits}


def _read(actor: Actor, kind: FindKind, refs: Sequence[str]) -> dict[str, Said]:
    findable, codes = FINDABLES[kind], [ref.partition(":")[2] for ref in refs if ref.startswith(f"{kind}:")]
    return {ref_of(row): findable.tell(row) for row in findable.read(actor, codes)} if codes else {}


def _found(ref: str, said: Said, words: frozenset[str]) -> Found:
    kind, _colon, code = ref.partition(":")
    best = max(said.text.splitlines(), key=lambda line: len(words & set(folded(line).split())), default="")
    return Found(FindKind(kind), code, path_of(kind, code), said, _marked(_cut(best, words), words))


def _cut(line: str, words: frozenset[str]) -> str:
    """As much of a long line as is read at a glance, around the first word that was sought."""
    if len(line) <= _LONGEST_LINE:
        return line
    parts = line.split()
    first = next((place for place, part in enumerate(parts) if _is_sought(part, words)), 0)
    kept: list[str] = []
    for part in parts[max(0, first - 6) :]:
        if sum(map(len, kept)) + len(kept) + len(part) > _LONGEST_LINE:
            break
        kept.append(part)
    return ("… " if first > 6 else "") + " ".join(kept) + " …"


def _marked(line: str, words: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    return tuple((part, _is_sought(part, words)) for part in line.split())


def _is_sought(part: str, words: frozenset[str]) -> bool:
    plain = folded(part)
    return bool(plain) and any(plain.startswith(word) for word in words)
