"""The pages of a person: home, search, cases, documents, data, messages."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.documents.queries import find_document, get_content
from gapura.kernel.identity.testing import make_official, make_resident, sign_in
from gapura.kernel.notifications.queries import count_unread
from gapura.portal.presentation import list_months
from gapura.portal.tests.conftest import AGUS, BUDI, NOW, SITI, ask
from gapura.portal.views import ACCESSES_ON_A_PAGE, CASES_ON_A_PAGE

ENGLISH = {"accept-language": "en"}


def read(browser: Client, address: str) -> str:
    answer = browser.get(address, headers=ENGLISH)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_stranger_finds_search_services_and_life_events_at_home(client: Client, town: None) -> None:
    page = read(client, "/")
    assert 'role="search"' in page
    assert 'href="/services/civil.family-card/"' in page
    assert 'href="/life-events/' in page
    assert "Your cases" not in page


def test_home_shows_the_latest_cases_and_unread_messages(browser: Client) -> None:
    assert "You have not asked for anything yet" in read(browser, "/")
    case = ask()
    page = read(browser, "/")
    assert f'href="/cases/{case.number}/"' in page
    assert "1 unread message" in page


def test_home_costs_at_most_five_queries(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ask()
    with django_assert_max_num_queries(5):
        read(browser, "/")


def test_an_official_at_home_sees_the_way_to_the_desk_and_no_private_cases(client: Client, town: None) -> None:
    account = make_official()
    sign_in(client, account, post_code="dukcapil/31.71/registrar")
    page = read(client, "/")
    assert 'href="/desk/' in page
    assert "Your cases" not in page


def test_search_finds_everyday_words_and_says_what_to_do_when_nothing_fits(client: Client, town: None) -> None:
    assert "/services/civil.family-card/" in read(client, "/search/?q=kartu+keluarga")
    assert "Nothing fits these words" in read(client, "/search/?q=zzzzqqqq")
    assert "All services" in read(client, "/search/")
    assert 'value="&#34;&gt;&lt;b&gt;"' in read(client, '/search/?q="><b>')


def test_a_life_event_lists_its_services_and_an_unknown_one_is_no_page(client: Client, town: None) -> None:
    assert "/services/civil.birth-extract/" in read(client, "/life-events/having-a-child/")
    assert client.get("/life-events/nothing/").status_code == 404


def test_cases_come_newest_first_in_pages(browser: Client) -> None:
    numbers = [ask("civil.never-married", key=f"key-{n}").number for n in range(CASES_ON_A_PAGE + 1)]
    first = read(browser, "/cases/")
    assert numbers[-1] in first
    assert numbers[0] not in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert numbers[0] in read(browser, f"/cases/{older}")
    assert numbers[-1] in read(browser, "/cases/?before=nonsense")


def test_a_document_is_downloaded_as_sealed_by_its_holder_only(browser: Client) -> None:
    case = ask()
    assert case.status == CaseStatus.FULFILLED
    assert case.document_code[:4] in read(browser, "/documents/")
    address = f"/documents/{case.document_code}/file/"
    answer = browser.get(address)
    document = find_document(case.document_code)
    assert document is not None
    assert answer.content == get_content(document)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    other = Client()
    sign_in(other, make_resident("agus", person_number=AGUS))
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_validity_is_told_in_words(browser: Client) -> None:
    revoked = ask("civil.residence-certificate", key="other").document_code
    assert ">Valid<" in read(browser, "/documents/")
    revoke_document(actor=system_actor("test"), code=revoked, reason="Wrong street", now=clock.now())
    page = read(browser, "/documents/")
    assert ">Revoked<" in page
    assert "Wrong street" in page
    assert ">Valid<" not in page


def test_my_data_shows_who_looked_what_for_and_by_which_law(browser: Client) -> None:
    assert "Nobody has looked at your data" in read(browser, "/my-data/")
    case = ask()
    page = read(browser, "/my-data/")
    assert "Civil Registration" in page
    assert "Full name" in page
    assert "UU 23/2006" in page
    assert case.number in page
    assert "<td>2</td>" in page or "<td>3</td>" in page


def test_looks_at_a_child_are_shown_to_the_child_alone(browser: Client, client: Client) -> None:
    case = ask("civil.birth-extract", subject=BUDI, key="child")
    page = read(browser, "/my-data/")
    assert case.number not in page
    child = Client()
    sign_in(child, make_resident("budi", person_number=BUDI))
    assert case.number in read(child, "/my-data/")


def test_long_lists_of_looks_go_on_in_pages(browser: Client) -> None:
    for number in range(ACCESSES_ON_A_PAGE):
        ask("civil.never-married", key=f"key-{number}")
    first = read(browser, "/my-data/")
    assert "Looks at your data in the last twelve months" in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    page = read(browser, f"/my-data/{older}")
    assert "Looks at your data in the last twelve months" not in page
    assert 'rel="first"' in page


def test_opening_a_message_reads_it_and_nobody_else_can(browser: Client) -> None:
    ask()
    page = read(browser, "/messages/")
    assert "Your document is ready" in page
    assert ">New<" in page
    address = page.split('<ul class="rows">')[1].split('href="')[1].split('"')[0]
    assert "Anyone can check it with the code" in read(browser, address)
    assert count_unread(SITI) == 0
    other = Client()
    sign_in(other, make_resident("agus", person_number=AGUS))
    assert other.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/help/", "/about/", "/privacy/", "/accessibility/"])
def test_pages_to_read_need_no_account(client: Client, address: str, db: None) -> None:
    assert "<h1>" in read(client, address)


def test_the_last_twelve_months_end_with_this_one() -> None:
    months = list_months(date(2026, 1, 31))
    assert (len(months), months[0], months[-1]) == (12, date(2025, 2, 1), date(2026, 1, 1))
    assert list_months((NOW + timedelta(days=3)).date())[-1] == date(2026, 5, 1)
