"""The QR code of an address as one SVG path: Typst draws a path far faster than a thousand squares."""

import segno

_BORDER = 2


def qr_svg(address: str) -> str:
    """SVG of the QR code. Version and mask are fixed (when the address fits): choosing them costs most of the time."""
    try:
        code = segno.make_qr(address, error="m", version=5, mask=3, boost_error=False)
    except segno.DataOverflowError:
        code = segno.make_qr(address, error="m", boost_error=False)
    size = len(code.matrix) + 2 * _BORDER
    path = "".join(_runs(row, y + _BORDER) for y, row in enumerate(code.matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path d="M0 0h{size}v{size}h-{size}z" fill="#fff"/><path d="{path}"/></svg>'
    )


def _runs(row: bytearray, y: int) -> str:
    """Rectangles of the dark runs of one row."""
    pieces = []
    x = 0
    for run in bytes(row).replace(b"\x00", b" ").split(b" "):
        if run:
            pieces.append(f"M{x + _BORDER} {y}h{len(run)}v1h-{len(run)}z")
        x += len(run) + 1
    return "".join(pieces)
