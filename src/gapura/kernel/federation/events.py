"""What has happened between persons and other sites."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientRegistered:
    client_id: str


@dataclass(frozen=True, slots=True)
class SiteConnected:
    client_id: str
    person_number: str


@dataclass(frozen=True, slots=True)
class SiteDisconnected:
    client_id: str
    person_number: str


@dataclass(frozen=True, slots=True)
class SiteSessionEnded:
    session_id: int


@dataclass(frozen=True, slots=True)
class OutsideSignInLinked:
    account_id: int
    provider: str
