"""Nobody learns from an answer, or from how long it took, whether somebody has an account."""

import re
import time
from collections.abc import Callable
from statistics import mean, median, pstdev

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.identity.actions import disable_account, stop_account
from gapura.kernel.identity.models import SignInRecord
from gapura.kernel.identity.testing import HOUSE, PASSWORD, make_resident
from gapura.kernel.identity.tests.software_key import SoftwareKey, answer, question

pytestmark = pytest.mark.django_db
KINDS = ("known", "nobody", "stopped", "closed", "keyless")
ROUNDS = 12


@pytest.fixture(autouse=True)
def _accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accounts of every kind, with passwords as dear to check as to make: dearer than all else in a request."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 4)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 8192)
    make_resident("known", person_number=None)
    now = clock.now()
    stop_account(actor=HOUSE, account_id=make_resident("stopped", person_number=None).pk, way="page", now=now)
    disable_account(actor=HOUSE, account_id=make_resident("closed", person_number=None).pk)
    keyless = make_resident("keyless", person_number=None)
    keyless.set_unusable_password()
    keyless.save()


def attempt(login: str, password: str = "wrong") -> str:
    client = Client(headers={"Accept-Language": "en"})
    response = client.post("/sign-in/", {"login": login, "password": password})
    assert response.status_code == 200
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return text.replace(f'value="{login}"', "")


def test_all_answers_are_the_same_page() -> None:
    pages = {attempt(login) for login in KINDS} | {attempt("stopped", PASSWORD), attempt("closed", PASSWORD)}
    assert len(pages) == 1
    assert "is wrong" in pages.pop()


def measure(attempts: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Seconds of each kind, taken in turns so that whatever else the machine does falls on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in attempts}
    for _round in range(ROUNDS):
        for name, run in attempts.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
            SignInRecord.objects.all().delete()  # so that no limit cuts anything short
    return taken


def effect(one: list[float], other: list[float]) -> float:
    """Cohen's d over the quicker three quarters: how far two kinds lie apart, in standard deviations."""
    cut = ROUNDS * 3 // 4
    first, second = sorted(one)[:cut], sorted(other)[:cut]
    spread = ((pstdev(first) ** 2 + pstdev(second) ** 2) / 2) ** 0.5
    return abs(mean(first) - mean(second)) / spread


def test_time_tells_nothing_that_a_planted_fault_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """Generous: a difference counts when it is both many deviations and a tenth of the work."""
    taken = measure({login: lambda login=login: attempt(login) for login in KINDS})  # type: ignore[misc]
    known = taken["known"]
    for login in KINDS[1:]:
        apart = abs(median(taken[login]) - median(known)) / median(known)
        assert effect(taken[login], known) < 5 or apart < 0.25, (login, apart)

    monkeypatch.setattr("gapura.kernel.identity.actions.sign_in.make_password", lambda _password: "")
    taken = measure({login: lambda login=login: attempt(login) for login in ("known", "nobody")})  # type: ignore[misc]
    apart = abs(median(taken["nobody"]) - median(taken["known"])) / median(taken["known"])
    assert effect(taken["nobody"], taken["known"]) > 1, "the planted fault is seen"
    assert apart > 0.1


def test_a_passkey_of_nobody_and_one_of_a_stopped_account_get_the_same_answer() -> None:
    pages = set()
    for handle in ("AAAA", "bm9ib2R5", ""):
        client = Client(headers={"Accept-Language": "en"})
        page = "/sign-in/passkey/"
        refused = answer(client, page, SoftwareKey(handle=handle).get(question(client, page)))
        pages.add(refused.content.decode().split("<h1>")[1].split("data-options")[0])
    assert len(pages) == 1
    assert "not accepted" in pages.pop()


@pytest.mark.parametrize("spoof", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP"])
def test_a_made_up_header_does_not_change_where_an_attempt_comes_from(spoof: str) -> None:
    client = Client(REMOTE_ADDR="203.0.113.7", headers={spoof: "198.51.100.1"})
    client.post("/sign-in/", {"login": "nobody", "password": "wrong"})
    assert SignInRecord.objects.get().network == "203.0.113.0/24"
