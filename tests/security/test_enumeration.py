"""What does not exist, what is not yours and what is wrong look alike, in words and in time."""

import re
import statistics
import time
from collections.abc import Callable
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gapura.foundation.codes import new_code
from gapura.kernel.identity.testing import PASSWORD, make_resident

pytestmark = pytest.mark.django_db
ROUNDS = 20
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
# A guesser's chance to tell two answers apart by their time alone; 0.5 is none, 1 is certainty.
TELLING = 0.85


def chance_to_tell(first: Callable[[], object], second: Callable[[], object]) -> float:
    """How surely the time of one answer says which it was; asked in turns, so that the machine's moods fall on both.

    What a difference tells it tells every time: of three takes the smallest counts, a mood of the machine is none.
    """
    first(), second()
    return min(_take(first, second) for _ in range(3))


def _take(first: Callable[[], object], second: Callable[[], object]) -> float:
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * ROUNDS):
        is_first, started = number % 2 == 0, time.perf_counter()
        (first if is_first else second)()
        times[is_first].append(time.perf_counter() - started)
    wins = statistics.fmean((a > b) + (a == b) / 2 for a in times[True] for b in times[False])
    return max(wins, 1 - wins)


def without_secrets(client: Client, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Status and page, without what is different each time and what was typed."""
    answer = client.post(path, form) if form else client.get(path)
    page = _TOKEN.sub(b"", answer.content)
    for typed in (*(form or {}).values(), path, escape(path)):
        page = page.replace(typed.encode(), b"*")
    return answer.status_code, page


@pytest.fixture
def resident() -> Client:
    make_resident("siti", person_number="3171014501900001")
    client = Client()
    assert client.post("/sign-in/", {"login": "siti", "password": PASSWORD}).status_code == 302
    return client


def test_a_wrong_password_and_an_unknown_name_look_alike(resident: Client) -> None:
    known, unknown = ({"login": name, "password": "wrong" * 4} for name in ("siti", "nobody"))
    assert without_secrets(Client(), "/sign-in/", known) == without_secrets(Client(), "/sign-in/", unknown)


def test_a_name_costs_the_same_statements_whether_it_exists_or_not(resident: Client) -> None:
    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            Client().post("/sign-in/", {"login": name, "password": "wrong" * 4})
        return len(asked)

    assert count("siti") == count("nobody") > 0


@pytest.mark.slow
def test_time_does_not_tell_whether_a_name_exists(resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gapura.kernel.identity.actions.sign_in._NETWORK_FAILURES", 10_000)
    monkeypatch.setattr("gapura.kernel.identity.actions.sign_in._STRANGER_FAILURES", 10_000)

    def asking(name: str) -> Callable[[], object]:
        return lambda: Client().post("/sign-in/", {"login": name, "password": "wrong" * 4})

    assert chance_to_tell(asking("siti"), asking("nobody")) < TELLING


@pytest.mark.slow
def test_a_name_that_is_answered_sooner_is_noticed() -> None:
    assert chance_to_tell(lambda: None, lambda: time.sleep(0.01)) > TELLING


def test_codes_of_documents_that_do_not_exist_look_alike_and_tell_nothing(resident: Client) -> None:
    pages = {without_secrets(Client(), f"/verify/{new_code()}/") for _ in range(5)}
    assert len({status for status, _ in pages}) == 1


def test_numbers_of_cases_that_are_absent_or_malformed_look_alike(resident: Client) -> None:
    paths = ("/cases/2026-000000001/", "/cases/ABSENT/", "/cases/0/", f"/cases/{'9' * 300}/")
    answers = {without_secrets(resident, path) for path in paths}
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
