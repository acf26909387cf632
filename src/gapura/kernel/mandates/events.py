"""What has happened to a mandate."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MandateGranted:
    """The principal signed; it stands once the representative accepts."""

    number: str
    principal: str
    representative: str


@dataclass(frozen=True, slots=True)
class MandateAccepted:
    """From now on the representative may act."""

    number: str
    principal: str
    representative: str


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """Revoked, given back, declined, or ended by law. Expiry publishes nothing."""

    number: str
    principal: str
    representative: str
    ended_by: str
