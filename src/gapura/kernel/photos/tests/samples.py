"""What people and others send for a photo: good ones, and everything that can be wrong with one."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from gapura.kernel.photos.testing import draw, written
from gapura.kernel.photos.types import Flaw

_FOLDER = Path(__file__).with_name("pictures")
PORTRAIT, ASTRONAUT, CAT = ((_FOLDER / f"{name}.jpg").read_bytes() for name in ("portrait", "astronaut", "cat"))


def portrait() -> Image.Image:
    """A photograph of a person that passes."""
    return Image.open(_FOLDER / "portrait.jpg").convert("RGB")


def tiled() -> Image.Image:
    """Two people side by side."""
    both = Image.new("RGB", (1400, 900), (232, 234, 238))
    both.paste(draw("one"), (0, 0))
    both.paste(draw("two"), (700, 0))
    return both


def before_a_street() -> Image.Image:
    """The portrait with things to be seen behind the head."""
    picture = portrait()
    pen = ImageDraw.Draw(picture)
    for left in range(0, picture.width, 60):
        pen.rectangle((left, 0, left + 25, 240), fill=(90, 140, 60))
    return picture


def before_a_dark_wall() -> Image.Image:
    return draw("somebody", ground=(70, 75, 90))


def with_hair_over_an_eye() -> Image.Image:
    picture = portrait()
    ImageDraw.Draw(picture).rectangle((505, 270, 640, 345), fill=(190, 140, 100))
    return picture


def cut_close() -> Image.Image:
    """Hardly more than the face."""
    return portrait().crop((330, 120, 650, 600)).resize((960, 1440))


def at_the_edge() -> Image.Image:
    return portrait().crop((330, 0, 1020, 990))


def hazy() -> Image.Image:
    return Image.blend(portrait(), Image.new("RGB", portrait().size, (200, 200, 200)), 0.86)


WRONG: dict[str, tuple[Flaw, Callable[[], Image.Image]]] = {
    "blank": (Flaw.BLANK, lambda: Image.new("RGB", (900, 1200), (240, 240, 240))),
    "two faces": (Flaw.SEVERAL_FACES, tiled),
    "a street behind": (Flaw.GROUND_BUSY, before_a_street),
    "a dark wall": (Flaw.GROUND_DARK, before_a_dark_wall),
    "blurred": (Flaw.BLURRED, lambda: portrait().filter(ImageFilter.GaussianBlur(9))),
    "shaken": (Flaw.BLURRED, lambda: portrait().filter(ImageFilter.BoxBlur(9))),
    "dark": (Flaw.DARK, lambda: ImageEnhance.Brightness(portrait()).enhance(0.22)),
    "burnt by the flash": (Flaw.BRIGHT, lambda: ImageEnhance.Brightness(portrait()).enhance(1.55)),
    "hazy": (Flaw.FLAT, hazy),
    "on its side": (Flaw.SIDEWAYS, lambda: portrait().rotate(90, expand=True)),
    "upside down": (Flaw.SIDEWAYS, lambda: ImageOps.flip(portrait())),
    "far away": (Flaw.TOO_FAR, lambda: portrait().resize((340, 330))),
    "cut close": (Flaw.NO_ROOM, cut_close),
    "at the edge": (Flaw.NO_ROOM, at_the_edge),
    "hair over an eye": (Flaw.EYES, with_hair_over_an_eye),
    "no face": (Flaw.NO_FACE, lambda: Image.effect_mandelbrot((800, 800), (-3, -2.5, 2, 2.5), 60)),
}


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is so large, in a few bytes."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(1000))) + part(b"IEND", b"")


def animated() -> bytes:
    file = BytesIO()
    draw("one").save(file, "PNG", save_all=True, append_images=[draw("two")])
    return file.getvalue()


FILES: dict[str, tuple[Flaw, Callable[[], bytes]]] = {
    "a cat": (Flaw.ANIMAL, lambda: CAT),
    "50 MB": (Flaw.TOO_LARGE, lambda: PORTRAIT + bytes(50_000_000)),
    "900 million dots": (Flaw.TOO_MANY_PIXELS, lambda: png_of(30_000, 30_000)),
    "a PDF": (Flaw.NOT_A_PICTURE, lambda: b"%PDF-1.7\n" + PORTRAIT),
    "a page": (Flaw.NOT_A_PICTURE, lambda: b"<html><script>alert(1)</script></html>"),
    "nothing": (Flaw.NOT_A_PICTURE, lambda: b""),
    "torn": (Flaw.UNREADABLE, lambda: PORTRAIT[: len(PORTRAIT) // 2]),
    "a beginning alone": (Flaw.UNREADABLE, lambda: b"\xff\xd8\xff" + bytes(500)),
    "an animation": (Flaw.UNREADABLE, animated),
}


def copies() -> dict[str, bytes]:
    """The portrait as somebody else may send it."""
    one = portrait()
    return {
        "the same file": PORTRAIT,
        "as PNG": written(one),
        "saved poorly": _jpeg(one, 35),
        "smaller": written(one.resize((714, 693))),
        "larger": written(one.resize((1530, 1485))),
        "cut": written(one.crop((60, 20, 980, 960))),
        "brighter": written(ImageEnhance.Brightness(one).enhance(1.12)),
        "darker": written(ImageEnhance.Brightness(one).enhance(0.85)),
        "more contrast": written(ImageEnhance.Contrast(one).enhance(1.2)),
        "gray": written(one.convert("L").convert("RGB")),
        "tilted": written(one.rotate(1.5, fillcolor=(225, 225, 225), resample=Image.Resampling.BICUBIC)),
        "mirrored": written(ImageOps.mirror(one)),
        "with a mark": _marked(one),
    }


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _marked(picture: Image.Image) -> bytes:
    marked = picture.copy()
    ImageDraw.Draw(marked).text((700, 900), "SAMPLE", fill=(10, 10, 10), font_size=60)
    return written(marked)
