"""Papers of welfare: for a person who has everything, one who has nothing, and one who may not."""

from datetime import date, timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.cases.actions import is_faithful, submit_application
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.queries import list_agreement_declarations, list_services
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.actions import correct_entry, end_entry
from gapura.sectors.welfare.models import DisabilityEntry
from gapura.sectors.welfare.testing import make_disability, make_recipient
from tests.certificates.people import ACTOR, ANI, BUDI, CORRECTION, NOW, STRANGER, ask, paper, stated

pytestmark = pytest.mark.usefixtures("people", "supported")

SERVICES = {"welfare.disability": {"detail": "all"}, "welfare.recipient": {}}
OWN_COPY = "UU 27/2022 Pasal 7"
SENSITIVE = ("welfare.disability", "welfare.social-registry", "welfare.recipient", "health.immunization")


@pytest.fixture
def supported(people: None) -> None:
    make_disability(BUDI)
    make_recipient(BUDI, "pkh")
    make_recipient(BUDI, "sembako")
    make_recipient(ANI, "sembako", valid_until=date(2026, 1, 1))


@pytest.mark.parametrize("service", SERVICES)
def test_a_parent_gets_the_paper_of_a_child_who_has_everything(service: str) -> None:
    document = paper(ask(service, BUDI, applicant=ANI, **SERVICES[service]))
    assert (document.subject, document.holder) == (BUDI, ANI)
    assert is_faithful(actor=ACTOR, code=document.code, now=NOW)


@pytest.mark.parametrize("service", SERVICES)
def test_who_has_nothing_any_more_is_told_why_and_what_to_do(service: str) -> None:
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


def test_every_program_is_stated() -> None:
    programs = stated(ask("welfare.recipient", BUDI), "welfare.recipient")
    assert {one["social_program"] for one in programs} == {"pkh", "sembako"}


@pytest.mark.parametrize("detail", ["fact", "all"])
def test_a_disability_that_was_never_there_revokes_the_paper(detail: str) -> None:
    old = paper(ask("welfare.disability", BUDI, detail=detail))
    with clock.frozen(NOW + timedelta(days=1)):
        entry = DisabilityEntry.objects.get(number=BUDI)
        end_entry(actor=ACTOR, entry=entry, ended_on=date(2018, 6, 1), source=CORRECTION, now=clock.now())
        deliver_pending()
    old.refresh_from_db()
    assert old.status == DocumentStatus.REVOKED


def test_a_corrected_degree_replaces_the_paper() -> None:
    old = paper(ask("welfare.disability", BUDI, detail="all"))
    with clock.frozen(NOW + timedelta(days=1)):
        entry = DisabilityEntry.objects.get(number=BUDI)
        severe = {"disability_degree": "severe"}
        correct_entry(actor=ACTOR, entry=entry, changes=severe, source=CORRECTION, now=clock.now())
        deliver_pending()
    old.refresh_from_db()
    assert old.status == DocumentStatus.REPLACED


def test_what_is_sensitive_stands_on_no_paper_but_its_own_and_others_hear_only_yes_or_no() -> None:
    """Nobody's but the person's own copy of their data; the control: the keeper's agreements do give fields."""
    kept_by = {"welfare": "kemensos", "health": "kemenkes"}
    given = {one.evidence_type: set() for one in list_agreement_declarations()}
    for one in list_agreement_declarations():
        if one.fields and one.legal_ground != OWN_COPY:
            given[one.evidence_type].add(one.consumer)
    stating = {need.type: set() for service in list_services(on=NOW.date()) for need in service.evidence}
    for service in list_services(on=NOW.date()):
        for need in service.evidence:
            stating[need.type].add(service.code)
    for code in SENSITIVE:
        assert given.get(code, set()) <= {kept_by[code.partition(".")[0]]}, code
        assert stating.get(code, set()) <= {code}, code
    assert given["welfare.disability"] == {"kemensos"}
    assert stating["welfare.disability"] == {"welfare.disability"}
