"""The QR code of a document's address, as one SVG path.

For a fixed version and mask a QR code is linear: flipping one bit of the text flips the same modules whatever
the other bits are. So each bit at each place is encoded once, and a code is drawn by XOR.
"""

from functools import cache
from itertools import groupby

import segno

_BORDER = 2
_PIECE = 8  # modules whose moves are remembered: there are 256 kinds of such a piece
_VERSION, _MASK = 5, 3  # 84 bytes at level M: 60 for the address in front of the code


@cache
def _encoded(text: str) -> tuple[int, int]:
    """Modules of ``text`` as one number, row after row, and the size of a side."""
    try:
        matrix = segno.make_qr(text, error="m", version=_VERSION, mask=_MASK, boost_error=False).matrix
    except segno.DataOverflowError:
        matrix = segno.make_qr(text, error="m", version=2 * _VERSION, mask=_MASK, boost_error=False).matrix
    return int("".join(str(module) for row in matrix for module in row), 2), len(matrix)


@cache
def _flipped(prefix: str, suffix: str, place: int, bit: int, length: int) -> int:
    """The modules that one bit of the letter at ``place`` flips in the QR code of a document code all zeros."""
    letter = chr(ord("0") ^ 1 << bit)
    changed = "0" * place + letter + "0" * (length - place - 1)
    return _encoded(f"{prefix}{changed}{suffix}")[0] ^ _encoded(f"{prefix}{'0' * length}{suffix}")[0]


def qr_modules(prefix: str, code: str, suffix: str) -> list[str]:
    """Rows of "0" (light) and "1" (dark) of the QR code of ``prefix + code + suffix``."""
    modules, size = _encoded(f"{prefix}{'0' * len(code)}{suffix}")
    for place, letter in enumerate(code):
        changes = ord(letter) ^ ord("0")
        for bit in range(changes.bit_length()):
            if changes >> bit & 1:
                modules ^= _flipped(prefix, suffix, place, bit, len(code))
    written = f"{modules:0{size * size}b}"
    return [written[start : start + size] for start in range(0, size * size, size)]


def qr_svg(prefix: str, code: str, suffix: str) -> str:
    """SVG of the QR code: its dark runs as one path, which Typst draws far faster than a thousand squares."""
    rows = qr_modules(prefix, code, suffix)
    size = len(rows) + 2 * _BORDER
    path = "".join(_strokes(row, y) for y, row in enumerate(rows, _BORDER))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="M0 0h{size}v{size}h-{size}z" fill="#fff"/><path d="{path}" fill="none" stroke="#000"/></svg>'
    )


def _strokes(row: str, y: int) -> str:
    """One stroke through the middle of each dark run."""
    return f"M{_BORDER} {y}.5" + "".join(_moves(row[start : start + _PIECE]) for start in range(0, len(row), _PIECE))


@cache
def _moves(modules: str) -> str:
    """Along a few modules: ``m`` over the light ones, ``h`` through the dark ones."""
    runs = ((kind, len(list(run))) for kind, run in groupby(modules))
    return "".join(f"h{length}" if kind == "1" else f"m{length} 0" for kind, length in runs)
