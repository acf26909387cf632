"""What has happened to a credential."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CredentialIssued:
    """A wallet was given a credential."""

    number: str
    kind: str
    holder: str


@dataclass(frozen=True, slots=True)
class CredentialEnded:
    """The credential is on its status list as revoked. ``reason``: stopped or changed."""

    number: str
    kind: str
    holder: str
    reason: str
