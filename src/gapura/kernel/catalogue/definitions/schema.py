"""How the country's files must look, each by itself; ``references`` judges what they say of each other."""

from datetime import date
from typing import Annotated, Any, Literal, Self

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
from gapura.kernel.catalogue.types import APPLICANT, Certainty, DecisionMode, FormFieldKind, Relation


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
    if not isinstance(value, str) or not value.startswith("$") or value == APPLICANT:
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


class FeeEntry(Article):
    amount: int = Field(ge=0)


class DaysEntry(Article):
    working_days: int = Field(ge=0, le=365)


class DecisionEntry(Definition):
    mode: Annotated[DecisionMode, Field(strict=False)]
    role: str | None = None

    @model_validator(mode="after")
    def _official_has_role(self) -> Self:
        if (self.mode is DecisionMode.OFFICIAL) != (self.role is not None):
            raise PydanticCustomError("role", "An official decision, and no other, needs 'role'.")
        return self


class OutputEntry(Definition):
    template: Code
    title: Texts
    signatory: Texts
    languages: list[str] = Field(min_length=1)
    valid_days: int | None = Field(default=None, gt=0)


class ChoiceEntry(Definition):
    value: Code
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


class NeedEntry(Definition):
    type: str
    fields: list[str] = Field(min_length=1)
    legal_ground: str
    purpose: Texts
    required: bool = True
    absent: Annotated[Refusal, _named_in("refusals.yaml")] | None = None
    depth: DepthEntry | None = None

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
    otherwise: Refusal


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
    checks: list[Annotated[CheckEntry, _named_in("checks.yaml")]] = []
    fee: FeeEntry
    days: DaysEntry
    decision: DecisionEntry
    output: OutputEntry | None = None
    steps: list[Texts] = Field(min_length=1)
    assurance: Literal["low", "substantial", "high"]


class AgencyEntry(Definition):
    title: Texts
    short_title: str
    office_title: Texts | None = None


class AgenciesFile(Definition):
    """``regions``: the file with the codes and names of the regions that offices stand in."""

    regions: str
    register_owners: dict[str, str]
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
    """``asks``: what of each evidence type."""

    consumer: str
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
