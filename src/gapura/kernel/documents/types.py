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
    """What a verifier is told. ALTERED: claims to be ours, but its bytes are not the ones sealed.

    UNCONFIRMED: a counter may have issued it while the network was down, and has not reported yet.
    """

    GENUINE = "genuine"
    ALTERED = "altered"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"
    UNKNOWN = "unknown"


class UseKind(StrEnum):
    """How a document was used: verified by its code or file, or fetched by its holder."""

    CODE = "code"
    FILE = "file"
    DOWNLOAD = "download"


class CannotSealDocument(Exception):
    """No document was made and nothing was recorded. ``str()`` says what is missing and what to do."""


class BadSeal(Exception):
    """The seal does not hold; ``str()`` says why, in English."""


@dataclass(frozen=True, slots=True)
class SealFacts:
    """Who sealed, as the certificate calls them, the agency's code in it, and when, as the time-stamp says."""

    signer: str
    agency: str
    sealed_at: datetime


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

    def as_plain(self) -> dict[str, Any]:
        """The same as JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {
            "records": [dict(record) for record in self.records],
            "known_at": self.known_at.isoformat(),
            "as_of": self.as_of.isoformat(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Facts":
        """What ``as_plain`` gave. Raises KeyError, TypeError or ValueError on anything else."""
        moments = {
            "records": tuple(plain["records"]),
            "known_at": datetime.fromisoformat(plain["known_at"]),
            "as_of": date.fromisoformat(plain["as_of"]),
        }
        return cls(**{**plain, **moments})


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

    def as_plain(self) -> dict[str, Any]:
        """The same as JSON."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {
            "title": dict(self.title),
            "languages": list(self.languages),
            "facts": [fact.as_plain() for fact in self.facts],
            "legal_ground": dict(self.legal_ground),
            "issued_at": self.issued_at.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "signatory_title": dict(self.signatory_title),
            "options": dict(self.options),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "DocumentOrder":
        """What ``as_plain`` gave. Raises KeyError, TypeError or ValueError on anything else."""
        until = plain["valid_until"]
        changed = {
            "languages": tuple(plain["languages"]),
            "facts": tuple(Facts.from_plain(fact) for fact in plain["facts"]),
            "issued_at": datetime.fromisoformat(plain["issued_at"]),
            "valid_until": date.fromisoformat(until) if until else None,
        }
        return cls(**{**plain, **changed})


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


class BlockStatus(StrEnum):
    """Where a block of numbers stands: out with a counter, reported back, or withdrawn."""

    OUT = "out"
    REPORTED = "reported"
    WITHDRAWN = "withdrawn"


class CannotUseBlock(Exception):
    """The block of numbers does not allow this; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class BlockTerms:
    """Numbers for the counter ``counter`` of an office: which keys may seal under them (SPKI, DER), and when."""

    number: str
    counter: str
    agency_code: str
    office_name: str
    seal_public: bytes
    time_public: bytes
    valid_from: datetime
    valid_until: datetime
    certified_until: datetime
