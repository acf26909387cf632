"""What has happened to an approval request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    request_id: int
    kind: str
    role: str
    agency_code: str
    office_code: str


@dataclass(frozen=True, slots=True)
class ApprovalGranted:
    """Granted and carried out: both happened in one transaction."""

    request_id: int
    kind: str
    object_ref: str


@dataclass(frozen=True, slots=True)
class LineEnded:
    """A line came to its end: ``status`` is approved (carried out already), rejected or withdrawn."""

    number: str
    kind: str
    object_ref: str
    status: str


@dataclass(frozen=True, slots=True)
class LineReturned:
    """The drafter has it back, with what was said."""

    number: str
    kind: str
    object_ref: str
    opinion: str


@dataclass(frozen=True, slots=True)
class ApprovalDenied:
    request_id: int
    kind: str
    object_ref: str
