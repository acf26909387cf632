"""The pages, as officials, managers and hosts open them."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gapura.foundation import clock
from gapura.kernel.identity.testing import Account, sign_in
from gapura.sectors.smart_work.codes import make_door_code
from gapura.sectors.smart_work.models import Booking, RemoteSession, UnmetSearch
from gapura.sectors.smart_work.testing import NOW, make_booking, make_center, make_staff
from gapura.sectors.smart_work.types import BookingStatus, Half

pytestmark = pytest.mark.django_db
ROOT = "/desk/smart-work/"
WHEN = "day=2026-11-24&when=day"
MORNING = datetime(2026, 11, 24, 0, 35, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def center():
    return make_center()


def browser(actor, *, at=NOW):
    client = Client(headers={"Accept-Language": "en", "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    with clock.frozen(at):
        sign_in(client, Account.objects.get(pk=actor.account_id), post_code=actor.post_code)
    return client


def words(response):
    return response.content.decode()


def test_from_the_search_to_a_confirmed_seat(staff, center):
    desk = browser(staff.analyst)
    page = words(desk.get(f"{ROOT}?{WHEN}&near=32.76&kind=desk"))
    assert "Depok center" in page
    plan = words(desk.get(f"{ROOT}centers/depok/?{WHEN}"))
    assert plan.count("plan__seat--free") == 7 + 1  # seven places and the key
    assert 'aria-label="Desk D01, free"' in plan
    assert "The same seats as a list" in plan
    chosen = f"{ROOT}centers/depok/?{WHEN}&seat=D01"
    assert "Ask for this seat" in words(desk.get(chosen))
    answer = desk.post(chosen, {"home_region": "32.76", "purpose": "Quarterly report"})
    booking = Booking.objects.get()
    assert answer.headers["Location"] == f"{ROOT}bookings/{booking.number}/"
    assert "was asked to agree" in words(desk.get(answer.headers["Location"]))
    assert "plan__seat--own" in words(desk.get(f"{ROOT}centers/depok/?{WHEN}"))
    assert "Seat D01, November 24, 2026" in words(desk.get(chosen))

    head = browser(staff.head)
    assert "Analyst" in words(head.get(f"{ROOT}requests/"))
    request = f"{ROOT}requests/{booking.number}/"
    assert "Quarterly report" in words(head.get(request))
    assert "Say why not" in words(head.post(request, {"do": "refuse", "note": ""}))
    assert head.post(request, {"do": "agree"}).headers["Location"] == f"{ROOT}requests/"
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_the_manager_reads_that_a_day_was_agreed_to_and_nothing_of_what_happened_there(staff, center):
    booking = make_booking(staff.analyst, center, home_region="32.71", agreed_by=staff.head)
    head = browser(staff.head)
    before = words(head.get(f"{ROOT}requests/{booking.number}/"))
    Booking.objects.filter(pk=booking.pk).update(status="arrived", arrived_at=MORNING)
    after = words(head.get(f"{ROOT}requests/{booking.number}/"))
    shown = after.split("<main")[1].split("</main")[0]
    assert shown == before.split("<main")[1].split("</main")[0]
    assert "minutes" not in shown
    assert "Bogor" not in shown
    assert head.get(f"{ROOT}bookings/{booking.number}/").status_code == 404
    for other in (staff.colleague, staff.host):
        assert browser(other).get(f"{ROOT}requests/{booking.number}/").status_code == 404


def test_a_seat_that_somebody_took_meanwhile_is_told_on_the_form(staff, center):
    make_booking(staff.colleague, center)
    desk = browser(staff.analyst)
    answer = desk.post(f"{ROOT}centers/depok/?{WHEN}&seat=D01", {"home_region": ""})
    assert "Somebody took this seat a moment ago" in words(answer)
    assert "plan__seat--taken" in words(desk.get(f"{ROOT}centers/depok/?{WHEN}"))
    assert "This seat is taken then" in words(desk.get(f"{ROOT}centers/depok/?{WHEN}&seat=D01"))


def test_a_closed_day_offers_no_links(staff, center):
    page = words(browser(staff.analyst).get(f"{ROOT}centers/depok/?day=2026-11-28&when=am"))
    assert "weekend or a holiday" in page
    assert "&amp;seat=" not in page
    assert browser(staff.analyst).get(f"{ROOT}centers/nowhere/").status_code == 404


def test_a_room_takes_guests_by_lines(staff, center):
    desk = browser(staff.analyst)
    room = f"{ROOT}centers/depok/?{WHEN}&seat=V01"
    many = "\n".join(f"Guest {number}" for number in range(5))
    assert "room for 4 people" in words(desk.post(room, {"guests": many}))
    desk.post(room, {"guests": "Rini Astuti, Universitas Indonesia\n\nBayu"})
    booking = Booking.objects.get()
    assert [(one.name, one.organization) for one in booking.guests.order_by("pk")] == [
        ("Rini Astuti", "Universitas Indonesia"),
        ("Bayu", ""),
    ]
    assert "Universitas Indonesia" in words(browser(staff.head).get(f"{ROOT}requests/{booking.number}/"))


def test_signing_in_with_the_phone_and_out_again(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    with clock.frozen(MORNING):
        host, desk = browser(staff.host, at=MORNING), browser(staff.analyst, at=MORNING)
        answer = host.get(f"{ROOT}centers/depok/door/")
        screen = words(answer)
        assert answer.headers["Refresh"] == "60"
        assert "<svg" in screen
        address = f"{ROOT}arrive/{make_door_code('depok', 'Asia/Jakarta', minutes=5, now=MORNING)}/"
        assert "I am here" in words(desk.get(address))
        assert Booking.objects.get().status == BookingStatus.CONFIRMED  # looking changes nothing
        assert desk.post(address).headers["Location"] == f"{ROOT}bookings/{booking.number}/"
        assert "You are signed in" in words(desk.get(address))
        refused = desk.get(f"{ROOT}arrive/nonsense/")
        assert (refused.status_code, "no code of a smart work center" in words(refused)) == (409, True)
        assert "not yet" not in words(host.get(f"{ROOT}centers/depok/host/"))
        assert "Sign out and leave" in words(desk.get(f"{ROOT}bookings/{booking.number}/"))
        desk.post(f"{ROOT}bookings/{booking.number}/", {"do": "leave"})
        desk.post(f"{ROOT}bookings/{booking.number}/", {"do": "review", "own_minutes": "45", "rating": "5"})
    booking.refresh_from_db()
    assert (booking.status, booking.own_minutes, booking.rating) == ("finished", 45, 5)


def test_changing_and_cancelling_on_the_page(staff, center):
    booking = make_booking(staff.analyst, center, agreed_by=staff.head)
    desk = browser(staff.analyst)
    place = f"{ROOT}bookings/{booking.number}/"
    desk.post(place, {"do": "change", "seat": "D02"})
    assert Booking.objects.get().seat.code == "D02"
    assert "Choose one of the buttons" in words(desk.post(place, {"do": "dance"}))
    desk.post(place, {"do": "cancel"})
    assert Booking.objects.get().status == BookingStatus.CANCELLED
    assert "nothing to cancel" in words(desk.post(place, {"do": "cancel"}))


def test_the_host_sees_the_day_closes_the_center_and_takes_seats_out(staff, center):
    make_booking(staff.analyst, center, day=NOW.date(), halves=[Half.PM], agreed_by=staff.head)
    make_booking(staff.colleague, center, "D02")
    host = browser(staff.host)
    place = f"{ROOT}centers/depok/host/"
    page = words(host.get(place))
    assert "Analyst" in page
    assert "Colleague" not in page  # comes tomorrow
    assert "For this day only" in words(host.get(f"{ROOT}centers/depok/poster/"))
    host.post(place, {"do": "withdraw", "seat": "D02"})
    assert Booking.objects.get(post_label="Colleague").seat.code != "D02"
    assert "This field is required" in words(host.post(place, {"do": "close", "first": ""}))
    host.post(place, {"do": "close", "first": "2026-11-24", "last": "2026-11-24", "reason": "Flood"})
    assert Booking.objects.get(post_label="Colleague").status == BookingStatus.CANCELLED
    assert "today or later" in words(
        host.post(place, {"do": "close", "first": "2026-11-20", "last": "2026-11-20", "reason": "Flood"})
    )
    for page in ("host", "door", "poster"):
        assert browser(staff.head).get(f"{ROOT}centers/depok/{page}/").status_code == 404


def test_a_search_without_a_seat_near_by_is_counted_once_and_only_for_days_to_come(staff):
    make_center("far", at=[-7.27, 112.74])
    desk = browser(staff.analyst)
    for _twice in range(2):
        assert "Nothing is free within 30 km" in words(desk.get(f"{ROOT}?{WHEN}&near=32.76&kind=desk"))
    assert UnmetSearch.objects.count() == 1
    assert "No seat is free then" in words(desk.get(f"{ROOT}?day=2026-11-28&when=day&near=32.76&kind=desk"))
    desk.get(f"{ROOT}?day=2026-11-20&when=day&near=32.76&kind=desk")
    desk.get(f"{ROOT}?{WHEN}&near=35.78&kind=desk")
    assert UnmetSearch.objects.count() == 1


def test_figures_and_their_files(staff, center):
    desk = browser(staff.analyst)
    page = words(desk.get(f"{ROOT}figures/"))
    assert "Fewer than 5 uses" in page
    assert "No person, unit or agency is ranked" in page
    assert "at most a year" in words(desk.get(f"{ROOT}figures/?first=2026-01-02&last=2026-01-01"))
    table = desk.get(f"{ROOT}figures/centers.csv?first=2026-11-16&last=2026-11-20")
    assert words(table).splitlines() == ["center,offered,held,used,percent", "depok,60,0,0,0"]
    for code in ("weeks", "halves", "unmet"):
        assert desk.get(f"{ROOT}figures/{code}.csv").status_code == 200
    assert desk.get(f"{ROOT}figures/people.csv").status_code == 404


def test_from_elsewhere_a_passkey_a_device_and_a_place_are_asked_for(staff):
    desk = browser(staff.analyst)
    assert "unknown" in words(desk.get(f"{ROOT}remote/"))
    assert "This field is required" in words(desk.post(f"{ROOT}remote/"))
    desk.post(f"{ROOT}remote/", {"place": "home"})
    page = words(desk.get(f"{ROOT}remote/"))
    assert "This device was not known" in page
    assert "1500-117" in page
    _be_known(desk, staff.analyst)
    desk.post(f"{ROOT}remote/", {"place": "home"})
    assert "Your session from elsewhere is open" in words(desk.get(f"{ROOT}remote/"))
    desk.post(f"{ROOT}remote/", {"do": "close"})
    assert "Your session from elsewhere is open" not in words(desk.get(f"{ROOT}remote/"))
    assert [one.outcome for one in RemoteSession.objects.order_by("pk")] == ["unknown-device", "opened"]


def _be_known(desk, actor):
    """The browser signed in two days ago from here."""
    desk.cookies[settings.GAPURA_DEVICE_COOKIE_NAME] = "token"
    Account.objects.get(pk=actor.account_id).sign_ins.create(
        at=NOW - timedelta(days=2), target="account", network="127.0.0.0/24",
        agent="Firefox, Linux", device=hashlib.sha256(b"token").hexdigest()[:32], method="passkey", succeeded=True,
    )  # fmt: skip


def test_pages_take_few_queries_whatever_stands_in_the_house(staff, center):
    desk = browser(staff.analyst)
    counts = []
    for part in ("a", "b"):
        with CaptureQueriesContext(connection) as queries:
            desk.get(f"{ROOT}centers/depok/?{WHEN}")
        counts.append(len(queries))
        for number in range(30):
            make_center(f"{part}{number}", plan="DDDD\n")
    assert counts[0] == counts[1] <= 10
    with CaptureQueriesContext(connection) as queries:
        desk.get(f"{ROOT}?{WHEN}&near=32.76&kind=desk")
    assert len(queries) <= 9
