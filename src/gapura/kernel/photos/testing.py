"""Photos for tests: drawn persons, each with a face of their own, and what can be wrong with a photo."""

import random
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from gapura.foundation.codes import new_code
from gapura.kernel.photos.models import Photo as Photo
from gapura.kernel.photos.safe import lock

SIZE = (700, 900)
_SKINS = ((244, 208, 177), (224, 172, 125), (198, 134, 88), (160, 104, 66), (128, 80, 52))
_HAIRS = ((25, 20, 18), (45, 30, 22), (70, 48, 32), (20, 22, 30), (90, 84, 80))
Color = tuple[int, int, int]


def make_photo(subject: str, *, given_by: str = "", used_in: str = "", agency_code: str = "", now: datetime) -> Photo:
    """A photo as ``accept_photo`` and ``claim_photo`` leave it, without the sandbox's work."""
    look = f"{random.Random(subject).getrandbits(256):064x}"
    return Photo.objects.create(
        code=new_code(),
        subject=subject,
        given_by=given_by or subject,
        picture=lock(written(draw(subject).resize((413, 531)), "JPEG")),
        fingerprint=look,
        looks=look,
        send_key=new_code(63),
        accepted_at=now,
        used_in=used_in,
        used_at=now if used_in else None,
        agency_code=agency_code,
    )


def a_photo_of(person: str, *, ground: Color = (232, 234, 238)) -> bytes:
    """A PNG that passes every check; the same person looks the same each time, two persons do not look alike."""
    return written(draw(person, ground=ground))


def written(picture: Image.Image, form: str = "PNG") -> bytes:
    """The picture as a file."""
    file = BytesIO()
    picture.save(file, form)
    return file.getvalue()


def draw(person: str, *, ground: Color = (232, 234, 238)) -> Image.Image:
    """Head and shoulders from the front, before a plain wall."""
    chance = random.Random(f"face of {person}")
    picture = Image.new("RGB", SIZE, ground)
    skin, hair = chance.choice(_SKINS), chance.choice(_HAIRS)
    middle, level = 350 + chance.randint(-12, 12), 430 + chance.randint(-12, 12)
    wide, high = chance.randint(150, 172), chance.randint(205, 228)
    _clothes(picture, chance, middle, level + high)
    _head(ImageDraw.Draw(picture), chance, (middle, level, wide, high), skin, hair)
    picture = picture.filter(ImageFilter.GaussianBlur(5))
    _features(picture, chance, (middle, level, wide, high), skin, hair)
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def _clothes(picture: Image.Image, chance: random.Random, middle: int, chin: int) -> None:
    cloth, shape = Image.new("RGB", SIZE, _any_color(chance)), Image.new("L", SIZE)
    pen, top = ImageDraw.Draw(cloth), chin + chance.randint(30, 60)
    for _ in range(chance.randint(4, 9)):
        x, y = chance.randint(60, 640), chance.randint(top + 10, SIZE[1])
        size = chance.randint(20, 90)
        pen.ellipse((x - size, y - size, x + size, y + size), fill=_any_color(chance))
    place = (middle - 290, top, middle + 290, SIZE[1] + 200)
    ImageDraw.Draw(shape).rounded_rectangle(place, chance.randint(60, 160), fill=255)
    picture.paste(cloth, mask=shape)


def _head(
    pen: ImageDraw.ImageDraw, chance: random.Random, place: tuple[int, int, int, int], skin: Color, hair: Color
) -> None:
    x, y, wide, high = place
    pen.rectangle((x - wide // 2, y + high // 2, x + wide // 2, y + high + 110), fill=_shaded(skin, 0.82))
    over, long = chance.randint(10, 26), chance.choice((-40, 40, 160, 240))
    pen.ellipse((x - wide - over, y - high - over - 10, x + wide + over, y + 60), fill=hair)
    pen.rectangle((x - wide - over, y - 40, x + wide + over, y + long), fill=hair if long > 0 else None)
    pen.ellipse((x - wide, y - high, x + wide, y + high), fill=skin)
    fringe = chance.randint(-40, 40)
    pen.chord((x - wide + 4, y - high - 8, x + wide - 4, y - 40), 180 + fringe, 360 + fringe // 2, fill=hair)
    pen.ellipse((x - wide + 30, y + 20, x - wide + 110, y + 110), fill=_shaded(skin, 1.06))
    pen.ellipse((x + wide - 110, y + 20, x + wide - 30, y + 110), fill=_shaded(skin, 1.06))


def _features(
    picture: Image.Image, chance: random.Random, place: tuple[int, int, int, int], skin: Color, hair: Color
) -> None:
    x, y, wide, _ = place
    pen = ImageDraw.Draw(picture)
    apart, eye = round(wide * chance.uniform(0.44, 0.5)), chance.randint(24, 30)
    for side in (-1, 1):
        centre, line = x + side * apart, y - 22
        pen.ellipse((centre - eye - 14, line - 34, centre + eye + 14, line + 26), fill=_shaded(skin, 0.78))
        pen.ellipse((centre - eye, line - 13, centre + eye, line + 13), fill=(240, 238, 232))
        pen.ellipse((centre - 13, line - 13, centre + 13, line + 13), fill=(40, 26, 18))
        pen.arc((centre - eye - 4, line - 19, centre + eye + 4, line + 21), 190, 350, fill=(30, 20, 16), width=6)
        brow = line - chance.randint(40, 46)
        pen.arc((centre - eye - 16, brow, centre + eye + 16, brow + 30), 200, 340, fill=hair, width=12)
    nose = y + chance.randint(60, 72)
    pen.polygon(((x - 9, y - 20), (x + 9, y - 20), (x + 26, nose), (x - 26, nose)), fill=_shaded(skin, 1.04))
    pen.ellipse((x - 30, nose - 14, x + 30, nose + 12), fill=_shaded(skin, 0.9))
    for side in (-15, 15):
        pen.ellipse((x + side - 7, nose - 2, x + side + 7, nose + 8), fill=_shaded(skin, 0.5))
    mouth, half = nose + chance.randint(48, 58), chance.randint(44, 58)
    pen.ellipse((x - half, mouth - 14, x + half, mouth + 16), fill=_shaded((190, 90, 84), chance.uniform(0.75, 1)))
    pen.line((x - half + 6, mouth, x + half - 6, mouth), fill=(90, 40, 36), width=5)


def _any_color(chance: random.Random) -> Color:
    return chance.randint(20, 230), chance.randint(20, 230), chance.randint(20, 230)


def _shaded(color: Color, share: float) -> Color:
    red, green, blue = (min(255, round(part * share)) for part in color)
    return red, green, blue
