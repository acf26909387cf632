from gapura.sectors.smart_work.queries.bookings import (
    access_booking,
    access_request,
    find_own_today,
    list_agreed_days,
    list_expected,
    list_own_bookings,
)
from gapura.sectors.smart_work.queries.centers import (
    access_kept_center,
    find_obstacle,
    get_center,
    get_hours,
    list_centers,
    list_floors,
    list_taken,
)
from gapura.sectors.smart_work.queries.figures import (
    count_unmet,
    get_minutes_saved,
    list_occupancy,
    list_occupancy_by_half,
    list_occupancy_by_week,
)
from gapura.sectors.smart_work.queries.managers import find_manager, list_deciders
from gapura.sectors.smart_work.queries.remote import (
    find_remote_session,
    judge_place,
    list_open_below,
    list_remote_sessions,
)
from gapura.sectors.smart_work.queries.search import search_centers

__all__ = [
    "access_booking",
    "access_kept_center",
    "access_request",
    "count_unmet",
    "find_manager",
    "find_obstacle",
    "find_own_today",
    "find_remote_session",
    "get_center",
    "get_hours",
    "get_minutes_saved",
    "judge_place",
    "list_agreed_days",
    "list_centers",
    "list_deciders",
    "list_expected",
    "list_floors",
    "list_occupancy",
    "list_occupancy_by_half",
    "list_occupancy_by_week",
    "list_open_below",
    "list_own_bookings",
    "list_remote_sessions",
    "list_taken",
    "search_centers",
]
