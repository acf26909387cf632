"""When two pictures are the same one."""

from collections.abc import Iterable

PIECES, PIECE_BITS = 16, 16
# A mirrored picture has the same waves; those that rise and fall an odd number of times across have the other sign.
_MIRRORED = int("5555" * 16, 16)


def is_alike(looks: Iterable[str], fingerprint: str, most_bits: int) -> bool:
    """Whether a look (hexadecimal) differs in at most ``most_bits`` from the fingerprint or its mirror image."""
    known = int(fingerprint, 16)
    return any(
        min((own ^ known).bit_count(), (own ^ known ^ _MIRRORED).bit_count()) <= most_bits for own in _bits(looks)
    )


def pieces_of(looks: Iterable[str]) -> set[int]:
    """Each look and its mirror image cut in sixteen, each piece with its place.

    Two fingerprints that differ in fewer bits than there are pieces have one in common; most that differ in a few more
    have one too.
    """
    mask = (1 << PIECE_BITS) - 1
    both = (seen for own in _bits(looks) for seen in (own, own ^ _MIRRORED))
    return {place << PIECE_BITS | seen >> place * PIECE_BITS & mask for seen in both for place in range(PIECES)}


def _bits(looks: Iterable[str]) -> list[int]:
    return [int(look, 16) for look in looks]
