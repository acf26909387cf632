"""From validated files to the frozen types that the rest of the house sees."""

from collections.abc import Mapping, Sequence

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.catalogue.definitions import schema
from gapura.kernel.catalogue.types import (
    Agency,
    AgreementDeclaration,
    ApplicantRule,
    Check,
    Choice,
    Decision,
    Depth,
    EvidenceNeed,
    Fee,
    FormField,
    LawReference,
    LifeEvent,
    OutputDocument,
    PublicService,
    Reasoned,
    StatutoryDays,
)
from gapura.kernel.exchange.plugin import find_evidence_type


def build_service(entry: schema.ServiceFile, laws: schema.LawsFile, currency: str, version: str) -> PublicService:
    """One version of a public service; ``laws`` gives the full citations."""
    return PublicService(
        code=entry.code,
        title=entry.title,
        summary=entry.summary,
        agency=entry.agency,
        life_events=tuple(entry.life_events),
        synonyms=tuple(word for words in entry.synonyms.values() for word in words),
        applicants=tuple(map(_applicant, entry.applicants)),
        evidence=tuple(map(_need, entry.evidence)),
        fields=tuple(map(_field, entry.fields)),
        checks=tuple(map(_check, entry.checks)),
        fee=Fee(entry.fee.amount, currency, _law(entry.fee, laws)),
        days=StatutoryDays(entry.days.working_days, _law(entry.days, laws)),
        decision=Decision(entry.decision.mode, entry.decision.role),
        output=_output(entry.output),
        law=tuple(_law(reference, laws) for reference in entry.law),
        steps=tuple(entry.steps),
        assurance=AssuranceLevel[entry.assurance.upper()],
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        version=version,
    )


def build_life_events(entries: Mapping[str, schema.LifeEventEntry]) -> dict[str, LifeEvent]:
    return {code: LifeEvent(code, entry.title, entry.summary) for code, entry in entries.items()}


def build_agencies(file: schema.AgenciesFile) -> dict[str, Agency]:
    return {
        code: Agency(code, entry.title, entry.short_title, entry.office_title) for code, entry in file.agencies.items()
    }


def build_agreements(entries: Mapping[str, schema.AgreementEntry]) -> dict[str, AgreementDeclaration]:
    """One declaration for each evidence type of an agreement, coded ``agreement:evidence-type``."""
    declarations = [
        AgreementDeclaration(
            code=f"{code}:{evidence_type}",
            consumer=entry.consumer,
            evidence_type=evidence_type,
            fields=agreed_fields(evidence_type, asked.fields),
            questions=tuple(asked.questions),
            legal_ground=entry.legal_ground,
            purpose=entry.purpose,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
        )
        for code, entry in entries.items()
        for evidence_type, asked in entry.asks.items()
    ]
    return {declaration.code: declaration for declaration in declarations}


def agreed_fields(evidence_type: str, fields: Sequence[str]) -> tuple[str, ...]:
    """The fields written out where the agreement says ``all``."""
    declared = find_evidence_type(evidence_type)
    if fields != "all" or declared is None:
        return tuple(fields)
    return tuple(field.code for field in declared.fields)


def build_calendar(file: schema.HolidaysFile) -> WorkingCalendar:
    holidays = {day: entry.title for entry in file.holidays for day in entry.days}
    return WorkingCalendar(holidays, frozenset(file.weekend))


def _law(reference: schema.Article, laws: schema.LawsFile) -> LawReference:
    title = laws.laws[reference.law]
    return LawReference(
        reference.law,
        reference.article,
        {language: _citation(title, laws.article, reference.article, language) for language in title},
        reference.certainty,
    )


def _citation(title: Text, article: Text, number: str, language: str) -> str:
    return f"{title[language]}, {article[language] % number}" if number else title[language]


def _refusal(entry: schema.Refusal) -> Reasoned:
    return Reasoned(entry.reason, entry.remedy)


def _applicant(entry: schema.ApplicantEntry) -> ApplicantRule:
    return ApplicantRule(
        entry.relation,
        entry.evidence_type,
        entry.question,
        entry.parameters,
        entry.legal_ground,
        entry.purpose or {},
    )


def _need(entry: schema.NeedEntry) -> EvidenceNeed:
    depth = entry.depth
    return EvidenceNeed(
        type=entry.type,
        fields=tuple(entry.fields),
        legal_ground=entry.legal_ground,
        purpose=entry.purpose,
        required=entry.required,
        absent=_refusal(entry.absent) if entry.absent else None,
        depth=Depth(depth.field, depth.years, depth.ended_on) if depth else None,
    )


def _field(entry: schema.FieldEntry) -> FormField:
    return FormField(
        code=entry.code,
        label=entry.label,
        kind=entry.kind,
        hint=entry.hint,
        required=entry.required,
        choices=tuple(Choice(choice.value, choice.label) for choice in entry.choices),
        default=entry.default,
        max_length=entry.max_length,
    )


def _check(entry: schema.CheckEntry) -> Check:
    return Check(
        evidence_type=entry.evidence_type,
        question=entry.question,
        legal_ground=entry.legal_ground,
        purpose=entry.purpose,
        otherwise=_refusal(entry.otherwise),
        parameters=entry.parameters,
        expect=entry.expect,
    )


def _output(entry: schema.OutputEntry | None) -> OutputDocument | None:
    if entry is None:
        return None
    return OutputDocument(
        template=entry.template,
        title=entry.title,
        signatory=entry.signatory,
        languages=tuple(entry.languages),
        valid_days=entry.valid_days,
    )
