"""Public services as the country's files describe them: frozen, validated, dated. CPSV-AP and CCCEV terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from gapura.foundation.periods import Period
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import AssuranceLevel

APPLICANT = "$applicant"
"""Where this stands among the parameters of a question, the applicant's person number is put."""


class Certainty(StrEnum):
    """How sure the drafter is that the law says so."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Relation(StrEnum):
    """Whom an applicant may ask for: themselves, a minor child, a ward, a close relative who has died."""

    SELF = "self"
    CHILD = "child"
    WARD = "ward"
    FAMILY = "family"


class DecisionMode(StrEnum):
    AUTOMATIC = "automatic"
    OFFICIAL = "official"


class FormFieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"


class NotInForce(StrEnum):
    """Why a public service cannot be had on a day."""

    UNKNOWN = "unknown"
    NOT_YET = "not-yet"
    ENDED = "ended"


class ServiceNotInForce(LookupError):
    """No public service ``code`` is in force on the day asked about; ``reason`` says why."""

    def __init__(self, code: str, reason: NotInForce) -> None:
        super().__init__(f"The public service {code} is not in force: {reason}.")
        self.code, self.reason = code, reason


class InvalidAnswers(ValueError):
    """Answers that do not fit the form. ``errors``: field code to ``missing``, ``unknown``, ``choice``, …"""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{code}: {problem}" for code, problem in errors.items()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A refusal as the person reads it: the reason, and what can be done about it."""

    reason: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class LawReference:
    """An article of a law. ``law`` is the short citation (``UU 24/2013``), ``citation`` the full one."""

    law: str
    article: str
    citation: Text
    certainty: Certainty = Certainty.HIGH


@dataclass(frozen=True, slots=True)
class Fee:
    """In the currency's smallest unit; 0 is free."""

    amount: int
    currency: str
    law: LawReference


@dataclass(frozen=True, slots=True)
class StatutoryDays:
    """Working days in which the agency must decide, counted from the day after receipt."""

    days: int
    law: LawReference


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides: the checks alone, or an official who holds ``role``."""

    mode: DecisionMode
    role: str | None = None


@dataclass(frozen=True, slots=True)
class OutputDocument:
    """The document that results. The first of ``languages`` is always printed, the others on request."""

    template: str
    title: Text
    signatory: Text
    languages: tuple[str, ...]
    valid_days: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class FormField:
    """What no register knows and only the applicant can say."""

    code: str
    label: Text
    kind: FormFieldKind = FormFieldKind.TEXT
    hint: Text | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()
    default: str = ""
    max_length: int = 200


@dataclass(frozen=True, slots=True)
class Depth:
    """How far back evidence reaches, as chosen in the form field ``field``.

    ``years`` by choice: 0 does not ask at all, None has no limit. ``ended_on`` names the evidence field that
    holds the day a record ended (empty: still true).
    """

    field: str
    years: Mapping[str, int | None]
    ended_on: str


@dataclass(frozen=True, slots=True)
class EvidenceNeed:
    """Evidence asked of a register: the fewest fields, the ground, the purpose the person will read.

    ``absent`` is the refusal when the register holds nothing and the evidence is ``required``.
    """

    type: str
    fields: tuple[str, ...]
    legal_ground: str
    purpose: Text
    required: bool = True
    absent: Reasoned | None = None
    depth: Depth | None = None

    def is_wanted(self, answers: Mapping[str, str]) -> bool:
        """Whether the answers given make the house ask for this at all."""
        return self.depth is None or self.depth.years.get(answers.get(self.depth.field, ""), 0) != 0

    def narrowed(
        self, records: Sequence[Mapping[str, Any]], answers: Mapping[str, str], on: date
    ) -> tuple[Mapping[str, Any], ...]:
        """The records no older than the chosen depth on ``on`` (dates are ISO text); all without a depth."""
        if self.depth is None:
            return tuple(records)
        years, ended_on = self.depth.years.get(answers.get(self.depth.field, ""), 0), self.depth.ended_on
        if years is None:
            return tuple(records)
        since = f"{on.year - years:04d}-{on:%m-%d}"
        return tuple(record for record in records if (record.get(ended_on) or "9999") >= since)


@dataclass(frozen=True, slots=True)
class Check:
    """A yes/no question put to a register; any answer but ``expect`` refuses with ``otherwise``."""

    evidence_type: str
    question: str
    legal_ground: str
    purpose: Text
    otherwise: Reasoned
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    expect: bool = True


@dataclass(frozen=True, slots=True)
class ApplicantRule:
    """Who may ask. For every relation but ``self`` the question about the subject must be answered yes."""

    relation: Relation
    evidence_type: str = ""
    question: str = ""
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    legal_ground: str = ""
    purpose: Text = field(default_factory=dict)

    def parameters_for(self, applicant: str) -> dict[str, str | int]:
        """The question's parameters with the applicant's person number in its place."""
        return {name: applicant if value == APPLICANT else value for name, value in self.parameters.items()}


@dataclass(frozen=True)
class PublicService:
    """One version of a public service, in force until ``valid_until``; ``version`` hashes its file."""

    code: str
    title: Text
    summary: Text
    agency: str
    life_events: tuple[str, ...]
    synonyms: tuple[str, ...]
    applicants: tuple[ApplicantRule, ...]
    evidence: tuple[EvidenceNeed, ...]
    fields: tuple[FormField, ...]
    checks: tuple[Check, ...]
    fee: Fee
    days: StatutoryDays
    decision: Decision
    output: OutputDocument | None
    law: tuple[LawReference, ...]
    steps: tuple[Text, ...]
    assurance: AssuranceLevel
    valid_from: date
    valid_until: date | None
    version: str

    @property
    def legal_ground(self) -> Text:
        """The laws it rests on, as printed on the document."""
        return {language: "; ".join(reference.citation[language] for reference in self.law) for language in self.title}

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_until)

    def find_applicant_rule(self, relation: str) -> ApplicantRule | None:
        """The rule for ``relation``, or None when it may not ask at all."""
        return next((rule for rule in self.applicants if rule.relation == relation), None)

    def complete_answers(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Answers trimmed and with defaults filled in, in the order of the form. Raises InvalidAnswers."""
        errors = {code: "unknown" for code in answers if code not in {field.code for field in self.fields}}
        completed = {field.code: answers.get(field.code, "").strip() or field.default for field in self.fields}
        for form_field in self.fields:
            if problem := _problem(form_field, completed[form_field.code]):
                errors[form_field.code] = problem
        if errors:
            raise InvalidAnswers(errors)
        return completed


def _problem(form_field: FormField, answer: str) -> str | None:
    if not answer:
        return "missing" if form_field.required else None
    if len(answer) > form_field.max_length:
        return "too-long"
    if form_field.kind is FormFieldKind.CHOICE:
        return None if answer in {choice.value for choice in form_field.choices} else "choice"
    if form_field.kind is FormFieldKind.NUMBER:
        return None if answer.isascii() and answer.isdigit() else "number"
    if form_field.kind is FormFieldKind.DATE:
        return None if _is_date(answer) else "date"
    return None


def _is_date(answer: str) -> bool:
    try:
        date.fromisoformat(answer)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A moment in life in which people look for public services."""

    code: str
    title: Text
    summary: Text


@dataclass(frozen=True, slots=True)
class Agency:
    """A body of the state. ``office_title``: what its offices are called, ``%(region)s`` for the place."""

    code: str
    title: Text
    short_title: str
    office_title: Text | None = None


@dataclass(frozen=True, slots=True)
class AgreementDeclaration:
    """A standing agreement as the country declares it; the set-up command adopts it in the exchange."""

    code: str
    consumer: str
    evidence_type: str
    fields: tuple[str, ...]
    questions: tuple[str, ...]
    legal_ground: str
    purpose: Text
    valid_from: date
    valid_until: date | None = None
