"""The words of the exchange: evidence types, requests, answers, refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text

HOUSE = "house"
"""In an agreement's posts: the house asks by itself, for a resident's case or service; no official chose the moment."""


ANSWER_STEP_MS = 100
"""How long an answer took is rounded up to this: nobody shall tell from the time what a register found."""


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
    """What one register can say of a person. ``repeats``: zero or more records instead of at most one.

    ``must_be_current``: no earlier answer ever serves instead of one given now (arrest, revocation, payment).
    """

    code: str
    title: Text
    fields: tuple[EvidenceField, ...]
    questions: tuple[Question, ...] = ()
    repeats: bool = False
    must_be_current: bool = False

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
    """An answer: ``records`` hold the asked fields only (JSON values, dates as ISO text).

    ``stale_since`` is when the holder gave it, if the holder did not answer now and the law lets an earlier answer do.
    ``answered_in_ms`` is how long it took, in steps of ANSWER_STEP_MS.
    """

    evidence_type: str
    subject: str
    records: tuple[Mapping[str, Any], ...]
    provider: str
    as_of: date
    known_at: datetime
    access_id: str
    stale_since: datetime | None = None
    answered_in_ms: int | None = field(default=None, compare=False)

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
    stale_since: datetime | None = None
    answered_in_ms: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """Who may ask whom for what, on which ground, for how long. Its ``code`` stays when the terms change."""

    code: str
    consumer: str
    evidence_type: str
    fields: Sequence[str]
    questions: Sequence[str]
    posts: Sequence[str]
    legal_ground: str
    purpose: Text
    valid_from: date
    valid_until: date | None = None


class AccessOutcome(StrEnum):
    """``asked``: logged and allowed, so taken to have been answered; ``refused``, ``failed``: nothing was given."""

    ASKED = "asked"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class OpenRequest:
    """A request that is logged and may be answered once the log is committed.

    ``asked_as``: what an agreement's posts may name the asker by: HOUSE, or a post's code and ``role:…`` of its roles.
    ``prepared``: what the provider made of it in the transaction that logs it.
    """

    request: EvidenceRequest
    access_id: str
    asked_at: datetime
    provider: str
    refusal: "ExchangeRefusal | None" = None
    asked_by: str = ""
    asked_as: frozenset[str] = frozenset({HOUSE})
    prepared: object = None


@dataclass
class SharedMessage:
    """What requests to one holder were prepared in together; ``seconds`` that it took to be answered."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """What a provider gives: ``records``, or for a question ``holds``; ``stale_since`` as in :class:`Evidence`."""

    records: Sequence[Mapping[str, Any]] = ()
    holds: bool | None = None
    stale_since: datetime | None = None


class ExchangeRefusal(Exception):
    """No answer is given; the refusal is logged. ``code`` is stable, ``str()`` is for officials and logs."""

    code = "refused"


class NoAgreement(ExchangeRefusal):
    """No standing agreement lets this consumer ask for this evidence type on this legal ground now."""

    code = "no-agreement"


class PostNotAgreed(ExchangeRefusal):
    """The agreement stands, but neither the asking post nor one of its roles is in it."""

    code = "post-not-agreed"


class FieldNotAgreed(ExchangeRefusal):
    """The agreement does not cover all the fields (or the question) asked."""

    code = "field-not-agreed"


class ConsentWithdrawn(ExchangeRefusal):
    """The ground is the person's consent, and they took it back."""

    code = "consent-withdrawn"


class ProviderUnavailable(ExchangeRefusal):
    """The holder does not answer now; the case waits and is tried again."""

    code = "provider-unavailable"
