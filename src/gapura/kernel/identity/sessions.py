"""What a session remembers: when it began, when it was last used, and whom it acts as.

A session ends after 30 minutes without use and after 12 hours in any case (ASVS 7.3.1, 7.3.2), when the
account is disabled, when the password changes, and when the post it acts in is taken away. At a terminal, where it
was confirmed on a phone, it ends after 15 minutes.
"""

from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.utils.timezone import localdate

from gapura.foundation.isolation import Scope, scoped
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.plugin import find_name
from gapura.kernel.identity.queries import is_by_phone, list_capacities, sign_in_level
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.types import AccessDenied, Capacity, StepUpRequired

IDLE_LIMIT = timedelta(minutes=30)
LIFETIME = timedelta(hours=12)
LIFETIME_AT_TERMINAL = timedelta(minutes=15)
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
    facts = {"holds_posts": len(capacities) > 1, "name": _name_of(capacities[0].actor, localdate(now))}
    return _remember(request, capacities[0], times | facts)


def switch_capacity(request: SignedInRequest, post_code: str | None, *, now: datetime) -> Actor:
    """Act in the post, or privately (None), from now on.

    Raises AccessDenied when the account does not hold the post and StepUpRequired when the session was not
    signed in as strongly as a post needs.
    """
    capacity = _find_capacity(request.user, post_code, localdate(now))
    if capacity is None or (post_code is not None and is_by_phone(request)):
        raise AccessDenied
    if post_code is not None and sign_in_level(request) < level_for_posts():
        raise StepUpRequired(level_for_posts())
    state = _remember(request, capacity, request.session[_STATE])
    renew_key(request)
    return _actor(request, state)


def shorten_session(request: SignedInRequest, *, until: datetime) -> None:
    """End the session at ``until``, however much it is used."""
    request.session[_STATE] = request.session[_STATE] | {"until": until.isoformat()}


def level_for_posts() -> AssuranceLevel:
    """How strongly a session must be signed in to act in a post: by a passkey, which cannot be phished."""
    return AssuranceLevel.HIGH if settings.GAPURA_OFFICIALS_NEED_PASSKEY else AssuranceLevel.SUBSTANTIAL


def proof_level(request: SignedInRequest) -> AssuranceLevel:
    """How surely the account behind the session is proven to be a person's, however they signed in."""
    return AssuranceLevel(request.session[_STATE]["actor"]["assurance"])


def renew_key(request: SignedInRequest) -> None:
    """Give the session a new key, so that one seen before is worth nothing (ASVS 7.2.4)."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def holds_posts(request: SignedInRequest) -> bool:
    """Whether the account behind the session holds a post, whatever it acts as."""
    return bool(request.session[_STATE]["holds_posts"])


def called(request: SignedInRequest) -> Text:
    """What the pages call who is signed in: the post; privately the person's name, or the account's where unknown."""
    state = request.session[_STATE]
    title: Text | None = state.get("post_title")
    return title or {"": state.get("name") or state["actor"]["label"]}


def _find_capacity(account: Account, post_code: str | None, on: date) -> Capacity | None:
    capacities = list_capacities(account, on=on)
    return next((capacity for capacity in capacities if capacity.actor.post_code == post_code), None)


def _name_of(actor: Actor, on: date) -> str:
    if not actor.person_number:
        return ""
    with scoped(Scope(persons=(actor.person_number,))):
        return find_name(actor.person_number, on)


def _remember(request: SignedInRequest, capacity: Capacity, state: dict[str, Any]) -> dict[str, Any]:
    actor = asdict(capacity.actor) | {"roles": sorted(capacity.actor.roles)}
    ends_on = capacity.ends_on.isoformat() if capacity.ends_on else None
    shown = {"post_title": dict(capacity.post_title) if capacity.post_title else None}
    state = state | {"actor": actor, "ends_on": ends_on, "authority": request.user.authority} | shown
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
    until = state.get("until")
    return idle >= IDLE_LIMIT or age >= LIFETIME or (until is not None and now >= datetime.fromisoformat(until))


def _has_ended(state: dict[str, Any], on: date) -> bool:
    return state["ends_on"] is not None and on >= date.fromisoformat(state["ends_on"])
