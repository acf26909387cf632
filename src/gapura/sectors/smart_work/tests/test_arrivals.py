"""At the door: whose code counts, when, and what the clock lets go."""

from datetime import UTC, datetime, timedelta

import pytest

from gapura.sectors.smart_work.actions import cancel_booking, check_in, check_out, review_use, sweep
from gapura.sectors.smart_work.codes import make_door_code
from gapura.sectors.smart_work.models import Booking, Hold
from gapura.sectors.smart_work.testing import HOUSE, NOW, make_booking, make_center, make_staff
from gapura.sectors.smart_work.types import ArrivalRefused, BookingStatus, CannotBook, Half

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MORNING = datetime(2026, 11, 24, 0, 35, tzinfo=UTC)  # 7:35 in Jakarta; the half day begins at 7:30
ELSEWHERE, INSIDE = "203.0.113.0/24", "198.51.100.0/24"


def code_of(center, *, at=MORNING, poster=False):
    return make_door_code(center.code, center.timezone, minutes=5, now=at, is_poster=poster)


def arrive(actor, token, *, at=MORNING, network=ELSEWHERE):
    return check_in(actor=actor, token=token, network=network, language="en", now=at)


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def center():
    return make_center()


def test_the_code_at_the_door_signs_in_once_and_twice_is_as_once(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    arrive(staff.analyst, code_of(center))
    arrive(staff.analyst, code_of(center, at=MORNING + timedelta(minutes=4)), at=MORNING + timedelta(minutes=4))
    booking.refresh_from_db()
    assert (booking.status, booking.arrived_at) == (BookingStatus.ARRIVED, MORNING)
    assert Hold.objects.filter(booking=booking, is_used=True).count() == 2


@pytest.mark.parametrize(
    ("made_at", "says"),
    [
        (MORNING - timedelta(days=1), "another day"),
        (MORNING + timedelta(days=1), "another day"),
        (MORNING - timedelta(minutes=11), "run out"),
        (MORNING + timedelta(minutes=11), "run out"),  # the clock went back
    ],
)
def test_a_photo_of_a_code_is_worth_nothing_later(staff, center, made_at, says):
    make_booking(staff.analyst, center, agreed_by=staff.head)
    with pytest.raises(ArrivalRefused, match=says):
        arrive(staff.analyst, code_of(center, at=made_at))
    assert arrive(staff.analyst, code_of(center, at=MORNING - timedelta(minutes=4)))


def test_a_code_that_the_house_did_not_make_or_of_another_center_opens_nothing(staff, center):
    make_booking(staff.analyst, center, agreed_by=staff.head)
    other = make_center("bogor", title={"id": "Bogor", "en": "Bogor center", "ko": "보고르"})
    for token in ("nonsense", code_of(center)[:-2] + "xx"):
        with pytest.raises(ArrivalRefused, match="no code of a smart work center"):
            arrive(staff.analyst, token)
    with pytest.raises(ArrivalRefused, match="another center: Depok center"):
        arrive(staff.analyst, code_of(other))
    with pytest.raises(ArrivalRefused, match="no seat here today"):
        arrive(staff.colleague, code_of(center))


def test_a_poster_counts_inside_the_center_only(staff, center):
    make_booking(staff.analyst, center, agreed_by=staff.head)
    poster = code_of(center, at=MORNING - timedelta(minutes=30), poster=True)
    with pytest.raises(ArrivalRefused, match="only in the center's own network"):
        arrive(staff.analyst, poster)
    with pytest.raises(ArrivalRefused, match="another day"):
        arrive(staff.analyst, code_of(center, at=MORNING - timedelta(days=1), poster=True), network=INSIDE)
    assert arrive(staff.analyst, poster, network=INSIDE)


def test_nobody_comes_before_it_was_agreed_to_nor_too_early(staff, center):
    booking = make_booking(staff.analyst, center)
    with pytest.raises(ArrivalRefused, match="has not agreed"):
        arrive(staff.analyst, code_of(center))
    cancel_booking(actor=staff.analyst, number=booking.number, now=NOW)
    make_booking(staff.analyst, center, halves=[Half.PM], agreed_by=staff.head)
    with pytest.raises(ArrivalRefused, match="60 minutes before"):
        arrive(staff.analyst, code_of(center))
    noon = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
    assert arrive(staff.analyst, code_of(center, at=noon), at=noon)


def test_who_leaves_before_noon_frees_the_afternoon(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    with pytest.raises(CannotBook, match="not signed in"):
        check_out(actor=staff.analyst, number=booking.number, now=MORNING)
    arrive(staff.analyst, code_of(center))
    check_out(actor=staff.analyst, number=booking.number, now=MORNING + timedelta(hours=2))
    assert list(Hold.objects.values_list("half", flat=True)) == ["am"]
    make_booking(staff.colleague, center, halves=[Half.PM], now=MORNING + timedelta(hours=2))


def test_a_clock_that_goes_back_leaves_no_visit_of_less_than_nothing(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    arrive(staff.analyst, code_of(center))
    left = check_out(actor=staff.analyst, number=booking.number, now=MORNING - timedelta(hours=1))
    assert left.left_at == left.arrived_at


def test_the_clock_releases_who_does_not_come_and_tells_them(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    begins = booking.starts_at
    for moment in (begins, begins + timedelta(minutes=59), NOW):
        assert not any(sweep(actor=HOUSE, now=moment).values())
    assert sweep(actor=HOUSE, now=begins + timedelta(minutes=60))["no-show"] == 1
    assert not any(sweep(actor=HOUSE, now=begins + timedelta(minutes=61)).values())
    assert not Hold.objects.exists()
    assert Booking.objects.get().status == BookingStatus.NO_SHOW
    late = begins + timedelta(minutes=62)
    with pytest.raises(ArrivalRefused):
        arrive(staff.analyst, code_of(center, at=late), at=late)


def test_a_request_that_nobody_decided_lapses_and_a_day_that_is_over_ends(staff, center):
    asked = make_booking(staff.colleague, center, "D02")
    came = make_booking(staff.analyst, center, agreed_by=staff.head)
    assert sweep(actor=HOUSE, now=asked.starts_at)["lapsed"] == 1
    arrive(staff.analyst, code_of(center))
    assert sweep(actor=HOUSE, now=came.ends_at - timedelta(minutes=1))["finished"] == 0
    assert sweep(actor=HOUSE, now=came.ends_at)["finished"] == 1
    came.refresh_from_db()
    assert (came.status, came.left_at) == (BookingStatus.FINISHED, None)
    assert Hold.objects.filter(booking=came).count() == 2  # what was used stays counted


def test_a_review_is_of_a_day_that_is_over(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    given = {"actor": staff.analyst, "number": booking.number, "own_minutes": 70, "rating": 5, "comment": " Quiet. "}
    with pytest.raises(CannotBook, match="when the day is over"):
        review_use(now=MORNING, **given)
    arrive(staff.analyst, code_of(center))
    check_out(actor=staff.analyst, number=booking.number, now=MORNING + timedelta(hours=5))
    assert review_use(now=MORNING, **given).minutes == 70
