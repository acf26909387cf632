"""Exchanging a code or a refresh token. Whatever is presented a second time ends the whole session."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.federation.actions.sessions import end_site_sessions
from gapura.kernel.federation.models import Client, SiteSession, Token
from gapura.kernel.federation.queries import is_standing
from gapura.kernel.federation.rules import digest, is_answer_to
from gapura.kernel.federation.types import IssuedTokens, ProtocolError, SessionEnd, TokenKind

CODE_LIFE = timedelta(seconds=60)
ACCESS_LIFE = timedelta(seconds=300)
REFRESH_LIFE = timedelta(hours=12)


def redeem_code(
    *, actor: Actor, client: Client, code: str, redirect_address: str, verifier: str, now: datetime
) -> IssuedTokens:
    """Tokens for a code of this site, with the verifier of its challenge, at the address it was sent to.

    Raises ProtocolError (``invalid_grant``). A code that comes again ends the session it began.
    """
    with transaction.atomic():
        session = _lock_session(code_digest=digest(code))
        is_replay = session is not None and _is_of(session, client) and session.code_used_at is not None
        if session is not None and is_replay:
            end_site_sessions(actor=actor, sessions=[session], reason=SessionEnd.CODE_REPLAYED, now=now)
        elif session is not None and _is_redeemable(session, client, redirect_address, verifier, now):
            session.code_used_at = now
            session.save(update_fields=["code_used_at"])
            return _issue(actor, session, now)
    raise ProtocolError("invalid_grant", "The code is not valid: wrong, used, too old, or of somebody else.")


def redeem_refresh_token(*, actor: Actor, client: Client, value: str, now: datetime) -> IssuedTokens:
    """The next pair of tokens. Raises ProtocolError (``invalid_grant``).

    One that was used already was copied by somebody: the session ends, whoever of the two holds what.
    """
    with transaction.atomic():
        found = Token.objects.filter(digest=digest(value), kind=TokenKind.REFRESH).first()
        session = _lock_session(pk=found.session_id) if found else None
        if found is not None and session is not None and _is_of(session, client):
            found.refresh_from_db()  # another request may have used it while this one waited for the lock
            if found.used_at is not None:
                end_site_sessions(actor=actor, sessions=[session], reason=SessionEnd.REFRESH_REPLAYED, now=now)
            elif found.revoked_at is None and found.expires_at > now and is_standing(session, now=now):
                found.used_at = now
                found.save(update_fields=["used_at"])
                return _issue(actor, session, now)
    raise ProtocolError("invalid_grant", "The refresh token is not valid: wrong, used, too old, or revoked.")


def revoke_token(*, actor: Actor, client: Client, value: str, now: datetime) -> None:
    """Make a token of this site worthless (RFC 7009); with a refresh token the session ends. Others: nothing."""
    with transaction.atomic():
        token = Token.objects.select_related("session__connection").filter(digest=digest(value)).first()
        if token is None or not _is_of(token.session, client):
            return
        Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
        record_event(
            actor=actor,
            action="federation.token_revoked",
            subject=token.session.connection.person_number,
            object_ref=f"client:{client.client_id}",
            detail={"session": token.session_id, "kind": token.kind},
        )
        if token.kind == TokenKind.REFRESH:
            end_site_sessions(actor=actor, sessions=[token.session], reason=SessionEnd.REVOKED, now=now)


def _lock_session(**which: object) -> SiteSession | None:
    sessions = SiteSession.objects.select_for_update(of=("self",)).select_related("connection__client")
    return sessions.filter(**which).first()


def _is_of(session: SiteSession, client: Client) -> bool:
    return session.connection.client_id == client.client_id


def _is_redeemable(session: SiteSession, client: Client, redirect_address: str, verifier: str, now: datetime) -> bool:
    return (
        _is_of(session, client)
        and session.redirect_address == redirect_address
        and now < session.opened_at + CODE_LIFE
        and is_answer_to(session.code_challenge, verifier)
        and is_standing(session, now=now)
    )


def _issue(actor: Actor, session: SiteSession, now: datetime) -> IssuedTokens:
    access = _new_token(session, TokenKind.ACCESS, now, ACCESS_LIFE)
    refresh = _new_token(session, TokenKind.REFRESH, now, REFRESH_LIFE) if session.wants_refresh else None
    record_event(
        actor=actor,
        action="federation.tokens_issued",
        subject=session.connection.person_number,
        object_ref=f"client:{session.connection.client_id}",
        detail={"session": session.pk},
    )
    return IssuedTokens(
        session_id=session.pk,
        access_token=access,
        expires_in=int(ACCESS_LIFE.total_seconds()),
        refresh_token=refresh,
    )


def _new_token(session: SiteSession, kind: TokenKind, now: datetime, life: timedelta) -> str:
    value = secrets.token_urlsafe(32)
    Token.objects.create(session=session, kind=kind, digest=digest(value), issued_at=now, expires_at=now + life)
    return value
