"""Reads of the country's catalogue: files loaded once in a process, validated whole, then only looked up."""

from datetime import date

from django.conf import settings

from gapura.foundation.calendars import WorkingCalendar
from gapura.foundation.texts import Text, in_language
from gapura.kernel.catalogue.definitions.catalogue import Catalogue, load_catalogue
from gapura.kernel.catalogue.definitions.indexing import services_to_index
from gapura.kernel.catalogue.types import (
    Agency,
    AgreementDeclaration,
    LifeEvent,
    NotInForce,
    PublicService,
    ServiceNotInForce,
)
from gapura.kernel.search.actions import index_entries
from gapura.kernel.search.queries import find_version, search

SERVICES = "services"
_MOST_FOUND = 200


def get_catalogue() -> Catalogue:
    """Everything the country declares. Raises BadDefinitions with every mistake in its files."""
    return load_catalogue(settings.GAPURA_JURISDICTION)


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


def list_services_for(life_event: str, *, on: date) -> list[PublicService]:
    """The services in force that people look for at a life event, by code."""
    return [service for service in list_services(on=on) if life_event in service.life_events]


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


def list_agencies() -> list[Agency]:
    """By code."""
    agencies = get_catalogue().agencies
    return [agencies[code] for code in sorted(agencies)]


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


def get_code_label(codelist: str, code: str) -> Text:
    """What a register's code means; the code itself where no list explains it."""
    label = get_catalogue().codelists.get(codelist, {}).get(code)
    return label or {settings.LANGUAGE_CODE: code}


def list_agreement_declarations() -> list[AgreementDeclaration]:
    """The standing agreements that the set-up command adopts in the exchange, by code."""
    agreements = get_catalogue().agreements
    return [agreements[code] for code in sorted(agreements)]
