"""Looking at a photo, in the sandbox: what is wrong with it, or the picture for the card and its fingerprint.

Faces and eyes are found with the cascades that OpenCV carries (Viola and Jones 2001; Lienhart and Maydt 2002). They
are read here, before any byte from outside is: afterwards no file can be opened.
"""

import warnings
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from gapura.foundation.openers import MOST_PIXELS
from gapura.kernel.photos.types import Flaw

Terms = Mapping[str, int]
Shades = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_FORMATS = ["JPEG", "PNG"]
_WHITE = (255, 255, 255)
_WORKING_PIXELS = 1600
_FINDING_PIXELS = 480
_FACE_PIXELS = 160
_EYES_PIXELS = 200
_BLANK_SPREAD = 6
_SMALLEST_FACE = 10  # a face fills at least a tenth of the shorter side
_OTHER_FACE = 3  # who stands behind counts from a third of the width of who stands in front
_ANIMAL_TILTS = (0, 5, -5, 10, -10, 15, -15)
_MOST_SHIFT = 0.08
_LOOK_PIXELS = 64
_NEARER, _BESIDE = (1, 0.96, 0.92, 1.04, 1.08), (0, -0.02, 0.02)


def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))


cv2.setNumThreads(0)
_FACE, _CAT = _cascade("frontalface_alt2"), _cascade("frontalcatface_extended")
_SPREAD = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8))
_EYES = (_cascade("eye"), _cascade("eye_tree_eyeglasses"))
Image.preinit()


class Flawed(Exception):
    """Nothing further can be judged."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Cut:
    """The picture at the card's size, the face in it, and the place in the sent picture that it was cut from."""

    picture: Image.Image
    face: Box
    box: tuple[float, float, float, float]


def judge_photo(content: bytes, terms: Terms) -> dict[str, Any]:
    """``flaws`` of the picture, the gravest first; where there are none ``picture`` (JPEG, base64) and
    ``looks`` (fingerprints of 256 bits, hexadecimal, its own the first). ``figures`` is what was measured."""
    try:
        picture = _open_picture(content)
        face = _find_face(picture)
        cut = _cut(picture, face, terms)
    except Flawed as flawed:
        return {"flaws": [flawed.flaw], "figures": {}}
    figures = measure(cut)
    if flaws := list_flaws(figures, terms):
        return {"flaws": flaws, "figures": figures}
    return {
        "flaws": [],
        "figures": figures,
        "picture": b64encode(_written(cut.picture)).decode(),
        "looks": list_looks(picture, face, terms),
    }


def _open_picture(content: bytes) -> Image.Image:
    """Upright, opaque, large enough for every measure and no larger. Raises Flawed."""
    warnings.simplefilter("error")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Flawed(Flaw.TOO_MANY_PIXELS)
            if getattr(picture, "n_frames", 1) > 1:
                raise Flawed(Flaw.UNREADABLE)
            picture.draft("RGB", (_WORKING_PIXELS, _WORKING_PIXELS))
            return _on_white(ImageOps.exif_transpose(picture))
    except Image.DecompressionBombError as error:
        raise Flawed(Flaw.TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, EOFError, ValueError, Warning) as error:
        raise Flawed(Flaw.UNREADABLE) from error


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGB":
        seen = picture.convert("RGBA")
        picture = Image.new("RGB", seen.size, _WHITE)
        picture.paste(seen, mask=seen)
    picture.thumbnail((2 * _WORKING_PIXELS, 2 * _WORKING_PIXELS))
    return picture


def _find_face(picture: Image.Image) -> Box:
    """The only face, in pixels of the picture. Raises Flawed."""
    scale = min(1.0, _FINDING_PIXELS / max(picture.size))
    small = _shades(picture.resize((round(picture.width * scale) or 1, round(picture.height * scale) or 1)))
    if small.std() < _BLANK_SPREAD:
        raise Flawed(Flaw.BLANK)
    found = _faces(small)
    if not found:
        raise Flawed(_why_no_face(small))
    faces = [box for box in found if _count_eyes(_framed(small, box))] or found[:1]
    if len(faces) > 1 and faces[1][2] * _OTHER_FACE > faces[0][2]:
        raise Flawed(Flaw.SEVERAL_FACES)
    x, y, width, height = faces[0]
    return round(x / scale), round(y / scale), round(width / scale), round(height / scale)


def _faces(shades: Shades, pace: float = 1.05) -> list[Box]:
    """The largest first. Shades are spread out before: the cascade learned from light faces, and dark ones must not be
    sent away for that."""
    least = max(24, min(shades.shape) // _SMALLEST_FACE)
    found = _FACE.detectMultiScale(_SPREAD.apply(shades), pace, 5, minSize=(least, least))
    return sorted((_box(one) for one in found), key=lambda box: box[2], reverse=True)


def _why_no_face(shades: Shades) -> Flaw:
    """What is there in place of an upright face."""
    for turns in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(shades, turns))
        if any(_count_eyes(_framed(turned, box)) for box in _faces(turned, 1.1)):
            return Flaw.SIDEWAYS
    small = cv2.resize(shades, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)
    least = min(small.shape) // 3
    tilted = (_tilted(small, degrees) for degrees in _ANIMAL_TILTS)
    is_cat = any(len(_CAT.detectMultiScale(one, 1.05, 2, minSize=(least, least))) for one in tilted)
    return Flaw.ANIMAL if is_cat else Flaw.NO_FACE


def _tilted(shades: Shades, degrees: int) -> Shades:
    height, width = shades.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(shades, turn, (width, height), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _cut(picture: Image.Image, face: Box, terms: Terms) -> Cut:
    """Cut the picture around the face as the country wants it. Raises Flawed where there is too little of it."""
    x, y, side, _ = face
    out = terms["width_pixels"], terms["height_pixels"]
    wanted = side * 100 / terms["face_width_percent"]
    width = min(wanted, picture.width, picture.height * out[0] / out[1])
    height = width * out[1] / out[0]
    if side * 100 > width * terms["face_most_width_percent"]:
        raise Flawed(Flaw.NO_ROOM)
    if width < terms["least_width_pixels"]:
        raise Flawed(Flaw.TOO_FAR)
    left = _held(x + side / 2 - width / 2, width, picture.width)
    top = _held(y + side / 2 - height * terms["face_centre_percent"] / 100, height, picture.height)
    box = (left, top, left + width, top + height)
    scale = out[0] / width
    inside = round((x - left) * scale), round((y - top) * scale), round(side * scale), round(side * scale)
    return Cut(picture.resize(out, Image.Resampling.LANCZOS, box=box, reducing_gap=3), inside, box)


def _held(start: float, length: float, whole: int) -> float:
    """The start of a cut that stays within the picture. Raises Flawed where it would have to move too far."""
    held = min(max(start, 0.0), whole - length)
    if abs(held - start) > length * _MOST_SHIFT:
        raise Flawed(Flaw.NO_ROOM)
    return held


def measure(cut: Cut) -> dict[str, int]:
    """Every figure that a flaw is judged by, of the picture at the card's size."""
    shades = _shades(cut.picture)
    face = _framed(shades, cut.face)
    features = face[_FACE_PIXELS // 8 : -_FACE_PIXELS // 8, _FACE_PIXELS // 8 : -_FACE_PIXELS // 8]
    ground = _ground(cut.picture)
    edges = cv2.Laplacian(features, cv2.CV_64F).var()
    return {
        "sharpness": round(1000 * edges / max(float(features.var()), 1.0)),
        "face_shade": round(float(features.mean())),
        "face_contrast": round(float(features.std())),
        "ground_shade": round(float(ground.mean())),
        "ground_spread": round(float(ground.std(axis=0).max())),
        "eyes": _count_eyes(face),
    }


def _framed(shades: Shades, box: Box) -> Shades:
    """The face alone, at the size that everything about faces is measured at."""
    x, y, width, height = box
    within = shades[max(y, 0) : y + height, max(x, 0) : x + width]
    return cv2.resize(within, (_FACE_PIXELS, _FACE_PIXELS), interpolation=cv2.INTER_AREA).astype(np.uint8)


def _ground(picture: Image.Image) -> NDArray[np.float64]:
    """The colors beside the head: a twelfth of the width on either side, above the shoulders."""
    colors = np.asarray(picture, dtype=np.float64)
    height, width = colors.shape[:2]
    narrow, upper = width // 12, height * 45 // 100
    sides = (colors[:upper, :narrow], colors[:upper, width - narrow :])
    return np.concatenate([side.reshape(-1, 3) for side in sides])


def _count_eyes(face: Shades) -> int:
    """In how many halves of the face there is an eye."""
    large = cv2.resize(face, (_EYES_PIXELS, _EYES_PIXELS), interpolation=cv2.INTER_CUBIC)
    upper, half = large[: _EYES_PIXELS * 6 // 10], _EYES_PIXELS // 2
    sides = (np.ascontiguousarray(side) for side in (upper[:, : half + 10], upper[:, half - 10 :]))
    return sum(any(len(eye.detectMultiScale(side, 1.05, 3, minSize=(20, 20))) for eye in _EYES) for side in sides)


def list_flaws(figures: Mapping[str, int], terms: Terms) -> list[Flaw]:
    """What the figures say, the gravest first."""
    found = {
        Flaw.BLURRED: figures["sharpness"] < terms["least_sharpness"],
        Flaw.DARK: figures["face_shade"] < terms["face_least_shade"],
        Flaw.BRIGHT: figures["face_shade"] > terms["face_most_shade"],
        Flaw.FLAT: figures["face_contrast"] < terms["face_least_contrast"],
        Flaw.EYES: figures["eyes"] < 2,
        Flaw.GROUND_BUSY: figures["ground_spread"] > terms["ground_most_spread"],
        Flaw.GROUND_DARK: figures["ground_shade"] < terms["ground_least_shade"],
    }
    return [flaw for flaw, is_found in found.items() if is_found]


def list_looks(picture: Image.Image, face: Box, terms: Terms) -> list[str]:
    """The picture's fingerprint, then those that it would have if the face had been found a little beside, nearer or
    farther: in a copy it is, and the copy's own fingerprint is among these. How the copy was cut does not matter."""
    x, y, side, _ = face
    width = side * 100 / terms["face_width_percent"]
    height = width * terms["height_pixels"] / terms["width_pixels"]
    scale = 2 * _LOOK_PIXELS / width
    small = _shades(picture.resize((round(picture.width * scale), round(picture.height * scale)), reducing_gap=3))
    edge = 2 * _LOOK_PIXELS
    shades = Image.fromarray(cv2.copyMakeBorder(small, edge, edge, edge, edge, cv2.BORDER_REPLICATE))
    looks = []
    for nearer, across, down in product(_NEARER, _BESIDE, _BESIDE):
        middle, level = (x + side / 2 + across * width) * scale + edge, (y + side / 2 + down * height) * scale + edge
        half, tall = width * nearer * scale / 2, height * nearer * scale / 2
        looks.append(_fingerprint(shades, (middle - half, level - tall, middle + half, level + tall)))
    return looks


def _fingerprint(shades: Image.Image, box: tuple[float, float, float, float]) -> str:
    """The signs of the 256 slowest waves in the picture: they stay as they are when it is made smaller, brighter or
    saved anew (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions")."""
    small = np.asarray(shades.resize((_LOOK_PIXELS, _LOOK_PIXELS), box=box), dtype=np.float32)
    waves = cv2.dct(small - small.mean())[:16, :16]
    return np.packbits(waves.ravel() > 0).tobytes().hex()


def _written(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "JPEG", quality=92, dpi=(300, 300))
    return written.getvalue()


def _shades(picture: Image.Image) -> Shades:
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def _box(found: Sequence[int]) -> Box:
    x, y, width, height = (int(number) for number in found)
    return x, y, width, height
