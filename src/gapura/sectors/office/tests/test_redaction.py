"""What is taken out of a text cannot be read in what is left, however it was written. Pure."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapura.sectors.office.redaction import BAR, Mark, find_remains, redact, suggest

SECRET = "Budi Santoso"


@pytest.mark.parametrize(
    "written",
    [
        "Budi Santoso",
        "BUDI SANTOSO",
        "Budi\n  Santoso",
        "**Budi** _Santoso_",
        "Bu**di** San*toso*",
        "Budi&nbsp;Santoso",
        "&#66;udi S&#x61;ntoso",
        "\\Budi San\\toso",
        "Bu\u00addi San\u200btoso",
        "Ｂｕｄｉ Ｓａｎｔｏｓｏ",
        "Budi Santoso's",
        "[Budi Santoso](https://example.org/budi-santoso)",
        "BudiSantoso",
        "budi.santoso@example.org",
    ],
)
def test_words_go_however_they_are_written(written):
    left = redact({"body": f"Paid to {written} today."}, [Mark("h", words=SECRET)])["body"]
    assert BAR in left
    assert not re.search(r"budi|santoso|ｂｕｄｉ", left, re.IGNORECASE)
    assert left.startswith("Paid to ")
    assert left.endswith(" today.")
    assert find_remains([left], [Mark("h", words=SECRET)]) == []


def test_ligatures_and_numbers_with_spaces_go():
    parts = {"title": "The oﬃce of Fiﬁ", "body": "NIK 31 71.01-450190 0001, 3171014501900001x"}
    left = redact(parts, [Mark("h", words="office"), Mark("h", words="Fifi"), Mark("h", words="3171014501900001")])
    assert "ﬃ" not in left["title"]
    assert "ﬁ" not in left["title"]
    assert not re.search(r"\d", left["body"])


def test_short_words_go_only_where_they_stand_alone():
    left = redact({"body": "Di Jakarta disiplin di 12, tahun 2012"}, [Mark("h", words="di"), Mark("h", words="12")])
    assert left["body"] == f"{BAR}(h) Jakarta disiplin {BAR}(h) {BAR}(h), tahun 2012"


def test_a_line_goes_and_its_list_table_and_heading_stay_what_they_are():
    body = "# Salaries\n\n- Budi: 5\n- Siti: 6\n\n| a | b |\n|---|---|\n| c | d |\n1. one"
    marks = [Mark("h", part="body", line=number) for number in (0, 2, 7, 8)]
    left = redact({"body": body, "title": "Salaries"}, marks)
    bar = f"{BAR}(h)"
    assert left["body"] == f"# {bar}\n\n- {bar}\n- Siti: 6\n\n| a | b |\n|---|---|\n| {bar} |\n1. {bar}"
    assert left["title"] == "Salaries"


def test_a_bar_does_not_tell_how_long_the_words_were():
    short, long = (redact({"b": f"x {one} y"}, [Mark("h", words=one)])["b"] for one in ("abcd", "abcdefghijkl"))
    assert short == long


def test_what_remains_is_found():
    assert find_remains(["Bu**di** stays"], [Mark("h", words="Budi"), Mark("h", words="Siti")]) == ["Budi"]


@pytest.mark.parametrize(
    "said", [{"ground": "h"}, {"ground": "h", "part": "body"}, {"ground": "h", "words": "a", "part": "b", "line": 1}]
)
def test_half_a_mark_is_none(said):
    with pytest.raises(ValueError, match="A mark names"):
        Mark.read(said)


def test_patterns_propose_each_wording_once():
    found = suggest(
        {"title": "About 3171014501900001", "body": "Again 3171014501900001\nand a@b.id"},
        [("number", "h", re.compile(r"\d{16}")), ("email", "h", re.compile(r"\S+@\S+"))],
    )
    assert [(one.words, one.part, one.line, one.code) for one in found] == [
        ("3171014501900001", "title", 0, "number"),
        ("a@b.id", "body", 1, "email"),
    ]


_WORDS = st.text(st.sampled_from("abcdeﬁéß1２&;#*_-. \n가"), min_size=1, max_size=8)


@given(before=_WORDS, words=_WORDS.filter(lambda one: sum(x.isalnum() for x in one) >= 4), after=_WORDS)
def test_nothing_marked_is_ever_left(before, words, after):
    mark = Mark("h", words=words)
    left = redact({"body": f"{before} {words} {after}{words}"}, [mark])
    assert find_remains(left.values(), [mark]) == []
