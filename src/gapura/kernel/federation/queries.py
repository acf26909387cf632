"""Which facts sites may ask for, which sites there are, what persons agreed to, and what a token still opens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.federation.models import Client, Connection, OutsideSignIn, SiteSession, Subject, Token
from gapura.kernel.federation.permissions import can_register_clients
from gapura.kernel.federation.rules import digest
from gapura.kernel.federation.types import Claim, ClaimTerms, CounterCheck, TokenKind
from gapura.kernel.identity.queries import find_account_of
from gapura.kernel.identity.types import AccessDenied


def get_issuer() -> str:
    """The name of this provider: its public address without a slash at the end."""
    return str(settings.GAPURA_PUBLIC_ADDRESS).rstrip("/")


def list_claims() -> Mapping[str, Claim]:
    """The facts a site may be told, by code."""
    return get_claim_terms().claims


def get_claim_terms() -> ClaimTerms:
    """What the country declares in ``claims.yaml``."""
    return _read_terms(settings.GAPURA_JURISDICTION)


def find_client(client_id: str) -> Client | None:
    """The site, if it is registered and was not ended."""
    return Client.objects.filter(client_id=client_id, ended_at__isnull=True).first()


def access_clients(actor: Actor) -> QuerySet[Client]:
    """The sites of the registrar's agency. Raises AccessDenied for everybody else."""
    if not can_register_clients(actor):
        raise AccessDenied
    return Client.objects.filter(agency_code=actor.agency_code).order_by("client_id")


def access_client(actor: Actor, client_id: str) -> Client:
    """One site of the registrar's agency. Raises AccessDenied, also when there is none."""
    client = access_clients(actor).filter(client_id=client_id).first()
    if client is None:
        raise AccessDenied
    return client


def act_as_site(client: Client) -> Actor:
    """The site as an actor: what it asks between two machines is recorded under its name."""
    actor = system_actor(f"site-{client.client_id}")
    title = in_language(client.title, settings.LANGUAGE_CODE)
    return replace(actor, label=title[:120], channel="site", agency_code=client.agency_code)


def find_connection(client_id: str, person_number: str, *, now: datetime) -> Connection | None:
    """What the person agreed to with the site, if that still stands."""
    connections = Connection.objects.filter(client_id=client_id, person_number=person_number)
    return connections.filter(ended_at__isnull=True, valid_until__gt=now).first()


def list_connections(person_number: str, *, now: datetime) -> list[Connection]:
    """The sites the person is connected with, the latest first."""
    standing = Connection.objects.filter(person_number=person_number, ended_at__isnull=True, valid_until__gt=now)
    return list(standing.select_related("client").order_by("-agreed_at", "-pk"))


def get_subject(session: SiteSession) -> str:
    """The name by which the site knows the person."""
    connection = session.connection
    subjects = Subject.objects.filter(sector=connection.client.sector, person_number=connection.person_number)
    return str(subjects.values_list("value", flat=True).get())


def find_token(value: str, *, now: datetime) -> Token | None:
    """The token, if it still opens anything: not run out, used or revoked, and its session stands."""
    tokens = Token.objects.select_related("session__connection__client")
    token = tokens.filter(
        digest=digest(value), expires_at__gt=now, used_at__isnull=True, revoked_at__isnull=True
    ).first()
    return token if token is not None and is_standing(token.session, now=now) else None


def find_access_token(value: str, *, now: datetime) -> Token | None:
    """As find_token, for access tokens alone."""
    token = find_token(value, now=now)
    return token if token is not None and token.kind == TokenKind.ACCESS else None


def is_standing(session: SiteSession, *, now: datetime) -> bool:
    """Whether the session goes on: here the person is signed in, agrees, and has an account; the site is registered."""
    connection = session.connection
    return (
        session.ended_at is None
        and connection.ended_at is None
        and connection.valid_until > now
        and connection.client.ended_at is None
        and _signed_in_sessions().filter(pk=session.browser_session).exists()
        and find_account_of(connection.person_number) is not None
    )


def find_site_session(number: str) -> SiteSession | None:
    """The session with this number (``sid``), also an ended one."""
    return SiteSession.objects.select_related("connection__client").filter(number=number).first()


def list_sessions_of_browser(browser_session: int) -> list[SiteSession]:
    """Open sessions at sites that were begun in this browser."""
    return list(_open_sessions().filter(browser_session=browser_session))


def list_orphaned_sessions(*, limit: int = 500) -> list[SiteSession]:
    """Open sessions at sites whose person is no longer signed in here."""
    here = _signed_in_sessions().filter(pk=OuterRef("browser_session"))
    return list(_open_sessions().exclude(Exists(here))[:limit])


def find_outside_sign_in(provider: str, subject: str) -> OutsideSignIn | None:
    """The link of an outside provider's user to an account here."""
    links = OutsideSignIn.objects.select_related("account")
    return links.filter(provider=provider, subject=subject, ended_at__isnull=True).first()


def list_outside_sign_ins(account_id: int) -> list[OutsideSignIn]:
    """Which outside sign-ins open the account."""
    return list(OutsideSignIn.objects.filter(account_id=account_id, ended_at__isnull=True).order_by("pk"))


def find_browser_session(session_key: str | None) -> int | None:
    """The number of the browser's session here: it stays when the key of the session changes."""
    number: int | None = UserSession.objects.filter(session_key=session_key).values_list("pk", flat=True).first()
    return number


def _open_sessions() -> QuerySet[SiteSession]:
    return SiteSession.objects.select_related("connection__client").filter(ended_at__isnull=True).order_by("pk")


def _signed_in_sessions() -> QuerySet[UserSession]:
    standing = Exists(Session.objects.filter(session_key=OuterRef("session_key")))
    sessions: QuerySet[UserSession] = UserSession.objects.filter(standing)
    return sessions


@cache
def _read_terms(country: str) -> ClaimTerms:
    declared = load(country).read("claims.yaml")
    matching = declared["matching"]
    return ClaimTerms(
        claims={code: _claim(code, entry) for code, entry in declared["claims"].items()},
        purpose=declared["purpose"],
        matching_evidence=matching["evidence_type"],
        matching_facts=matching["facts"],
        matching_consumer=matching["consumer"],
        matching_ground=matching["legal_ground"],
        counter=CounterCheck(**declared["counter"]),
    )


def _claim(code: str, entry: Mapping[str, Any]) -> Claim:
    return Claim(
        code=code,
        title=entry["title"],
        evidence_type=entry["evidence_type"],
        field=entry.get("field", ""),
        question=entry.get("question", ""),
        parameters=tuple(sorted(entry.get("parameters", {}).items())),
    )
