"""A seat is asked for, agreed to, changed and given back; nobody ever has somebody else's."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.actions import end_appointment
from gapura.kernel.identity.testing import Post
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.smart_work.actions import (
    agree_to_booking,
    book_seat,
    cancel_booking,
    change_seat,
    close_center,
    refuse_booking,
    sweep,
    withdraw_seat,
)
from gapura.sectors.smart_work.models import Booking, Closure, Hold, Seat
from gapura.sectors.smart_work.testing import HOUSE, NOW, TOMORROW, make_booking, make_center, make_staff
from gapura.sectors.smart_work.types import (
    BookingStatus,
    CannotBook,
    CannotChangeCenter,
    CannotDecideBooking,
    GuestName,
    Half,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
AM, PM = Half.AM, Half.PM


def status_of(booking):
    return Booking.objects.get(pk=booking.pk).status


def told(person):
    with override("en"):
        return [one.body.split(" “")[0] for one in reversed(list_messages(person))]


def test_a_request_holds_the_seat_waits_in_the_managers_basket_and_is_agreed_to():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center, home_region="32.76")
    assert booking.status == BookingStatus.REQUESTED
    assert Hold.objects.filter(booking=booking).count() == 2
    assert [line.path for line in list_open_work(staff.head).lines] == [f"/desk/smart-work/requests/{booking.number}/"]
    assert list_open_work(staff.minister).lines == ()
    agree_to_booking(actor=staff.head, number=booking.number, now=NOW)
    assert status_of(booking) == BookingStatus.CONFIRMED
    assert list_open_work(staff.head).lines == ()
    assert told(staff.analyst.person_number) == ["Your day at Depok center on November 24, 2026 was agreed to."]
    assert booking.estimated_minutes > 30


def test_one_seat_one_person_and_one_person_one_seat():
    staff, center = make_staff(), make_center()
    make_booking(staff.analyst, center, "D01", halves=[AM])
    with pytest.raises(CannotBook, match="took this seat"):
        make_booking(staff.colleague, center, "D01")
    assert not Hold.objects.filter(half=PM).exists()  # the whole day is had or nothing of it
    with pytest.raises(CannotBook, match="a seat at this time"):
        make_booking(staff.analyst, center, "D02", halves=[AM])
    make_booking(staff.analyst, center, "D02", halves=[PM])
    make_booking(staff.colleague, center, "D01", halves=[PM])
    make_booking(staff.analyst, center, "V01", halves=[AM])  # a room is held beside a seat


def test_a_hold_does_not_say_whose_it_is():
    staff, center = make_staff(), make_center()
    one, other = (make_booking(staff.analyst, center, day=TOMORROW + timedelta(days=step)) for step in (0, 1))
    sitters = set(Hold.objects.filter(booking__in=[one, other]).values_list("sitter", flat=True))
    assert len(sitters) == 2
    assert not any(staff.analyst.person_number in sitter for sitter in sitters)


@pytest.mark.parametrize(
    ("day", "halves", "says"),
    [
        (date(2026, 11, 23), [AM], "begun already"),
        (date(2026, 11, 20), [AM, PM], "begun already"),
        (date(2026, 12, 24), [AM], "at most 30 days"),
        (date(2026, 11, 28), [AM], "weekend or a holiday"),
        (TOMORROW, [], "Choose the morning"),
    ],
)
def test_days_that_cannot_be_had(day, halves, says):
    staff, center = make_staff(), make_center()
    with pytest.raises(CannotBook, match=says):
        make_booking(staff.analyst, center, day=day, halves=halves)
    make_booking(staff.analyst, center, day=date(2026, 11, 23), halves=[PM])


def test_a_holiday_is_no_day_of_work():
    staff, center = make_staff(), make_center()
    with pytest.raises(CannotBook, match="holiday"):
        make_booking(staff.analyst, center, day=date(2026, 12, 25), now=NOW + timedelta(days=20))


def test_the_begin_of_a_half_day_is_by_the_centers_own_clock():
    staff = make_staff()
    east = make_center("jayapura", timezone="Asia/Jayapura")
    at_half_past_eight_in_jakarta = NOW - timedelta(hours=1, minutes=30)
    booking = make_booking(staff.analyst, east, day=NOW.date(), halves=[PM], now=at_half_past_eight_in_jakarta)
    assert booking.starts_at.utctimetuple().tm_hour == 4
    with pytest.raises(CannotBook, match="begun"):
        make_booking(staff.colleague, east, day=NOW.date(), halves=[PM], now=NOW + timedelta(hours=1))


def test_the_head_of_a_unit_asks_the_head_above_and_who_is_above_all_asks_nobody():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.head, center)
    assert booking.approver_post == staff.minister.post_code
    with pytest.raises(AccessDenied):
        agree_to_booking(actor=staff.head, number=booking.number, now=NOW)
    top = make_booking(staff.minister, center, "D02")
    assert (top.status, top.is_pre_approved) == (BookingStatus.CONFIRMED, True)


def test_while_the_head_is_gone_the_next_above_is_asked_and_who_is_above_may_always_decide():
    staff, center = make_staff(), make_center()
    before = make_booking(staff.colleague, center, "D02")
    head = staff.head
    end_appointment(actor=HOUSE, account_id=head.account_id, post_code=head.post_code, on=date(2026, 11, 1))
    booking = make_booking(staff.analyst, center)
    assert booking.approver_post == staff.minister.post_code
    agree_to_booking(actor=staff.minister, number=before.number, now=NOW)  # it was the head who was asked
    assert list_open_work(head).lines == ()


def test_nobody_can_agree_where_no_unit_is_known():
    staff, center = make_staff(), make_center()
    Post.objects.filter(code=staff.analyst.post_code).update(unit=None)
    with pytest.raises(CannotBook, match="leads your unit"):
        make_booking(staff.analyst, center)
    assert not Booking.objects.exists()


def test_colleagues_and_the_person_cannot_agree_and_a_decision_is_made_once():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center)
    for actor in (staff.analyst, staff.colleague, staff.host):
        with pytest.raises(AccessDenied):
            agree_to_booking(actor=actor, number=booking.number, now=NOW)
    with pytest.raises(CannotDecideBooking, match="Say why"):
        refuse_booking(actor=staff.head, number=booking.number, note=" ", now=NOW)
    refuse_booking(actor=staff.head, number=booking.number, note="The audit needs you here.", now=NOW)
    with pytest.raises(CannotDecideBooking, match="already"):
        agree_to_booking(actor=staff.head, number=booking.number, now=NOW)
    assert not Hold.objects.exists()
    assert "not agreed to" in told(staff.analyst.person_number)[0]


def test_four_eyes_are_a_constraint():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center)
    for values in (
        {"decided_by_person": staff.analyst.person_number},
        {"status": "confirmed"},
        {"status": "cancelled"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=booking.pk).update(**values)
    Booking.objects.filter(pk=booking.pk).update(status="confirmed", decided_by_person=staff.head.person_number)


def test_it_is_too_late_to_decide_once_the_half_day_has_begun():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center)
    with pytest.raises(CannotDecideBooking, match="too late"):
        agree_to_booking(actor=staff.head, number=booking.number, now=booking.starts_at)


def test_what_is_cancelled_is_free_for_others_and_only_its_owner_cancels():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    with pytest.raises(AccessDenied):
        cancel_booking(actor=staff.head, number=booking.number, now=NOW)
    cancel_booking(actor=staff.analyst, number=booking.number, now=NOW)
    make_booking(staff.colleague, center)
    with pytest.raises(CannotBook, match="nothing to cancel"):
        cancel_booking(actor=staff.analyst, number=booking.number, now=NOW)


def test_another_seat_keeps_what_was_agreed():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    make_booking(staff.colleague, center, "D02", halves=[PM])
    with pytest.raises(CannotBook, match="took this seat"):
        change_seat(actor=staff.analyst, number=booking.number, seat_code="D02", now=NOW)
    with pytest.raises(CannotBook, match="no such seat"):
        change_seat(actor=staff.analyst, number=booking.number, seat_code="V01", now=NOW)
    change_seat(actor=staff.analyst, number=booking.number, seat_code="D03", now=NOW)
    assert set(Hold.objects.filter(booking=booking).values_list("seat__code", flat=True)) == {"D03"}
    assert status_of(booking) == BookingStatus.CONFIRMED


def test_guests_come_to_rooms_that_are_large_enough():
    staff, center = make_staff(), make_center()
    guests = [GuestName(f"Guest {number}", "University") for number in range(4)]
    with pytest.raises(CannotBook, match="for a room only"):
        make_booking(staff.analyst, center, guests=guests[:1])
    with pytest.raises(CannotBook, match="room for 4 people; you would be 5"):
        make_booking(staff.analyst, center, "V01", guests=guests)
    booking = make_booking(staff.analyst, center, "V01", guests=guests[:3])
    assert booking.guests.count() == 3


def test_a_person_has_so_many_bookings_ahead_and_no_more():
    staff, center = make_staff(), make_center()
    for number in range(12):
        make_booking(staff.analyst, center, "V01", day=_working_day(number))
    with pytest.raises(CannotBook, match="12 bookings ahead"):
        make_booking(staff.analyst, center, "V01", day=_working_day(12))


def test_a_center_that_closes_tells_who_booked_and_takes_no_more():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    other_day = make_booking(staff.colleague, center, day=TOMORROW + timedelta(days=1))
    given = {"code": center.code, "closed_from": TOMORROW, "closed_until": TOMORROW + timedelta(days=1)}
    with pytest.raises(AccessDenied):
        close_center(actor=staff.head, reason="Flood", now=NOW, **given)
    with pytest.raises(CannotChangeCenter, match="Say why"):
        close_center(actor=staff.host, reason="", now=NOW, **given)
    with pytest.raises(CannotChangeCenter, match="today or later"):
        close_center(actor=staff.host, reason="Flood", now=NOW, **given | {"closed_until": TOMORROW})
    close_center(actor=staff.host, reason="Flood", now=NOW, **given)
    assert (status_of(booking), status_of(other_day)) == (BookingStatus.CANCELLED, BookingStatus.REQUESTED)
    assert "closed on November 24, 2026 (Flood)" in told(staff.analyst.person_number)[-1]
    with pytest.raises(CannotBook, match="Flood"):
        make_booking(staff.colleague, center)


def test_a_booking_that_slipped_in_while_the_center_closed_is_found_by_the_clock():
    staff, center = make_staff(), make_center()
    booking = make_booking(staff.analyst, center)
    Closure.objects.create(
        center=center, closed_from=TOMORROW, closed_until=TOMORROW + timedelta(days=1), reason="Flood", entered_at=NOW
    )
    assert sweep(actor=HOUSE, now=NOW)["closed"] == 1
    assert status_of(booking) == BookingStatus.CANCELLED


def test_a_broken_seat_is_exchanged_for_one_like_it_or_given_up():
    staff, center = make_staff(), make_center(plan="DDA\n")
    booking = make_booking(staff.analyst, center, "D01", agreed_by=staff.head)
    assert withdraw_seat(actor=staff.host, center_code=center.code, seat_code="D01", now=NOW) == 1
    booking.refresh_from_db()
    assert (booking.seat.code, booking.status) == ("D02", BookingStatus.CONFIRMED)
    assert "You have seat D02 instead." in told(staff.analyst.person_number)[-1]
    withdraw_seat(actor=staff.host, center_code=center.code, seat_code="D02", now=NOW)
    assert status_of(booking) == BookingStatus.CANCELLED  # the seat for wheelchairs lacks the telephone
    assert not Hold.objects.exists()
    with pytest.raises(CannotChangeCenter, match="no such seat"):
        withdraw_seat(actor=staff.host, center_code=center.code, seat_code="D02", now=NOW)
    assert Seat.objects.filter(is_offered=True).count() == 1


def test_a_resident_cannot_book():
    center = make_center()
    with pytest.raises(AccessDenied):
        book_seat(
            actor=Actor(ActorKind.RESIDENT, "x", person_number="3171014205900001"),
            center_code=center.code, seat_code="D01", day=TOMORROW, halves=[AM], now=NOW,
        )  # fmt: skip


def _working_day(number):
    return TOMORROW + timedelta(days=number + 2 * ((TOMORROW.weekday() + number) // 5))
