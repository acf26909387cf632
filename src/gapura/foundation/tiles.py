"""A Merkle tree kept as tiles of 256 hashes, as files or rows (C2SP tlog-tiles).

A tile at level 0 holds leaf hashes; each hash above is that of a full tile below. Only the last tile of a
level is ever partial, and a full tile never changes: whoever copied it may keep it for ever.
"""

from collections.abc import Callable, Iterator, Sequence

from gapura.foundation.merkle import HASH_SIZE, Subtree, fold

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_SIZE = TILE_WIDTH * HASH_SIZE

TileKey = tuple[int, int]
"""Level and index of a tile."""
ReadTile = Callable[[int, int], bytes]
"""The concatenated hashes of the tile at (level, index)."""


def split_hashes(tile: bytes) -> list[bytes]:
    """The hashes of a tile, from the left."""
    return [tile[start : start + HASH_SIZE] for start in range(0, len(tile), HASH_SIZE)]


def append_leaves(size: int, leaves: Sequence[bytes], read_tile: ReadTile) -> dict[TileKey, bytes]:
    """The tiles that are new or longer when ``leaves`` (hashes) join a tree of ``size`` leaves."""
    changed: dict[TileKey, bytes] = {}
    level, hashes = 0, leaves
    while hashes:
        first, kept = divmod(size, TILE_WIDTH)
        known = read_tile(level, first)[: kept * HASH_SIZE] if kept else b""
        row = known + b"".join(hashes)
        tiles = [row[start : start + TILE_SIZE] for start in range(0, len(row), TILE_SIZE)]
        changed.update({(level, first + position): tile for position, tile in enumerate(tiles)})
        hashes = [fold(split_hashes(tile)) for tile in tiles if len(tile) == TILE_SIZE]
        level, size = level + 1, first
    return changed


def subtree_reader(read_tile: ReadTile) -> Subtree:
    """How the provers of :mod:`gapura.foundation.merkle` find subtree hashes in tiles."""

    def subtree(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile, offset = divmod(index << height, TILE_WIDTH)
        hashes = split_hashes(read_tile(tile_level, tile))[offset : offset + (1 << height)]
        if len(hashes) < 1 << height:
            raise LookupError(f"Tile {tile_level}/{tile} is too short: the tree is damaged.")
        return fold(hashes)

    return subtree


def tiles_between(old: int, new: int) -> Iterator[tuple[int, int, int]]:
    """Level, index and width of every tile that a tree of ``new`` leaves has beyond one of ``old``."""
    level = 0
    while new:
        for index in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
            width = min(TILE_WIDTH, new - index * TILE_WIDTH)
            if index * TILE_WIDTH + width > old:
                yield level, index, width
        level, old, new = level + 1, old // TILE_WIDTH, new // TILE_WIDTH


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """Where a tile lies under the log's address; level ``entries`` names a bundle of entries."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """A bundle of entries: each with its length before it, two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_entries(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it ends in the middle of one."""
    entries, position = [], 0
    while position < len(bundle):
        start = position + 2
        position = start + int.from_bytes(bundle[position:start], "big")
        if len(bundle) < position or start > len(bundle):
            raise ValueError("The bundle of entries ends in the middle of an entry.")
        entries.append(bundle[start:position])
    return entries
