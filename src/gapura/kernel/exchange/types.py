"""The words of the exchange: evidence types, requests, answers, refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text


class FieldKind(StrEnum):
    """How a field's value looks: JSON text, ISO date, code of a list, whole number, yes/no, person number."""

    TEXT = "text"
    DATE = "date"
    CODE = "code"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PERSON_NUMBER = "person_number"


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """One datum an evidence type can give. ``synonyms`` (lower case, any language) feed the once-only check."""

    code: str
    title: Text
    kind: FieldKind = FieldKind.TEXT
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A named yes/no question about the subject. ``parameters`` are the names it needs."""

    code: str
    title: Text
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvidenceType:
    """What one register can say of a person. ``repeats``: zero or more records instead of at most one."""

    code: str
    title: Text
    fields: tuple[EvidenceField, ...]
    questions: tuple[Question, ...] = ()
    repeats: bool = False

    @property
    def field_codes(self) -> frozenset[str]:
        return frozenset(f.code for f in self.fields)


@dataclass(frozen=True)
class EvidenceRequest:
    """What is asked, and why it may be. Either ``fields`` or ``question`` is set.

    ``consumer`` is the asking agency's code; ``legal_ground`` an article as that country cites it. ``as_of``
    (a day) and ``known_at`` (a moment, None: now) choose the version. ``secret_until``: lawful secrecy, hidden
    from the person until that moment.
    """

    evidence_type: str
    subject: str
    consumer: str
    case_number: str
    legal_ground: str
    purpose: Text
    as_of: date
    fields: frozenset[str] = frozenset()
    question: str | None = None
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    known_at: datetime | None = None
    secret_until: datetime | None = None


@dataclass(frozen=True)
class Evidence:
    """An answer: ``records`` hold the asked fields only (JSON values, dates as ISO text)."""

    evidence_type: str
    subject: str
    records: tuple[Mapping[str, Any], ...]
    provider: str
    as_of: date
    known_at: datetime
    access_id: str

    @property
    def record(self) -> Mapping[str, Any] | None:
        """The only record, or None when the register holds nothing."""
        return self.records[0] if self.records else None


@dataclass(frozen=True)
class Answer:
    """The answer to a question; None when the register cannot tell."""

    evidence_type: str
    question: str
    subject: str
    holds: bool | None
    provider: str
    access_id: str


class AccessOutcome(StrEnum):
    """``asked``: logged and allowed, so taken to have been answered; ``refused``, ``failed``: nothing was given."""

    ASKED = "asked"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class OpenRequest:
    """A request that is logged and may be answered once the log is committed."""

    request: EvidenceRequest
    access_id: str
    asked_at: datetime
    provider: str
    refusal: "ExchangeRefusal | None" = None


class ExchangeRefusal(Exception):
    """No answer is given; the refusal is logged. ``code`` is stable, ``str()`` is for officials and logs."""

    code = "refused"


class NoAgreement(ExchangeRefusal):
    """No standing agreement lets this consumer ask for this evidence type on this legal ground now."""

    code = "no-agreement"


class FieldNotAgreed(ExchangeRefusal):
    """The agreement does not cover all the fields (or the question) asked."""

    code = "field-not-agreed"


class ProviderUnavailable(ExchangeRefusal):
    """The holder does not answer now; the case waits and is tried again."""

    code = "provider-unavailable"
