"""How a booking ends: its holds go, its work is done, the person is told, the log says so."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.smart_work.models import Booking, Hold
from gapura.sectors.smart_work.types import BookingStatus
from gapura.web.jinja import day

DECIDE = "smart_work.decide"


def ask_manager(booking: Booking, *, now: datetime) -> None:
    """Put the request into the basket of whoever was asked."""
    open_work(
        kind=DECIDE,
        object_ref=f"seat:{booking.number}",
        holder=Holder.post(booking.agency_code, booking.approver_post),
        title=f"{booking.post_label}: {in_language(booking.center.title, settings.LANGUAGE_CODE)}",
        path=reverse("smart_work:request", args=[booking.number]),
        sender=booking.post_label,
        due_on=booking.day,
        now=now,
    )


def end_booking(
    actor: Actor, booking: Booking, status: BookingStatus, *, now: datetime, keeps_holds: bool = False
) -> None:
    """Let the booking be over in ``status``. Inside the caller's transaction, on a locked row."""
    booking.status, booking.ended_at = status, now
    booking.save()
    if not keeps_holds:
        Hold.objects.filter(booking=booking).delete()
    close_work(kind=DECIDE, object_ref=f"seat:{booking.number}", now=now)
    record(actor, booking, status.value)


def record(actor: Actor, booking: Booking, what: str, **detail: Any) -> None:
    """One event of the booking in the house's log."""
    record_event(
        actor=actor,
        action=f"smart_work.{what.replace('-', '_')}",
        subject=booking.person_number,
        object_ref=f"seat:{booking.number}",
        detail={"center": booking.center_id, "day": booking.day.isoformat(), "halves": booking.halves, **detail},
    )


def tell(actor: Actor, booking: Booking, sentence: str, *, now: datetime, **values: str) -> None:
    """A message to the person: ``sentence`` is a msgid with places for ``center``, ``day`` and ``values``."""
    context = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            shown = {"center": in_language(booking.center.title, language), "day": day(booking.day)}
            context[f"service_{language}"] = gettext(sentence) % (shown | values)
    send_message(actor=actor, recipient=booking.person_number, kind=MessageKind.SEAT_TOLD, context=context, now=now)
