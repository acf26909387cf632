"""The words of signing in at other sites: what a site asks, what it was told, how it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gapura.foundation.texts import Text


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact a site may be told, and the evidence it is drawn from: a field, or a yes/no question."""

    code: str
    title: Text
    evidence_type: str
    field: str = ""
    question: str = ""
    parameters: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class CounterCheck:
    """What a counter asks the register before it opens an account, and why it may."""

    evidence_type: str
    name_field: str
    alive_question: str
    legal_ground: str
    purpose: Text


@dataclass(frozen=True)
class ClaimTerms:
    """All the country declares: the facts by code, why sites ask for them, and how an outside provider is checked.

    ``matching_facts``: what a provider may say of a person, each with the register's field it must equal.
    """

    claims: Mapping[str, Claim]
    purpose: Text
    matching_evidence: str
    matching_facts: Mapping[str, str]
    matching_consumer: str
    matching_ground: str
    counter: CounterCheck


@dataclass(frozen=True)
class ClientTerms:
    """What is registered of a site. ``notice_address`` is told of sign-outs; ``is_public``: an app without secret."""

    client_id: str
    title: Text
    agency_code: str
    redirect_addresses: tuple[str, ...]
    sign_out_addresses: tuple[str, ...] = ()
    notice_address: str = ""
    claims: tuple[str, ...] = ()
    legal_ground: str = ""
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a site asks when it sends a person here, checked against what is registered of the site.

    ``assurance`` is the least level it accepts; ``max_age`` how many seconds ago the person may have signed
    in at most. ``asked_at`` is in seconds since 1970, so that the request travels as JSON.
    """

    client_id: str
    redirect_address: str
    claims: tuple[str, ...]
    wants_refresh: bool
    state: str
    nonce: str
    code_challenge: str
    assurance: int
    max_age: int | None
    prompts: tuple[str, ...]
    asked_at: float


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """How the person signed in here: when last, how surely, by which means (RFC 8176), in which browser session."""

    signed_in_at: datetime
    assurance: int
    methods: tuple[str, ...]
    browser_session: int


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a site gets for a code or a refresh token. The values are nowhere stored, only their digests."""

    session_id: int
    access_token: str
    expires_in: int
    refresh_token: str | None


class TokenKind(StrEnum):
    """An access token opens the facts agreed to; a refresh token brings the next pair, once."""

    ACCESS = "access"
    REFRESH = "refresh"


class SessionEnd(StrEnum):
    """Why a person's session at a site ended."""

    SIGNED_OUT = "signed_out"
    SESSION_GONE = "session_gone"
    DISCONNECTED = "disconnected"
    REVOKED = "revoked"
    CODE_REPLAYED = "code_replayed"
    REFRESH_REPLAYED = "refresh_replayed"
    CLIENT_ENDED = "client_ended"


class ProtocolError(Exception):
    """A refusal in the words of RFC 6749 and OpenID Connect. ``code`` is theirs; ``str()`` is for developers."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code


class UnknownSite(Exception):
    """Who sent the person here is not registered, or wants the answer elsewhere: nobody is sent back there."""


class CannotRegisterClient(Exception):
    """A site cannot be registered like this; ``str()`` says why and what to do."""


class WrongPerson(Exception):
    """An outside provider spoke of somebody else than the person this is about. Nothing was shown."""


class ProviderMisbehaved(Exception):
    """What an outside provider sent cannot be believed; ``str()`` says why, for the log."""
