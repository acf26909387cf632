"""For whom a session acts. Looked at on every request; the session itself is identity's."""

from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.mandates.actions import begin_acting, end_acting
from gapura.kernel.mandates.queries import find_standing
from gapura.kernel.mandates.rules import number_in
from gapura.kernel.mandates.types import ActingFor, NotMandated

_STATE = "acting_for"


def remember(request: HttpRequest, actor: Actor, acting: ActingFor) -> None:
    """Let the session act for this principal from its next request on."""
    request.session[_STATE] = asdict(acting) | {
        "until": acting.until.isoformat() if acting.until else None,
        "confirmed_on": acting.confirmed_on.isoformat(),
        "person": actor.person_number,
    }


def forget(request: HttpRequest) -> None:
    """Let the session act for its own person again."""
    request.session.pop(_STATE, None)


def resume(request: HttpRequest, actor: Actor, *, now: datetime) -> tuple[ActingFor | None, bool]:
    """For whom the session acts now, and whether that has just ended.

    No query for who acts in person. One for a grant; a register's yes is asked again on the first request of a day.
    """
    state: dict[str, Any] | None = request.session.get(_STATE)
    if state is None:
        return None, False
    acting = _acting(state)
    if actor.kind is not ActorKind.RESIDENT or actor.person_number != state["person"]:
        forget(request)
        return None, False
    current = _current(actor, acting, now)
    if current is None:
        forget(request)
        end_acting(actor=represent(actor, acting), reason="ended")
        return None, True
    if current != acting:
        remember(request, actor, current)
    return current, False


def represent(actor: Actor, acting: ActingFor) -> Actor:
    """The actor, acting for the principal."""
    return replace(actor, principal=acting.principal, mandate=acting.mandate)


def _current(actor: Actor, acting: ActingFor, now: datetime) -> ActingFor | None:
    """What the session may still do today; None when it has ended."""
    today = local_day(now, settings.TIME_ZONE)
    if number_in(acting.mandate):
        standing = find_standing(acting.mandate, representative=actor.person_number or "", on=today)
        return acting if standing is not None else None
    if acting.confirmed_on == today:
        return acting
    try:
        return begin_acting(actor=actor, principal=acting.principal, relation=acting.relation, now=now)
    except NotMandated:
        return None


def _acting(state: dict[str, Any]) -> ActingFor:
    return ActingFor(
        principal=state["principal"],
        full_name=state["full_name"],
        relation=state["relation"],
        mandate=state["mandate"],
        until=date.fromisoformat(state["until"]) if state["until"] else None,
        confirmed_on=date.fromisoformat(state["confirmed_on"]),
    )
