"""What the files say of each other: every name must exist, and nothing a register gives may be asked."""

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gapura.kernel.catalogue.definitions.fee_rules import judge_fee
from gapura.kernel.catalogue.definitions.held_names import HeldNames
from gapura.kernel.catalogue.definitions.problems import Problem, suggestion
from gapura.kernel.catalogue.definitions.reading import Location, Source
from gapura.kernel.catalogue.definitions.schema import (
    AgenciesFile,
    AgreementEntry,
    ApplicantEntry,
    CheckEntry,
    ExemptionEntry,
    LimitEntry,
    MandatesFile,
    ServiceFile,
)
from gapura.kernel.catalogue.plugin import list_approval_kinds
from gapura.kernel.catalogue.types import ANSWERED, APPLICANT, RESULTED, FormFieldKind, ResultKind
from gapura.kernel.exchange.plugin import find_evidence_type, list_evidence_types
from gapura.kernel.exchange.types import HOUSE, AgreementTerms, EvidenceType

Found = Iterator[tuple[Location, str]]
_CHOSEN = frozenset({FormFieldKind.RECORD, FormFieldKind.PERSON, FormFieldKind.PHOTO})
"""Fields that name what a register holds, or bring what none does: no asking twice."""


@dataclass(frozen=True)
class Surroundings:
    """What the definitions of a country may refer to."""

    root: Path
    languages: tuple[str, ...]
    agencies: Collection[str]
    life_events: Collection[str]
    laws: Collection[str]
    agreements: Collection[AgreementTerms] = ()
    exemptions: Collection[ExemptionEntry] = ()
    fillers: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def held_names(self) -> HeldNames:
        return HeldNames(list_evidence_types(), self.fillers)


def judge_service(source: Source, service: ServiceFile, around: Surroundings) -> list[Problem]:
    """Everything wrong between one service file and what surrounds it."""
    judges: tuple[Callable[[ServiceFile, Surroundings], Found], ...] = (
        _unknown_names,
        _unknown_evidence,
        _unknown_laws,
        _unagreed,
        _unaskable_exemptions,
        _fee,
        _asked_twice,
        _depths,
        _records,
        _matches,
        _people,
        _consents,
        _follow_ups,
        _approval,
        _output,
    )
    return [source.problem(place, said) for judge in judges for place, said in judge(service, around)]


def judge_agencies(agencies: AgenciesFile, root: Path) -> Found:
    """Owners of registers and authorities that are no agencies, and a list of regions that is not there."""
    for register, owner in agencies.register_owners.items():
        if owner not in agencies.agencies:
            yield ("register_owners", register), _unknown("agency", owner, agencies.agencies)
    for name in ("exchange_authority", "catalogue_authority"):
        if (authority := getattr(agencies, name)) not in agencies.agencies:
            yield (name,), _unknown("agency", authority, agencies.agencies)
    if not root.joinpath(agencies.regions).is_file():
        yield ("regions",), f"There is no file '{agencies.regions}' in {root}. Correct the path."


def judge_limits(limits: Mapping[str, LimitEntry], around: Surroundings) -> Found:
    """Limits that rest on no known law (a limit without any says so in its note)."""
    for name, limit in limits.items():
        if limit.law:
            yield from _unknown_law((name, "law"), limit.law, around.laws)


def judge_exemptions(exemptions: Mapping[str, ExemptionEntry], around: Surroundings) -> Found:
    """Questions that no register answers, and laws that do not exist."""
    for code, exemption in exemptions.items():
        yield from _unknown_type((code, "evidence_type"), exemption.evidence_type)
        yield from _unknown_question((code, "question"), exemption.evidence_type, exemption.question)
        asked = exemption.evidence_type, exemption.question, exemption.parameters
        yield from _wrong_parameters((code, "parameters"), *asked)
        yield from _unknown_law((code, "legal_ground"), exemption.legal_ground, around.laws)
        for place, law in (((code, "law", "law"), exemption.law.law), ((code, "fee_law"), exemption.fee_law)):
            if law and law not in around.laws:
                yield place, _unknown("law", law, around.laws)


def _unaskable_exemptions(service: ServiceFile, around: Surroundings) -> Found:
    """An agency that charges must be able to ask whom the law lets pay less."""
    for exemption in around.exemptions:
        if service.fee.is_charged and exemption.fee_law in ("", service.fee.law):
            yield from _unaskable(("fee",), exemption, service.agency, around)


def _fee(service: ServiceFile, around: Surroundings) -> Found:
    return judge_fee(service)


def judge_agreement(code: str, agreement: AgreementEntry, around: Surroundings) -> Found:
    """Everything wrong in one agreement, by its place in the file."""
    if agreement.consumer not in around.agencies:
        yield (code, "consumer"), _unknown("agency", agreement.consumer, around.agencies)
    yield from _unknown_law((code, "legal_ground"), agreement.legal_ground, around.laws)
    for evidence_type, asked in agreement.asks.items():
        place = (code, "asks", evidence_type)
        yield from _unknown_type(place, evidence_type)
        if asked.fields != "all":
            yield from _unknown_fields(place, evidence_type, asked.fields)
        for position, question in enumerate(asked.questions):
            yield from _unknown_question((*place, "questions", position), evidence_type, question)


def judge_mandates(mandates: MandatesFile, around: Surroundings) -> Found:
    """Questions, fields and grounds that do not exist, and whatever no agreement lets the agency ask."""
    if mandates.agency not in around.agencies:
        yield ("agency",), _unknown("agency", mandates.agency, around.agencies)
    for relation, kind in mandates.kinds.items():
        if kind.grant:
            yield from _unknown_law(("kinds", relation, "grant", "legal_ground"), kind.grant.legal_ground, around.laws)
        elif kind.applicant:
            yield from _unaskable(("kinds", relation, "applicant"), kind.applicant, mandates.agency, around)
    for position, check in enumerate(mandates.standing):
        yield from _unaskable(("standing", position), check, mandates.agency, around)
    names = mandates.names
    yield from _unknown_type(("names", "evidence_type"), names.evidence_type)
    yield from _unknown_fields(("names",), names.evidence_type, names.fields)
    if not around.root.joinpath("templates", f"{mandates.output.template}.typ").is_file():
        yield ("output", "template"), f"There is no template '{mandates.output.template}.typ'. Add it."


def _unaskable(
    place: Location, asked: CheckEntry | ApplicantEntry | ExemptionEntry, agency: str, around: Surroundings
) -> Found:
    yield from _unknown_type((*place, "evidence_type"), asked.evidence_type)
    yield from _unknown_question((*place, "question"), asked.evidence_type, asked.question)
    yield from _wrong_parameters((*place, "parameters"), asked.evidence_type, asked.question, asked.parameters)
    yield from _unknown_law((*place, "legal_ground"), asked.legal_ground, around.laws)
    agreed = (
        (one.consumer, one.evidence_type, one.legal_ground) == (agency, asked.evidence_type, asked.legal_ground)
        and HOUSE in one.posts
        and asked.question in one.questions
        for one in around.agreements
    )
    if not any(agreed):
        yield (
            place,
            f"No agreement lets {agency} ask {asked.evidence_type} for {asked.question} on the ground "
            f"'{asked.legal_ground}'. Add it to agreements.yaml.",
        )


def _unknown(kind: str, wrong: str, allowed: Collection[str]) -> str:
    return f"There is no {kind} '{wrong}'. {suggestion(wrong, allowed)}"


def _unknown_names(service: ServiceFile, around: Surroundings) -> Found:
    if service.agency not in around.agencies:
        yield ("agency",), _unknown("agency", service.agency, around.agencies)
    for position, life_event in enumerate(service.life_events):
        if life_event not in around.life_events:
            yield ("life_events", position), _unknown("life event", life_event, around.life_events)
    for language in set(service.synonyms) - set(around.languages):
        yield ("synonyms", language), _unknown("language", language, around.languages)
    codes = [form_field.code for form_field in service.fields]
    for position, code in enumerate(codes):
        if code in codes[:position]:
            yield (
                ("fields", position, "code"),
                f"A field '{code}' stands here already. Rename one of the two.",
            )


def _unknown_evidence(service: ServiceFile, around: Surroundings) -> Found:
    for position, need in enumerate(service.evidence):
        yield from _unknown_type(("evidence", position, "type"), need.type)
        yield from _unknown_fields(("evidence", position), need.type, need.fields)
    for name in ("checks", "applicants"):
        for position, asked in enumerate(getattr(service, name)):
            if not asked.question:
                continue
            yield from _unknown_type((name, position, "evidence_type"), asked.evidence_type)
            yield from _unknown_question((name, position, "question"), asked.evidence_type, asked.question)
            yield from _wrong_parameters(
                (name, position, "parameters"), asked.evidence_type, asked.question, asked.parameters
            )


def _unknown_type(place: Location, code: str) -> Found:
    if find_evidence_type(code) is None:
        yield place, _unknown("evidence type", code, [evidence.code for evidence in list_evidence_types()])


def _unknown_fields(place: Location, code: str, fields: Collection[str]) -> Found:
    evidence = find_evidence_type(code)
    for position, name in enumerate(fields if evidence else ()):
        if evidence and name not in evidence.field_codes:
            said = f"{code} has no field '{name}'. {suggestion(name, evidence.field_codes)}"
            yield (*place, "fields", position), said


def _unknown_question(place: Location, code: str, question: str) -> Found:
    evidence = find_evidence_type(code)
    known = [known.code for known in evidence.questions] if evidence else []
    if evidence and question not in known:
        yield place, f"{code} answers no question '{question}'. {suggestion(question, known)}"


def _wrong_parameters(place: Location, code: str, question: str, given: Collection[str]) -> Found:
    evidence = find_evidence_type(code)
    for known in evidence.questions if evidence else ():
        if known.code == question and set(known.parameters) != set(given):
            yield place, f"{question} needs exactly the parameters {', '.join(known.parameters) or '(none)'}."


def _unknown_laws(service: ServiceFile, around: Surroundings) -> Found:
    for position, reference in enumerate(service.law):
        if reference.law not in around.laws:
            yield ("law", position, "law"), _unknown("law", reference.law, around.laws)
    for name, reference in (("fee", service.fee), ("days", service.days)):
        if reference.law not in around.laws:
            yield (name, "law"), _unknown("law", reference.law, around.laws)
    for name in ("evidence", "checks", "applicants"):
        for position, asked in enumerate(getattr(service, name)):
            if asked.legal_ground:
                yield from _unknown_law((name, position, "legal_ground"), asked.legal_ground, around.laws)


def _unknown_law(place: Location, ground: str, laws: Collection[str]) -> Found:
    if not any(ground == law or ground.startswith(f"{law} ") for law in laws):
        yield place, f"The ground '{ground}' must begin with a law of laws.yaml: {', '.join(sorted(laws))}."


def _unagreed(service: ServiceFile, around: Surroundings) -> Found:
    """Without a standing agreement the exchange would refuse every case: better said when loading."""
    if service.agency not in around.agencies:
        return
    for place, evidence, asked, fields, question in _asked(service):
        known = evidence.field_codes | {one.code for one in evidence.questions}
        wanted = known & {*fields, question}
        if wanted and not _is_agreed(service, evidence.code, asked.legal_ground, wanted, around):
            yield (
                place,
                f"No agreement lets {service.agency} ask {evidence.code} for {', '.join(sorted(wanted))} on "
                f"the ground '{asked.legal_ground}'. Add it to agreements.yaml, or ask less.",
            )


def _asked(service: ServiceFile) -> Iterator[tuple[Location, EvidenceType, Any, Collection[str], str]]:
    """Everything the service asks of evidence types that exist: place, type, entry, fields, question."""
    for position, need in enumerate(service.evidence):
        if evidence := find_evidence_type(need.type):
            yield ("evidence", position), evidence, need, need.fields, ""
    for name in ("checks", "applicants"):
        for position, asked in enumerate(getattr(service, name)):
            if evidence := find_evidence_type(asked.evidence_type):
                yield (name, position), evidence, asked, (), asked.question


def _is_agreed(service: ServiceFile, evidence_type: str, ground: str, wanted: Set[str], around: Surroundings) -> bool:
    """Whether one agreement lets the house ask all that is wanted on this ground while the service is in force."""
    return any(
        (agreement.consumer, agreement.evidence_type, agreement.legal_ground) == (service.agency, evidence_type, ground)
        and HOUSE in agreement.posts
        and wanted <= {*agreement.fields, *agreement.questions}
        and _outlasts(agreement, service)
        for agreement in around.agreements
    )


def _outlasts(agreement: AgreementTerms, service: ServiceFile) -> bool:
    ends_early = agreement.valid_until is not None and (
        service.valid_until is None or service.valid_until > agreement.valid_until
    )
    return agreement.valid_from <= service.valid_from and not ends_early


def _asked_twice(service: ServiceFile, around: Surroundings) -> Found:
    """Once only: a form may not ask what an evidence type gives. To name a record or a person is no asking."""
    for position, form_field in enumerate(service.fields):
        if form_field.kind in _CHOSEN:
            continue
        words = (form_field.code, form_field.concept, *form_field.synonyms, *form_field.label.values())
        if known := around.held_names.find(words):
            evidence, held = known
            yield (
                ("fields", position),
                f"The form asks '{form_field.code}', but the register knows it: {evidence} gives '{held}'. "
                f"Remove the field and write under evidence: {{type: {evidence}, fields: [{held}], …}}.",
            )


def _depths(service: ServiceFile, around: Surroundings) -> Found:
    fields = {form_field.code: form_field for form_field in service.fields}
    for position, need in enumerate(service.evidence):
        if need.depth is None:
            continue
        place: Location = ("evidence", position, "depth")
        chosen = fields.get(need.depth.field)
        if chosen is None:
            yield (*place, "field"), _unknown("form field", need.depth.field, fields)
        elif set(need.depth.years) != {choice.value for choice in chosen.choices}:
            choices = ", ".join(choice.value for choice in chosen.choices)
            yield (*place, "years"), f"'years' must give a number (or null) for each choice: {choices}."
        if need.depth.ended_on not in need.fields:
            yield (*place, "ended_on"), f"'{need.depth.ended_on}' must be among the fields asked."


def _records(service: ServiceFile, around: Surroundings) -> Found:
    """Fields that choose among records which the service does not ask for."""
    needs = {need.type: need for need in service.evidence}
    for position, form_field in enumerate(service.fields):
        if form_field.kind is not FormFieldKind.RECORD:
            continue
        if form_field.of not in needs:
            yield ("fields", position, "of"), _unknown("evidence of this service", form_field.of, needs)
            continue
        asked = needs[form_field.of].fields
        for name in {form_field.by, *form_field.shows} - set(asked):
            yield ("fields", position), f"'{name}' is not among the fields asked. {suggestion(name, asked)}"


def _matches(service: ServiceFile, around: Surroundings) -> Found:
    """Evidence that is narrowed by no field of kind record, or by what is not asked."""
    choosing = {one.code for one in service.fields if one.kind is FormFieldKind.RECORD}
    for position, need in enumerate(service.evidence):
        for name, chosen in need.match.items():
            if name not in need.fields:
                yield ("evidence", position, "match"), f"'{name}' must be among the fields asked."
            if chosen not in choosing:
                yield ("evidence", position, "match", name), _unknown("field of kind record", chosen, choosing)


def _people(service: ServiceFile, around: Surroundings) -> Found:
    """Checks and evidence about somebody whom no field names, and parameters that no field answers."""
    people, fields = _person_fields(service), {one.code for one in service.fields}
    for position, need in enumerate(service.evidence):
        if need.about and need.about not in people:
            yield ("evidence", position, "about"), _unknown("field of kind person", need.about, people)
    for position, check in enumerate(service.checks):
        if check.about and check.about not in (*people, APPLICANT):
            yield ("checks", position, "about"), _unknown("field of kind person", check.about, people)
        for name, value in check.parameters.items():
            if isinstance(value, str) and value.startswith(ANSWERED) and value.removeprefix(ANSWERED) not in fields:
                place = ("checks", position, "parameters", name)
                yield place, _unknown("form field", value.removeprefix(ANSWERED), fields)


def _consents(service: ServiceFile, around: Surroundings) -> Found:
    """Consents of people whom neither the form nor the evidence names."""
    people, needs = _person_fields(service), {need.type: need for need in service.evidence}
    for position, consent in enumerate(service.consents):
        place: Location = ("consents", position, "of")
        if not consent.of.evidence:
            if consent.of.field not in people:
                yield (*place, "field"), _unknown("field of kind person", consent.of.field, people)
        elif consent.of.evidence not in needs:
            yield (*place, "evidence"), _unknown("evidence of this service", consent.of.evidence, needs)
        elif consent.of.field not in needs[consent.of.evidence].fields:
            asked = needs[consent.of.evidence].fields
            yield (*place, "field"), f"'{consent.of.field}' is not asked. {suggestion(consent.of.field, asked)}"


def _follow_ups(service: ServiceFile, around: Surroundings) -> Found:
    """What follows for people whom the case does not name, or with answers that nobody gives."""
    fields, results = {one.code for one in service.fields}, {one.code for one in service.results}
    persons = {one.code for one in service.results if one.kind is ResultKind.PERSON}
    people = {"applicant", "subject"} | _person_fields(service) | persons
    known = {f"{ANSWERED}{code}" for code in fields} | {f"{RESULTED}{code}" for code in results}
    for position, follow_up in enumerate(service.then):
        for name in ("of", "by"):
            if (person := getattr(follow_up, name)) and person not in people:
                yield ("then", position, name), _unknown("person", person, people)
        for field_code, answer in follow_up.answers.items():
            if answer.startswith("$") and answer not in known:
                yield ("then", position, "answers", field_code), _unknown("answer or result", answer, known)


def _person_fields(service: ServiceFile) -> set[str]:
    return {one.code for one in service.fields if one.kind is FormFieldKind.PERSON}


def _approval(service: ServiceFile, around: Surroundings) -> Found:
    """A decision through an approval that nobody carries out."""
    through, known = service.decision.through, list_approval_kinds()
    if through and through not in known:
        yield ("decision", "through"), _unknown("kind of approval", through, known)


def _output(service: ServiceFile, around: Surroundings) -> Found:
    if service.output is None:
        return
    templates = sorted(path.stem for path in around.root.joinpath("templates").glob("*.typ"))
    if service.output.template not in templates:
        yield ("output", "template"), _unknown("template", service.output.template, templates)
    for position, language in enumerate(service.output.languages):
        if language not in around.languages:
            yield ("output", "languages", position), _unknown("language", language, around.languages)
