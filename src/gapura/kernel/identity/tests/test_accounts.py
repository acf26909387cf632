"""Accounts, proofs and posts."""

from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.actions import (
    accept_code,
    appoint_official,
    create_account,
    create_post,
    forget_old_traces,
    prove_identity,
)
from gapura.kernel.identity.models import Account, IdentityProof, UsedCode
from gapura.kernel.identity.queries import find_account_of, find_person_of, get_post, list_posts
from gapura.kernel.identity.testing import HOUSE, NUMBER, PASSWORD, REGISTRAR, make_official, make_resident
from gapura.kernel.identity.types import (
    CannotAppointOfficial,
    CannotCreateAccount,
    CannotProveIdentity,
    UnknownPost,
)

pytestmark = pytest.mark.django_db
OTHER = "3171010101900003"


def create(login: str = "citra", password: str = PASSWORD) -> Account:
    return create_account(actor=HOUSE, login=login, password=password, email="", language="id", now=clock.now())


def prove(account: Account, number: str) -> None:
    prove_identity(
        actor=HOUSE,
        account_id=account.pk,
        person_number=number,
        level=AssuranceLevel.LOW,
        method="test",
        now=clock.now(),
    )


def test_a_name_is_kept_in_lower_case_and_given_once() -> None:
    assert create("Citra").login == "citra"
    with pytest.raises(CannotCreateAccount, match="taken"):
        create("CITRA")


@pytest.mark.parametrize("login", ["ab", NUMBER, "1citra", "ci tra", "citra@home", "çitra", "x" * 65, ""])
def test_a_name_that_could_be_mistaken_is_refused(login: str) -> None:
    with pytest.raises(CannotCreateAccount):
        create(login)


@pytest.mark.parametrize("password", ["", "fourteen chars", "1qaz2wsx3edc4rfv"])
def test_a_short_or_common_password_is_refused(password: str) -> None:
    with pytest.raises(CannotCreateAccount):
        create(password=password)
    assert not Account.objects.exists()


def test_the_password_is_stored_as_argon2() -> None:
    assert create().password.startswith("argon2$argon2id$")


def test_a_proof_makes_the_account_findable_by_its_person() -> None:
    account = make_resident(email="citra@example.org")
    found = find_account_of(NUMBER)
    assert found is not None
    assert (found.account_id, found.email, found.language) == (account.pk, "citra@example.org", "en")
    assert find_person_of(account.pk) == NUMBER
    assert find_account_of(OTHER) is None


def test_one_account_one_person() -> None:
    account = make_resident()
    other = create("budi")
    for wrong, number in ((account, OTHER), (other, NUMBER), (other, "12")):
        with pytest.raises(CannotProveIdentity):
            prove(wrong, number)
    prove(other, OTHER)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityProof.objects.create(
            account=other, person_number="3171010101900004", level=1, method="", proven_at=clock.now()
        )


def test_only_a_proven_person_is_appointed() -> None:
    make_official()
    unproven = create("budi")
    with pytest.raises(CannotAppointOfficial):
        appoint_official(
            actor=HOUSE,
            account_id=unproven.pk,
            post_code=REGISTRAR,
            valid_from=date(2026, 1, 1),
            valid_until=None,
        )


def test_posts_are_listed_by_agency_and_office() -> None:
    for office in ("31.71", "31.72"):
        for name in ("registrar", "supervisor"):
            create_post(
                actor=HOUSE,
                code=f"dukcapil/{office}/{name}",
                agency_code="dukcapil",
                office_code=office,
                title={"id": name},
                roles=[f"civil.{name}"],
            )
    assert len(list_posts(agency_code="dukcapil")) == 4
    here = list_posts(agency_code="dukcapil", office_code="31.71")
    assert [post.code for post in here] == [REGISTRAR, "dukcapil/31.71/supervisor"]
    assert get_post(REGISTRAR) == here[0]
    assert get_post(REGISTRAR).roles == {"civil.registrar"}
    with pytest.raises(UnknownPost):
        get_post("dukcapil/99.99/registrar")


def test_old_traces_are_forgotten_and_live_sessions_are_not(client: Client) -> None:
    now = clock.now()
    account = make_resident()
    client.post("/sign-in/", {"login": "citra", "password": PASSWORD})
    UserSession.objects.create(user=account, ip="203.0.113.7", session_key="ended", user_agent="")
    assert accept_code(account=account, code="123456", now=now)
    forget_old_traces(now=now + timedelta(minutes=5))
    assert [session.session_key for session in UserSession.objects.all()] == [client.session.session_key]
    assert UsedCode.objects.count() == 1
    forget_old_traces(now=now + timedelta(days=366))
    assert UsedCode.objects.count() == 0
