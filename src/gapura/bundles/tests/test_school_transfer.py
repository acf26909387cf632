"""Moving in with children at school: offered for each, prefilled, placed by the education office of the new home."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from gapura.bundles.actions import request_bundle
from gapura.bundles.models import BundleRequest
from gapura.bundles.tests.conftest import BUDI, NOW, SITI, resident, states
from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import approve_case, refuse_case, submit_application
from gapura.kernel.cases.queries import Case
from gapura.kernel.cases.testing import official
from gapura.kernel.cases.types import CannotSubmitApplication, CaseNotFound
from gapura.kernel.exchange.plugin import find_provider
from gapura.kernel.exchange.types import ProviderUnavailable
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.registers.testing import store_entry
from gapura.kernel.worklist.queries import list_open_work
from gapura.sectors.civil.testing import FamilyMembership, make_person, make_residence
from gapura.sectors.education.testing import EnrollmentEntry, make_enrollment, make_school

RATNA, JOKO, BABY, OTHERS = "3171015503160001", "3171010203140002", "3171010201240003", "3171010101150009"
OLD, NEW_SCHOOL, SECOND, LOWER = "20100001", "20200001", "20200002", "20200003"
NEW = {"new_street": "Jl. Setiabudi 9", "new_area": "003/005", "new_place": "Sarijadi, Sukasari, Bandung"}
FORM = "/together/moving-in/"
CARD = "3171010101150001"
IN_BANDUNG = official("education.placement", agency="kemendikdasmen", office="32.73", person_number="3273010101750001")
IN_JAKARTA = official("education.placement", agency="kemendikdasmen", office="31.71", person_number="3171010101750002")
NATIONAL = official("education.placement", agency="kemendikdasmen", office="", person_number="3171010101750003")
WORDS = {"id": "Tidak.", "en": "No.", "ko": "아니요."}


def child(number: str, name: str, *, born_on: date, parents: bool = True) -> None:
    facts = {"father_number": BUDI, "mother_number": SITI} if parents else {}
    make_person(number, name, birth_on=born_on, **facts)
    make_residence(number)


@pytest.fixture(autouse=True)
def family(town: None) -> None:
    """Ratna and Joko are at a primary school in Jakarta; the baby is at none. Two primary schools are in Bandung."""
    for place, (number, name, born_on) in enumerate(
        [(RATNA, "Ratna", date(2016, 3, 15)), (JOKO, "Joko", date(2014, 3, 2)), (BABY, "Bayu", date(2024, 1, 2))]
    ):
        child(number, name, born_on=born_on)
        card = {"family_number": CARD, "relation_to_head": "child", "position": place + 2}
        store_entry(FamilyMembership, number=number, valid_from=date(2024, 1, 2), **card)
    child(OTHERS, "Tono", born_on=date(2015, 1, 1), parents=False)
    make_school(OLD, school_name="SD Gambir 1", school_place="Jakarta Pusat")
    make_school(NEW_SCHOOL, school_name="SD Sukasari 1", places=1)
    make_school(SECOND, school_name="SD Sukasari 2", places=2)
    make_school(LOWER, "lower_secondary", school_name="SMP 1 Sukasari")
    for number, nisn in ((RATNA, "0161234567"), (JOKO, "0141234567"), (OTHERS, "0151234567")):
        make_enrollment(number, OLD, nisn=nisn, expected_on=date(2028, 6, 15))


def move(*children: str, key: str = "form-1", **wishes: str) -> BundleRequest:
    answers = {"move": {"who": "everybody", **NEW}}
    answers |= {f"school-{number}": {"wish": wishes.get(f"wish_{number}", "")} for number in children}
    return request_bundle(
        actor=resident(BUDI),
        code="moving-in",
        subject=BUDI,
        answers=answers,
        left_out=["electricity"],
        people={"school": children},
        language="en",
        idempotency_key=key,
        now=clock.now(),
    )


def case_of(person: str) -> Case:
    return Case.objects.get(service_code="education.transfer", subject=person)


def schools_of(person: str) -> list[tuple[str, date | None, str]]:
    history = EnrollmentEntry.objects.filter(number=person).known_at(None).order_by("valid_from")
    return list(history.values_list("npsn", "valid_until", "school_exit"))


def approve(person: str, actor: Actor = IN_BANDUNG) -> Case:
    return approve_case(actor=actor, number=case_of(person).number, note="", now=clock.now())


def test_a_child_who_moved_too_leaves_the_old_school_and_enters_the_new_one_when_the_new_office_says_so() -> None:
    request = move(RATNA, **{f"wish_{RATNA}": "sd sukasari 1"})
    assert states(request) == {
        "move": "granted",
        "residence": "granted",
        "family-card": "granted",
        "school-1": "started",
    }
    case = case_of(RATNA)
    assert (case.status, case.agency_code, case.office_code) == ("review", "kemendikdasmen", "32.73")
    assert schools_of(RATNA) == [(OLD, None, "")]
    with pytest.raises(CaseNotFound):
        approve(RATNA, IN_JAKARTA)
    approve(RATNA)
    deliver_pending()
    assert states(request)["school-1"] == "granted"
    assert schools_of(RATNA) == [(OLD, NOW.date(), "transferred"), (NEW_SCHOOL, None, "")]
    before = EnrollmentEntry.objects.filter(number=RATNA).known_at(NOW - timedelta(days=1))
    assert before.get().npsn == OLD, "what was believed yesterday stays readable"
    assert case_of(RATNA).results == {"school": "SD Sukasari 1", "npsn": NEW_SCHOOL, "since": "2026-05-04"}
    assert EnrollmentEntry.objects.known_at(None).get(number=RATNA, npsn=NEW_SCHOOL).expected_on == date(2028, 6, 15)
    assert schools_of(JOKO) == [(OLD, None, "")]


def test_without_a_wish_the_school_with_most_room_where_they_live_takes_the_child() -> None:
    move(RATNA, JOKO)
    approve(JOKO)
    approve(RATNA)
    assert [schools_of(one)[-1][0] for one in (JOKO, RATNA)] == [SECOND, NEW_SCHOOL]


def test_each_child_is_an_item_of_its_own_and_one_refused_does_not_hold_up_the_other() -> None:
    request = move(RATNA, JOKO)
    refuse_case(actor=IN_BANDUNG, number=case_of(RATNA).number, reason=WORDS, remedy=WORDS, now=NOW)
    approve(JOKO)
    deliver_pending()
    assert (states(request)["school-1"], states(request)["school-2"]) == ("ended", "granted")
    assert [item.person for item in request.items.filter(code__startswith="school").order_by("position")] == [
        RATNA,
        JOKO,
    ]
    assert schools_of(RATNA) == [(OLD, None, "")]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("SD Antah Berantah", "has this name or number"),
        (LOWER, "has this name or number"),
        (OLD, "has this name or number"),
        ("SD Sukasari 3", "no place left"),
    ],
    ids=["no such school", "another level", "in another city", "full"],
)
def test_what_cannot_be_is_refused_in_words_before_anybody_decides(wish: str, said: str) -> None:
    make_school("20200009", school_name="SD Sukasari 3", places=0)
    request = move(RATNA, **{f"wish_{RATNA}": wish})
    assert said in case_of(RATNA).decision_reason["en"]
    deliver_pending()
    assert states(request)["school-1"] == "ended"
    assert states(request)["family-card"] == "granted"
    assert schools_of(RATNA) == [(OLD, None, "")]


def test_the_last_place_goes_to_one_child_and_the_other_is_told() -> None:
    move(RATNA, JOKO, **{f"wish_{one}": NEW_SCHOOL for one in (RATNA, JOKO)})
    approve(RATNA)
    approve(JOKO)
    assert "no place left" in case_of(JOKO).decision_reason["en"]
    assert (schools_of(RATNA)[-1][0], schools_of(JOKO)) == (NEW_SCHOOL, [(OLD, None, "")])


def test_told_twice_it_is_one_request_and_one_transfer() -> None:
    again = move(RATNA).number == move(RATNA).number
    assert again
    assert Case.objects.filter(service_code="education.transfer").count() == 1
    approve(RATNA)
    assert "at this school already" in ask_for(RATNA, SECOND).decision_reason["en"]
    with clock.frozen(NOW + timedelta(hours=1)):
        other = ask_for(RATNA, NEW_SCHOOL)
        approve_case(actor=IN_BANDUNG, number=other.number, note="", now=clock.now())
    other.refresh_from_db()
    assert "changed today already" in other.decision_reason["en"]
    assert len(schools_of(RATNA)) == 2


def test_a_child_at_no_school_of_another_household_or_in_the_last_semester_is_not_transferred() -> None:
    request = move(BABY, OTHERS, RATNA)
    assert states(request)["school-1"] == "ended"
    assert "do not record this person as a student" in case_of(BABY).decision_reason["en"]
    stopped = request.items.get(code="school-2")
    assert (stopped.status, stopped.case_number) == ("not-entitled", "")
    assert states(request)["school-3"] == "started", "the control: one who may"
    with pytest.raises(CannotSubmitApplication):
        ask_for(OTHERS)
    EnrollmentEntry.objects.filter(number=JOKO).update(expected_on=date(2026, 6, 15))
    assert "second semester of the last class" in ask_for(JOKO).decision_reason["en"]


def ask_for(person: str, wish: str = "") -> Case:
    return submit_application(
        actor=resident(BUDI),
        service_code="education.transfer",
        subject=person,
        relation="child",
        answers={"wish": wish},
        language="en",
        idempotency_key=f"{person}{wish}",
        now=clock.now(),
    )


def test_who_lives_where_the_school_is_and_names_no_other_stays_there() -> None:
    assert "can stay at the school" in ask_for(RATNA).decision_remedy["en"]
    make_school("20100009", school_name="SD Gambir 2", school_place="Jakarta Pusat")
    assert schools_of(RATNA) == [(OLD, None, "")]


def test_whoever_places_pupils_is_told_and_tells_the_old_school(client: Client) -> None:
    move(RATNA)
    assert list_open_work(NATIONAL).lines == ()
    approve(RATNA)
    (item,) = list_open_work(NATIONAL).lines
    assert item.kind == "education.departure"
    left = EnrollmentEntry.objects.known_at(None).get(number=RATNA, school_exit="transferred")
    assert item.path == f"/desk/education/departures/{left.pk}/"


@pytest.fixture
def browser(client: Client) -> Client:
    """Budi's browser, in English."""
    sign_in(client, make_resident("budi", person_number=BUDI), second_factor=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_form_shows_who_is_at_school_and_where_and_asks_for_nobody_else(browser: Client) -> None:
    page = browser.get(FORM).content.decode()
    assert "Transfer to another school · Ratna (SD Gambir 1)" in page
    assert "Transfer to another school · Joko (SD Gambir 1)" in page
    assert "Bayu" not in page
    assert "Tono" not in page
    assert f'value="school-{RATNA}" checked' not in page
    assert re.search(r'value="electricity"[^>]*checked', page), "the control"
    assert "Ratna · Which school do you wish?" in page
    key = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert key
    sent = {
        "idempotency_key": key.group(1),
        "subject": BUDI,
        "move.who": "everybody",
        "consent": "on",
        f"school-{RATNA}.wish": "SD Sukasari 1",
        f"school-{JOKO}.wish": "",
        "wanted": [f"school-{RATNA}"],
    } | {f"move.{name}": value for name, value in NEW.items()}
    shown = browser.post(FORM, sent, follow=True).content.decode()
    request = BundleRequest.objects.get()
    assert set(states(request)) == {"move", "residence", "family-card", "school-1"}
    assert case_of(RATNA).answers == {"wish": "SD Sukasari 1"}
    assert "Transfer to another school" in shown
    assert "3 of 4 are settled" in shown


def test_a_household_without_a_child_at_school_does_not_see_it(browser: Client) -> None:
    EnrollmentEntry.objects.filter(number__in=[RATNA, JOKO]).delete()
    page = browser.get(FORM).content.decode()
    assert "Transfer to another school" not in page
    assert "One form instead of 4 applications" in page


def test_a_silent_school_register_holds_up_no_move(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is missing from this form" not in browser.get(FORM).content.decode()

    def fail(*_: object, **__: object) -> None:
        raise ProviderUnavailable("planted")

    monkeypatch.setattr(type(find_provider("education.enrollment")), "read", fail)
    page = browser.get(FORM).content.decode()
    assert "is missing from this form" in page
    assert "Street and number of the new home" in page
