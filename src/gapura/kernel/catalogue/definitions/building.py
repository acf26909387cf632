"""From validated files to the frozen types that the rest of the house sees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.catalogue.definitions import schema
from gapura.kernel.catalogue.types import (
    Agency,
    ApplicantRule,
    Check,
    Choice,
    ConsentNeed,
    Decision,
    Depth,
    EvidenceNeed,
    Exemption,
    Fee,
    FeeInput,
    FollowUp,
    FormField,
    GrantTerms,
    LawReference,
    LifeEvent,
    MandateKind,
    MandateRules,
    OutputDocument,
    PublicService,
    Reasoned,
    Relation,
    ResultField,
    StandingCheck,
    StatutoryDays,
)
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import AgreementTerms


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
        checks=tuple(map(_service_check, entry.checks)),
        fee=_fee(entry.fee, laws, currency),
        days=_statutory_days(entry.days, laws),
        decision=Decision(entry.decision.mode, entry.decision.role, entry.decision.through or ""),
        output=_document(entry.output) if entry.output else None,
        law=tuple(_law(reference, laws) for reference in entry.law),
        steps=tuple(entry.steps),
        assurance=AssuranceLevel[entry.assurance.upper()],
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        version=version,
        effect=entry.effect or "",
        page=entry.page,
        results=tuple(ResultField(one.code, one.label, one.kind, one.page) for one in entry.results),
        consents=tuple(map(_consent, entry.consents)),
        follow_ups=tuple(
            FollowUp(one.service, one.of, one.by or one.of, one.relation, one.answers) for one in entry.then
        ),
    )


def _fee(entry: schema.FeeEntry, laws: schema.LawsFile, currency: str) -> Fee:
    inputs = {name: FeeInput(one.answer, one.evidence, one.field) for name, one in entry.inputs.items()}
    return Fee(entry.amount or 0, currency, _law(entry, laws), entry.rule, inputs)


def build_exemptions(entries: Mapping[str, schema.ExemptionEntry], laws: schema.LawsFile) -> tuple[Exemption, ...]:
    """The largest first: nobody is asked about a smaller one when a larger one holds."""
    found = [
        Exemption(
            code=code,
            title=entry.title,
            percent=entry.percent,
            law=_law(entry.law, laws),
            fee_law=entry.fee_law,
            evidence_type=entry.evidence_type,
            question=entry.question,
            parameters=entry.parameters,
            legal_ground=entry.legal_ground,
            purpose=entry.purpose,
        )
        for code, entry in entries.items()
    ]
    return tuple(sorted(found, key=lambda exemption: (-exemption.percent, exemption.code)))


def build_refusals(entries: Mapping[str, schema.Refusal]) -> dict[str, Reasoned]:
    return {name: _refusal(entry) for name, entry in entries.items()}


def build_mandates(file: schema.MandatesFile) -> MandateRules:
    names = file.names
    return MandateRules(
        agency=file.agency,
        signature_minutes=file.signature_minutes,
        kinds={relation: _mandate_kind(relation, entry) for relation, entry in file.kinds.items()},
        standing=tuple(StandingCheck(entry.of, _check(entry)) for entry in file.standing),
        names=EvidenceNeed(names.evidence_type, tuple(names.fields), names.legal_ground, names.purpose),
        output=_document(file.output),
    )


def _mandate_kind(relation: Relation, entry: schema.MandateKindEntry) -> MandateKind:
    grant = entry.grant
    return MandateKind(
        relation=relation,
        title=entry.title,
        assurance=AssuranceLevel[entry.assurance.upper()],
        rule=_applicant(entry.applicant) if entry.applicant else None,
        grant=GrantTerms(grant.legal_ground, grant.longest_days, frozenset(grant.excepted)) if grant else None,
    )


def build_life_events(entries: Mapping[str, schema.LifeEventEntry]) -> dict[str, LifeEvent]:
    return {code: LifeEvent(code, entry.title, entry.summary) for code, entry in entries.items()}


def build_agencies(file: schema.AgenciesFile) -> dict[str, Agency]:
    return {
        code: Agency(code, entry.title, entry.short_title, entry.office_title) for code, entry in file.agencies.items()
    }


def build_agreements(entries: Mapping[str, schema.AgreementEntry]) -> dict[str, AgreementTerms]:
    """One declaration for each evidence type of an agreement, coded ``agreement:evidence-type``."""
    declarations = [
        AgreementTerms(
            code=f"{code}:{evidence_type}",
            consumer=entry.consumer,
            evidence_type=evidence_type,
            fields=agreed_fields(evidence_type, asked.fields),
            questions=tuple(asked.questions),
            posts=tuple(entry.posts),
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


def _statutory_days(entry: schema.DaysEntry, laws: schema.LawsFile) -> StatutoryDays:
    law = _law(entry, laws)
    return StatutoryDays(entry.working_days, law, entry.hours, entry.months, entry.silence == "granted")


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
        match=entry.match,
        about=entry.about,
        subject=entry.subject,
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
        of=entry.of,
        by=entry.by,
        shows=tuple(entry.shows),
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


def _service_check(entry: schema.ServiceCheckEntry) -> Check:
    return replace(_check(entry), about=entry.about, refers=entry.refers, subject=entry.subject)


def _consent(entry: schema.ConsentEntry) -> ConsentNeed:
    return ConsentNeed(
        code=entry.code,
        title=entry.title,
        asked=entry.asked,
        refused=_refusal(entry.refused),
        working_days=int(entry.working_days),
        form_field="" if entry.of.evidence else entry.of.field,
        evidence_type=entry.of.evidence,
        evidence_field=entry.of.field if entry.of.evidence else "",
    )


def _document(entry: schema.OutputEntry) -> OutputDocument:
    return OutputDocument(
        template=entry.template,
        title=entry.title,
        signatory=entry.signatory,
        languages=tuple(entry.languages),
        valid_days=entry.valid_days,
    )
