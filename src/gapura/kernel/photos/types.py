"""What can be wrong with a photo, and what the country asks of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """What the machine found wrong; ``wording`` has the words."""

    TOO_LARGE = "too-large"
    NOT_A_PICTURE = "not-a-picture"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too-many-pixels"
    BUSY = "busy"
    BLANK = "blank"
    NO_FACE = "no-face"
    ANIMAL = "animal"
    SIDEWAYS = "sideways"
    SEVERAL_FACES = "several-faces"
    EYES = "eyes"
    TOO_FAR = "too-far"
    NO_ROOM = "no-room"
    GROUND_BUSY = "ground-busy"
    GROUND_DARK = "ground-dark"
    BLURRED = "blurred"
    DARK = "dark"
    BRIGHT = "bright"
    FLAT = "flat"
    OF_ANOTHER = "of-another"
    TOO_OFTEN = "too-often"


@dataclass(frozen=True, slots=True)
class Problem:
    """A flaw as the person reads it: the reason, and what to do about it, translated."""

    flaw: Flaw
    reason: str
    remedy: str


class PhotoRefused(Exception):
    """No photo was kept. ``problems`` are all that was found, the gravest first; ``str()`` says them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(f"{one.reason} {one.remedy}" for one in problems))
        self.problems = tuple(problems)


class PhotoNotUsable(Exception):
    """There is no such photo of this person, or another case has it. Says no more on purpose."""


@dataclass(frozen=True, slots=True)
class PhotoTerms:
    """What the country asks (``photo_…`` in its limits). Shades go from 0 (black) to 255 (white).

    ``sharpness`` is the variance of the Laplacian over the face in thousandths of the face's own variance, so that no
    skin counts against anybody. ``ground_spread`` and ``contrast`` are standard deviations of shades.
    ``look_alike_bits`` is how many of a fingerprint's 256 bits may differ in the same picture.
    """

    most_kibibytes: int
    width_pixels: int
    height_pixels: int
    least_width_pixels: int
    face_width_percent: int
    face_most_width_percent: int
    face_centre_percent: int
    ground_least_shade: int
    ground_most_spread: int
    least_sharpness: int
    face_least_shade: int
    face_most_shade: int
    face_least_contrast: int
    look_alike_bits: int
    unused_hours: int
    tries_per_day: int
