"""The tree, exhaustively for small sizes, against a second implementation and the empty CT root."""

import itertools

import pytest
from pymerkle import InmemoryTree

from gapura.foundation.merkle import (
    EMPTY_ROOT,
    Frontier,
    fold,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 70
ENTRIES = [f"entry {number}".encode() for number in range(LARGEST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
FOREIGN = leaf_hash(b"never logged")


def subtree(level, index):
    return fold(LEAVES[index << level : (index + 1) << level])


ROOTS = [root_hash(size, subtree) for size in range(LARGEST + 1)]


def forgeries(proof):
    """The proof with one hash changed, dropped, doubled, or two neighbours swapped."""
    for position in range(len(proof)):
        yield [*proof[:position], FOREIGN, *proof[position + 1 :]]
        yield [*proof[:position], *proof[position + 1 :]]
        yield [*proof[: position + 1], *proof[position:]]
        if position and proof[position] != proof[position - 1]:
            swapped = list(proof)
            swapped[position - 1 : position + 1] = proof[position], proof[position - 1]
            yield swapped
    yield [*proof, FOREIGN]


def test_the_roots_are_those_of_rfc_6962_and_of_a_second_implementation():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    other = InmemoryTree(algorithm="sha256")
    for size, entry in enumerate(ENTRIES, start=1):
        other.append_entry(entry)
        assert other.get_root() == ROOTS[size]


def test_the_known_tree_of_the_certificate_transparency_test_data_has_its_known_root():
    entries = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in entries]
    assert fold(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_inclusion_proof_up_to_70_leaves_holds_and_no_forged_one_does():
    held = refused = 0
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = prove_inclusion(index, size, subtree)
            assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            held += 1
            wrong = [(LEAVES[index], forged, index, ROOTS[size]) for forged in forgeries(proof)]
            wrong += [
                (FOREIGN, proof, index, ROOTS[size]),
                (LEAVES[index], proof, index, ROOTS[size - 1]),
                (LEAVES[index], proof, size, ROOTS[size]),
                (LEAVES[index], proof, -1, ROOTS[size]),
            ]
            wrong += [(LEAVES[index], proof, other, ROOTS[size]) for other in range(size) if other != index]
            for leaf, forged, place, root in wrong:
                assert not verify_inclusion(leaf, place, size, forged, root)
                refused += 1
    assert held == LARGEST * (LARGEST + 1) // 2
    assert refused > 100_000


def test_every_consistency_proof_up_to_70_leaves_holds_and_no_forged_one_does():
    held = refused = 0
    for old, new in itertools.combinations_with_replacement(range(LARGEST + 1), 2):
        proof = prove_consistency(old, new, subtree)
        assert verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
        held += 1
        wrong = [(forged, ROOTS[old], ROOTS[new]) for forged in forgeries(proof)]
        wrong.append((proof, FOREIGN, ROOTS[new]))
        if old:
            wrong.append((proof, ROOTS[old], FOREIGN))
        for forged, old_root, new_root in wrong:
            assert not verify_consistency(old, new, old_root, new_root, forged)
            refused += 1
    assert held == (LARGEST + 1) * (LARGEST + 2) // 2
    assert refused > 40_000


def test_proofs_of_leaves_outside_the_tree_are_not_made():
    with pytest.raises(ValueError, match="Leaf 7 is not in a tree of 7"):
        prove_inclusion(7, 7, subtree)
    with pytest.raises(ValueError, match="no earlier state of 8"):
        prove_consistency(8, 7, subtree)


def test_the_frontier_tells_the_same_root_at_every_size():
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert frontier.root() == ROOTS[size]
        frontier.append(leaf)
    assert (frontier.size, frontier.root()) == (LARGEST, ROOTS[LARGEST])
