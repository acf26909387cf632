"""The picture of an address that a telephone scans."""

import segno


def draw_code(address: str) -> str:
    """A QR code as inline SVG, dark on light whatever the page's colors; it grows with its place."""
    return segno.make_qr(address, error="l").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
