"""Recomputing the whole log from the rows and naming every one that is not what was signed.

There are up to three copies of the leaf hashes: what the events give, the stored tiles, the published files.
Each is as good as the signed checkpoints whose root it has. For every leaf the best copy that reaches it is
believed, and the others are measured against it: so an altered tile is not blamed on its events.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.conf import settings

from gapura.foundation.log_files import LogFolder, Progress
from gapura.foundation.merkle import HASH_SIZE, Frontier, fold, leaf_hash
from gapura.foundation.notes import BadNote, Verifier, open_checkpoint
from gapura.foundation.tiles import TILE_WIDTH, append_leaves, split_hashes
from gapura.kernel.audit.models import AuditEvent, Checkpoint, Tile
from gapura.kernel.audit.row_verification import find_altered_rows
from gapura.kernel.audit.rules import event_commitment, event_seal
from gapura.kernel.audit.types import Finding, FindingKind
from gapura.kernel.audit.witnesses import count_quorum, find_witnessed_note, list_cosigned, list_witnesses

# Tiles whose events are read with one query.
_STRIDE = 32 * TILE_WIDTH

Hashes = Sequence[bytes | None]


def find_tampering(verifier: Verifier, folder: LogFolder, progress: Progress) -> list[Finding]:
    """Everything in the log that is not as it was written and signed; the log may grow meanwhile."""
    signed = _SignedStates(verifier, folder)
    walk = _Walk(signed, folder)
    for start in range(0, signed.size, _STRIDE):
        walk.compare(start, min(start + _STRIDE, signed.size))
        progress(min(start + _STRIDE, signed.size), signed.size)
    return [
        *signed.findings,
        *_name_unconfirmed(walk),
        *_name_events(walk),
        *_name_tiles(walk),
        *_name_upper_tiles(walk),
        *_name_forged(),
        *find_altered_rows(),
    ]


@dataclass(frozen=True, slots=True)
class _Signed:
    """A state of the tree that carries our signature."""

    size: int
    root: bytes
    where: str


class _SignedStates:
    """Every checkpoint, in the database and published, whose signature holds."""

    def __init__(self, verifier: Verifier, folder: LogFolder) -> None:
        self.states: list[_Signed] = []
        self.findings: list[Finding] = []
        self.published_size = self.stored_size = 0
        for row in Checkpoint.objects.order_by("size"):
            self._add_stored(row, verifier)
        try:
            published = folder.find_checkpoint(verifier)
        except BadNote as error:
            published = None
            self._report(f"the published checkpoint: {error}")
        if published:
            self.published_size = published.size
            self.states.append(_Signed(published.size, published.root, "published"))
        if self.published_size > self.stored_size:
            self._report(
                f"{self.published_size} leaves were signed and published, the database knows of "
                f"{self.stored_size}: it was set back or cut off"
            )
        self._add_witnessed(verifier)
        self.size = max(state.size for state in self.states) if self.states else 0
        self.sizes = {state.size for state in self.states}

    def _add_stored(self, row: Checkpoint, verifier: Verifier) -> None:
        try:
            tree = open_checkpoint(row.note, verifier)
        except BadNote as error:
            self._report(f"checkpoint of {row.size} leaves: {error}")
            return
        if tree.size != row.size:
            self._report(f"checkpoint of {row.size} leaves: the signed note says {tree.size}")
        self.stored_size = max(self.stored_size, tree.size)
        self.states.append(_Signed(tree.size, tree.root, "database"))

    def _add_witnessed(self, verifier: Verifier) -> None:
        witnesses, note = list_witnesses(), find_witnessed_note()
        signed, quorum = len(list_cosigned(note, witnesses)) if note else 0, count_quorum(witnesses)
        if self.states and signed < quorum:
            self._report(f"{signed} witnesses signed a checkpoint of this log, {quorum} must")
        if note is None:
            return
        try:
            tree = open_checkpoint(note, verifier)
        except BadNote as error:
            self._report(f"the witnessed checkpoint: {error}")
            return
        self.states.append(_Signed(tree.size, tree.root, "witnessed"))
        if tree.size > self.stored_size:
            self._report(f"witnesses signed for {tree.size} leaves, the database knows of {self.stored_size}")

    def _report(self, what: str) -> None:
        self.findings.append(Finding(FindingKind.CHECKPOINT, what))


@dataclass
class _Copy:
    """One copy of the leaf hashes: its roots up to the first gap, and its full tiles."""

    frontier: Frontier = field(default_factory=Frontier)
    roots: dict[int, bytes] = field(default_factory=dict)
    full_tiles: list[bytes | None] = field(default_factory=list)
    ended: bool = False

    def follow(self, hashes: Hashes, sizes: set[int]) -> None:
        """Take up the next tile; note the roots at ``sizes``."""
        if len(hashes) == TILE_WIDTH:
            self.full_tiles.append(_fold(tuple(hashes)))
        for leaf in hashes:
            if leaf is None or self.ended:
                self.ended = True
                return
            self.frontier.append(leaf)
            if self.frontier.size in sizes:
                self.roots[self.frontier.size] = self.frontier.root()

    def confirmed_up_to(self, states: Sequence[_Signed]) -> int:
        return max((state.size for state in states if self.roots.get(state.size) == state.root), default=0)


@dataclass(frozen=True)
class _Suspect:
    """A leaf about which the copies disagree."""

    index: int
    hashes: dict[str, bytes | None]
    rows: tuple["_Row", ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """An event as it stands in the database, and the commitment to what it says now."""

    event: AuditEvent
    commitment: bytes

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.commitment)

    @property
    def commitment_fits(self) -> bool:
        return bytes(self.event.commitment) == self.commitment

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with the row in itself, once it is in the tree."""
        return self.commitment_fits and self.event.seal is None

    @property
    def is_sealed(self) -> bool:
        """Whether this house wrote the commitment, before it is in the tree."""
        commitment = bytes(self.event.commitment)
        return bytes(self.event.seal or b"") == event_seal(settings.SECRET_KEY, commitment)


class _Walk:
    """All leaves in order, once, keeping only what does not agree."""

    def __init__(self, signed: _SignedStates, folder: LogFolder) -> None:
        self.signed, self.folder = signed, folder
        self.copies = {"published": _Copy(), "tiles": _Copy(), "events": _Copy()}
        self.suspects: list[_Suspect] = []
        self.overlong_tiles: list[int] = []

    def compare(self, start: int, end: int) -> None:
        rows = _read_rows(start, end)
        stored = _read_stored_tiles(start // TILE_WIDTH, -(-end // TILE_WIDTH))
        for first in range(start, end, TILE_WIDTH):
            last = min(first + TILE_WIDTH, end)
            tile = stored.get(first // TILE_WIDTH, b"")
            if len(tile) > (last - first) * HASH_SIZE:
                self.overlong_tiles.append(first // TILE_WIDTH)
            here = [rows.get(index, ()) for index in range(first, last)]
            self._compare_tile(first, here, _padded(tile, last - first), self._published(first, last))

    def list_expected(self) -> dict[int, bytes | None]:
        """What the best copy that reaches each suspect leaf says, by leaf index."""
        return {suspect.index: self._choose(suspect.index, suspect.hashes) for suspect in self.suspects}

    def list_full_tiles(self) -> list[bytes]:
        """The hashes of all full tiles, each from the best copy that reaches its end."""
        chosen = [
            self._choose(
                (tile + 1) * TILE_WIDTH - 1,
                {name: copy.full_tiles[tile] for name, copy in self.copies.items()},
            )
            for tile in range(self.signed.size // TILE_WIDTH)
        ]
        return [found or b"" for found in chosen]

    def _choose(self, last_leaf: int, offered: Mapping[str, bytes | None]) -> bytes | None:
        """Of the copies' offers the best: from one that a signature confirms, else any."""
        confirmed = (name for name, size in self._confirmed.items() if size > last_leaf)
        return next((offered[name] for name in confirmed), next((found for found in offered.values() if found), None))

    @cached_property
    def _confirmed(self) -> dict[str, int]:
        return {name: copy.confirmed_up_to(self.signed.states) for name, copy in self.copies.items()}

    def _published(self, first: int, last: int) -> Hashes:
        width = min(TILE_WIDTH, self.signed.published_size - first)
        tile = self.folder.read_tile(0, first // TILE_WIDTH, width) if width > 0 else b""
        return _padded(tile, last - first)

    def _compare_tile(self, first: int, rows: Sequence[tuple[_Row, ...]], stored: Hashes, published: Hashes) -> None:
        computed = [_leaf_of(found, known) for found, known in zip(rows, stored, strict=True)]
        for offset, found in enumerate(rows):
            hashes = {"published": published[offset], "tiles": stored[offset], "events": computed[offset]}
            if first + offset >= self.signed.published_size:
                del hashes["published"]
            if len(set(hashes.values())) > 1 or len(found) != 1 or not found[0].is_whole:
                self.suspects.append(_Suspect(first + offset, hashes, found))
        for name, column in (("published", published), ("tiles", stored), ("events", computed)):
            self.copies[name].follow(column, self.signed.sizes)


def _as_row(event: AuditEvent) -> _Row:
    return _Row(event, event_commitment(bytes(event.salt), event.words))


def _read_rows(start: int, end: int) -> dict[int, tuple[_Row, ...]]:
    found: dict[int, tuple[_Row, ...]] = {}
    for event in AuditEvent.objects.filter(leaf_index__gte=start, leaf_index__lt=end).order_by("leaf_index"):
        index = event.leaf_index or 0
        found[index] = (*found.get(index, ()), _as_row(event))
    return found


def _read_stored_tiles(first: int, last: int) -> dict[int, bytes]:
    tiles = Tile.objects.filter(level=0, index__gte=first, index__lt=last).order_by("index")
    return {tile.index: bytes(tile.hashes) for tile in tiles}


@lru_cache(maxsize=8)
def _fold(hashes: tuple[bytes | None, ...]) -> bytes | None:
    """The hash over a full tile, None with a gap; computed once for all copies that agree."""
    return None if None in hashes else fold([found for found in hashes if found])


def _padded(tile: bytes, width: int) -> Hashes:
    hashes: list[bytes | None] = [found for found in split_hashes(tile)[:width] if len(found) == HASH_SIZE]
    return hashes + [None] * (width - len(hashes))


def _leaf_of(rows: Sequence[_Row], known: bytes | None) -> bytes | None:
    """The hash the event gives. Of several (somebody dropped the unique constraint) the one that fits."""
    leaves = [row.leaf for row in rows]
    return known if known in leaves else next(iter(leaves), None)


def _name_unconfirmed(walk: _Walk) -> Iterator[Finding]:
    """The first signed state that no copy has: events were rewritten together with every copy."""
    before = 0
    for state in sorted(walk.signed.states, key=lambda state: state.size):
        if state.size and all(copy.roots.get(state.size) != state.root for copy in walk.copies.values()):
            yield Finding(
                FindingKind.CHECKPOINT,
                f"no copy of the tree has the root signed for {state.size} leaves ({state.where}): among "
                f"leaves {before} to {state.size - 1} events were rewritten together with their tiles; "
                "compare with a witness's copy",
            )
            return
        before = state.size


def _name_events(walk: _Walk) -> Iterator[Finding]:
    expected = walk.list_expected()
    homes = {leaf: index for index, leaf in expected.items() if leaf}
    strays = [_as_row(event) for event in _list_strays(walk.signed)]
    rows = [*strays, *(row for suspect in walk.suspects for row in suspect.rows)]
    found = {row.leaf for row in rows}
    for suspect in walk.suspects:
        if not suspect.rows and expected[suspect.index] not in found:
            yield Finding(FindingKind.DELETED, _describe_gap(suspect.index), leaf_index=suspect.index)
        for row in suspect.rows:
            yield from _judge(row, expected[suspect.index], homes)
    for row in strays:
        if row.leaf in homes:
            yield _moved(row.event, homes[row.leaf])
        elif row.event.leaf_index is not None:
            yield _finding(FindingKind.INSERTED, row.event, "claims a leaf that the log does not have")


def _judge(row: _Row, expected: bytes | None, homes: dict[bytes, int]) -> Iterator[Finding]:
    """What is wrong with an event at a leaf where ``expected`` should be."""
    if row.leaf == expected:
        if not row.is_whole:
            column = "seal" if row.commitment_fits else "commitment"
            yield _finding(FindingKind.EDITED, row.event, f"its {column} was changed, what it says was not")
    elif row.leaf in homes:
        yield _moved(row.event, homes[row.leaf])
    elif leaf_hash(bytes(row.event.commitment)) == expected:
        yield _finding(FindingKind.EDITED, row.event, "what it says, or its salt, was changed")
    else:
        yield _finding(FindingKind.EDITED, row.event, "what it says and its commitment are not what was logged")


def _list_strays(signed: _SignedStates) -> list[AuditEvent]:
    """Events outside the tree, waiting or beyond its end; not those that entered while we were looking."""
    waiting = list(AuditEvent.objects.pending())
    beyond = list(AuditEvent.objects.filter(leaf_index__gte=signed.size).order_by("leaf_index"))
    newest = Checkpoint.objects.order_by("-size").first()
    end = newest.size if newest else 0
    return [*waiting, *(event for event in beyond if (event.leaf_index or 0) >= end)]


def _moved(event: AuditEvent, home: int) -> Finding:
    now = "waits to be logged again" if event.leaf_index is None else f"stands at leaf {event.leaf_index}"
    return _finding(FindingKind.MOVED, event, f"belongs at leaf {home} and {now}")


def _finding(kind: FindingKind, event: AuditEvent, what: str) -> Finding:
    return Finding(kind, what, event_id=str(event.id), leaf_index=event.leaf_index)


def _describe_gap(index: int) -> str:
    """An event is gone, and only its hash is left: say between which others it stood."""
    before = AuditEvent.objects.filter(leaf_index__lt=index).order_by("-leaf_index").first()
    after = AuditEvent.objects.filter(leaf_index__gt=index).order_by("leaf_index").first()
    return f"the event is gone; it stood after {_name(before)} and before {_name(after)}"


def _name(event: AuditEvent | None) -> str:
    return f"event {event.id} of {event.occurred_at:%Y-%m-%d %H:%M:%S}" if event else "nothing"


def _name_tiles(walk: _Walk) -> Iterator[Finding]:
    """Level 0: hashes that differ from what is believed, one finding a tile."""
    expected = walk.list_expected()
    for name in ("tiles", "published"):
        wrong: dict[int, list[int]] = {}
        for suspect in walk.suspects:
            if name in suspect.hashes and suspect.hashes[name] != expected[suspect.index]:
                wrong.setdefault(suspect.index // TILE_WIDTH, []).append(suspect.index)
        where = "the database" if name == "tiles" else "the published log"
        for tile, leaves in wrong.items():
            places = ", ".join(map(str, leaves[:5])) + (" and more" if len(leaves) > 5 else "")
            yield Finding(FindingKind.TILE, f"tile 0/{tile} of {where} differs at leaf {places}")


def _name_upper_tiles(walk: _Walk) -> Iterator[Finding]:
    """Levels above: each tile follows from those below. Tiles that grew meanwhile are left alone."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None or newest.size > walk.signed.size:
        return
    for index in walk.overlong_tiles:
        yield Finding(FindingKind.TILE, f"tile 0/{index} of the database holds more than the log")
    upper = append_leaves(0, walk.list_full_tiles(), lambda level, index: b"")
    expected = {(level + 1, index): hashes for (level, index), hashes in upper.items()}
    last_tile = -(-walk.signed.size // TILE_WIDTH)
    for tile in Tile.objects.exclude(level=0, index__lt=last_tile).order_by("level", "index"):
        hashes = expected.pop((tile.level, tile.index), b"")
        if bytes(tile.hashes) != hashes:
            what = "does not fit the tiles below it" if hashes else "does not belong to the log"
            yield Finding(FindingKind.TILE, f"tile {tile.level}/{tile.index} of the database {what}")
    for level, index in expected:
        yield Finding(FindingKind.TILE, f"tile {level}/{index} of the database is missing")


def _name_forged() -> Iterator[Finding]:
    """Events that wait for the next checkpoint and are not as the house wrote them."""
    for event in AuditEvent.objects.pending().iterator():
        row = _as_row(event)
        if not row.is_sealed:
            what = "was not written by this house (or the secret key was changed since)"
            yield _finding(FindingKind.FORGED, event, what)
        elif not row.commitment_fits:
            yield _finding(FindingKind.EDITED, event, "what it says, or its salt, was changed")
