"""From what a site asks to the code that it exchanges for tokens."""

import secrets
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.federation.events import SiteConnected
from gapura.kernel.federation.models import Client, Connection, PushedRequest, SiteSession, Subject
from gapura.kernel.federation.permissions import can_use_own_identity
from gapura.kernel.federation.queries import find_client, find_connection
from gapura.kernel.federation.rules import digest, with_tuples
from gapura.kernel.federation.types import AuthorizationRequest, ProtocolError, SignInFacts
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish

REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
PUSHED_LIFE = timedelta(seconds=60)


def push_request(*, actor: Actor, client: Client, asked: AuthorizationRequest, now: datetime) -> str:
    """Keep for a minute what the site is going to ask (RFC 9126); returns the ``request_uri``."""
    reference = secrets.token_urlsafe(32)
    with transaction.atomic():
        PushedRequest.objects.filter(expires_at__lt=now).delete()
        PushedRequest.objects.create(
            digest=digest(reference), client=client, asked=asdict(asked), expires_at=now + PUSHED_LIFE
        )
        record_event(actor=actor, action="federation.request_pushed", object_ref=f"client:{client.client_id}")
    return REQUEST_URI + reference


def take_pushed_request(*, client_id: str, request_uri: str, now: datetime) -> AuthorizationRequest:
    """What the site sent ahead, once. Raises ProtocolError when there is nothing, or it is another site's."""
    known = PushedRequest.objects.filter(digest=digest(request_uri.removeprefix(REQUEST_URI)), client_id=client_id)
    with transaction.atomic():
        pushed = known.select_for_update().first()
        if pushed is not None:
            pushed.delete()
    if pushed is None or pushed.expires_at <= now:
        raise ProtocolError("invalid_request_uri", "The request_uri is unknown, was used, or has run out; push again.")
    return AuthorizationRequest(**with_tuples(pushed.asked))


def connect_site(*, actor: Actor, asked: AuthorizationRequest, claims: Collection[str], now: datetime) -> Connection:
    """Let the site know who the person is, and of the facts it asks those in ``claims``, for the lawful time.

    What the person agreed to before with this site is replaced. Raises AccessDenied for an actor who is not a
    proven person acting for themselves, or a site that is gone. Publishes SiteConnected.
    """
    client, person_number = _access(actor, asked)
    with transaction.atomic():
        connection, _ = Connection.objects.update_or_create(
            client=client,
            person_number=person_number,
            ended_at=None,
            defaults={
                "asked": sorted(asked.claims),
                "claims": sorted(set(claims) & set(asked.claims)),
                "agreed_at": now,
                "valid_until": now + timedelta(days=get_limit("site_consent_days")),
            },
        )
        record_event(
            actor=actor,
            action="federation.site_connected",
            subject=person_number,
            object_ref=f"client:{client.client_id}",
            detail={"claims": connection.claims},
        )
        publish(SiteConnected(client_id=client.client_id, person_number=person_number))
    return connection


def open_site_session(*, actor: Actor, asked: AuthorizationRequest, facts: SignInFacts, now: datetime) -> str:
    """Sign the person in at the site under what they agreed to; returns the code, which is good once and briefly.

    Raises AccessDenied as connect_site does, and when nothing was agreed to.
    """
    client, person_number = _access(actor, asked)
    connection = find_connection(client.client_id, person_number, now=now)
    if connection is None:
        raise AccessDenied
    code = secrets.token_urlsafe(32)
    with transaction.atomic():
        Subject.objects.get_or_create(
            sector=client.sector, person_number=person_number, defaults={"value": secrets.token_urlsafe(32)}
        )
        session = SiteSession.objects.create(
            connection=connection,
            number=secrets.token_urlsafe(32),
            browser_session=facts.browser_session,
            claims=sorted(set(asked.claims) & set(connection.claims)),
            wants_refresh=asked.wants_refresh,
            redirect_address=asked.redirect_address,
            nonce=asked.nonce,
            code_challenge=asked.code_challenge,
            code_digest=digest(code),
            signed_in_at=facts.signed_in_at,
            assurance=facts.assurance,
            methods=list(facts.methods),
            opened_at=now,
        )
        Connection.objects.filter(pk=connection.pk).update(last_used_at=now)
        record_event(
            actor=actor,
            action="federation.signed_in_at_site",
            subject=person_number,
            object_ref=f"client:{client.client_id}",
            detail={"session": session.pk},
        )
    return code


def _access(actor: Actor, asked: AuthorizationRequest) -> tuple[Client, str]:
    client = find_client(asked.client_id)
    if client is None or not can_use_own_identity(actor) or actor.person_number is None:
        raise AccessDenied
    return client, actor.person_number
