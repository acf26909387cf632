"""What passes, what is refused and why; every picture goes the whole way, through the sandbox."""

from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from PIL.ExifTags import Base

from gapura.kernel.cases.testing import resident
from gapura.kernel.photos.actions import accept_photo
from gapura.kernel.photos.models import Photo
from gapura.kernel.photos.queries import get_terms, read_picture
from gapura.kernel.photos.testing import a_photo_of, draw, written
from gapura.kernel.photos.tests.samples import ASTRONAUT, FILES, PORTRAIT, WRONG, portrait
from gapura.kernel.photos.types import Flaw, PhotoRefused
from gapura.kernel.photos.wording import describe

pytestmark = pytest.mark.django_db
SITI = "3171014501900001"


def send(content: bytes, now: datetime) -> Photo:
    return accept_photo(actor=resident(SITI), subject=SITI, content=content, now=now)


def flaws_of(content: bytes, now: datetime) -> list[Flaw]:
    with pytest.raises(PhotoRefused) as refused:
        send(content, now)
    assert not Photo.objects.exists()
    assert all(problem.reason and problem.remedy for problem in refused.value.problems)
    return [problem.flaw for problem in refused.value.problems]


def test_a_good_photograph_passes_and_has_the_size_of_the_country(now: datetime) -> None:
    picture = Image.open(BytesIO(read_picture(send(PORTRAIT, now))))
    assert (picture.format, picture.size) == ("JPEG", (413, 531))


@pytest.mark.parametrize("person", ["light", "dark", "old", "with long hair", "with a fringe"])
def test_drawn_persons_pass(person: str, now: datetime) -> None:
    assert send(a_photo_of(person), now).subject == SITI


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_photo_is_refused_with_its_reason(name: str, now: datetime) -> None:
    flaw, make = WRONG[name]
    assert flaws_of(written(make()), now)[0] is flaw


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_photo_is_refused_with_its_reason(name: str, now: datetime) -> None:
    flaw, make = FILES[name]
    assert flaws_of(make(), now) == [flaw]


def test_a_photograph_as_it_was_taken_passes_once_it_is_large_enough(now: datetime) -> None:
    assert flaws_of(ASTRONAUT, now) == [Flaw.TOO_FAR]
    larger = Image.open(BytesIO(ASTRONAUT)).convert("RGB").resize((1536, 1536), Image.Resampling.LANCZOS)
    assert send(written(larger), now).code


def test_everything_that_is_wrong_is_said_at_once(now: datetime) -> None:
    assert set(flaws_of(written(WRONG["dark"][1]()), now)) == {Flaw.DARK, Flaw.FLAT, Flaw.GROUND_DARK}


def test_a_photo_that_the_camera_turned_by_a_note_is_turned(now: datetime) -> None:
    notes = Image.Exif()
    notes[Base.Orientation] = 6
    notes[Base.Make] = "Camera of Siti"
    file = BytesIO()
    portrait().rotate(90, expand=True).save(file, "JPEG", exif=notes)
    picture = read_picture(send(file.getvalue(), now))
    assert not Image.open(BytesIO(picture)).getexif()
    assert b"Camera of Siti" in file.getvalue()
    assert b"Camera of Siti" not in picture


def test_what_hangs_behind_the_picture_is_left_behind(now: datetime) -> None:
    script = b"<script>alert(1)</script>"
    assert script not in read_picture(send(PORTRAIT + script, now))


def test_a_photo_that_was_cut_for_a_card_already_passes(now: datetime) -> None:
    cut = read_picture(send(a_photo_of("somebody"), now))
    assert send(cut, now).code


def test_transparent_ground_is_white(now: datetime) -> None:
    picture = draw("somebody").convert("RGBA")
    picture.putalpha(Image.eval(picture.convert("L"), lambda shade: 0 if shade > 232 else 255))
    assert send(written(picture), now).code


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_has_a_reason_and_a_remedy(flaw: Flaw) -> None:
    problem = describe(flaw, get_terms())
    assert problem.reason.endswith(".")
    assert problem.remedy.endswith(".")
    assert "%" not in problem.reason + problem.remedy
