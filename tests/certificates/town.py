"""Households who share nothing and of whom one has everything that a certificate can state; and asking for papers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.cases.actions import offer_records, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.catalogue.queries import get_service, list_services
from gapura.kernel.catalogue.types import DecisionMode, Relation
from gapura.sectors.business import testing as business
from gapura.sectors.civil import testing as civil
from gapura.sectors.education import testing as education
from gapura.sectors.health import testing as health
from gapura.sectors.immigration import testing as immigration
from gapura.sectors.personnel import testing as personnel
from gapura.sectors.property import testing as property_
from gapura.sectors.tax import testing as tax
from gapura.sectors.transport import testing as transport
from gapura.sectors.welfare import testing as welfare
from gapura.sectors.withholding import testing as withholding

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY = NOW.date()
ESTATES = sorted(file.stem for file in load("indonesia").path("services").glob("*.estate-*.yaml"))
OF_THE_DEAD = {"civil.death-extract", *ESTATES}
"""What is asked about a dead relative, never about oneself."""
OF_THE_PUPIL = {"civil.never-married", "education.expected-graduation"}
"""What the pupil has, where Ani has the opposite: she is married and left school."""
SURNAMES = ("Wijaya", "Santoso", "Handoko", "Nugroho", "Halim", "Siregar", "Hutapea", "Simatupang")


@dataclass(frozen=True)
class Household:
    """Ani, who has everything; her husband, her dead mother, her pupil; and whom she divorced, who has nothing."""

    serial: int = 0

    @property
    def surname(self) -> str:
        return SURNAMES[self.serial]

    @property
    def ani(self) -> str:
        return self._number(1)

    @property
    def budi(self) -> str:
        return self._number(2)

    @property
    def eka(self) -> str:
        return self._number(3)

    @property
    def pupil(self) -> str:
        return self._number(4)

    @property
    def nobody(self) -> str:
        return self._number(5)

    def asker_of(self, code: str) -> str:
        """Who of them gets the certificate ``code``."""
        return self.pupil if code in OF_THE_PUPIL else self.ani

    def subject_of(self, code: str) -> str:
        """About whom."""
        return self.eka if code in OF_THE_DEAD else self.asker_of(code)

    def _number(self, member: int) -> str:
        return f"317101420590{self.serial:03}{member}"


def certificates() -> list[str]:
    """Services that decide by rule and result in a document. A child's card is tried with the bundle of births."""
    papers = [s for s in list_services(on=TODAY) if s.output and s.decision.mode is DecisionMode.AUTOMATIC]
    return [s.code for s in papers if {rule.relation for rule in s.applicants} & {Relation.SELF, Relation.FAMILY}]


def settle(household: Household) -> None:
    """Everybody of the household in every register."""
    for number, name in _names(household):
        civil.make_person(number, name, mother_number=household.eka if number == household.ani else "")
        civil.make_residence(number)
    _give_family(household)
    _give_things(household.ani, household.serial, household.surname)
    _give_papers(household)


def choose(code: str, person: str, *, subject: str = "", key: str = "") -> dict[str, str]:
    """What the form offers of the registers, answered as by who takes the first of each."""
    actor, service = resident(person, AssuranceLevel.HIGH), get_service(code, on=TODAY)
    offers = offer_records(
        actor=actor, service=service, subject=subject or person, idempotency_key=key or code, now=NOW
    )
    return {one.code: offers[one.code][0].value if offers[one.code] else "-" for one in service.record_fields}


def submit(code: str, person: str, answers: Mapping[str, str], *, subject: str = "", key: str = "") -> Case:
    return submit_application(
        actor=resident(person, AssuranceLevel.HIGH),
        service_code=code,
        subject=subject or person,
        relation=Relation.FAMILY if subject and subject != person else Relation.SELF,
        answers=answers,
        language="en",
        idempotency_key=key or code,
        now=NOW,
    )


def apply(code: str, person: str, *, subject: str = "", key: str = "") -> Case:
    """Ask as the form does: of the records it offers, the first is chosen."""
    return submit(code, person, choose(code, person, subject=subject, key=key), subject=subject, key=key)


def _names(household: Household) -> Iterator[tuple[str, str]]:
    first_names = {
        household.ani: "Ani",
        household.budi: "Budi",
        household.eka: "Eka",
        household.pupil: "Putri",
        household.nobody: "Agus",
    }
    for number, first_name in first_names.items():
        yield number, f"{first_name} {household.surname}"


def _give_family(home: Household) -> None:
    civil.make_family(f"317101010115{home.serial:03}1", {home.ani: "head", home.pupil: "child"})
    civil.make_birth(home.ani, date(1990, 5, 2))
    civil.make_birth(home.pupil, date(1990, 5, 2))
    earlier = civil.make_marriage(
        home.nobody, home.ani, date(2012, 1, 1), valid_until=date(2013, 1, 1), end_reason="divorce"
    )
    civil.make_divorce(earlier, date(2013, 1, 1))
    civil.make_marriage(home.budi, home.ani, date(2014, 5, 1))
    civil.make_death(home.eka, date(2026, 1, 1))


def _give_things(ani: str, serial: int, surname: str) -> None:
    property_.make_estate(ani, f"31710101{serial:05}", f"3171-{serial:04}", name=f"Ani {surname}")
    transport.make_vehicle(ani, f"B {1234 + serial} KLM")
    transport.make_licence(ani, licence_number=f"12{ani[-10:]}")
    number = f"9120001234{serial:03}"
    business.make_business(number, f"PT {surname} Bersama", business_tax_number=f"0123456789{serial:03}000")
    business.make_representative(ani, number)
    business.make_activity(number)
    business.make_share(ani, number)


def _give_papers(home: Household) -> None:
    ani = home.ani
    tax.make_taxpayer(ani)
    tax.make_income(ani, 2025)
    tax.make_local_assessment(ani, 2025)
    withholding.make_slip(ani, 2025)
    education.make_enrollment(ani, nisn=f"010123{home.serial:03}1")
    education.make_result(ani, "mathematics", 88)
    education.make_graduation(ani, nisn=f"010123{home.serial:03}1")
    education.make_enrollment(home.pupil, nisn=f"010123{home.serial:03}4")
    health.make_insurance(ani, card_number=f"0001234567{home.serial:03}")
    health.make_immunization(ani)
    welfare.make_disability(ani)
    welfare.make_rank(ani)
    welfare.make_recipient(ani)
    immigration.make_passport(ani, f"X1234{home.serial:03}")
    immigration.make_crossing(ani, date(2025, 6, 1), passport_number=f"X1234{home.serial:03}")
    immigration.make_permit(ani, permit_number=f"2C21JE{home.serial:04}-X")
    personnel.make_military_service(ani, service_number=f"3112004567{home.serial:04}")
