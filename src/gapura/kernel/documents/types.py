"""The words of sealed documents: what is ordered, what is sealed, what a verifier is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text


class DocumentStatus(StrEnum):
    """What the house says of a document today. Expiry is a date, not a status."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"


class VerificationOutcome(StrEnum):
    """What a verifier is told. ALTERED: claims to be ours, but its bytes are not the ones sealed."""

    GENUINE = "genuine"
    ALTERED = "altered"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class UseKind(StrEnum):
    """How a document was used: verified by its code or file, or fetched by its holder."""

    CODE = "code"
    FILE = "file"
    DOWNLOAD = "download"


class CannotSealDocument(Exception):
    """No document was made and nothing was recorded. ``str()`` says what is missing and what to do."""


@dataclass(frozen=True)
class Facts:
    """What a register answered, as the document states it; enough to ask the register the same again."""

    evidence_type: str
    subject: str
    records: tuple[Mapping[str, Any], ...]
    access_id: str
    known_at: datetime
    as_of: date
    provider: str


@dataclass(frozen=True)
class DocumentOrder:
    """Everything a document states.

    ``subject``: the person it is about; ``holder``: the person proven, who receives it. ``languages``: the
    main one first. ``valid_until``: the first day it is no longer valid. ``subject_name`` is shown masked
    to verifiers.
    """

    template: str
    title: Text
    service_code: str
    agency_code: str
    office_name: str
    case_number: str
    subject: str
    holder: str
    languages: tuple[str, ...]
    facts: tuple[Facts, ...]
    legal_ground: Text
    issued_at: datetime
    valid_until: date | None
    signatory_title: Text
    options: Mapping[str, Any] = field(default_factory=dict)
    subject_name: str = ""


@dataclass(frozen=True)
class SealedDocument:
    """The bytes as sealed, not yet recorded: until then the document does not exist for anybody."""

    code: str
    order: DocumentOrder
    content: bytes
    sha256: str
    template_version: str
    signed_at: datetime


@dataclass(frozen=True)
class Verification:
    """What anybody may be told of a document: no name and no number in full. Empty where nothing is known."""

    outcome: VerificationOutcome
    code: str = ""
    title: Text = field(default_factory=dict)
    office_name: str = ""
    agency_code: str = ""
    case_number: str = ""
    subject_masked: str = ""
    name_masked: str = ""
    issued_at: datetime | None = None
    valid_until: date | None = None
    ended_at: datetime | None = None
    use_count: int = 0

    @property
    def is_genuine(self) -> bool:
        return self.outcome is VerificationOutcome.GENUINE
