"""The counter: two officials and a person in front of them open an account, or give one back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.db import IntegrityError, transaction
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity import plugin
from gapura.kernel.identity.actions import disable_account, enter_visit, stop_account
from gapura.kernel.identity.models import Account, CounterVisit, IdentityProof
from gapura.kernel.identity.plugin import PersonRegister
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import (
    HOUSE,
    NUMBER,
    PASSWORD,
    current_code,
    make_official,
    make_resident,
    sign_in,
)
from gapura.kernel.identity.tests.software_key import SoftwareKey, answer, question, sign_in_with
from gapura.kernel.identity.types import AccessDenied, CannotOpenAtCounter

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 3, tzinfo=UTC)
FIRST, SECOND = "dukcapil/31.71/clerk", "dukcapil/31.71/head"
PERSONS = {FIRST: "3171010101800001", SECOND: "3171010101800002"}
NEW = "3171010101900003"
NAME = "Nina Kartika"
SHOWN = re.compile(r"\b\d{4}-\d{4}-\d{4}\b")
PASSPHRASE = "a gate stands open for all"


class Register(PersonRegister):
    """Knows one name of everybody."""

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, str]] = []

    def find_objection(self, *, actor: Actor, person_number: str, full_name: str, now: datetime) -> str:
        self.asked.append((actor.post_code, person_number))
        return "" if full_name == NAME else "The register knows nobody like this."


@pytest.fixture(autouse=True)
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    register = Register()
    monkeypatch.setattr(plugin, "_registers", [register])
    return register


@pytest.fixture(autouse=True)
def morning() -> Any:
    with clock.frozen(START):
        yield


def official(post_code: str, *, person_number: str = "", roles: Any = ("identity.counter",)) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    login = post_code.replace("/", "-").replace(".", "").replace("dukcapil", "d")
    account = make_official(login, person_number=person_number or PERSONS[post_code], post_code=post_code, roles=roles)
    sign_in(browser, account, post_code=post_code)
    return browser


@pytest.fixture
def first() -> Client:
    return official(FIRST)


@pytest.fixture
def second() -> Client:
    return official(SECOND)


def enter(browser: Client, number: str = NEW, *, name: str = NAME) -> Any:
    form = {"person_number": number, "full_name": name, "document": "passport", "reason": "Lost telephone."}
    return browser.post("/desk/accounts/", form)


def decide(browser: Client, visit: CounterVisit | None = None, decision: str = "confirm") -> str:
    """The code on the page that follows, or nothing."""
    pk = (visit or CounterVisit.objects.latest("pk")).pk
    page = browser.post(f"/desk/accounts/{pk}/", {"decision": decision})
    found = re.search(r'<strong class="code">([^<]+)<', page.content.decode())
    return found.group(1) if found else ""


def use(code: str, number: str = NEW, *, address: str = "127.0.0.1") -> Client:
    person = Client(headers={"Accept-Language": "en"}, REMOTE_ADDR=address)
    person.post("/activate/", {"person_number": number, "code": code})
    return person


def may_choose(person: Client) -> bool:
    return person.get("/activate/credentials/").status_code == 200


def choose_passkey(person: Client, **more: str) -> SoftwareKey:
    key = SoftwareKey()
    page = "/activate/credentials/"
    answer(person, page, key.create(question(person, page)), name="My telephone", **more)
    return key


def choose_password(person: Client, **more: str) -> Any:
    person.get("/activate/credentials/?way=password")
    secret = person.session[SECRET_SESSION_KEY]
    form = {"password1": PASSPHRASE, "password2": PASSPHRASE, "code": current_code(secret=secret)}
    return person.post("/activate/credentials/?way=password", form | more)


def test_a_person_without_an_account_gets_one_with_a_passkey(first: Client, second: Client) -> None:
    enter(first)
    code = decide(second)
    person = use(code.lower().replace("-", " "))
    key = choose_passkey(person, login="Nina")
    sign_in_with(person, key)
    assert person.get("/test/resident/").content.decode() == NEW
    assert person.get("/test/very-sure/").content == b"very sure"
    proof = IdentityProof.objects.get(person_number=NEW)
    assert (proof.level, proof.method) == (3, "in_person")
    actions = [event.action for event in list_events() if event.subject == NEW]
    assert {"identity.counter_visit_entered", "identity.counter_visit_decided", "identity.account_activated"} <= set(
        actions
    )


def test_or_with_a_password_and_a_second_factor_without_scripts(first: Client, second: Client) -> None:
    enter(first)
    person = use(decide(second))
    page = choose_password(person, login="nina").content.decode()
    codes = SHOWN.findall(page)
    assert len(set(codes)) == 10
    assert 'action="/sign-in/"' in page
    assert person.get("/activate/credentials/").headers["Location"] == "/activate/", "they are shown once"
    person.post("/sign-in/", {"login": NEW, "password": PASSPHRASE})
    assert Authenticator.objects.filter(user__login="nina", type="totp").exists()
    assert person.get("/test/resident/").status_code == 302, "the second factor is asked"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"login": "x"}, "begins with a letter"),
        ({"login": "nina", "password1": "short", "password2": "short"}, "too short"),
        ({"login": "nina", "password2": "another one altogether"}, "not the same"),
        ({"login": "nina", "code": "000000"}, "code is wrong"),
        ({"login": ""}, "required"),
    ],
)
def test_what_is_chosen_wrongly_is_said_and_the_code_stays_good(
    first: Client, second: Client, more: dict[str, str], words: str
) -> None:
    enter(first)
    person = use(decide(second))
    assert words in choose_password(person, **more).content.decode()
    assert not Account.objects.filter(login="nina").exists()
    assert "Your account is ready" in choose_password(person, login="nina").content.decode()


def test_who_lost_everything_gets_their_account_back_and_the_old_ways_are_worth_nothing(
    first: Client, second: Client
) -> None:
    account = make_resident(with_authenticator=True)
    thief = Client()
    sign_in(thief, account, second_factor=True)
    enter(first, NUMBER)
    assert thief.get("/test/resident/").status_code == 200, "until it is confirmed nothing changes"
    code = decide(second)
    assert thief.get("/test/resident/").status_code == 302
    assert not Authenticator.objects.filter(user=account).exists()
    person = use(code, NUMBER)
    key = choose_passkey(person)
    sign_in_with(person, key)
    assert person.get("/test/resident/").content.decode() == NUMBER
    assert Account.objects.get(login="citra").pk == account.pk, "their cases, documents and messages are still theirs"
    thief.post("/sign-in/", {"login": "citra", "password": PASSWORD})
    assert thief.get("/sign-in/code/").status_code == 302


def test_a_recovery_code_from_the_activation_lets_its_owner_in_once(first: Client, second: Client) -> None:
    enter(first)
    code = SHOWN.findall(choose_password(use(decide(second)), login="nina").content.decode())[4]
    for expected in (200, 302):
        person = Client()
        person.post("/sign-in/", {"login": "nina", "password": PASSPHRASE})
        person.post("/sign-in/code/", {"code": code})
        assert person.get("/test/resident/").status_code == expected


def test_nobody_is_entered_whom_the_register_does_not_know_by_this_name(first: Client, register: Register) -> None:
    page = enter(first, name="Somebody Else").content.decode()
    assert "The register knows nobody like this." in page
    assert not CounterVisit.objects.exists()
    assert register.asked == [(FIRST, NEW)]
    assert enter(first, name=NAME).status_code == 302
    assert NAME not in str(list_events()), "the name is compared, not kept"


def test_where_no_register_can_be_asked_no_account_is_opened(first: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugin, "_registers", [])
    assert "No register of persons" in enter(first).content.decode()
    assert not CounterVisit.objects.exists()


def test_a_stopped_account_is_opened_again(first: Client, second: Client) -> None:
    account = make_resident()
    stop_account(actor=HOUSE, account_id=account.pk, way="page", now=START)
    enter(first, NUMBER)
    person = use(decide(second), NUMBER)
    account.refresh_from_db()
    assert not account.is_active, "not before new credentials are chosen"
    key = choose_passkey(person)
    sign_in_with(person, key)
    assert person.get("/test/resident/").status_code == 200


def test_what_the_administration_closed_no_counter_opens(first: Client) -> None:
    disable_account(actor=HOUSE, account_id=make_resident().pk)
    assert "closed by the administration" in enter(first, NUMBER).content.decode()


def test_who_entered_it_cannot_confirm_it(first: Client, second: Client) -> None:
    enter(first)
    assert decide(first) == ""
    assert CounterVisit.objects.get().decided_at is None
    assert decide(second) != "", "the control: a colleague can"


def test_the_same_person_in_a_second_post_is_still_the_same_person() -> None:
    """Four eyes are those of persons: the account differs, the person does not."""
    first = official(FIRST)
    enter(first)
    IdentityProof.objects.filter(person_number=PERSONS[FIRST]).update(ended_at=START)
    again = official(SECOND, person_number=PERSONS[FIRST])
    assert decide(again) == ""
    visit = CounterVisit.objects.get()
    assert visit.decided_at is None
    visit.decided_by_id, visit.decided_by_person = visit.entered_by_id, visit.entered_by_person
    visit.decided_at, visit.confirmed = START, True
    with pytest.raises(IntegrityError), transaction.atomic():
        visit.save()  # the planted fault: a check forgotten in Python is one in the database still


def test_nobody_enters_or_confirms_themselves(first: Client, second: Client) -> None:
    assert "Nobody opens their own account" in enter(first, PERSONS[FIRST]).content.decode()
    enter(first, PERSONS[SECOND])
    assert decide(second) == ""
    third = official("dukcapil/31.71/deputy", person_number="3171010101800004")
    assert decide(third) != "", "the control: a third person can"


@pytest.mark.parametrize("post_code", ["dukcapil/31.72/head", "kua/31.71/head"])
def test_another_office_neither_sees_nor_decides(first: Client, post_code: str) -> None:
    enter(first)
    other = official(post_code, person_number="3171010101800005")
    visit = CounterVisit.objects.get()
    assert other.get(f"/desk/accounts/{visit.pk}/").status_code == 404
    assert other.get("/desk/accounts/999/").status_code == 404
    assert decide(other) == ""
    assert str(visit.pk) not in re.findall(r"/desk/accounts/(\d+)/", other.get("/desk/accounts/").content.decode())


def test_without_the_role_there_is_no_counter(first: Client) -> None:
    enter(first)
    registrar = official("dukcapil/31.71/registrar", person_number="3171010101800006", roles=["civil.registrar"])
    assert registrar.get("/desk/accounts/").status_code == 404
    assert decide(registrar) == ""
    assert "/desk/accounts/" not in registrar.get("/desk/").content.decode()
    assert "/desk/accounts/" in first.get("/desk/").content.decode()
    resident = list_capacities(make_resident(), on=START.date())[0].actor
    with pytest.raises(AccessDenied):
        enter_visit(actor=resident, person_number=NEW, full_name=NAME, document="passport", reason="x", now=START)


def test_a_refused_visit_gives_no_code_and_the_person_may_come_again(first: Client, second: Client) -> None:
    enter(first)
    assert "waits for a decision already" in enter(first).content.decode()
    assert decide(second, decision="refuse") == ""
    assert enter(first).status_code == 302


def test_a_visit_is_decided_once(first: Client, second: Client) -> None:
    enter(first)
    assert decide(second)
    assert decide(second) == ""


def test_an_account_made_meanwhile_is_not_overwritten(first: Client, second: Client) -> None:
    enter(first)
    make_resident("nina", person_number=NEW)
    assert decide(second) == ""
    assert CounterVisit.objects.get().decided_at is None


def test_the_code_is_shown_once_and_kept_as_a_digest(first: Client, second: Client) -> None:
    enter(first)
    code = decide(second)
    visit = CounterVisit.objects.get()
    assert code not in second.get(f"/desk/accounts/{visit.pk}/").content.decode()
    assert code.replace("-", "") not in str(CounterVisit.objects.values_list())
    assert code.replace("-", "") not in str([event.detail for event in list_events()])


@pytest.mark.parametrize(("minutes", "good"), [(59, True), (60, False)])
def test_the_code_lives_one_hour(first: Client, second: Client, minutes: int, good: bool) -> None:
    enter(first)
    code = decide(second)
    with clock.frozen(START + timedelta(minutes=minutes)):
        assert may_choose(use(code)) == good


def test_the_hour_counts_at_the_second_step_too(first: Client, second: Client) -> None:
    enter(first)
    person = use(decide(second))
    assert may_choose(person)
    with clock.frozen(START + timedelta(minutes=61)):
        assert not may_choose(person)


@pytest.mark.parametrize(("wrong", "good"), [(4, True), (5, False)])
def test_the_code_has_five_tries(first: Client, second: Client, wrong: int, good: bool) -> None:
    enter(first)
    code = decide(second)
    for turn in range(wrong):
        use("0000-0000-0000", address=f"203.0.{turn}.1")
    assert may_choose(use(code)) == good


def test_the_code_works_once(first: Client, second: Client) -> None:
    enter(first)
    code = decide(second)
    early, late = use(code), use(code)
    assert may_choose(late)
    choose_passkey(early, login="nina")
    assert not may_choose(late)
    assert not may_choose(use(code))


def test_the_code_belongs_to_its_person(first: Client, second: Client) -> None:
    enter(first)
    code = decide(second)
    assert not may_choose(use(code, "3171010101900009"))
    assert may_choose(use(code))


def test_an_unknown_number_and_a_wrong_code_look_the_same(first: Client, second: Client) -> None:
    enter(first)
    decide(second)
    pages = set()
    for number in (NEW, "3171010101900009"):
        page = Client().post("/activate/", {"person_number": number, "code": "0000"}).content.decode()
        pages.add(re.sub(r'value="[^"]*"', "", page))
    assert len(pages) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_second_step_without_the_first_leads_back(first: Client, second: Client, method: str) -> None:
    enter(first)
    decide(second)
    stranger = Client()
    response = getattr(stranger, method)("/activate/credentials/", {"name": "x", "credential": "{}", "login": "nina"})
    assert response.headers["Location"] == "/activate/"
    assert not Account.objects.filter(login="nina").exists()


def test_the_session_gets_a_new_key_with_the_code(first: Client, second: Client) -> None:
    enter(first)
    code = decide(second)
    person = Client()
    person.post("/activate/", {"person_number": NEW, "code": "wrong"})
    session = person.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    person.cookies["session"] = planted
    person.post("/activate/", {"person_number": NEW, "code": code})
    assert person.session.session_key != planted


def test_stopping_the_account_voids_the_code(first: Client, second: Client) -> None:
    account = make_resident()
    enter(first, NUMBER)
    code = decide(second)
    assert stop_account(actor=HOUSE, account_id=account.pk, way="link", now=START)
    assert not may_choose(use(code, NUMBER))


def test_a_malformed_number_is_refused(first: Client) -> None:
    assert "not a person number" in enter(first, "12").content.decode()
    assert "not a person number" in enter(first, "3171019901900003").content.decode()


def test_the_reason_for_a_refusal_is_a_sentence() -> None:
    assert str(CannotOpenAtCounter("Say why.")) == "Say why."
