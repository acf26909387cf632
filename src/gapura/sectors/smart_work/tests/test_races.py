"""Two hundred people press the same button: one has the seat, all others read a sentence."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.utils.translation import override

from gapura.foundation.isolation import HOUSE as WHOLE_HOUSE
from gapura.foundation.isolation import scoped
from gapura.foundation.testing import at_once
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.sectors.smart_work.actions import book_seat, bookings, cancel_booking
from gapura.sectors.smart_work.models import Booking, Hold
from gapura.sectors.smart_work.testing import AGENCY, NOW, TOMORROW, make_center, make_staff
from gapura.sectors.smart_work.types import CannotBook, Half

# SQLite lets one write at a time; the race is PostgreSQL's.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.postgresql_only]
ATTEMPTS, WAVE = 200, 20


def worker(number, unit):
    """An official as sessions know one; the database asks for no account here."""
    return Actor(
        ActorKind.OFFICIAL, f"Worker {number}", account_id=number, person_number=f"3171{number:012}",
        post_code=f"{AGENCY}//analyst", agency_code=AGENCY, office_code="", unit_code=unit,
    )  # fmt: skip


def book(actor, center, seat, halves=(Half.AM, Half.PM)):
    with scoped(WHOLE_HOUSE), override("en"):
        return book_seat(
            actor=actor, center_code=center.code, seat_code=seat, day=TOMORROW, halves=halves, now=NOW
        )  # fmt: skip


def in_waves(works):
    """Twenty press at one moment, then the next twenty."""
    return [one for first in range(0, len(works), WAVE) for one in at_once(*works[first : first + WAVE])]


def test_two_hundred_people_at_one_seat_get_one_booking():
    staff, center = make_staff(), make_center()
    works = [partial(book, worker(number, staff.analyst.unit_code), center, "D01") for number in range(ATTEMPTS)]
    outcomes = in_waves(works)
    refused = [one for one in outcomes if one is not None]
    assert len(refused) == ATTEMPTS - 1
    assert {str(one) for one in refused if isinstance(one, CannotBook)} == {
        "Somebody took this seat a moment ago. Choose another one."
    }
    assert all(isinstance(one, CannotBook) for one in refused)
    assert (Booking.objects.count(), Hold.objects.count()) == (1, 2)


def test_one_person_at_many_seats_gets_one():
    staff, center = make_staff(), make_center(plan="D" * 40)
    person = worker(1, staff.analyst.unit_code)
    works = [partial(book, person, center, f"D{number % 40 + 1:02}") for number in range(ATTEMPTS)]
    outcomes = in_waves(works)
    assert sum(one is None for one in outcomes) == 1
    assert all(one is None or "a seat at this time already" in str(one) for one in outcomes)
    assert Hold.objects.count() == 2


def test_mornings_afternoons_and_whole_days_mixed_never_share_a_seat():
    staff, center = make_staff(), make_center(plan="D" * 10)
    wishes = [(Half.AM,), (Half.PM,), (Half.AM, Half.PM)]
    works = [
        partial(book, worker(number, staff.analyst.unit_code), center, f"D{number % 10 + 1:02}", wishes[number % 3])
        for number in range(1, ATTEMPTS + 1)
    ]
    outcomes = in_waves(works)
    assert all(one is None or isinstance(one, CannotBook) for one in outcomes)
    places = list(Hold.objects.values_list("seat", "day", "half"))
    assert len(places) == len(set(places)) == 20  # every half day of every seat went to somebody, once
    assert sum(len(booking.half_days) for booking in Booking.objects.all()) == 20


def test_who_cancels_while_others_ask_leaves_one_owner():
    staff, center = make_staff(), make_center()
    first = book(worker(1, staff.analyst.unit_code), center, "D01")

    def cancel():
        with scoped(WHOLE_HOUSE):
            cancel_booking(actor=worker(1, staff.analyst.unit_code), number=first.number, now=NOW + timedelta(hours=1))

    works = [
        cancel,
        *(partial(book, worker(number, staff.analyst.unit_code), center, "D01") for number in range(2, 40)),
    ]
    outcomes = in_waves(works)
    assert outcomes[0] is None
    assert Hold.objects.count() in (0, 2)
    assert Booking.objects.exclude(status="cancelled").count() == Hold.objects.count() // 2


def test_a_look_before_the_write_instead_of_the_constraint_loses_the_race(monkeypatch):
    """The planted fault: whoever looks first and writes afterwards gives one seat to several."""
    staff, center = make_staff(), make_center()
    both_looked = Barrier(2)

    def look_first(booking):
        others = Booking.objects.filter(seat=booking.seat, day=booking.day).exclude(pk=booking.pk)
        if others.exists():
            raise CannotBook("taken")
        with suppress(BrokenBarrierError):
            both_looked.wait(timeout=5)  # whoever looked waits for another who did: luck decides nothing

    monkeypatch.setattr(bookings, "_hold", look_first)
    works = [partial(book, worker(number, staff.analyst.unit_code), center, "D01") for number in range(60)]
    in_waves(works)
    assert Booking.objects.count() > 1
