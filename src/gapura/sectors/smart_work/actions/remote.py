"""Working from elsewhere: a passkey, a known device, a known place, and a line in the person's log either way."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, AssuranceLevel
from gapura.kernel.identity.types import AccessDenied, Familiarity
from gapura.sectors.smart_work.country import get_rules
from gapura.sectors.smart_work.models import RemoteSession
from gapura.sectors.smart_work.permissions import can_book, can_withdraw_remote
from gapura.sectors.smart_work.queries.managers import list_led_units
from gapura.sectors.smart_work.queries.remote import is_known, is_withdrawn, judge_place
from gapura.sectors.smart_work.types import CannotWorkElsewhere, Place, RemoteOutcome


def open_remote_session(
    *, actor: Actor, named_place: str, level: AssuranceLevel, familiarity: Familiarity, now: datetime
) -> RemoteSession:
    """Judge passkey (``level`` of this session's sign-in), device and place, in this order, and keep the answer.

    ``named_place``: a code of the country's lawful places. A refusal is a row too: ``outcome`` says what was missing.
    Raises AccessDenied for who is no official, CannotWorkElsewhere where the law knows no such place.
    """
    if not can_book(actor):
        raise AccessDenied
    if named_place not in get_rules().places:
        raise CannotWorkElsewhere(_("Say where you are: choose one of the places that the law allows."))
    place, center_code = judge_place(actor, familiarity, now=now)
    outcome = RemoteOutcome.WITHDRAWN if is_withdrawn(actor, now=now) else _judge(level, familiarity, place, now)
    if outcome is RemoteOutcome.OPENED and get_rules().places[named_place].at_center and not center_code:
        outcome = RemoteOutcome.UNKNOWN_PLACE
    is_open = outcome is RemoteOutcome.OPENED
    with transaction.atomic():
        session = RemoteSession.objects.create(
            number=f"KJ{new_code(9)}",
            agency_code=actor.agency_code or "",
            person_number=actor.person_number or "",
            post_code=actor.post_code or "",
            post_label=actor.label,
            asked_at=now,
            network=familiarity.network,
            agent=familiarity.agent,
            place=place,
            center_code=center_code,
            named_place=named_place,
            device=familiarity.device,
            unit_code=actor.unit_code or "",
            outcome=outcome,
            until=now + timedelta(hours=get_rules().session_hours) if is_open else None,
        )
        record_event(
            actor=actor,
            action="smart_work.remote_session_asked",
            object_ref=f"remote:{session.number}",
            subject=actor.person_number,
            detail={
                "outcome": outcome.value,
                "place": place.value,
                "named": named_place,
                "until": session.until.isoformat() if session.until else "",
            },
        )
    return session


def close_remote_session(*, actor: Actor, number: str, now: datetime) -> None:
    """End the session before its time. Raises AccessDenied when it is not the official's own, or over."""
    with transaction.atomic():
        own = RemoteSession.objects.filter(
            number=number, person_number=actor.person_number, outcome=RemoteOutcome.OPENED, closed_at__isnull=True
        )
        if not own.update(closed_at=now):
            raise AccessDenied
        record_event(actor=actor, action="smart_work.remote_session_closed", object_ref=f"remote:{number}")


def withdraw_remote_session(*, actor: Actor, number: str, now: datetime) -> RemoteSession:
    """End the open session of somebody in a unit that the official leads; none opens for them before it had ended.

    Raises AccessDenied, also when there is none or it is the official's own; CannotWorkElsewhere when it is over.
    """
    with transaction.atomic():
        session = RemoteSession.objects.select_for_update().filter(number=number).first()
        if session is None or not can_withdraw_remote(actor, session, led_units=list_led_units(actor)):
            raise AccessDenied
        if session.until is None or session.until <= now or session.closed_at is not None:
            raise CannotWorkElsewhere(_("This session is over already; there is nothing to withdraw."))
        session.closed_at, session.withdrawn_by_label = now, actor.label
        session.save(update_fields=["closed_at", "withdrawn_by_label"])
        record_event(
            actor=actor,
            action="smart_work.remote_session_withdrawn",
            subject=session.person_number,
            object_ref=f"remote:{number}",
        )
    return session


def _judge(level: AssuranceLevel, familiarity: Familiarity, place: Place, now: datetime) -> RemoteOutcome:
    if level < AssuranceLevel.HIGH:
        return RemoteOutcome.NO_PASSKEY
    if not is_known(familiarity.device_since, now=now):
        return RemoteOutcome.UNKNOWN_DEVICE
    return RemoteOutcome.UNKNOWN_PLACE if place is Place.UNKNOWN else RemoteOutcome.OPENED
