"""The pages of statistics and their files: who sees them, and what never stands on them."""

import csv
import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gapura.foundation import clock
from gapura.kernel.cases.tests.conftest import State
from gapura.kernel.cases.tests.years import APPLICANT, NO_DATA, NOON, OTHER_SERVICE, SERVICE, make_case
from gapura.kernel.cases.views import statistics
from gapura.kernel.identity.testing import make_official, make_resident, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("state")]
DESK, PUBLIC = "/desk/statistics/", "/statistics/"
EARLIER = NOON - timedelta(days=3)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    statistics._reckon.cache_clear()


@pytest.fixture
def supervisor(client: Client) -> Client:
    """The browser of a supervisor in Central Jakarta, in English."""
    return _official(client, "dukcapil/31.71/supervisor", "civil.supervisor")


def _official(client: Client, post_code: str, role: str) -> Client:
    number = "3171010101700009"
    account = make_official(role, person_number=number, post_code=post_code, roles=[role])
    sign_in(client, account, post_code=post_code)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def stranger(language: str = "en") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def make_cases(number: int, **how: object) -> None:
    for n in range(number):
        make_case(n + 1, submitted_at=EARLIER, **how)  # type: ignore[arg-type]


def read_csv(browser: Client, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_desk_page_shows_every_figure(supervisor: Client) -> None:
    make_cases(4, stars=5, papers=2)
    make_cases(2, stars=1, words="Too many steps.", reason=NO_DATA)
    page = supervisor.get(DESK).content.decode()
    for words in (
        "2 refused",
        "Half decided within",
        "2 minutes",
        "There are no data.",
        "Too many steps.",
        "6 opinions",
        "66%",
        "104,000",
        "<polyline",
        '<th scope="row">Very good</th><td>4</td>',
    ):
        assert words in page, words


def test_no_cases_are_no_error(supervisor: Client) -> None:
    assert "No cases in this time" in supervisor.get(DESK).content.decode()
    assert "No cases in this time" in stranger().get(PUBLIC).content.decode()
    assert read_csv(supervisor, f"{DESK}statistics.csv") == read_csv(stranger(), f"{PUBLIC}statistics.csv") == []


def test_few_opinions_are_not_told(supervisor: Client) -> None:
    make_cases(4, stars=1, words="Only me.")
    page = supervisor.get(DESK).content.decode()
    assert "Only me." not in page
    assert "at least 5 people" in page
    make_cases(1, stars=1)
    assert "Only me." in supervisor.get(DESK).content.decode()


def test_what_people_write_is_text_whatever_they_write(supervisor: Client) -> None:
    make_cases(5, stars=2, words="<script>alert(1)</script>")
    page = supervisor.get(DESK).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_public_page_has_no_words_no_small_counts_and_no_person(supervisor: Client) -> None:
    make_cases(6, stars=4, words="Quick.", papers=1)
    make_cases(4, service=OTHER_SERVICE, agency="kua")
    public, desk = stranger().get(PUBLIC).content.decode(), supervisor.get(DESK).content.decode()
    assert "Quick." in desk
    for hidden in ("Quick.", APPLICANT, "MADE-"):
        assert hidden not in public
    first, second = read_csv(stranger(), f"{PUBLIC}statistics.csv")
    assert (first["decided_cases"], first["on_time_percent"], first["satisfied_percent"]) == ("6", "100", "100")
    assert first["saved_idr"] == "78000"
    assert (first["median_minutes"], first["p90_minutes"]) == ("3.5", "5.5")
    assert set(second.values()) == {OTHER_SERVICE, second["title"], ""}


def test_the_public_page_is_reckoned_once_a_day_and_shows_days_that_are_over(
    state: State, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_cases(5)
    for _ in range(5):
        make_case(1, service=OTHER_SERVICE, submitted_at=NOON)
    (row,) = read_csv(stranger(), f"{PUBLIC}statistics.csv")
    assert row["service"] == SERVICE
    make_cases(5)
    with django_assert_max_num_queries(2):
        (row,) = read_csv(stranger(), f"{PUBLIC}statistics.csv?service={SERVICE}")
    assert row["decided_cases"] == "5"
    with clock.frozen(NOON + timedelta(days=1)):
        first, second = read_csv(stranger(), f"{PUBLIC}statistics.csv")
    assert (first["decided_cases"], second["decided_cases"]) == ("10", "5")
    assert read_csv(stranger(), f"{PUBLIC}statistics.csv?service={OTHER_SERVICE}") == []


@pytest.mark.parametrize("language", ["id", "ko"])
def test_reasons_stand_in_the_readers_language(supervisor: Client, language: str) -> None:
    make_cases(1, reason=NO_DATA)
    supervisor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert NO_DATA[language] in supervisor.get(DESK).content.decode()


def test_period_and_service_are_chosen_and_nonsense_is_a_month_of_everything(supervisor: Client) -> None:
    make_cases(1)
    make_case(1, submitted_at=NOON - timedelta(days=60), service=OTHER_SERVICE)

    def services(query: str) -> list[str]:
        return [row["service"] for row in read_csv(supervisor, f"{DESK}statistics.csv?{query}")]

    assert len(services("period=30")) == 1
    assert len(services("period=90")) == 2
    assert services(f"period=365&service={OTHER_SERVICE}") == [OTHER_SERVICE]
    for nonsense in ("period=9999999999", "period=&service=", "period=-1", "period=30&period=x"):
        assert len(services(nonsense)) == 1
        assert supervisor.get(f"{DESK}?{nonsense}").status_code == 200


@pytest.mark.parametrize(
    ("post_code", "role"),
    [("dukcapil/31.71/registrar", "civil.registrar"), ("dukcapil/31.71/auditor", "audit.auditor")],
)
def test_only_supervisors_see_the_desk_page(client: Client, post_code: str, role: str) -> None:
    browser = _official(client, post_code, role)
    for address in (DESK, f"{DESK}statistics.csv"):
        assert browser.get(address).status_code == 404


def test_residents_and_strangers_see_the_public_page_alone(client: Client) -> None:
    sign_in(client, make_resident("siti", person_number=APPLICANT))
    for address in (DESK, f"{DESK}statistics.csv"):
        assert client.get(address).status_code == 404
        assert stranger().get(address).status_code == 302
    for address in (PUBLIC, f"{PUBLIC}statistics.csv"):
        assert client.get(address).status_code == stranger().get(address).status_code == 200


def test_a_supervisor_sees_nothing_of_another_office_or_agency(supervisor: Client) -> None:
    make_cases(6, office="32.73", words="Elsewhere.", stars=1)
    make_cases(6, agency="kua", words="Elsewhere.", stars=1)
    assert read_csv(supervisor, f"{DESK}statistics.csv") == []
    assert "Elsewhere." not in supervisor.get(DESK).content.decode()


def test_pages_of_many_cases_draw_in_few_queries(
    supervisor: Client, state: State, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_cases(30, stars=3, reason=NO_DATA, papers=3)
    with django_assert_max_num_queries(18):
        supervisor.get(DESK)
    with django_assert_max_num_queries(8):
        stranger().get(PUBLIC)
