"""The tree in tiles: the same roots and proofs, the paths of the standard, and a million leaves."""

import random

import pytest

from gapura.foundation.merkle import (
    Frontier,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from gapura.foundation.tiles import (
    TILE_SIZE,
    append_leaves,
    pack_entries,
    subtree_reader,
    tile_path,
    tiles_between,
    unpack_entries,
)


class Tiles(dict):
    """Tiles in memory, grown batch by batch."""

    size = 0

    def grow(self, leaves):
        self.update(append_leaves(self.size, leaves, self.read))
        self.size += len(leaves)

    def read(self, level, index):
        return self[level, index]


def grown(batches, seed=0):
    tiles, frontier, source = Tiles(), Frontier(), random.Random(seed)
    leaves = []
    for batch in batches:
        more = [source.randbytes(32) for _ in range(batch)]
        tiles.grow(more)
        leaves += more
        for leaf in more:
            frontier.append(leaf)
        assert root_hash(tiles.size, subtree_reader(tiles.read)) == frontier.root()
    return tiles, leaves, frontier.root()


def test_a_tree_grown_in_any_batches_has_the_root_of_its_leaves():
    grown([1, 1, 254, 1, 255, 256, 300, 512, 3])
    grown([700, 68_000, 1300], seed=1)


def test_proofs_read_from_tiles_hold():
    tiles, leaves, root = grown([65_536, 4_464])
    subtree, size = subtree_reader(tiles.read), tiles.size
    for index in (0, 1, 255, 256, 65_535, 65_536, 69_999):
        proof = prove_inclusion(index, size, subtree)
        assert verify_inclusion(leaves[index], index, size, proof, root)
        assert not verify_inclusion(leaves[index - 1], index, size, proof, root)
    for old in (1, 255, 256, 65_535, 65_536, 69_999):
        proof = prove_consistency(old, size, subtree)
        assert verify_consistency(old, size, root_hash(old, subtree), root, proof)


@pytest.mark.slow
def test_a_proof_in_a_million_leaves_has_at_most_21_hashes():
    million = 1_000_000
    tiles, leaves, root = grown([million])
    subtree = subtree_reader(tiles.read)
    for index in random.Random(1).sample(range(million), 50):
        proof = prove_inclusion(index, million, subtree)
        assert len(proof) <= 20
        assert verify_inclusion(leaves[index], index, million, proof, root)
        consistency = prove_consistency(index + 1, million, subtree)
        assert len(consistency) <= 21
        assert verify_consistency(index + 1, million, root_hash(index + 1, subtree), root, consistency)


def test_the_tiles_of_70000_leaves_are_those_of_the_standard():
    found = list(tiles_between(0, 70_000))
    assert [width for level, _, width in found if level == 0] == [256] * 273 + [112]
    assert [width for level, _, width in found if level == 1] == [256, 17]
    assert [width for level, _, width in found if level == 2] == [1]
    assert len(list(tiles_between(69_999, 70_000))) == 1
    assert list(tiles_between(70_000, 70_000)) == []
    assert set(grown([70_000])[0]) == {(level, index) for level, index, _ in found}


def test_tiles_lie_where_the_standard_says():
    assert tile_path(0, 1_234_067) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 17) == "tile/1/000.p/17"
    assert tile_path("entries", 5) == "tile/entries/005"


def test_a_full_tile_never_changes_and_a_partial_one_only_grows():
    tiles = Tiles()
    source = random.Random(3)
    for _ in range(400):
        before = dict(tiles)
        tiles.grow([source.randbytes(32) for _ in range(source.randrange(1, 9))])
        for key, hashes in before.items():
            assert tiles[key].startswith(hashes)
            assert len(hashes) < TILE_SIZE or tiles[key] == hashes


def test_a_tile_that_is_too_short_is_noticed():
    tiles, _, _ = grown([300])
    tiles[0, 1] = tiles[0, 1][:64]
    with pytest.raises(LookupError, match="Tile 0/1 is too short"):
        root_hash(300, subtree_reader(tiles.read))


def test_entries_come_back_from_their_bundle_and_a_torn_bundle_is_refused():
    entries = [b"", b"a", leaf_hash(b"b"), b"c" * 65_535]
    bundle = pack_entries(entries)
    assert unpack_entries(bundle) == entries
    for torn in (bundle[:-1], bundle[:1], bundle + b"\x00"):
        with pytest.raises(ValueError, match="middle of an entry"):
            unpack_entries(torn)
