import pytest
from django.db import transaction

from gapura.kernel.search.actions import index_entries
from gapura.kernel.search.queries import find_version, search
from gapura.kernel.search.types import IndexEntry

pytestmark = pytest.mark.django_db

TREES = [
    IndexEntry("oak", "Oak tree", "quercus acorn", "A tall tree with hard wood"),
    IndexEntry("elm", "Elm", "ulmus", "A tree that is not an oak, with leaves like café chairs"),
    IndexEntry("pine", "Pine", "소나무 conifer needles", "Evergreen"),
    IndexEntry("fern", "Fern", "pteridophyte", "No tree at all"),
]


@pytest.fixture(autouse=True)
def trees():
    index_entries(collection="trees", entries=TREES, version="1")


def keys(text, **options):
    return [hit.key for hit in search(collection="trees", text=text, **options)]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("OAK", "oak"),
        ("acorn", "oak"),
        ("coni", "pine"),
        ("cafe", "elm"),
        ("Café", "elm"),
        ("소나", "pine"),
        ("소나무", "pine"),
        ("나무", "pine"),
        ("evergren", "pine"),
        ("pteridofhyte", "fern"),
        ("acron", "oak"),
        ("hard wood", "oak"),
    ],
)
def test_everyday_ways_of_writing_find_the_entry(text, best):
    assert keys(text)[0] == best


def test_a_word_in_the_title_counts_more_than_in_the_body():
    assert keys("oak") == ["oak", "elm"]


def test_a_whole_word_comes_before_one_that_only_begins_so():
    index_entries(
        collection="words",
        entries=[IndexEntry("long", "nikah nikahan"), IndexEntry("whole", "nik"), IndexEntry("none", "x")],
        version="1",
    )

    assert [hit.key for hit in search(collection="words", text="nik")] == ["whole", "long"]


def test_all_words_are_wanted_before_any_of_them_is_enough():
    assert keys("oak acorn") == ["oak"]
    assert set(keys("acorn needles")) == {"oak", "pine"}


@pytest.mark.parametrize("text", ["", "  ", "…", "zzzz", '"', ")", "'; --", "\x00", "🌳"])
def test_nothing_is_found_for_nothing(text):
    assert keys(text) == []


@pytest.mark.parametrize(
    "text", ['oak" OR "elm', "oak*", "oak & !elm", "NEAR(oak)", "oak:B", "title:oak", "(oak", "oak\\"]
)
def test_the_query_language_of_the_database_is_out_of_reach(text):
    assert keys(text)


def test_very_long_questions_are_cut():
    assert keys(" ".join(["oak"] + [f"word{n}" for n in range(5000)])) == ["oak", "elm"]


def test_the_limit_keeps_the_best():
    assert keys("tree", limit=1) == keys("tree")[:1]


def test_collections_do_not_see_each_other():
    index_entries(collection="houses", entries=[IndexEntry("cabin", "Oak cabin")], version="1")

    assert [hit.key for hit in search(collection="houses", text="oak")] == ["cabin"]
    assert keys("oak") == ["oak", "elm"]


def test_indexing_anew_replaces_what_was_there():
    assert index_entries(collection="trees", entries=[IndexEntry("ash", "Ash")], version="2") == 1

    assert keys("ash") == ["ash"]
    assert keys("oak") == []
    assert find_version("trees") == "2"


def test_a_version_already_indexed_is_left_alone():
    assert index_entries(collection="trees", entries=[IndexEntry("ash", "Ash")], version="1") == 0

    assert keys("oak") == ["oak", "elm"]


def test_a_failed_indexing_leaves_the_old_index():
    def entries():
        yield IndexEntry("ash", "Ash")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError), transaction.atomic():
        index_entries(collection="trees", entries=entries(), version="2")

    assert keys("oak") == ["oak", "elm"]
    assert find_version("trees") == "1"


def test_large_collections_are_indexed_in_batches():
    many = (IndexEntry(f"street-{n}", f"Street number {n}") for n in range(2500))

    assert index_entries(collection="streets", entries=many, version="1") == 2500
    assert [hit.key for hit in search(collection="streets", text="2499")] == ["street-2499"]


def test_a_search_asks_the_database_at_most_four_times(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        keys("oak")
    with django_assert_max_num_queries(4):
        keys("nothing lik this")


@pytest.mark.parametrize(
    "text", ["ªº²ⅷ", "१२३", "ไทย ภาษา", "עברית عربي", "ÆØÅß", "1e5 -7 3.14", "漢字かな", "İı", "ﷺ"]
)
def test_no_script_of_the_world_upsets_the_database(text):
    index_entries(collection="scripts", entries=[IndexEntry("it", text)], version=text)

    assert [hit.key for hit in search(collection="scripts", text=text)] == ["it"]
