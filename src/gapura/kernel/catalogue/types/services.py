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

ANSWERED = "$answer."
"""Before the code of a form field, among parameters: what was answered in it."""

COMPANY = "company"
"""What the subject of an application is, where something is asked about companies alone; else a ``person``."""

RESULTED = "$result."
"""Before the code of a result, among the answers of what follows: what the effect gave back."""


class Certainty(StrEnum):
    """How sure the drafter is that the law says so."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Relation(StrEnum):
    """Whom an applicant may ask for: themselves, or another in one of the ways the law knows.

    A minor child, a ward, a close relative who has died, a company they represent; somebody who gave them a
    mandate, as a proxy or as a professional.
    """

    SELF = "self"
    CHILD = "child"
    WARD = "ward"
    FAMILY = "family"
    COMPANY = "company"
    PROXY = "proxy"
    PROFESSIONAL = "professional"


class DecisionMode(StrEnum):
    AUTOMATIC = "automatic"
    OFFICIAL = "official"


class FormFieldKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"
    RECORD = "record"
    PERSON = "person"
    PHOTO = "photo"


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
class FeeInput:
    """Where a datum of a fee's rule is: an ``answer`` of the form, or a ``field`` of the record of ``evidence``."""

    answer: str = ""
    evidence: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """``amount`` in the currency's smallest unit; 0 is free. ``rule``: a figure of the law reckoned from ``inputs``,
    by their names there; the amount is then the case's own."""

    amount: int
    currency: str
    law: LawReference
    rule: str = ""
    inputs: Mapping[str, FeeInput] = field(default_factory=dict)

    @property
    def is_charged(self) -> bool:
        """Whether there is something to pay."""
        return self.amount > 0 or bool(self.rule)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who pays less by which article: a question to a register, and how many percent of the fee are waived.

    It reduces fees that rest on ``fee_law``; empty: any fee.
    """

    code: str
    title: Text
    percent: int
    law: LawReference
    fee_law: str
    evidence_type: str
    question: str
    legal_ground: str
    purpose: Text
    parameters: Mapping[str, str | int] = field(default_factory=dict)

    def left_of(self, amount: int) -> int:
        """What remains to pay, rounded down to whole units: in the person's favor."""
        return amount * (100 - self.percent) // 100

    def reduces(self, fee: Fee) -> bool:
        return fee.is_charged and self.fee_law in ("", fee.law.law)


@dataclass(frozen=True, slots=True)
class StatutoryDays:
    """Working days in which the agency must decide, counted from the day after receipt.

    Where the law counts ``hours`` (0: it does not), they run from the moment of receipt, holidays or not; so do
    ``months`` of the calendar. ``granted_by_silence``: what is not decided by then counts as granted.
    """

    days: int
    law: LawReference
    hours: int = 0
    months: int = 0
    granted_by_silence: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides: the checks alone, or an official who holds ``role``; with a check that refers, both in turn.

    ``through``: the kind of approval that alone may approve, because it writes what was asked; empty: the official may.
    """

    mode: DecisionMode
    role: str | None = None
    through: str = ""


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
    """What no register knows and only the applicant can say.

    Of kind RECORD: which of the records a register holds. They are shown to choose from, each by the fields ``by``
    (its value is the answer) and ``shows`` of the evidence type ``of``. Of kind PERSON: somebody else's number. Of
    kind PHOTO: a picture of the subject; the answer is the code under which it was accepted.
    """

    code: str
    label: Text
    kind: FormFieldKind = FormFieldKind.TEXT
    hint: Text | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()
    default: str = ""
    max_length: int = 200
    of: str = ""
    by: str = ""
    shows: tuple[str, ...] = ()


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

    Asked about the subject, or about the person named in the form field ``about``. ``match``: evidence field to the
    form field in which its value was chosen. ``absent`` is the refusal when the register holds nothing, or nothing
    that matches, and the evidence is ``required``. ``subject``: ``person`` or COMPANY where it is asked about one of
    them only; empty: about both.
    """

    type: str
    fields: tuple[str, ...]
    legal_ground: str
    purpose: Text
    required: bool = True
    absent: Reasoned | None = None
    depth: Depth | None = None
    match: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    subject: str = ""

    def is_wanted(self, answers: Mapping[str, str], relation: str = Relation.SELF) -> bool:
        """Whether the answers given, and whom it is asked for, make the house ask for this at all."""
        deep = self.depth is None or self.depth.years.get(answers.get(self.depth.field, ""), 0) != 0
        return deep and _fits(self.subject, relation)

    def matching(
        self, records: Sequence[Mapping[str, Any]], answers: Mapping[str, str]
    ) -> tuple[Mapping[str, Any], ...]:
        """The records that carry what was chosen; all where nothing was."""
        chosen = {name: answer for name, form_field in self.match.items() if (answer := answers.get(form_field))}
        return tuple(
            record for record in records if all(str(record.get(name)) == answer for name, answer in chosen.items())
        )

    def narrowed(
        self, records: Sequence[Mapping[str, Any]], answers: Mapping[str, str], on: date
    ) -> tuple[Mapping[str, Any], ...]:
        """The matching records no older than the chosen depth on ``on`` (dates are ISO text)."""
        matching = self.matching(records, answers)
        if self.depth is None:
            return matching
        years, ended_on = self.depth.years.get(answers.get(self.depth.field, ""), 0), self.depth.ended_on
        if years is None:
            return matching
        since = f"{on.year - years:04d}-{on:%m-%d}"
        return tuple(record for record in matching if (record.get(ended_on) or "9999") >= since)


@dataclass(frozen=True, slots=True)
class Check:
    """A yes/no question put to a register; any answer but ``expect`` refuses with ``otherwise``.

    Asked about the subject, or about the person named in the form field ``about``. Where it ``refers``, the case goes
    to an official instead of being refused: a bar is for a human to judge. ``subject`` as of EvidenceNeed.
    """

    evidence_type: str
    question: str
    legal_ground: str
    purpose: Text
    otherwise: Reasoned
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    expect: bool = True
    about: str = ""
    refers: bool = False
    subject: str = ""

    def is_asked(self, relation: str) -> bool:
        """Whether it is asked about whom the relation makes the subject."""
        return _fits(self.subject, relation)

    def parameters_for(self, answers: Mapping[str, str]) -> dict[str, str | int]:
        """The question's parameters with what was answered in its place."""
        return {name: _filled(value, answers) for name, value in self.parameters.items()}


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


def _fits(subject: str, relation: str) -> bool:
    return not subject or (subject == COMPANY) is (relation == Relation.COMPANY)


def _filled(value: str | int, answers: Mapping[str, str]) -> str | int:
    if isinstance(value, str) and value.startswith(ANSWERED):
        return answers.get(value.removeprefix(ANSWERED), "")
    return value


@dataclass(frozen=True, slots=True)
class ConsentNeed:
    """Somebody other than the applicant must agree: who stands in a form field, or in a field of the evidence.

    ``asked`` is the sentence they agree to, ``refused`` what the applicant reads when they do not. They have
    ``working_days``; then the case lapses.
    """

    code: str
    title: Text
    asked: Text
    refused: Reasoned
    working_days: int
    form_field: str = ""
    evidence_type: str = ""
    evidence_field: str = ""


class ResultKind(StrEnum):
    TEXT = "text"
    PERSON = "person"
    DATE = "date"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class ResultField:
    """Something an effect gives back, shown on the page of the case; ``page`` names the page that tells more of it."""

    code: str
    label: Text
    kind: ResultKind = ResultKind.TEXT
    page: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The public service that a fulfilled case brings.

    ``of``: ``applicant``, ``subject``, or the form field or result that holds a person number; that person is the
    subject. ``by`` names in the same way who asks and receives. ``answers`` may hold ``$answer.x`` and ``$result.x``.
    """

    service: str
    of: str
    by: str
    relation: Relation
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PublicService:
    """One version of a public service, in force until ``valid_until``; ``version`` hashes its file.

    ``page`` names the page of a sector where it is asked for, if that is not the form of a case.
    """

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
    effect: str = ""
    results: tuple[ResultField, ...] = ()
    consents: tuple[ConsentNeed, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    page: str = ""

    @property
    def legal_ground(self) -> Text:
        """The laws it rests on, as printed on the document."""
        return {language: "; ".join(reference.citation[language] for reference in self.law) for language in self.title}

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_until)

    @property
    def record_fields(self) -> tuple[FormField, ...]:
        """The fields whose answer is chosen from what a register holds."""
        return tuple(one for one in self.fields if one.kind is FormFieldKind.RECORD)

    def find_need(self, evidence_type: str) -> EvidenceNeed:
        """What the service asks of ``evidence_type``. Raises LookupError when it asks nothing."""
        found = next((need for need in self.evidence if need.type == evidence_type), None)
        if found is None:
            raise LookupError(f"{self.code} asks nothing of {evidence_type}.")
        return found

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
