"""What has happened to the house as a whole."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutageDeclared:
    """The public was told that a component is out of order."""

    outage_id: int
    component: str


@dataclass(frozen=True, slots=True)
class OutageEnded:
    """Service is normal again, and this many cases got their days back."""

    outage_id: int
    component: str
    extended_cases: int
