"""Public services as CPSV-AP 3.2 in JSON-LD: the one place where the standard's own names stand.

https://semiceu.github.io/CPSV-AP/releases/3.2.0/
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.kernel.catalogue.queries import get_agency, get_catalogue
from gapura.kernel.catalogue.types import Check, EvidenceNeed, LawReference, PublicService, StatutoryDays
from gapura.kernel.exchange.plugin import find_evidence_type

Node = dict[str, Any]

_IN_LANGUAGES = {"@container": "@language"}
_CONTEXT: Mapping[str, Any] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": {"@id": "dct:title", **_IN_LANGUAGES},
    "description": {"@id": "dct:description", **_IN_LANGUAGES},
    "prefLabel": {"@id": "skos:prefLabel", **_IN_LANGUAGES},
    "identifier": "dct:identifier",
    "keyword": "dcat:keyword",
    "spatial": {"@id": "dct:spatial", "@type": "@id"},
    "language": {"@id": "dct:language", "@type": "@id"},
    "processingTime": {"@id": "cv:processingTime", "@type": "xsd:duration"},
    "hasValue": {"@id": "cv:hasValue", "@type": "xsd:double"},
    "currency": {"@id": "cv:currency", "@type": "@id"},
}


def write_service(service: PublicService) -> Node:
    """One public service as a JSON-LD document of its own."""
    return {"@context": dict(_CONTEXT), **_service(service)}


def write_catalogue(services: Sequence[PublicService]) -> Node:
    """All of them as one data set (``dcat:Dataset`` with its parts)."""
    country = load(settings.GAPURA_JURISDICTION)
    return {
        "@context": dict(_CONTEXT),
        "@id": f"{settings.GAPURA_PUBLIC_ADDRESS}/services",
        "@type": "dcat:Dataset",
        "identifier": get_catalogue().version,
        "title": dict(country.name),
        "dct:hasPart": [_service(service) for service in services],
    }


def _service(service: PublicService) -> Node:
    address = settings.GAPURA_PUBLIC_ADDRESS + reverse("catalogue:service", args=[service.code])
    node: Node = {
        "@id": address,
        "@type": "cpsv:PublicService",
        "identifier": service.code,
        "title": dict(service.title),
        "description": dict(service.summary),
        "keyword": list(service.synonyms),
        "language": [_language(language) for language in service.title],
        "spatial": _country(),
        "processingTime": _duration(service.days),
        "cv:hasCompetentAuthority": _agency(service.agency),
        "cv:isGroupedBy": [_life_event(code) for code in service.life_events],
        "cv:hasLegalResource": [_law(reference, address) for reference in service.law],
        "cv:hasInputType": [_evidence_type(need) for need in service.evidence],
        "cv:holdsRequirement": [_requirement(check, address) for check in service.checks],
        "cv:hasCost": _cost(service, address),
        "cv:hasChannel": {"@id": f"{address}apply/", "@type": "cv:Channel", "identifier": "online"},
    }
    if service.decision.through:
        node["cpsv:follows"] = _procedure(service, address)
    if service.output:
        node["cpsv:produces"] = _part(f"{address}#output", "cv:Output", service.output.template, service.output.title)
    return node


def _procedure(service: PublicService, address: str) -> Node:
    """The approval that the decision is taken through: the rule that the service follows."""
    steps = {language: " ".join(step[language] for step in service.steps) for language in service.title}
    node = _part(f"{address}#procedure", "cpsv:Rule", service.decision.through, service.title)
    return {**node, "description": steps}


def _duration(term: StatutoryDays) -> str:
    if term.months:
        return f"P{term.months}M"
    return f"PT{term.hours}H" if term.hours else f"P{term.days}D"


def _part(address: str, kind: str, identifier: str, title: Text) -> Node:
    return {"@id": address, "@type": kind, "identifier": identifier, "title": dict(title)}


def _agency(code: str) -> Node:
    title = get_agency(code).title
    node = _part(f"{settings.GAPURA_PUBLIC_ADDRESS}/agencies/{code}", "cv:PublicOrganisation", code, title)
    return {**node, "prefLabel": dict(title), "spatial": _country()}


def _life_event(code: str) -> Node:
    life_event = get_catalogue().life_events[code]
    node = _part(f"{settings.GAPURA_PUBLIC_ADDRESS}/life-events/{code}", "cv:LifeEvent", code, life_event.title)
    return {**node, "description": dict(life_event.summary)}


def _law(reference: LawReference, address: str) -> Node:
    name = f"{reference.law} {reference.article}".strip()
    return _part(f"{address}#law-{name.replace(' ', '-').replace('/', '-')}", "eli:LegalResource", name,
                 reference.citation)  # fmt: skip


def _evidence_type(need: EvidenceNeed) -> Node:
    known = find_evidence_type(need.type)
    title = known.title if known else {}
    return _part(f"{settings.GAPURA_PUBLIC_ADDRESS}/evidence-types/{need.type}", "cv:EvidenceType", need.type, title)


def _requirement(check: Check, address: str) -> Node:
    known = find_evidence_type(check.evidence_type)
    questions = {question.code: question.title for question in known.questions} if known else {}
    node = _part(f"{address}#requirement-{check.question}", "cv:Requirement", check.question, questions[check.question])
    return {**node, "description": dict(check.purpose)}


def _cost(service: PublicService, address: str) -> Node:
    currency = f"http://publications.europa.eu/resource/authority/currency/{service.fee.currency}"
    charged = {"description": dict(service.fee.law.citation)} if service.fee.rule else {"hasValue": service.fee.amount}
    return {"@id": f"{address}#cost", "@type": "cv:Cost", "identifier": "fee", **charged, "currency": currency}


def _country() -> str:
    return f"https://www.iso.org/obp/ui/#iso:code:3166:{load(settings.GAPURA_JURISDICTION).code}"


def _language(code: str) -> str:
    return f"http://id.loc.gov/vocabulary/iso639-1/{code}"
