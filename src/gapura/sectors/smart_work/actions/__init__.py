from gapura.sectors.smart_work.actions.arrivals import check_in, check_out, review_use
from gapura.sectors.smart_work.actions.bookings import (
    agree_to_booking,
    book_seat,
    cancel_booking,
    change_seat,
    note_unmet_search,
    refuse_booking,
)
from gapura.sectors.smart_work.actions.centers import close_center, open_center, open_declared_centers, withdraw_seat
from gapura.sectors.smart_work.actions.loading import load_days
from gapura.sectors.smart_work.actions.remote import (
    close_remote_session,
    open_remote_session,
    withdraw_remote_session,
)
from gapura.sectors.smart_work.actions.sweeping import sweep

__all__ = [
    "agree_to_booking",
    "book_seat",
    "cancel_booking",
    "change_seat",
    "check_in",
    "check_out",
    "close_center",
    "close_remote_session",
    "load_days",
    "note_unmet_search",
    "open_center",
    "open_declared_centers",
    "open_remote_session",
    "refuse_booking",
    "review_use",
    "sweep",
    "withdraw_remote_session",
    "withdraw_seat",
]
