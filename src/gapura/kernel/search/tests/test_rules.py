import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapura.kernel.search.rules import index_words, is_misspelling, slips, spelling_variants

WORDS = st.text(alphabet="abcde", min_size=4, max_size=9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kartu Keluarga (KK)", ["kartu", "keluarga", "kk"]),
        ("가족카드", ["가족", "족카", "카드"]),
        ("2026년 혼인", ["2026", "년", "혼인"]),
        ("KK카드", ["kk", "카드"]),
        ("", []),
    ],
)
def test_texts_become_index_words(text, words):
    assert index_words(text) == words


@pytest.mark.parametrize(
    ("written", "word", "count"),
    [
        ("kluarga", "keluarga", 1),
        ("akte", "akta", 1),
        ("keluwarge", "keluarga", 2),
        ("abdc", "abcd", 1),
        ("a", "", 1),
    ],
)
def test_slips_are_letters_added_left_out_changed_or_swapped(written, word, count):
    assert slips(written, word) == slips(word, written) == count


def test_short_words_are_too_near_to_each_other_to_guess():
    assert spelling_variants("kk") == set()
    assert not is_misspelling("akta", "akad")
    assert is_misspelling("akte", "akta")


@given(WORDS, st.data())
def test_words_one_slip_apart_share_a_variant(word, data):
    position = data.draw(st.integers(0, len(word) - 1))
    changed = word[:position] + "x" + word[position + 1 :]
    longer = word[:position] + "x" + word[position:]

    assert spelling_variants(word) & spelling_variants(changed)
    assert spelling_variants(word) & spelling_variants(longer)
    assert slips(word, changed) <= 1
    assert slips(word, longer) == 1
