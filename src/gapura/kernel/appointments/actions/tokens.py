"""Tokens of personnel systems: made once, kept as a digest, bound to an agency and to a responsible official."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from gapura.kernel.appointments.models import Token
from gapura.kernel.appointments.types import (
    PERSONNEL_CHANNEL,
    CannotIssueToken,
    Scope,
    TooManyCalls,
    UnknownToken,
)
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.catalogue.queries import get_agency, get_limit
from gapura.kernel.identity.queries import find_person_of

_PREFIX = "gpsn_"  # so that a token that leaked into a repository can be found by a scanner


def issue_token(
    *,
    actor: Actor,
    agency_code: str,
    office_code: str = "",
    label: str,
    scope: Scope,
    responsible_account: int,
    days: int,
    now: datetime,
) -> tuple[Token, str]:
    """A token and its value, which is shown this once. Posts it makes stand in ``office_code``.

    Raises CannotIssueToken when the agency is unknown, the responsible account is not proven to be a person,
    or ``days`` is beyond the country's limit.
    """
    try:
        get_agency(agency_code)
    except LookupError as error:
        raise CannotIssueToken(f"The country has no agency {agency_code!r}.") from error
    person = find_person_of(responsible_account)
    if person is None:
        raise CannotIssueToken("The responsible account is not proven to be a person; prove it at a counter first.")
    longest = get_limit("personnel_token_days")
    if not 1 <= days <= longest:
        raise CannotIssueToken(f"A token lives 1 to {longest} days, not {days}.")
    value = _PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token.objects.create(
            agency_code=agency_code,
            office_code=office_code,
            label=label,
            scope=scope,
            digest=_digest(value),
            responsible_account=responsible_account,
            responsible_person=person,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        record_event(
            actor=actor,
            action="appointments.token_issued",
            subject=person,
            object_ref=f"personnel-token:{token.pk}",
            detail={"agency": agency_code, "scope": scope, "days": days},
        )
    return token, value


def end_token(*, actor: Actor, token_id: int, now: datetime) -> None:
    """Let the token open nothing from now on."""
    with transaction.atomic():
        Token.objects.filter(pk=token_id, ended_at__isnull=True).update(ended_at=now)
        record_event(actor=actor, action="appointments.token_ended", object_ref=f"personnel-token:{token_id}")


def accept_token(*, value: str, now: datetime) -> tuple[Actor, Token]:
    """Whoever shows ``value``: the personnel system, with the responsible official as its person.

    Raises UnknownToken (wrong, expired, ended, or its official is no longer proven), TooManyCalls. The call itself
    is recorded by ``record_call``.
    """
    token = Token.objects.filter(digest=_digest(value), ended_at__isnull=True, expires_at__gt=now).first()
    if token is None or find_person_of(token.responsible_account) != token.responsible_person:
        raise UnknownToken
    _count_call(token, now)
    actor = Actor(
        kind=ActorKind.SYSTEM,
        label=f"{token.label} ({token.agency_code})",
        account_id=token.responsible_account,
        person_number=token.responsible_person,
        agency_code=token.agency_code,
        office_code=token.office_code,
        assurance=AssuranceLevel.SUBSTANTIAL,
        channel=PERSONNEL_CHANNEL,
    )
    return actor, token


def record_call(*, actor: Actor, token_id: int, method: str, path: str, status: int) -> None:
    """Note one call of a personnel system, whatever came of it."""
    record_event(
        actor=actor,
        action="appointments.personnel_call",
        object_ref=f"personnel-token:{token_id}",
        detail={"method": method, "path": path[:200], "status": status},
    )


def _count_call(token: Token, now: datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    mine = Token.objects.filter(pk=token.pk)
    if mine.exclude(minute=minute).update(minute=minute, calls_in_minute=1):
        return
    if not mine.filter(calls_in_minute__lt=get_limit("personnel_calls_per_minute")).update(
        calls_in_minute=F("calls_in_minute") + 1
    ):
        raise TooManyCalls


def _digest(value: str) -> str:
    # A random value of 256 bits needs no slow hash: there is nothing to guess.
    return hashlib.sha256(value.encode()).hexdigest()
