"""The Merkle tree of RFC 6962 and RFC 9162: roots, inclusion and consistency proofs, and their verifiers.

Provers ask for the hashes of complete subtrees through a function ``subtree(level, index)``: the hash over
the ``2**level`` leaves from leaf ``index * 2**level``. Whoever keeps the tree decides how those are stored.
"""

import hashlib
from collections.abc import Callable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""Hash of the complete subtree at (level, index)."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry; the prefix keeps a leaf from passing as an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of the complete subtree over ``hashes``, whose number is a power of two."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def root_hash(size: int, subtree: Subtree) -> bytes:
    """The root over the first ``size`` leaves."""
    return _range_hash(0, size, subtree) if size else EMPTY_ROOT


def prove_inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The hashes that join leaf ``index`` to the root of ``size`` leaves, from the bottom up."""
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} is not in a tree of {size} leaves.")
    start, end, proof = 0, size, []
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, subtree))
            end = middle
        else:
            proof.append(_range_hash(start, middle, subtree))
            start = middle
    return proof[::-1]


def prove_consistency(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The hashes that show the first ``old`` of ``new`` leaves to be unchanged, from the bottom up."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves has no earlier state of {old} leaves.")
    if old == 0:
        return []
    start, end, proof = 0, new, []
    while end != old:
        middle = start + _left_part(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, subtree))
            end = middle
        else:
            proof.append(_range_hash(start, middle, subtree))
            start = middle
    if start > 0:
        proof.append(_range_hash(start, end, subtree))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` joins the leaf hash at ``index`` to ``root`` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            node, last = _climb_to_right_child(node, last)
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows the tree of ``new`` leaves to extend that of ``old`` (RFC 9162, 2.1.4.2)."""
    if old == 0 or old == new:
        return not proof and old_root == (EMPTY_ROOT if old == 0 else new_root)
    if not 0 < old < new:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            node, last = _climb_to_right_child(node, last)
        else:
            found_new = node_hash(found_new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


class Frontier:
    """The right edge of a growing tree: enough to append leaves and to tell the root at any moment."""

    def __init__(self) -> None:
        self.size = 0
        self._complete: list[bytes] = []  # hashes of complete subtrees, largest first

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.size += 1
        ended = self.size
        while not ended & 1:
            leaf = node_hash(self._complete.pop(), leaf)
            ended >>= 1
        self._complete.append(leaf)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._complete:
            return EMPTY_ROOT
        *rest, found = self._complete
        for left in reversed(rest):
            found = node_hash(left, found)
        return found


def _left_part(leaves: int) -> int:
    """The largest power of two smaller than ``leaves``."""
    return 1 << (leaves - 1).bit_length() - 1


def _range_hash(start: int, end: int, subtree: Subtree) -> bytes:
    leaves = end - start
    if not leaves & (leaves - 1):
        return subtree(leaves.bit_length() - 1, start // leaves)
    middle = start + _left_part(leaves)
    return node_hash(_range_hash(start, middle, subtree), _range_hash(middle, end, subtree))


def _climb_to_right_child(node: int, last: int) -> tuple[int, int]:
    """Skip the levels at which the rightmost node has no sibling and is carried up unchanged."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last
