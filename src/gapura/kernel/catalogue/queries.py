"""Reads of the country's catalogue: files loaded once in a process, validated whole, then only looked up."""

from datetime import date

from django.conf import settings

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.texts import Text, in_language
from gapura.kernel.catalogue.definitions.catalogue import Catalogue, load_catalogue
from gapura.kernel.catalogue.definitions.editions import judge_text, look_for_editions
from gapura.kernel.catalogue.definitions.editions import take_up_editions as take_up
from gapura.kernel.catalogue.definitions.indexing import services_to_index
from gapura.kernel.catalogue.plugin import Judgment, find_edition_source
from gapura.kernel.catalogue.types import (
    Agency,
    Check,
    EvidenceNeed,
    Exemption,
    Fee,
    LifeEvent,
    MandateRules,
    NotInForce,
    PublicService,
    Reasoned,
    ServiceNotInForce,
)
from gapura.kernel.exchange.queries import describe_request
from gapura.kernel.exchange.types import AgreementTerms
from gapura.kernel.search.actions import index_entries
from gapura.kernel.search.queries import find_version, search

SERVICES = "services"
_MOST_FOUND = 200


def get_catalogue() -> Catalogue:
    """Everything the country declares and its agencies adopted. Raises BadDefinitions with every mistake in its files.

    It is kept in the process; what was adopted since is looked for every ``GAPURA_EDITION_SECONDS``.
    """
    look_for_editions(settings.GAPURA_JURISDICTION, every=settings.GAPURA_EDITION_SECONDS)
    return load_catalogue(settings.GAPURA_JURISDICTION)


def take_up_editions() -> None:
    """Look for what was adopted at a desk now, not at the next turn."""
    if source := find_edition_source():
        take_up(settings.GAPURA_JURISDICTION, source)


def get_definition(service: PublicService) -> str:
    """The text of the file or edition that this version was read from."""
    return get_catalogue().texts[service.version]


def list_versions(code: str) -> tuple[PublicService, ...]:
    """Every version of a public service, oldest first; none when there is no such service."""
    return get_catalogue().services.get(code, ())


def judge_definition(text: str) -> Judgment:
    """What the loader would say if this were adopted on top of what is."""
    source = find_edition_source()
    return judge_text(get_catalogue().files, source.list_editions() if source else (), text)


def get_service(code: str, *, on: date) -> PublicService:
    """The version of the public service in force on ``on``. Raises ServiceNotInForce."""
    versions = get_catalogue().services.get(code, ())
    for service in versions:
        if on in service.period:
            return service
    if not versions:
        raise ServiceNotInForce(code, NotInForce.UNKNOWN)
    later = any(on < service.valid_from for service in versions)
    raise ServiceNotInForce(code, NotInForce.NOT_YET if later else NotInForce.ENDED)


def list_services(*, on: date) -> list[PublicService]:
    """Every public service in force on ``on``, by code."""
    services = get_catalogue().services
    return [version for code in sorted(services) for version in services[code] if on in version.period]


def list_deciding_roles() -> frozenset[str]:
    """Roles of officials to whom some version of a public service gives its cases."""
    versions = (version for versions in get_catalogue().services.values() for version in versions)
    return frozenset(version.decision.role for version in versions if version.decision.role)


def list_granted_by_silence() -> frozenset[str]:
    """Services of which some version counts as granted when nobody decides in time."""
    services = get_catalogue().services.items()
    return frozenset(code for code, versions in services if any(one.days.granted_by_silence for one in versions))


def get_refusal(name: str) -> Reasoned:
    """A refusal in the country's words, by its name in ``refusals.yaml``. Raises LookupError."""
    return get_catalogue().refusals[name]


def list_services_for(life_event: str, *, on: date) -> list[PublicService]:
    """The services in force that people look for at a life event, by code."""
    return [service for service in list_services(on=on) if life_event in service.life_events]


def describe_needs(service: PublicService) -> list[tuple[Text | None, Check | EvidenceNeed]]:
    """What is read when somebody applies, with its title: checks first, then evidence."""
    checks = [(describe_request(c.evidence_type, (), c.question)[2], c) for c in service.checks]
    return checks + [(describe_request(n.type, ())[0], n) for n in service.evidence]


def list_life_events() -> list[LifeEvent]:
    """In the country's order."""
    return list(get_catalogue().life_events.values())


def search_services(text: str, *, language: str, on: date, limit: int = 20) -> list[PublicService]:
    """Services in force that fit everyday words of any language, misspelt or not, best first.

    An empty text finds nothing. Services that fit equally well stand in the order of their titles in
    ``language``. The index is made anew here when the country's files have changed since.
    """
    catalogue = get_catalogue()
    if find_version(SERVICES) != catalogue.version:
        index_entries(collection=SERVICES, entries=services_to_index(catalogue), version=catalogue.version)
    scores = {hit.key: hit.score for hit in search(collection=SERVICES, text=text, limit=_MOST_FOUND)}
    found = [service for service in list_services(on=on) if service.code in scores]
    found.sort(key=lambda service: (-scores[service.code], in_language(service.title, language)))
    return found[:limit]


def get_agency(code: str) -> Agency:
    """Raises LookupError when the country has no such agency."""
    return get_catalogue().agencies[code]


def get_agency_title(code: str) -> Text:
    """What the agency is called; its code where the country knows it no more."""
    try:
        return get_agency(code).title
    except LookupError:
        return {"": code}


def list_agencies() -> list[Agency]:
    """By code."""
    agencies = get_catalogue().agencies
    return [agencies[code] for code in sorted(agencies)]


def get_exchange_authority() -> Agency:
    """Who approves agreements between agencies."""
    return get_agency(get_catalogue().exchange_authority)


def get_catalogue_authority() -> Agency:
    """Who approves what agencies offer, beside the agency itself."""
    return get_agency(get_catalogue().catalogue_authority)


def is_known_ground(legal_ground: str) -> bool:
    """Whether a legal ground names one of the country's laws, alone or with an article."""
    return any(legal_ground == law or legal_ground.startswith(f"{law} ") for law in get_catalogue().laws)


def get_office_title(agency_code: str, office_code: str) -> Text:
    """How an agency's office in a region is called; the agency itself where it has no offices."""
    agency = get_agency(agency_code)
    region = get_catalogue().regions.get(office_code)
    if agency.office_title is None or region is None:
        return agency.title
    return {language: title % {"region": region} for language, title in agency.office_title.items()}


def get_working_calendar() -> WorkingCalendar:
    """The country's working days."""
    return get_catalogue().calendar


def get_limit(name: str) -> int:
    """A number the country sets (``age_of_majority``, ``appeal_working_days`` …). Raises LookupError."""
    return get_catalogue().limits[name]


def list_exemptions(fee: Fee) -> list[Exemption]:
    """Whom the law lets pay less of this fee; nobody where there is none to pay."""
    return [exemption for exemption in get_catalogue().exemptions if exemption.reduces(fee)]


def get_mandate_rules() -> MandateRules:
    """How one may act for another in the country."""
    return get_catalogue().mandates


def get_code_label(codelist: str, code: str) -> Text:
    """What a register's code means; the code itself where no list explains it."""
    label = get_catalogue().codelists.get(codelist, {}).get(code)
    return label or {settings.LANGUAGE_CODE: code}


def list_agreement_declarations() -> list[AgreementTerms]:
    """The standing agreements that the set-up command adopts in the exchange, by code."""
    agreements = get_catalogue().agreements
    return [agreements[code] for code in sorted(agreements)]
