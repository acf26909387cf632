"""People, families and events in the register, for the tests of any module."""

from datetime import date
from typing import Any

from gapura.kernel.registers.testing import store_entry
from gapura.sectors.civil.models import AdoptionEntry, DeathEntry, DivorceEntry, Guardianship, MarriageEntry, Region
from gapura.sectors.civil.models import BirthEntry as BirthEntry
from gapura.sectors.civil.models import FamilyEntry as FamilyEntry
from gapura.sectors.civil.models import FamilyMembership as FamilyMembership
from gapura.sectors.civil.models import LookUp as LookUp
from gapura.sectors.civil.models import LookUpFinding as LookUpFinding
from gapura.sectors.civil.models import PersonEntry as PersonEntry
from gapura.sectors.civil.models import ResidenceEntry as ResidenceEntry

VILLAGE = "31.71.01.1001"
PLACES = {
    "31": "Jakarta",
    "31.71": "Jakarta Pusat",
    "31.71.01": "Gambir",
    VILLAGE: "Cideng",
    "32": "Jawa Barat",
    "32.73": "Bandung",
    "32.73.01": "Sukasari",
    "32.73.01.1001": "Sarijadi",
}


def make_person(number: str, full_name: str = "Ani Wijaya", **facts: Any) -> PersonEntry:
    """A living person born on 2 May 1990, unless told otherwise; ``valid_from`` follows the birth."""
    birth_on = facts.pop("birth_on", date(1990, 5, 2))
    given = {
        "sex": "female",
        "birth_place": "Jakarta",
        "religion": "islam",
        "marital_status": "single",
        "occupation": "teacher",
        "education": "bachelor",
        "citizenship": "ID",
        "valid_from": birth_on,
    }
    return store_entry(PersonEntry, number=number, full_name=full_name, birth_on=birth_on, **given | facts)


def make_residence(number: str, village_code: str = VILLAGE, **facts: Any) -> ResidenceEntry:
    """Somewhere since 2015 in a village whose names are known."""
    make_places()
    given = {"street": "Jl. Merdeka 1", "rt": "001", "rw": "002", "valid_from": date(2015, 1, 1)}
    return store_entry(ResidenceEntry, number=number, village_code=village_code, **given | facts)


def make_family(family_number: str, members: dict[str, str], **facts: Any) -> FamilyEntry:
    """A family card with ``members`` (person number to relation), the first being the head."""
    make_places()
    since = facts.pop("valid_from", date(2015, 1, 1))
    for position, (number, relation) in enumerate(members.items()):
        store_entry(
            FamilyMembership,
            number=number,
            family_number=family_number,
            relation_to_head=relation,
            position=position,
            valid_from=since,
        )
    given = {"street": "Jl. Merdeka 1", "rt": "001", "rw": "002", "village_code": VILLAGE}
    head = next(iter(members))
    return store_entry(FamilyEntry, family_number=family_number, head_number=head, valid_from=since, **given | facts)


def make_birth(number: str, born_on: date, **facts: Any) -> BirthEntry:
    given = {"certificate_number": f"B-{number}", "birth_order": 1}
    return _event(BirthEntry, born_on, number=number, **given | facts)


def make_marriage(husband: str, wife: str, married_on: date, **facts: Any) -> MarriageEntry:
    given = {"certificate_number": f"M-{husband}-{wife}", "married_at": "Jakarta", "religion": "islam"}
    return _event(MarriageEntry, married_on, husband_number=husband, wife_number=wife, **given | facts)


def make_divorce(marriage: MarriageEntry, divorced_on: date, **facts: Any) -> DivorceEntry:
    """The divorce entry only; end the marriage with ``valid_until`` and ``end_reason``."""
    given = {
        "certificate_number": f"D-{marriage.husband_number}",
        "marriage_number": marriage.certificate_number,
        "husband_number": marriage.husband_number,
        "wife_number": marriage.wife_number,
        "court": "PA Jakarta",
        "ruling_number": "12/2019",
    }
    return _event(DivorceEntry, divorced_on, **given | facts)


def make_death(number: str, died_on: date, **facts: Any) -> DeathEntry:
    """The death entry, and the end of the person's own."""
    PersonEntry.objects.filter(number=number, valid_until__isnull=True).update(valid_until=died_on)
    given = {"certificate_number": f"X-{number}", "death_place": "Jakarta"}
    return _event(DeathEntry, died_on, number=number, **given | facts)


def make_adoption(number: str, *, father: str = "", mother: str = "", **facts: Any) -> AdoptionEntry:
    given = {
        "certificate_number": f"A-{number}",
        "adoptive_father_number": father,
        "adoptive_mother_number": mother,
        "court": "PN Jakarta",
        "ruling_number": "3/2018",
    }
    return _event(AdoptionEntry, facts.pop("adopted_on", date(2018, 1, 1)), number=number, **given | facts)


def make_guardianship(ward: str, guardian: str, **facts: Any) -> Guardianship:
    given = {"court": "PN Jakarta", "ruling_number": "7/2018", "valid_from": date(2018, 1, 1)}
    return store_entry(Guardianship, ward_number=ward, guardian_number=guardian, **given | facts)


def make_places() -> None:
    """The few regions the factories use."""
    Region.objects.bulk_create([Region(code=code, name=name) for code, name in PLACES.items()], ignore_conflicts=True)


def _event(model: Any, on: date, **facts: Any) -> Any:
    make_places()
    return store_entry(model, **{"registered_on": on, "regency_code": "31.71", "valid_from": on} | facts)
