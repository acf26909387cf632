"""What has happened to a case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseDecided:
    """A case was approved or refused. ``document_code`` is empty without a document."""

    number: str
    service_code: str
    subject: str
    approved: bool
    document_code: str


@dataclass(frozen=True, slots=True)
class CaseWithdrawn:
    """The applicant took the case back."""

    number: str
    service_code: str


@dataclass(frozen=True, slots=True)
class CaseLapsed:
    """A case was closed undecided: nobody answered, agreed or paid in time."""

    number: str
    service_code: str
