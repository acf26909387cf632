"""What a session remembers: when it began, when it was last used, and whom it acts as.

A session ends after 30 minutes without use and after 12 hours in any case (ASVS 7.3.1, 7.3.2), when the
account is disabled, when the password changes, and when the post it acts in is taken away.
"""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY, logout
from django.utils.timezone import localdate

from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.types import AccessDenied, Capacity, StepUpRequired

IDLE_LIMIT = timedelta(minutes=30)
LIFETIME = timedelta(hours=12)
_TOUCH_EVERY = timedelta(minutes=1)  # so that most requests write no session

_STATE = "capacity"


def resume_session(request: SignedInRequest, *, now: datetime) -> Actor | None:
    """Whom the request's session acts as, or None. Ends a session that may not go on.

    No query beyond the session's and the account's, unless what the account may be has changed.
    """
    if SESSION_KEY not in request.session or not request.user.is_authenticated:
        return None
    account = request.user
    state = request.session.get(_STATE) or open_session(request, now=now)
    if _is_over(state, now):
        logout(request)
        return None
    if state["authority"] != account.authority or _has_ended(state, localdate(now)):
        capacity = _find_capacity(account, state["actor"]["post_code"], localdate(now))
        if capacity is None:
            logout(request)
            return None
        state = _remember(request, capacity, state)
    if now - datetime.fromisoformat(state["seen_at"]) >= _TOUCH_EVERY:
        request.session[_STATE] = state | {"seen_at": now.isoformat()}
    return _actor(request, state)


def open_session(request: SignedInRequest, *, now: datetime) -> dict[str, Any]:
    """Begin to act privately in a session whose account has just signed in."""
    times = {"signed_in_at": now.isoformat(), "seen_at": now.isoformat()}
    capacities = list_capacities(request.user, on=localdate(now))
    return _remember(request, capacities[0], times | {"holds_posts": len(capacities) > 1})


def switch_capacity(request: SignedInRequest, post_code: str | None, *, now: datetime) -> Actor:
    """Act in the post, or privately (None), from now on.

    Raises AccessDenied when the account does not hold the post and StepUpRequired when the session has
    not shown a second factor, which every post needs.
    """
    capacity = _find_capacity(request.user, post_code, localdate(now))
    if capacity is None:
        raise AccessDenied
    if post_code is not None and sign_in_level(request) < AssuranceLevel.SUBSTANTIAL:
        raise StepUpRequired
    state = _remember(request, capacity, request.session[_STATE])
    renew_key(request)
    return _actor(request, state)


def sign_in_level(request: SignedInRequest) -> AssuranceLevel:
    """How surely this session was signed in: a password alone is low, with a second factor substantial."""
    records = get_authentication_records(request, request.user)
    second_factor = any(record["method"] == "mfa" for record in records)
    return AssuranceLevel.SUBSTANTIAL if second_factor else AssuranceLevel.LOW


def renew_key(request: SignedInRequest) -> None:
    """Give the session a new key, so that one seen before is worth nothing (ASVS 7.2.4)."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def holds_posts(request: SignedInRequest) -> bool:
    """Whether the account behind the session holds a post, whatever it acts as."""
    return bool(request.session[_STATE]["holds_posts"])


def _find_capacity(account: Account, post_code: str | None, on: date) -> Capacity | None:
    capacities = list_capacities(account, on=on)
    return next((capacity for capacity in capacities if capacity.actor.post_code == post_code), None)


def _remember(request: SignedInRequest, capacity: Capacity, state: dict[str, Any]) -> dict[str, Any]:
    actor = asdict(capacity.actor) | {"roles": sorted(capacity.actor.roles)}
    ends_on = capacity.ends_on.isoformat() if capacity.ends_on else None
    state = state | {"actor": actor, "ends_on": ends_on, "authority": request.user.authority}
    request.session[_STATE] = state
    return state


def _actor(request: SignedInRequest, state: dict[str, Any]) -> Actor:
    facts = state["actor"]
    actor = Actor(
        **facts
        | {
            "kind": ActorKind(facts["kind"]),
            "roles": frozenset(facts["roles"]),
            "assurance": AssuranceLevel(facts["assurance"]),
        }
    )
    return replace(actor, assurance=min(actor.assurance, sign_in_level(request)))


def _is_over(state: dict[str, Any], now: datetime) -> bool:
    idle = now - datetime.fromisoformat(state["seen_at"])
    age = now - datetime.fromisoformat(state["signed_in_at"])
    return idle >= IDLE_LIMIT or age >= LIFETIME


def _has_ended(state: dict[str, Any], on: date) -> bool:
    return state["ends_on"] is not None and on >= date.fromisoformat(state["ends_on"])
