"""Identity cards and passports from the form to the hand, and what is reported lost; only the factory is played."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import answer_consent, approve_case, finish_waiting_cases, submit_application
from gapura.kernel.cases.queries import get_results
from gapura.kernel.cases.testing import Case, official, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import charging, stand_all_agreements
from gapura.kernel.catalogue.types import InvalidAnswers
from gapura.kernel.exchange.actions import ask_question
from gapura.kernel.exchange.queries import list_accesses_for_case
from gapura.kernel.exchange.types import EvidenceRequest
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.queries import find_bill_of_case, list_payments_of
from gapura.kernel.payments.testing import Fault, ServedBank, demo_bank, pay_for_case
from gapura.kernel.payments.types import CannotPay
from gapura.kernel.photos.actions import accept_photo
from gapura.kernel.photos.testing import a_photo_of
from gapura.kernel.photos.types import PhotoRefused
from gapura.kernel.production.actions import hand_over, take_fingerprints
from gapura.kernel.production.testing import CardOrder, CardPiece, ServedFactory, demo_factory
from gapura.sectors.civil.models import IdentityCardEntry
from gapura.sectors.civil.testing import make_birth, make_family, make_person, make_residence
from gapura.sectors.immigration.models import PassportEntry
from gapura.sectors.immigration.testing import PASSPORT, make_passport
from gapura.sectors.justice.testing import make_travel_ban, make_warrant

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ANI, BUDI, CHILD = "3171014205900001", "3171010105880002", "3171010203180001"
HOUSE_ACTOR = system_actor("test")
CARD, PASS, CHILDS = "civil.identity-card", "immigration.passport", "immigration.passport-child"
CLERK = official("immigration.officer", agency="imigrasi", office="")
REGISTRAR = official("civil.registrar")


@pytest.fixture
def town(db: None) -> Iterator[None]:
    """Ani and Budi live in Jakarta with their child. Nothing costs a fee unless a test says so."""
    stand_all_agreements()
    make_person(ANI)
    make_person(BUDI, "Budi Santoso", sex="male", birth_on=date(1988, 5, 1))
    make_person(CHILD, "Dodi Santoso", birth_on=date(2018, 3, 2), father_number=BUDI, mother_number=ANI)
    make_family("3171010101150001", {BUDI: "head", ANI: "wife", CHILD: "child"})
    make_birth(CHILD, date(2018, 3, 2))
    for person in (ANI, BUDI, CHILD):
        make_residence(person, valid_from=date(2018, 3, 2))
    with charging(PASS, 0), charging(CHILDS, 0), clock.frozen(NOW):
        yield


@pytest.fixture
def factory(tmp_path: Path) -> Iterator[ServedFactory]:
    with demo_factory(tmp_path) as served:
        yield served


def photo(subject: str, picture: str = "", by: str = "") -> str:
    actor = resident(by or subject)
    return accept_photo(actor=actor, subject=subject, content=a_photo_of(picture or subject), now=clock.now()).code


def ask(service: str, person: str = ANI, *, applicant: str = "", key: str = "", **answers: str) -> Case:
    """Send the form; the photo is taken for it unless one is given."""
    by = applicant or person
    given = {} if service.endswith("-loss") else {"photo": photo(person, by=by), "delivery": "post"}
    return submit_application(
        actor=resident(by, AssuranceLevel.LOW if service.endswith("-loss") else AssuranceLevel.SUBSTANTIAL),
        service_code=service,
        subject=person,
        relation="self" if by == person else "child",
        answers=given | answers,
        language="id",
        idempotency_key=key or new_code(23),
        now=clock.now(),
    )


def has_valid_passport(person: str = ANI, now: datetime = NOW) -> bool | None:
    request = EvidenceRequest(
        consumer="imigrasi",
        evidence_type="immigration.passport",
        subject=person,
        question="has-valid-passport",
        legal_ground="Permenkumham 18/2022",
        purpose={"id": "Uji", "en": "Test", "ko": "시험"},
        case_number="TEST",
        as_of=clock.local_day(now, "Asia/Jakarta"),
    )
    return ask_question(actor=HOUSE_ACTOR, request=request, now=now).holds


def order_of(case: Case) -> CardOrder:
    return CardOrder.objects.get(case_number=case.number)


def test_a_first_passport_takes_a_form_a_photo_and_fingerprints(town: None, factory: ServedFactory) -> None:
    case = ask(PASS)
    assert case.status == CaseStatus.FULFILLED
    order = order_of(case)
    assert get_results(case.number) == {"order": order.number}
    assert order.status == "fingerprints"
    factory.wait(5)
    assert factory.factory.list_made() == []
    take_fingerprints(actor=CLERK, number=order.number, now=factory.now)
    factory.wait(10)
    order.refresh_from_db()
    assert order.status == "delivered"
    assert has_valid_passport(now=factory.now)
    piece = CardPiece.objects.get(order=order)
    assert piece.zone[0].startswith("P<IDNANI<WIJAYA<<<")
    assert piece.zone[1].startswith(piece.document_number)
    asked = {one.question for one in list_accesses_for_case(order.case_number, now=factory.now)}
    assert asked >= {"is-citizen", "has-travel-bar"}


def test_a_second_passport_needs_no_fingerprints_and_ends_the_first(town: None, factory: ServedFactory) -> None:
    make_passport(ANI, expires_on=date(2026, 9, 1))
    case = ask(PASS)
    assert order_of(case).status == "ordered"
    old = PassportEntry.objects.get(passport_number=PASSPORT, superseded_at__isnull=True, valid_until__isnull=True)
    assert old.passport_status == "replaced"
    factory.wait(10)
    assert has_valid_passport(now=factory.now)


def test_an_identity_card_is_collected_at_the_counter(town: None, factory: ServedFactory) -> None:
    case = ask(CARD, delivery="pick-up")
    order = order_of(case)
    take_fingerprints(actor=REGISTRAR, number=order.number, now=factory.now)
    factory.wait(10)
    hand_over(actor=REGISTRAR, number=order.number, now=factory.now)
    card = IdentityCardEntry.objects.get(superseded_at__isnull=True, valid_until__isnull=True)
    assert (card.card_status, card.expires_on, card.number) == ("valid", None, ANI)
    assert len(CardPiece.objects.get(order=order).zone) == 3


def test_the_counter_sees_the_photo_of_the_application_and_others_do_not(town: None) -> None:
    order = order_of(ask(CARD, delivery="pick-up"))
    for office, status in (("31.71", 200), ("32.73", 404)):
        client = Client()
        number = f"31710101018000{office[-2:]}"
        account = make_official(f"clerk-{office[:2]}", person_number=number, post_code=f"dukcapil/{office}/registrar")
        sign_in(client, account, post_code=f"dukcapil/{office}/registrar")
        answer = client.get(f"/desk/cards/{order.number}/photo.jpg")
        assert (answer.status_code, answer.content[:2] == b"\xff\xd8") == (status, status == 200)


def test_while_a_passport_lasts_no_second_one_is_made(town: None) -> None:
    make_passport(ANI)
    assert ask(PASS).status == CaseStatus.REFUSED
    assert not CardOrder.objects.exists()


def test_while_one_is_being_made_no_second_one_is(town: None) -> None:
    assert ask(PASS).status == CaseStatus.FULFILLED
    assert ask(PASS).status == CaseStatus.REFUSED
    assert CardOrder.objects.count() == 1


def test_a_form_sent_twice_is_one_order(town: None) -> None:
    answers = {"photo": photo(ANI)}
    first, second = ask(PASS, key="twice", **answers), ask(PASS, key="twice", **answers)
    assert first.number == second.number
    assert CardOrder.objects.count() == 1


def test_the_photo_of_somebody_else_is_not_taken(town: None) -> None:
    with pytest.raises(InvalidAnswers):
        ask(PASS, photo=photo(BUDI))
    ask(PASS, BUDI)
    with pytest.raises(PhotoRefused):
        photo(ANI, picture=BUDI)


def test_a_bar_is_not_refused_by_a_machine_but_looked_at_by_an_officer(town: None) -> None:
    make_travel_ban(ANI)
    case = ask(PASS)
    assert case.status == CaseStatus.REVIEW
    assert not CardOrder.objects.exists()
    approve_case(actor=CLERK, number=case.number, note="The ban ended this morning.", now=clock.now())
    assert CardOrder.objects.count() == 1


def test_a_warrant_brings_an_identity_card_before_the_registrar(town: None) -> None:
    make_warrant(ANI)
    assert ask(CARD).status == CaseStatus.REVIEW


def test_a_child_gets_a_passport_when_both_parents_agree(town: None) -> None:
    case = ask(CHILDS, CHILD, applicant=ANI)
    assert case.status == CaseStatus.CONSENT
    assert not CardOrder.objects.exists()
    answer_consent(actor=resident(BUDI), number=case.number, agreed=True, now=clock.now())
    order = order_of(case)
    assert (order.holder, order.applicant, order.status) == (CHILD, ANI, "ordered")
    assert order.expires_on == date(2031, 5, 4)


def test_a_parent_who_says_no_ends_it(town: None) -> None:
    case = ask(CHILDS, CHILD, applicant=ANI)
    answer_consent(actor=resident(BUDI), number=case.number, agreed=False, now=clock.now())
    case.refresh_from_db()
    assert case.status == CaseStatus.REFUSED
    assert not CardOrder.objects.exists()


def test_a_loss_stops_the_passport_in_the_same_second(town: None) -> None:
    make_passport(ANI)
    assert has_valid_passport()
    case = ask(f"{PASS}-loss")
    assert case.status == CaseStatus.FULFILLED
    assert get_results(case.number) == {"document": PASSPORT}
    assert not has_valid_passport()
    assert has_valid_passport(now=NOW - timedelta(days=1))
    assert ask(f"{PASS}-loss").status == CaseStatus.REFUSED
    assert ask(PASS).status == CaseStatus.FULFILLED
    assert PassportEntry.objects.get(passport_number=PASSPORT, valid_until__isnull=True, superseded_at__isnull=True)


def test_a_passport_lost_on_the_day_it_came_is_stopped_too(town: None, factory: ServedFactory) -> None:
    make_passport(ANI, expires_on=date(2026, 9, 1))
    ask(PASS)
    factory.wait(10)
    assert has_valid_passport(now=factory.now)
    with clock.frozen(factory.now):
        assert ask(f"{PASS}-loss").status == CaseStatus.FULFILLED
    assert not has_valid_passport(now=factory.now)


def test_a_loss_while_the_new_one_is_printed_leaves_the_new_one_alone(town: None, factory: ServedFactory) -> None:
    make_passport(ANI, expires_on=date(2026, 9, 1))
    case = ask(PASS)
    factory.wait(1)
    assert ask(f"{PASS}-loss").status == CaseStatus.REFUSED
    factory.wait(10)
    assert order_of(case).status == "delivered"


def test_a_passport_missed_in_the_post_is_made_again(town: None, factory: ServedFactory) -> None:
    make_passport(ANI, expires_on=date(2026, 9, 1))
    order = order_of(ask(PASS))
    while order.status != "shipped":
        factory.wait()
        order.refresh_from_db()
    with clock.frozen(factory.now):
        assert ask(f"{PASS}-loss").status == CaseStatus.FULFILLED
    factory.wait(20)
    waste, good = CardPiece.objects.order_by("pk")
    assert (waste.status, good.status) == ("scrapped", "handed-over")
    valid = PassportEntry.objects.filter(passport_status="valid", superseded_at__isnull=True, valid_until__isnull=True)
    assert [one.passport_number for one in valid] == [good.document_number]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[ServedBank]:
    with demo_bank(tmp_path) as served:
        yield served


def test_a_payment_that_times_out_after_success_brings_one_passport(town: None, bank: ServedBank) -> None:
    with charging(PASS, 650_000):
        case = ask(PASS)
        assert case.status == CaseStatus.PAYMENT
        bill = find_bill_of_case(case.number)
        assert bill is not None
        assert bill.amount == 650_000
        bank.bank.add_fault(Fault.LOST_ANSWER, 1)
        with pytest.raises(CannotPay):
            pay_for_case(bank, case.number, resident(ANI))
        pay_for_case(bank, case.number, resident(ANI))
        for _ in range(2):
            deliver_pending()
            finish_waiting_cases(actor=HOUSE_ACTOR, now=clock.now())
    assert len(list_payments_of(bill)) == 1
    assert order_of(case).status == "fingerprints"


def test_a_bar_that_appears_between_payment_and_approval_is_seen(town: None, bank: ServedBank) -> None:
    with charging(PASS, 650_000):
        case = ask(PASS)
        make_travel_ban(ANI)
        pay_for_case(bank, case.number, resident(ANI))
        deliver_pending()
        finish_waiting_cases(actor=HOUSE_ACTOR, now=clock.now())
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW
    assert not CardOrder.objects.exists()
