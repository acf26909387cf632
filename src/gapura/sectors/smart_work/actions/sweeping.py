"""What the clock lets go: requests that nobody decided, seats that nobody came to, days that are over.

Late, twice or after the clock went back, the outcome is the same: only stored moments and open rows are compared.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from gapura.kernel.audit.types import Actor
from gapura.sectors.smart_work.actions.bookings import lock_booking
from gapura.sectors.smart_work.actions.centers import cancel_closed
from gapura.sectors.smart_work.actions.ending import end_booking, tell
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import Booking, Closure
from gapura.sectors.smart_work.types import BookingStatus

_AT_ONCE = 500


def sweep(*, actor: Actor, now: datetime) -> dict[str, int]:
    """Lapse, release, finish and cancel what is due; how many of each. For the worker, who acts as the house."""
    grace = now - timedelta(minutes=get_rules().no_show_minutes)
    return {
        "lapsed": _end(actor, BookingStatus.REQUESTED, "starts_at__lte", now, _lapse, now=now),
        "no-show": _end(actor, BookingStatus.CONFIRMED, "starts_at__lte", grace, _release, now=now),
        "finished": _end(actor, BookingStatus.ARRIVED, "ends_at__lte", now, _finish, now=now),
        "closed": sum(cancel_closed(actor, closure, now=now) for closure in _list_closures(now)),
    }


def _end(
    actor: Actor,
    status: BookingStatus,
    column: str,
    moment: datetime,
    end: Callable[[Actor, Booking, datetime], None],
    *,
    now: datetime,
) -> int:
    due = Booking.objects.filter(status=status, **{column: moment}).order_by("starts_at", "pk")
    done = 0
    for number in list(due.values_list("number", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            booking = lock_booking(number)
            if booking.status == status:  # somebody may have come while we looked
                end(actor, booking, now)
                done += 1
    return done


def _lapse(actor: Actor, booking: Booking, now: datetime) -> None:
    end_booking(actor, booking, BookingStatus.LAPSED, now=now)
    sentence = gettext_noop("Nobody agreed in time to your day at %(center)s on %(day)s, so the seat was released.")
    tell(actor, booking, sentence, now=now)


def _release(actor: Actor, booking: Booking, now: datetime) -> None:
    end_booking(actor, booking, BookingStatus.NO_SHOW, now=now)
    sentence = gettext_noop("You were not at %(center)s on %(day)s in time, so the seat was released for others.")
    tell(actor, booking, sentence, now=now)


def _finish(actor: Actor, booking: Booking, now: datetime) -> None:
    """Over without signing out: counted apart, because nobody knows how long it was."""
    end_booking(actor, booking, BookingStatus.FINISHED, now=now, keeps_holds=True)


def _list_closures(now: datetime) -> list[Closure]:
    today = now.date()
    with_bookings = Closure.objects.filter(closed_until__gt=today - timedelta(days=1)).select_related("center")
    return list(with_bookings.order_by("pk"))
