"""Searching documents: what may be read is found, and nothing else, in three languages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import merge_units
from gapura.sectors.office import testing
from gapura.sectors.office.actions.finding import index_everything, index_refs, index_units
from gapura.sectors.office.models import DocumentReader, OfficialDocument
from gapura.sectors.office.queries.finding import find_things
from gapura.sectors.office.testing import make_document, make_office

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def put(actor, title, **chosen):
    document = make_document(actor, title=title, **chosen)
    index_refs([f"document:{document.code}"])
    return document


def titles(actor, text, **chosen):
    return [found.said.title for found in find_things(actor, text, **chosen)]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("standar pelayanan", "Standar pelayanan minimal"),
        ("service standards", "The standards of service"),
        ("가족관계", "가족관계 증명서 지침"),
        ("pelayannan", "Standar pelayanan minimal"),
    ],
)
def test_a_document_is_found_by_its_words_in_three_languages(words, title):
    office = make_office()
    for one in ("Standar pelayanan minimal", "The standards of service", "가족관계 증명서 지침"):
        put(office.analyst, one)
    assert titles(office.analyst, words)[0] == title


def test_what_may_not_be_read_is_not_found_however_well_it_fits():
    office = make_office()
    put(office.analyst, "Secret budget", reach="named")
    put(office.analyst, "Budget of the unit", reach="unit")
    put(office.analyst, "Budget for all", reach="government")
    assert sorted(titles(office.analyst, "budget")) == ["Budget for all", "Budget of the unit", "Secret budget"]
    assert sorted(titles(office.director, "budget")) == ["Budget for all", "Budget of the unit"]
    assert titles(office.neighbor, "budget") == titles(office.lawyer, "budget") == ["Budget for all"]


def test_a_right_that_ended_shows_nothing_even_before_the_index_knows():
    office = make_office()
    document = put(office.analyst, "Secret budget", reach="named")
    DocumentReader.objects.filter(document=document).delete()
    assert titles(office.analyst, "budget") == []


def test_a_hundred_that_may_not_be_read_hide_not_the_one_that_may():
    office = make_office()
    for number in range(100):
        make_document(office.neighbor, title=f"Budget {number}", reach="named")
    make_document(office.analyst, title="A long title in which the budget is named late")
    assert list(index_everything())[-1] == 101
    assert titles(office.analyst, "budget", limit=1) == ["A long title in which the budget is named late"]


def test_numbers_tasks_and_words_of_the_body_are_found():
    office = make_office()
    document = put(office.analyst, "Letter", body="# Background\n\nThe **quick** scribe of Bandung wrote it.\n")
    OfficialDocument.objects.filter(pk=document.pk).update(
        status="registered", number="B/17/OT.01/XI/2026", serial=17, year=2026, registered_at=testing.NOW
    )
    index_refs([f"document:{document.code}"])
    for words in ("B/17/OT.01/XI/2026", "OT.01", "scribe bandung", "band"):
        assert titles(office.analyst, words) == ["Letter"], words


def test_the_line_that_fits_is_shown_with_its_words_marked():
    office = make_office()
    put(office.analyst, "Letter", body=f"Nothing here.\n\n{'word ' * 80}the scribe of Bandung {'word ' * 80}\n")
    pieces = find_things(office.analyst, "Scribe")[0].pieces
    assert [word for word, sought in pieces if sought] == ["scribe"]
    assert pieces[0] == pieces[-1] == ("…", False)
    assert len(pieces) < 60


def test_units_that_merge_are_found_by_who_leads_them_now():
    office = make_office()
    put(office.lawyer, "Opinion on the budget")
    assert titles(office.colleague, "budget") == titles(office.director, "budget") == []
    merge_units(actor=system_actor("test"), code=testing.LEGAL, successor=testing.STANDARDS, on=testing.NOW.date())
    assert titles(office.colleague, "budget") == ["Opinion on the budget"]
    index_units([testing.LEGAL])
    assert titles(office.head, "budget") == titles(office.director, "budget") == ["Opinion on the budget"]


def test_a_search_takes_the_same_queries_for_one_document_and_for_many():
    office = make_office()
    counts = []
    for more in (1, 30):
        for number in range(more):
            put(office.analyst, f"Budget {number}")
        find_things(office.analyst, "budget")
        with CaptureQueriesContext(connection) as queries:
            find_things(office.analyst, "budget")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8, counts
