"""A search finds what it may, and what it may not is as if it were not there."""

import pytest

from gapura.kernel.search.actions import index_entries, put_entries, remove_entries
from gapura.kernel.search.queries import search
from gapura.kernel.search.types import IndexEntry

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def put(key, title, *audience, collection="papers", **chosen):
    put_entries(collection=collection, entries=[IndexEntry(key, title, audience=frozenset(audience), **chosen)])


def found(text, *memberships, collection="papers", **chosen):
    hits = search(collection=collection, text=text, memberships=frozenset(memberships), **chosen)
    return [hit.key for hit in hits]


def test_only_whom_the_audience_names_finds_it():
    put("a", "Standard of service", "unit:one", "post:boss")
    assert found("standard", "unit:one") == found("standard", "unit:other", "post:boss") == ["a"]
    assert found("standard", "unit:other") == found("standard") == []


def test_the_limit_counts_what_may_be_found():
    for number in range(30):
        put(f"theirs-{number}", "Standard", "unit:other")
    put("ours", "A standard of which we speak at length", "unit:one")
    assert found("standard", "unit:one", limit=1) == ["ours"]


def test_a_word_of_the_audience_is_no_word_of_the_text():
    put("a", "Standard", "unit:one")
    assert found("unit", "unit:one") == found("one", "unit:one") == []
    put("b", "unit one", "unit:two")
    assert found("unit one", "unit:one") == []


def test_nobody_writes_an_audience_into_a_text():
    """The digest that stands in the index, written by somebody as a word."""
    from gapura.kernel.search.rules import audience_word

    put("a", f"Standard {audience_word('papers', 'unit:one')}", "unit:two")
    assert found("standard", "unit:one") == []


def test_collections_know_nothing_of_each_other():
    put("a", "Standard", "unit:one", collection="other papers")
    assert found("standard", "unit:one") == []


def test_what_is_put_again_is_replaced_and_what_is_removed_is_gone():
    put("a", "Standard", "unit:one")
    put("a", "Regulation", "unit:two")
    assert found("standard", "unit:one", "unit:two") == []
    assert found("regulation", "unit:one") == []
    assert found("regulation", "unit:two") == ["a"]
    remove_entries(collection="papers", keys=["a", "unknown"])
    assert found("regulation", "unit:two") == []


def test_slips_of_the_pen_in_titles_are_understood():
    put("a", "Pelayanan publik", "unit:one", body="Peraturan")
    assert found("pelayannan", "unit:one") == ["a"]


def test_what_is_for_everybody_needs_no_membership():
    index_entries(collection="trees", entries=[IndexEntry("oak", "Oak")], version="1")
    assert [hit.key for hit in search(collection="trees", text="oak")] == ["oak"]


def test_a_long_body_is_found_by_its_first_words():
    put("a", "Minutes", "unit:one", body="beginning " + " ".join(f"word{number}" for number in range(200_000)))
    assert found("beginning", "unit:one") == ["a"]
