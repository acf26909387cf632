"""Whose a photo is, which case has it, who recognizes whose, and what becomes of what nobody used."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from PIL import ImageOps

from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.photos import actions
from gapura.kernel.photos.actions import accept_photo, claim_photo, forget_unused
from gapura.kernel.photos.models import Photo
from gapura.kernel.photos.queries import access_photo, find_photo, get_terms, list_photos_of, read_picture
from gapura.kernel.photos.rules import is_alike, pieces_of
from gapura.kernel.photos.testing import a_photo_of, make_photo, written
from gapura.kernel.photos.tests.samples import PORTRAIT, copies, portrait
from gapura.kernel.photos.types import Flaw, PhotoNotUsable, PhotoRefused

pytestmark = pytest.mark.django_db
SITI, CHILD, STRANGER = "3171014501900001", "3171010203180001", "3171010101800002"
HOUSE = system_actor("test")


def accept(subject: str, content: bytes, now: datetime, *, by: str = "", form_key: str = "") -> Photo:
    return accept_photo(actor=resident(by or subject), subject=subject, content=content, now=now, form_key=form_key)


def claim(photo: Photo, case: str, now: datetime, subject: str = "") -> Photo:
    return claim_photo(
        actor=HOUSE, code=photo.code, subject=subject or photo.subject, case_number=case, agency_code="kua", now=now
    )


def is_refused(subject: str, content: bytes, now: datetime) -> bool:
    """Whether somebody is told that the photo is another's, and not whose."""
    try:
        accept(subject, content, now)
    except PhotoRefused as refused:
        return [problem.flaw for problem in refused.problems] == [Flaw.OF_ANOTHER] and SITI not in str(refused)
    return False


def test_a_case_takes_the_photo_once_and_may_ask_again(now: datetime) -> None:
    photo = accept(SITI, PORTRAIT, now)
    assert claim(photo, "A-1", now).used_in == "A-1"
    assert claim(photo, "A-1", now + timedelta(days=1)).used_at == now
    assert list_photos_of("A-1") == [photo]
    with pytest.raises(PhotoNotUsable):
        claim(photo, "A-2", now)


def test_a_photo_serves_nobody_but_its_subject(now: datetime) -> None:
    with pytest.raises(PhotoNotUsable):
        claim(accept(SITI, PORTRAIT, now), "A-1", now, subject=STRANGER)


def test_a_photo_that_does_not_exist_cannot_be_claimed(now: datetime) -> None:
    with pytest.raises(PhotoNotUsable):
        claim_photo(actor=HOUSE, code="0" * 16, subject=SITI, case_number="A-1", now=now)


def test_the_photo_of_somebody_else_is_refused_however_it_was_changed(now: datetime) -> None:
    claim(accept(SITI, PORTRAIT, now), "A-1", now)
    assert {name for name, copy in copies().items() if not is_refused(STRANGER, copy, now)} == set()
    assert AuditEvent.objects.filter(action="photos.of_another", subject=STRANGER).count() == len(copies())


def test_different_people_are_not_taken_for_one_another(now: datetime) -> None:
    claim(accept(SITI, PORTRAIT, now), "A-1", now)
    for number in range(6):
        person = f"31710101018000{number:02}"
        claim(accept(person, a_photo_of(person), now), f"B-{number}", now)


def test_a_person_may_use_their_own_picture_again(now: datetime) -> None:
    claim(accept(SITI, PORTRAIT, now), "A-1", now)
    claim(accept(SITI, PORTRAIT, now), "A-2", now)


def test_a_photo_that_nobody_used_keeps_nobody_from_using_theirs(now: datetime) -> None:
    accept(SITI, PORTRAIT, now, by=STRANGER)
    assert not is_refused(CHILD, PORTRAIT, now)


def test_of_two_who_send_the_same_picture_at_once_the_second_case_is_refused(now: datetime) -> None:
    first, second = accept(SITI, PORTRAIT, now), accept(STRANGER, written(ImageOps.mirror(portrait())), now)
    claim(first, "A-1", now)
    with pytest.raises(PhotoRefused):
        claim(second, "B-1", now)
    assert find_photo(second.code).used_in == ""


def test_the_same_form_sent_twice_is_one_photo(now: datetime) -> None:
    first, again = (accept(SITI, PORTRAIT, now, form_key="form") for _ in range(2))
    assert first == again
    assert accept(SITI, PORTRAIT, now, form_key="another form") != first


def test_what_no_case_took_is_forgotten_after_the_hours_of_the_country(now: datetime) -> None:
    used, unused = accept(SITI, PORTRAIT, now), accept(SITI, PORTRAIT, now)
    claim(used, "A-1", now)
    term = timedelta(hours=get_terms().unused_hours)
    assert forget_unused(actor=HOUSE, now=now + term - timedelta(seconds=1)) == 0
    assert forget_unused(actor=HOUSE, now=now + term) == 1
    assert find_photo(unused.code) is None
    assert find_photo(used.code) == used


def test_the_database_alone_shows_no_face(now: datetime) -> None:
    photo = accept(SITI, PORTRAIT, now)
    stored = bytes(Photo.objects.values_list("picture", flat=True).get(pk=photo.pk))
    assert read_picture(photo).startswith(b"\xff\xd8\xff")
    assert b"JFIF" not in stored


def test_who_sends_too_often_is_asked_to_come_back(
    now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GAPURA_RATE_LIMITS = True
    monkeypatch.setattr(actions, "tries", actions.Buckets())
    monkeypatch.setattr(actions, "_judge", lambda content, terms: {"flaws": ["blank"]})
    for _ in range(get_terms().tries_per_day):
        with pytest.raises(PhotoRefused):
            accept(SITI, b"", now)
    with pytest.raises(PhotoRefused) as refused:
        accept(SITI, b"", now)
    assert refused.value.problems[0].flaw is Flaw.TOO_OFTEN
    with pytest.raises(PhotoRefused) as of_another:
        accept(STRANGER, b"", now)
    assert of_another.value.problems[0].flaw is Flaw.BLANK


def test_only_the_person_and_until_it_is_used_the_giver_see_it(now: datetime) -> None:
    photo = make_photo(CHILD, given_by=SITI, now=now)
    assert access_photo(resident(SITI), photo.code) == photo
    assert access_photo(resident(CHILD), photo.code) == photo
    for other in (resident(STRANGER), official("civil.registrar", person_number=CHILD)):
        with pytest.raises(AccessDenied):
            access_photo(other, photo.code)
    used = make_photo(CHILD, given_by=SITI, used_in="A-1", now=now)
    with pytest.raises(AccessDenied):
        access_photo(resident(SITI), used.code)


def test_a_scope_of_nobody_recognizes_all_the_same(now: datetime) -> None:
    claim(accept(SITI, PORTRAIT, now), "A-1", now)
    with scoped(Scope(persons=(STRANGER,))):
        assert is_refused(STRANGER, PORTRAIT, now)


def test_fingerprints_within_the_limit_are_alike_and_beyond_are_not() -> None:
    base, near, far = "0" * 64, f"{(1 << 24) - 1:064x}", f"{(1 << 25) - 1:064x}"
    assert is_alike([near], base, 24)
    assert not is_alike([far], base, 24)
    assert is_alike(["5" * 64], base, 0)
    assert pieces_of([base]) & pieces_of([f"{(1 << 255) | 1:064x}"])
