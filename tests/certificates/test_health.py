"""Papers of health: for a person who has everything, one who has nothing, and one who may not."""

from datetime import date, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.cases.actions import is_faithful, submit_application
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry
from gapura.sectors.health.models import InsuranceEntry
from gapura.sectors.health.testing import make_immunization, make_insurance
from tests.certificates.people import ACTOR, ANI, BUDI, CORRECTION, NOW, STRANGER, ask, paper, stated

pytestmark = pytest.mark.usefixtures("people", "insured")

SERVICES = {"health.insurance-history": {"history": "all"}, "health.immunization": {}}


@pytest.fixture
def insured(people: None) -> None:
    """Budi was born insured by the state, and is by his mother's employer since 2022."""
    first = {"insurance_segment": "pbi_jk", "insurance_payer": "state", "insurance_class": 3}
    make_insurance(BUDI, valid_from=date(2014, 3, 1), valid_until=date(2022, 8, 1), insurance_end="changed", **first)
    make_insurance(BUDI, valid_from=date(2022, 8, 1))
    for dose, given_on in enumerate((date(2014, 5, 2), date(2014, 6, 5), date(2014, 7, 4)), start=1):
        make_immunization(BUDI, "dpt_hb_hib", dose, valid_from=given_on)
    make_immunization(BUDI, "hb0", valid_from=date(2014, 3, 1), facility_name="RSIA Sukasari")
    make_immunization(BUDI, "mr", valid_from=date(2014, 12, 3))


@pytest.mark.parametrize("service", SERVICES)
def test_a_parent_gets_the_paper_of_a_child_who_has_everything(service: str) -> None:
    document = paper(ask(service, BUDI, applicant=ANI, **SERVICES[service]))
    assert (document.subject, document.holder) == (BUDI, ANI)
    assert is_faithful(actor=ACTOR, code=document.code, now=NOW)


@pytest.mark.parametrize("service", SERVICES)
def test_who_has_nothing_is_told_why_and_what_to_do(service: str) -> None:
    case = ask(service, ANI, **SERVICES[service])
    assert case.status == CaseStatus.REFUSED
    assert all(case.decision_reason[language] and case.decision_remedy[language] for language in ("id", "en", "ko"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_stranger_opens_no_case(service: str) -> None:
    with pytest.raises(CannotSubmitApplication):
        ask(service, BUDI, applicant=STRANGER, **SERVICES[service])


@pytest.mark.parametrize("service", SERVICES)
def test_who_is_not_surely_themselves_is_refused(service: str) -> None:
    with pytest.raises(CannotSubmitApplication):
        submit_application(
            actor=resident(BUDI, AssuranceLevel.LOW),
            service_code=service,
            subject=BUDI,
            relation="self",
            answers=SERVICES[service],
            language="id",
            idempotency_key="low",
            now=NOW,
        )


@pytest.mark.parametrize(
    ("history", "segments"), [("one-year", ["ppu"]), ("five-years", ["pbi_jk", "ppu"]), ("all", ["pbi_jk", "ppu"])]
)
def test_the_history_goes_as_far_back_as_was_asked(history: str, segments: list[str]) -> None:
    memberships = stated(ask("health.insurance-history", BUDI, history=history), "health.insurance-history")
    assert [one["insurance_segment"] for one in memberships] == segments


def test_who_lost_the_membership_still_gets_its_history() -> None:
    make_insurance(ANI, valid_from=date(2019, 1, 1), valid_until=date(2026, 2, 1), insurance_end="employment_ended")
    (membership,) = stated(ask("health.insurance-history", ANI), "health.insurance-history")
    assert (membership["insured_until"], membership["insurance_end"]) == ("2026-02-01", "employment_ended")


def test_a_corrected_membership_replaces_the_paper() -> None:
    old = paper(ask("health.insurance-history", BUDI, history="all"))
    with clock.frozen(NOW + timedelta(days=1)):
        entry = InsuranceEntry.objects.get(number=BUDI, insurance_segment="ppu")
        correct_entry(actor=ACTOR, entry=entry, changes={"insurance_class": 1}, source=CORRECTION, now=clock.now())
        deliver_pending()
    old.refresh_from_db()
    assert old.status == DocumentStatus.REPLACED


def test_a_membership_that_ends_later_leaves_the_paper_of_an_earlier_day_alone() -> None:
    paper_of_today = paper(ask("health.insurance-history", BUDI, history="all"))
    with clock.frozen(NOW + timedelta(days=40)):
        entry = InsuranceEntry.objects.get(number=BUDI, insurance_segment="ppu")
        ended = {"valid_until": date(2026, 6, 1), "insurance_end": "employment_ended"}
        correct_entry(actor=ACTOR, entry=entry, changes=ended, source=CORRECTION, now=clock.now())
        deliver_pending()
    paper_of_today.refresh_from_db()
    assert paper_of_today.status == DocumentStatus.VALID
