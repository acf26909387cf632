"""An opinion of a decided case: once, by its applicant, never with a name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.cases.actions import rate_case
from gapura.kernel.cases.models import Case, CaseRating
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.tests.conftest import CHILD, NOW, SITI, STRANGER, State
from gapura.kernel.cases.tests.years import NO_DATA, make_case
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound, CaseStatus
from gapura.kernel.identity.testing import make_resident, sign_in

pytestmark = pytest.mark.django_db
PERSON = resident(SITI)
LATER = NOW + timedelta(days=1)


def rate(case: Case, stars: int = 4, words: str = "", actor: object = PERSON) -> CaseRating:
    return rate_case(actor=actor, number=case.number, stars=stars, words=words, now=LATER)  # type: ignore[arg-type]


def test_the_applicant_rates_a_decided_case_and_the_log_keeps_no_stars() -> None:
    case = make_case()
    rating = rate(case, 2, "  Slow page.  ")
    assert (rating.case, rating.stars, rating.words, rating.rated_at) == (case, 2, "Slow page.", LATER)
    event = AuditEvent.objects.get(action="cases.rate")
    assert event.case_number == case.number
    assert "2" not in str(event.detail)
    assert "Slow" not in str(event.detail)


def test_a_refused_applicant_has_an_opinion_too() -> None:
    assert rate(make_case(reason=NO_DATA)).stars == 4


def test_a_case_is_rated_once() -> None:
    case = make_case()
    rate(case, 5)
    with pytest.raises(CannotChangeCase, match="already"):
        rate(case, 1)
    assert CaseRating.objects.get().stars == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseRating.objects.create(case=case, stars=1, rated_at=LATER)


def test_an_undecided_or_appealed_case_is_not_rated() -> None:
    with pytest.raises(CannotChangeCase):
        rate(make_case(None))
    appealed = make_case(reason=NO_DATA)
    Case.objects.filter(pk=appealed.pk).update(status=CaseStatus.APPEALED)
    with pytest.raises(CannotChangeCase):
        rate(appealed)
    assert not CaseRating.objects.exists()


@pytest.mark.parametrize("actor", [resident(STRANGER), official("civil.registrar", agency="kua")])
def test_a_strangers_case_is_none(actor: object) -> None:
    case = make_case()
    with pytest.raises(CaseNotFound):
        rate(case, actor=actor)
    rate(case)


def test_neither_the_one_it_is_for_nor_who_acts_for_another_rates(state: State) -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(subject=CHILD, relation="child")
    state.population.grown_up.add(CHILD)
    for actor in (resident(CHILD), replace(PERSON, principal=CHILD)):
        with pytest.raises(CannotChangeCase):
            rate(case, actor=actor)
    rate(case)


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_there_are_five_answers(stars: int) -> None:
    case = make_case()
    with pytest.raises(CannotChangeCase):
        rate(case, stars)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseRating.objects.create(case=case, stars=max(stars, 0), rated_at=LATER)


@pytest.fixture
def browser(client: Client, state: State) -> Iterator[Client]:
    """Siti's browser, in English."""
    sign_in(client, make_resident("siti", person_number=SITI))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_the_case_page_asks_once_and_says_thank_you(browser: Client) -> None:
    case = make_case()
    address = f"/cases/{case.number}/"
    page = browser.get(address).content.decode()
    assert page.count('type="radio"') == 5
    page = browser.post(f"{address}rating/", {"stars": "4", "words": "Well done."}, follow=True).content.decode()
    assert "Thank you" in page
    assert 'type="radio"' not in page
    assert (CaseRating.objects.get().stars, CaseRating.objects.get().words) == (4, "Well done.")
    page = browser.post(f"{address}rating/", {"stars": "1"}, follow=True).content.decode()
    assert "cannot be rated" in page
    assert CaseRating.objects.get().stars == 4


def test_an_undecided_case_asks_for_no_opinion(browser: Client) -> None:
    assert "How did we do?" not in browser.get(f"/cases/{make_case(None).number}/").content.decode()


@pytest.mark.parametrize(
    "sent", [{}, {"stars": ""}, {"stars": "9"}, {"stars": "x"}, {"stars": "4", "words": "x" * 501}]
)
def test_what_is_wrong_is_explained_on_a_page_of_its_own(browser: Client, sent: dict[str, str]) -> None:
    page = browser.post(f"/cases/{make_case().number}/rating/", sent).content.decode()
    assert "error-summary" in page
    assert not CaseRating.objects.exists()


def test_somebody_elses_case_is_not_rated_over_http(browser: Client, state: State) -> None:
    case, other = make_case(), Client()
    sign_in(other, make_resident("agus", person_number=STRANGER))
    address = f"/cases/{case.number}/rating/"
    assert (other.get(address).status_code, other.post(address, {"stars": "1"}).status_code) == (404, 404)
    assert browser.get(address).status_code == 200
