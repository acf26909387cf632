"""A death from the physician's notice to the estate: told once, all react to it, and an error brings somebody back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from gapura.bundles.actions import request_bundle
from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.foundation.testing import at_once
from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.testing import official as clerk
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import approve_case, finish_waiting_cases, submit_application
from gapura.kernel.cases.queries import get_results
from gapura.kernel.cases.testing import Case, official, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.queries import list_valid_documents_about
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.queries import list_holders
from gapura.kernel.identity.testing import make_official, make_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.testing import Mandate, make_mandate
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.sectors.civil.actions.annulments import propose_annulment
from gapura.sectors.civil.actions.look_ups import open_look_up
from gapura.sectors.civil.models import DeathEntry, MarriageEntry, PersonEntry, ResidenceEntry
from gapura.sectors.civil.testing import (
    VILLAGE,
    FamilyEntry,
    FamilyMembership,
    make_family,
    make_marriage,
    make_person,
    make_residence,
)
from gapura.sectors.civil.types import CannotProposeCorrection, LookUpQuery
from gapura.sectors.finance.testing import make_account
from gapura.sectors.health.actions import report_death
from gapura.sectors.health.testing import DeathCertifiedEntry, InsuranceEntry, make_insurance
from gapura.sectors.health.types import CannotChangeRegister, DeathTold
from gapura.sectors.welfare.testing import RecipientEntry, make_recipient

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY, DIED = date(2026, 5, 4), date(2026, 5, 2)
ROBI, SITI, DEWI, AGUS, BUDI = (f"317101010170000{n}" for n in range(1, 6))
CARD, SERVICE = "3171010101150001", "civil.death-registration"
PHYSICIAN = official("health.death-reporter", agency="kemenkes", person_number=BUDI)
REGISTRAR = clerk("3171010101800001", roles=["civil.registrar"], account_id=101, post="registrar")
SUPERVISOR = clerk("3171010101800002", roles=["civil.supervisor"], account_id=102)
TOLD = DeathTold(ROBI, DIED, "Jakarta Pusat", "R317101", "RSUD Cideng", "SKM-1")


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    """Robi heads a card with his wife Siti and their grown-up daughter Dewi; Agus and Budi are strangers to them."""
    make_person(ROBI, "Robi", sex="male", birth_on=date(1950, 1, 1), marital_status="married")
    make_person(SITI, "Siti", birth_on=date(1955, 1, 1), marital_status="married")
    make_person(DEWI, "Dewi", birth_on=date(1990, 1, 1), father_number=ROBI, mother_number=SITI)
    for number in (AGUS, BUDI):
        make_person(number, "Warga", sex="male", birth_on=date(1960, 1, 1))
    for number in (ROBI, SITI, DEWI, AGUS, BUDI):
        make_residence(number)
    make_family(CARD, {ROBI: "head", SITI: "wife", DEWI: "child"})
    make_marriage(ROBI, SITI, date(1980, 1, 4))
    stand_all_agreements()
    with clock.frozen(NOW), translation.override("en"):
        yield


def certify(**changes: object) -> DeathCertifiedEntry:
    return report_death(actor=PHYSICIAN, told=replace(TOLD, **changes), now=clock.now())  # type: ignore[arg-type]


def tell(by: str = SITI, dead: str = ROBI, *, key: str = "", **answers: str) -> Case:
    return submit_application(
        actor=resident(by),
        service_code=SERVICE,
        subject=by,
        relation="self",
        answers={"dead": dead} | answers,
        language="en",
        idempotency_key=key or new_code(23),
        now=clock.now(),
    )


def today_of(table: type[RegisterEntry], **subject: str) -> RegisterEntry | None:
    found: RegisterEntry | None = table.objects.filter(**subject).as_of(TODAY).known_at(None).first()  # type: ignore[attr-defined]
    return found


def test_after_the_notice_one_number_is_enough_and_the_register_is_right() -> None:
    certify()
    case = tell()
    assert case.status == CaseStatus.FULFILLED
    death = DeathEntry.objects.get(number=ROBI)
    assert (death.valid_from, death.death_place, death.source_reference) == (DIED, "Jakarta Pusat", case.number)
    assert death.certificate_number == "3171-KM-04052026-0001"
    for table in (PersonEntry, ResidenceEntry, FamilyMembership):
        assert today_of(table, number=ROBI) is None
    marriage = MarriageEntry.objects.known_at(None).get()
    assert (marriage.valid_until, marriage.end_reason) == (DIED, "death")
    assert PersonEntry.objects.as_of(TODAY).known_at(None).get(number=SITI).marital_status == "widowed"
    card = FamilyEntry.objects.as_of(TODAY).known_at(None).get(family_number=CARD)
    assert (card.head_number, card.valid_from) == (SITI, DIED)
    members = FamilyMembership.objects.filter(family_number=CARD).as_of(TODAY).known_at(None).order_by("position")
    assert list(members.values_list("number", "relation_to_head")) == [(SITI, "head"), (DEWI, "child")]
    results = get_results(case.number)
    assert (results["head"], results["relative"]) == (SITI, SITI)


def test_the_certificate_and_the_new_family_card_are_drawn_by_themselves() -> None:
    certify()
    tell(DEWI)
    deliver_pending()
    extract = Case.objects.get(service_code="civil.death-extract")
    assert (extract.applicant, extract.subject, extract.status) == (DEWI, ROBI, CaseStatus.FULFILLED)
    card = Case.objects.get(service_code="civil.family-card")
    assert (card.applicant, card.status) == (SITI, CaseStatus.FULFILLED)
    assert card.document_code
    assert extract.document_code


def test_a_family_card_that_still_shows_the_dead_is_replaced() -> None:
    old = submit_application(
        actor=resident(DEWI),
        service_code="civil.family-card",
        subject=DEWI,
        relation="self",
        answers={},
        language="en",
        idempotency_key="card",
        now=NOW,
    )
    before = old.document_code
    certify()
    tell()
    deliver_pending()
    old.refresh_from_db()
    assert old.document_code != before
    assert before not in {one.code for one in list_valid_documents_about(DEWI)}


def test_without_a_physician_an_official_decides_and_needs_day_and_place() -> None:
    refused = tell()
    assert refused.status == CaseStatus.REFUSED
    assert "No physician" in refused.decision_reason["en"]
    case = tell(day=DIED.isoformat(), place="Bandung")
    assert case.status == CaseStatus.REVIEW
    assert not DeathEntry.objects.exists()
    approve_case(actor=official("civil.registrar", office=case.office_code), number=case.number, note="", now=NOW)
    assert DeathEntry.objects.get().death_place == "Bandung"


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-05-03", "differs"), ("2026-05-05", "differs"), (DIED.isoformat(), "")],
)
def test_a_day_beside_the_physicians_is_refused(day: str, said: str) -> None:
    certify()
    case = tell(day=day)
    assert (case.status == CaseStatus.REFUSED) == bool(said)
    assert said in (case.decision_reason or {}).get("en", "")
    assert DeathEntry.objects.exists() != bool(said)


@pytest.mark.parametrize("day", ["2026-05-05", "1949-12-31"])
def test_nobody_dies_tomorrow_or_before_birth(day: str) -> None:
    case = tell(day=day, place="Bandung")
    assert case.status == CaseStatus.REFUSED
    assert "has not come yet" in case.decision_reason["en"]


def test_strangers_cannot_tell_and_the_head_of_the_neighborhood_can() -> None:
    certify()
    stranger = tell(AGUS)
    assert stranger.status == CaseStatus.REFUSED
    assert "neither family" in stranger.decision_reason["en"]
    appoint_head(AGUS, "32.73.01.1001")
    assert tell(AGUS).status == CaseStatus.REFUSED
    assert not DeathEntry.objects.exists()
    appoint_head(BUDI, VILLAGE)
    case = tell(BUDI)
    assert case.status == CaseStatus.FULFILLED
    deliver_pending()
    assert get_results(case.number)["relative"] == ""
    assert not Case.objects.filter(service_code="civil.death-extract").exists()


def appoint_head(person: str, village: str) -> None:
    make_official(
        f"head-{village}",
        person_number=person,
        post_code=f"dukcapil/{village}/head",
        roles=["civil.neighborhood-head"],
    )


def test_nobody_tells_of_their_own_death() -> None:
    assert tell(ROBI).status == CaseStatus.REFUSED
    assert not DeathEntry.objects.exists()


def test_told_twice_it_is_one_death() -> None:
    assert certify().pk == certify().pk
    with pytest.raises(CannotChangeRegister, match="death-told-already"):
        certify(notice_number="SKM-2", facility_code="R327301")
    with pytest.raises(CannotChangeRegister, match="death-day-impossible"):
        certify(number=AGUS, died_on=TODAY + timedelta(days=1))
    tell(key="form-1")
    assert tell(key="form-1").status == CaseStatus.FULFILLED
    second = tell(DEWI)
    assert second.status == CaseStatus.REFUSED
    assert "registered already" in second.decision_reason["en"]
    assert DeathEntry.objects.count() == 1


def test_only_physicians_certify() -> None:
    with pytest.raises(AccessDenied):
        report_death(actor=official("health.birth-reporter", agency="kemenkes"), told=TOLD, now=NOW)
    with pytest.raises(AccessDenied):
        report_death(actor=resident(SITI), told=TOLD, now=NOW)
    assert certify().number == ROBI


def furnish_life() -> None:
    """What a death has to end: an account in a post, mandates, insurance, assistance."""
    make_official("robi", person_number=ROBI, post_code="dukcapil/31.71/registrar", roles=["civil.registrar"])
    make_resident("siti", person_number=SITI)
    make_mandate(ROBI, DEWI, representative_name="Dewi", now=NOW)
    make_mandate(SITI, ROBI, representative_name="Robi", now=NOW)
    for number in (ROBI, SITI):
        make_insurance(number)
        make_recipient(number)


def test_everything_that_hung_on_the_dead_ends_and_nothing_of_others() -> None:
    furnish_life()
    certify()
    tell()
    deliver_pending()
    deliver_pending()
    assert not Account.objects.get(login="robi").is_active
    assert Account.objects.get(login="siti").is_active
    assert not list_holders(agency_code="dukcapil", on=TODAY)
    assert set(Mandate.objects.values_list("ended_by", flat=True)) == {"law"}
    assert today_of(InsuranceEntry, number=ROBI) is None
    assert today_of(InsuranceEntry, number=SITI) is not None
    assert today_of(RecipientEntry, number=ROBI) is None
    assert today_of(RecipientEntry, number=SITI) is not None


def annul(person: str = ROBI, answers: str | None = None) -> int:
    look_up = open_look_up(
        actor=REGISTRAR, query=LookUpQuery("counter", reason="He stands here.", number=person), now=NOW
    )
    entry = DeathEntry.objects.known_at(None).get(number=person)
    return propose_annulment(
        actor=REGISTRAR,
        look_up_number=look_up.number,
        entry_id=entry.pk,
        evidence="Fingerprints taken at the counter today.",
        answers=answers,
        today=TODAY,
        now=NOW,
    )


def test_who_lives_comes_back_with_what_the_error_took() -> None:
    furnish_life()
    certify()
    tell()
    deliver_pending()
    grant_approval(actor=SUPERVISOR, request_id=annul(), note="", now=NOW + timedelta(hours=1))
    deliver_pending()
    assert not DeathEntry.objects.known_at(None).exists()
    assert DeathEntry.objects.count() == 1  # what was believed stays readable
    assert not DeathCertifiedEntry.objects.known_at(None).exists()
    for table in (PersonEntry, ResidenceEntry, FamilyMembership, InsuranceEntry, RecipientEntry):
        assert today_of(table, number=ROBI) is not None
    marriage = MarriageEntry.objects.known_at(None).get()
    assert (marriage.valid_until, marriage.end_reason) == (None, "")
    assert PersonEntry.objects.as_of(TODAY).known_at(None).get(number=SITI).marital_status == "married"
    card = FamilyEntry.objects.as_of(TODAY).known_at(None).get(family_number=CARD)
    assert card.head_number == ROBI
    members = FamilyMembership.objects.filter(family_number=CARD).as_of(TODAY).known_at(None).order_by("position")
    assert list(members.values_list("relation_to_head", flat=True)) == ["head", "wife", "child"]


def ask_to_live() -> Case:
    return submit_application(
        actor=resident(ROBI),
        service_code="records.correction",
        subject=ROBI,
        relation="self",
        answers={"mistake": "The hospital says that I died.", "proof": "I stand here."},
        language="id",
        idempotency_key="alive",
        now=NOW,
    )


@pytest.mark.parametrize("answered", [True, False])
def test_an_annulment_closes_the_request_that_it_answers_and_no_other(answered: bool) -> None:
    asked = ask_to_live()
    certify()
    tell()
    with pytest.raises(CannotProposeCorrection, match="Say whether"):
        annul()
    grant_approval(actor=SUPERVISOR, request_id=annul(answers=asked.number if answered else ""), note="", now=NOW)
    asked.refresh_from_db()
    assert asked.status == (CaseStatus.APPROVED if answered else CaseStatus.REVIEW)
    assert today_of(PersonEntry, number=ROBI) is not None


def test_the_widow_who_married_again_stays_married() -> None:
    certify()
    tell()
    make_marriage(AGUS, SITI, TODAY)
    grant_approval(actor=SUPERVISOR, request_id=annul(), note="", now=NOW + timedelta(hours=1))
    assert MarriageEntry.objects.filter(valid_until=None).known_at(None).get().husband_number == AGUS
    assert today_of(PersonEntry, number=ROBI) is not None


def test_an_annulment_needs_a_second_person_who_is_not_the_one_it_is_about() -> None:
    certify()
    tell()
    request = annul()
    with pytest.raises(CannotDecideApproval):
        grant_approval(actor=replace(SUPERVISOR, person_number=ROBI), request_id=request, note="", now=NOW)
    assert DeathEntry.objects.known_at(None).exists()
    with pytest.raises(CannotProposeCorrection):
        annul()


def test_the_estate_is_asked_for_after_the_death_is_registered_and_not_before() -> None:
    make_account(ROBI)
    certify()
    tell(DEWI)
    request = request_bundle(
        actor=resident(DEWI),
        code="inheritance",
        subject=ROBI,
        answers={},
        language="en",
        idempotency_key="estate",
        now=clock.now(),
    )
    states = dict(request.items.values_list("code", "status"))
    assert states["accounts"] == "granted"
    assert set(states.values()) <= {"granted", "ended"}


@pytest.mark.django_db(transaction=True)
def test_two_relatives_who_tell_at_the_same_moment_register_one_death() -> None:
    certify()

    def call(person: str) -> Case:
        with clock.frozen(NOW):
            return tell(person)

    at_once(lambda: call(SITI), lambda: call(DEWI))
    with clock.frozen(NOW + timedelta(minutes=5)):
        finish_waiting_cases(actor=system_actor("test"), now=clock.now())
    assert DeathEntry.objects.known_at(None).count() == 1
    statuses = Case.objects.filter(service_code=SERVICE).order_by("status").values_list("status", flat=True)
    assert list(statuses) == [CaseStatus.FULFILLED, CaseStatus.REFUSED]
