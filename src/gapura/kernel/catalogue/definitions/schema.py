"""How the country's files must look, each by itself; ``references`` judges what they say of each other."""

from datetime import date
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gapura.kernel.catalogue.definitions.problems import suggestion
from gapura.kernel.catalogue.types import (
    ANSWERED,
    APPLICANT,
    Certainty,
    DecisionMode,
    FormFieldKind,
    Party,
    Relation,
    ResultKind,
)


def _in_every_language(text: dict[str, str], info: ValidationInfo[Any]) -> dict[str, str]:
    languages = info.context["languages"]
    if missing := [language for language in languages if not text.get(language, "").strip()]:
        raise PydanticCustomError("text", f"The text is missing in: {', '.join(missing)}. Add it.")
    if unknown := sorted(set(text) - set(languages)):
        raise PydanticCustomError(
            "text",
            f"The country does not use the language {', '.join(unknown)}. Keep {', '.join(languages)}.",
        )
    return {language: text[language] for language in languages}


def _named_in(file: str) -> BeforeValidator:
    """Let a name stand for what the country's ``file`` defines under it."""

    def look_up(value: Any, info: ValidationInfo[Any]) -> Any:
        if not isinstance(value, str):
            return value
        known = info.context[file]
        if value not in known:
            raise PydanticCustomError("name", f"{file} defines no '{value}'. {suggestion(value, known)}")
        return known[value]

    return BeforeValidator(look_up)


def _limit(value: str | int, info: ValidationInfo[Any]) -> str | int:
    if not isinstance(value, str) or not value.startswith("$") or value == APPLICANT or value.startswith(ANSWERED):
        return value
    limits: dict[str, LimitEntry] = info.context["limits.yaml"]
    if value[1:] not in limits:
        instead = suggestion(value, [APPLICANT, *(f"${name}" for name in limits)])
        raise PydanticCustomError("name", f"limits.yaml defines no '{value[1:]}'. {instead}")
    return limits[value[1:]].value


Texts = Annotated[dict[str, str], AfterValidator(_in_every_language)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*$", max_length=60)]
Parameters = dict[str, Annotated[str | int, AfterValidator(_limit)]]
HowCertain = Annotated[Certainty, Field(strict=False)]


class Definition(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class DatedDefinition(Definition):
    """In force from ``valid_from`` up to, not including, ``valid_until``."""

    valid_from: date
    valid_until: date | None = None

    @model_validator(mode="after")
    def _period_is_forward(self) -> Self:
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise PydanticCustomError("period", "'valid_until' must be later than 'valid_from'.")
        return self


class Article(Definition):
    law: str
    article: str = ""
    certainty: HowCertain = Certainty.HIGH


class Refusal(Definition):
    reason: Texts
    remedy: Texts


class FeeInputEntry(Definition):
    """An ``answer`` of the form, or a ``field`` of the record of ``evidence`` that was chosen."""

    answer: str = ""
    evidence: str = ""
    field: str = ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if bool(self.answer) == bool(self.evidence) or bool(self.evidence) != bool(self.field):
            raise ValueError("name an answer, or evidence with its field")
        return self


class FeeEntry(Article):
    """An ``amount``, or a ``rule`` of the law with where its ``inputs`` are found."""

    amount: int | None = Field(default=None, ge=0)
    rule: str = ""
    inputs: dict[str, FeeInputEntry] = {}

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.amount is None) != bool(self.rule) or bool(self.inputs) != bool(self.rule):
            raise ValueError("a fee has an amount, or a rule of the law with its inputs")
        return self

    @property
    def is_charged(self) -> bool:
        return bool(self.amount or self.rule)


class DaysEntry(Article):
    """Working days, or ``hours`` or ``months`` where the law counts those. ``silence: granted``: what is not decided
    by then counts as granted, by the same article."""

    working_days: int = Field(default=0, ge=0, le=365)
    hours: int = Field(default=0, ge=0, le=8760)
    months: int = Field(default=0, ge=0, le=60)
    silence: Literal["", "granted"] = ""

    @model_validator(mode="after")
    def _one_clock(self) -> Self:
        if len({"working_days", "hours", "months"} & self.model_fields_set) != 1:
            raise PydanticCustomError("clock", "Write one of 'working_days', 'hours' and 'months'.")
        return self


class DecisionEntry(Definition):
    """``through``: the kind of approval that alone approves; the official at the case itself may only refuse."""

    mode: Annotated[DecisionMode, Field(strict=False)]
    role: str | None = None
    through: Code | None = None

    @model_validator(mode="after")
    def _official_has_role(self) -> Self:
        if self.mode is DecisionMode.OFFICIAL and self.role is None:
            raise PydanticCustomError("role", "An official decision needs 'role'.")
        return self

    @model_validator(mode="after")
    def _only_officials_go_through(self) -> Self:
        if self.through and self.mode is DecisionMode.AUTOMATIC:
            raise PydanticCustomError("through", "What the checks decide goes through no approval. Remove 'through'.")
        return self


class OutputEntry(Definition):
    template: Code
    title: Texts
    signatory: Texts
    languages: list[str] = Field(min_length=1)
    valid_days: int | None = Field(default=None, gt=0)


class ChoiceEntry(Definition):
    value: Annotated[str, Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=60)]
    label: Texts


class FieldEntry(Definition):
    """``concept`` and ``synonyms`` say what is asked in other words, for the once-only check."""

    code: Code
    label: Texts
    kind: Annotated[FormFieldKind, Field(strict=False)] = FormFieldKind.TEXT
    hint: Texts | None = None
    required: bool = True
    choices: list[ChoiceEntry] = []
    default: str = ""
    max_length: int = Field(default=200, gt=0, le=5000)
    concept: str = ""
    synonyms: list[str] = []
    of: str = ""
    by: str = ""
    shows: list[str] = []

    @model_validator(mode="after")
    def _record_is_named(self) -> Self:
        named = [bool(word) for word in (self.of, self.by)]
        if not (all(named) if self.kind is FormFieldKind.RECORD else not any(named)):
            raise PydanticCustomError("record", "A field of kind record, and no other, needs 'of' and 'by'.")
        return self

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        values = [choice.value for choice in self.choices]
        if (self.kind is FormFieldKind.CHOICE) != bool(values):
            raise PydanticCustomError("choices", "A field of kind choice, and no other, needs 'choices'.")
        if values and self.default and self.default not in values:
            raise PydanticCustomError("choices", f"The default is no choice. {suggestion(self.default, values)}")
        return self


class DepthEntry(Definition):
    field: Code
    years: dict[str, Annotated[int, Field(ge=0, le=150)] | None]
    ended_on: str


SubjectKind: TypeAlias = Literal["", "person", "company"]


class NeedEntry(Definition):
    type: str
    fields: list[str] = Field(min_length=1)
    legal_ground: str
    purpose: Texts
    required: bool = True
    absent: Annotated[Refusal, _named_in("refusals.yaml")] | None = None
    depth: DepthEntry | None = None
    match: dict[str, str] = {}
    about: str = ""
    subject: SubjectKind = ""

    @model_validator(mode="after")
    def _absence_is_explained(self) -> Self:
        if self.required and self.absent is None:
            raise PydanticCustomError(
                "absent", "Required evidence needs 'absent': the reason and remedy when there is none."
            )
        return self


class CheckEntry(Definition):
    evidence_type: str
    question: str
    parameters: Parameters = {}
    expect: bool = True
    legal_ground: str
    purpose: Texts
    otherwise: Annotated[Refusal, _named_in("refusals.yaml")]


class ServiceCheckEntry(CheckEntry):
    """A check of ``checks.yaml`` by its name, or written out; or ``check:`` a name, with what this service adds."""

    about: str = ""
    refers: bool = False
    subject: SubjectKind = ""

    @model_validator(mode="before")
    @classmethod
    def _named_with_more(cls, value: Any, info: ValidationInfo[Any]) -> Any:
        if isinstance(value, CheckEntry):
            return value.model_dump()
        if not isinstance(value, dict) or "check" not in value:
            return value
        known = info.context["checks.yaml"]
        if value["check"] not in known:
            instead = suggestion(str(value["check"]), known)
            raise PydanticCustomError("name", f"checks.yaml defines no '{value['check']}'. {instead}")
        named: dict[str, Any] = known[value["check"]].model_dump()
        return named | {name: said for name, said in value.items() if name != "check"}


class ConsentOf(Definition):
    """Who must agree: a form field of kind person, or a field of the service's evidence."""

    field: str
    evidence: str = ""


class ConsentEntry(Definition):
    code: Code
    title: Texts
    of: ConsentOf
    asked: Texts
    refused: Annotated[Refusal, _named_in("refusals.yaml")]
    working_days: Annotated[int | str, AfterValidator(_limit)]


class ResultEntry(Definition):
    code: Code
    label: Texts
    kind: Annotated[ResultKind, Field(strict=False)] = ResultKind.TEXT
    page: str = Field(default="", pattern=r"^([a-z_]+:[a-z-]+)?$")


class FollowUpEntry(Definition):
    service: Code
    of: str
    by: str = ""
    relation: Annotated[Relation, Field(strict=False)] = Relation.SELF
    answers: dict[str, str] = {}


class ExemptionEntry(Definition):
    title: Texts
    percent: int = Field(gt=0, le=100)
    law: Article
    fee_law: str = ""
    evidence_type: str
    question: str
    parameters: Parameters = {}
    legal_ground: str
    purpose: Texts


class ApplicantEntry(Definition):
    relation: Annotated[Relation, Field(strict=False)]
    evidence_type: str = ""
    question: str = ""
    parameters: Parameters = {}
    legal_ground: str = ""
    purpose: Texts | None = None

    @model_validator(mode="after")
    def _others_are_proven(self) -> Self:
        proof = (self.evidence_type, self.question, self.legal_ground, self.purpose)
        if self.relation is Relation.SELF and any(proof):
            raise PydanticCustomError("self", "Who asks for themselves needs no proof. Keep only 'relation'.")
        if self.relation is not Relation.SELF and not all(proof):
            raise PydanticCustomError(
                "proof", "Asking for another needs 'evidence_type', 'question', 'legal_ground' and 'purpose'."
            )
        return self


class ServiceFile(DatedDefinition):
    code: Code
    title: Texts
    summary: Texts
    agency: str
    life_events: list[str] = Field(min_length=1)
    synonyms: dict[str, list[str]] = {}
    law: list[Article] = Field(min_length=1)
    applicants: list[Annotated[ApplicantEntry, _named_in("applicants.yaml")]] = Field(min_length=1)
    evidence: list[NeedEntry]
    fields: list[FieldEntry] = []
    checks: list[Annotated[ServiceCheckEntry, _named_in("checks.yaml")]] = []
    consents: list[ConsentEntry] = []
    fee: FeeEntry
    days: DaysEntry
    decision: DecisionEntry
    effect: Code | None = None
    page: str = Field(default="", pattern=r"^([a-z_]+:[a-z-]+)?$")
    results: list[ResultEntry] = []
    then: list[FollowUpEntry] = []
    output: OutputEntry | None = None
    steps: list[Texts] = Field(min_length=1)
    assurance: Literal["low", "substantial", "high"]

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if self.effect and self.output:
            raise PydanticCustomError(
                "effect", "A service with 'effect' has no 'output': the paper would say what was before. Use 'then'."
            )
        if self.results and not self.effect:
            raise PydanticCustomError("effect", "'results' come from an 'effect'. Name it, or remove them.")
        return self

    @model_validator(mode="after")
    def _silence_writes_nothing(self) -> Self:
        if self.decision.through and self.days.silence:
            raise PydanticCustomError(
                "through", "Silence cannot grant what only an approval writes. Remove 'through' or 'silence'."
            )
        return self

    @model_validator(mode="after")
    def _role_of_referral(self) -> Self:
        refers = any(check.refers for check in self.checks)
        if self.decision.mode is DecisionMode.AUTOMATIC and refers != (self.decision.role is not None):
            raise PydanticCustomError("role", "A check that refers needs 'decision.role': to whom. Nothing else does.")
        return self


class GrantEntry(Definition):
    legal_ground: str
    longest_days: int = Field(gt=0)
    excepted: list[Code] = []


class MandateKindEntry(Definition):
    title: Texts
    applicant: Annotated[ApplicantEntry, _named_in("applicants.yaml")] | None = None
    grant: GrantEntry | None = None
    assurance: Literal["low", "substantial", "high"]

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.applicant is None) == (self.grant is None):
            raise PydanticCustomError("source", "Write 'applicant' (a register says so) or 'grant' (it is signed).")
        return self


class StandingEntry(CheckEntry):
    of: Annotated[Party, Field(strict=False)]


class NamesEntry(Definition):
    evidence_type: str
    fields: list[str] = Field(min_length=1)
    legal_ground: str
    purpose: Texts


class MandatesFile(Definition):
    agency: str
    signature_minutes: int = Field(gt=0)
    kinds: dict[Annotated[Relation, Field(strict=False)], MandateKindEntry]
    standing: list[StandingEntry]
    names: NamesEntry
    output: OutputEntry


class AgencyEntry(Definition):
    title: Texts
    short_title: str
    office_title: Texts | None = None


class AgenciesFile(Definition):
    """``regions``: the file with the codes and names of the regions that offices stand in.

    ``exchange_authority``: who approves agreements between agencies. ``catalogue_authority``: who approves services.
    """

    regions: str
    register_owners: dict[str, str]
    exchange_authority: str
    catalogue_authority: str
    agencies: dict[Code, AgencyEntry]


class LifeEventEntry(Definition):
    title: Texts
    summary: Texts


class LawsFile(Definition):
    """``article``: how an article is cited, ``%s`` for its number."""

    article: Texts
    laws: dict[str, Texts]


class LimitEntry(Definition):
    value: int
    law: str = ""
    certainty: HowCertain = Certainty.HIGH
    note: str = ""


class AskEntry(Definition):
    fields: Literal["all"] | list[str] = []
    questions: list[str] = []


class AgreementEntry(DatedDefinition):
    """``asks``: what of each evidence type; ``posts``: post codes, ``role:…``, or ``house`` for the house itself."""

    consumer: str
    posts: list[str] = Field(min_length=1)
    legal_ground: str
    purpose: Texts
    asks: dict[str, AskEntry] = Field(min_length=1)


class HolidayEntry(Definition):
    days: list[date] = Field(min_length=1)
    title: Texts
    certainty: HowCertain = Certainty.HIGH


class HolidaysFile(Definition):
    weekend: list[Annotated[int, Field(ge=1, le=7)]]
    holidays: list[HolidayEntry]


class SynonymsFile(Definition):
    """``groups``: words that mean the same when searching; ``fillers``: words that say nothing in a label."""

    groups: list[list[str]]
    fillers: list[str]
