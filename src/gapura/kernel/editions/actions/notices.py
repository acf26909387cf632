"""Telling people that a service ends."""

from datetime import date, datetime, timedelta

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import list_waiting_receivers
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind


def tell_of_end(*, actor: Actor, service_code: str, ends_on: date, now: datetime) -> int:
    """Tell everybody whose case of the service is under way; how many. Their cases go on by their own version."""
    last_day = ends_on - timedelta(days=1)
    service = get_service(service_code, on=last_day)
    titles = {f"service_{language}": title for language, title in service.title.items()}
    waiting = list_waiting_receivers(service_code)
    for case_number, receiver in waiting:
        send_message(
            actor=actor,
            recipient=receiver,
            kind=MessageKind.SERVICE_ENDS,
            context=titles | {"case_number": case_number, "day": last_day.isoformat()},
            case_number=case_number,
            now=now,
        )
    return len(waiting)
