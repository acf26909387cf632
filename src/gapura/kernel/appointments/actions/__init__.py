"""Officials, posts and orders; tokens of personnel systems; emergency access and its review."""

from gapura.kernel.appointments.actions.emergencies import end_power, review_power, take_power
from gapura.kernel.appointments.actions.officials import (
    change_official,
    delete_official,
    order_at_desk,
    record_people_export,
    register_official,
)
from gapura.kernel.appointments.actions.orders import (
    adopt_appointment,
    close_order,
    end_order,
    order_appointment,
    put_in_force,
    refuse_order,
    settle_orders_of,
)
from gapura.kernel.appointments.actions.posts import (
    abolish_post,
    adopt_post,
    change_post_record,
    establish_post,
)
from gapura.kernel.appointments.actions.tokens import accept_token, end_token, issue_token, record_call

__all__ = [
    "abolish_post",
    "accept_token",
    "adopt_appointment",
    "adopt_post",
    "change_official",
    "change_post_record",
    "close_order",
    "delete_official",
    "end_order",
    "end_power",
    "end_token",
    "establish_post",
    "issue_token",
    "order_appointment",
    "order_at_desk",
    "put_in_force",
    "record_call",
    "record_people_export",
    "refuse_order",
    "register_official",
    "review_power",
    "settle_orders_of",
    "take_power",
]
