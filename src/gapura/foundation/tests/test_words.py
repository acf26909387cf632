import pytest

from gapura.foundation.words import folded, has_phrase, without


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("  Akta   Kelahiran! ", "akta kelahiran"),
        ("Café Ünïted", "cafe united"),
        ("RT/RW", "rt rw"),
        ("ＫＫ", "kk"),
        ("혼인증명서", "혼인증명서"),
        ("…", ""),
    ],
)
def test_folding_brings_spellings_to_one_form(written, form):
    assert folded(written) == form
    assert folded(form) == form


def test_a_phrase_stands_in_a_text_by_whole_words():
    assert has_phrase("your date of birth please", "date of birth")
    assert not has_phrase("candidate of birthplace", "date of birth")


def test_words_that_say_nothing_are_left_out():
    assert without("your full name", {"your"}) == "full name"
