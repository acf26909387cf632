"""Words: no HTML passes, nobody's paragraph is lost in a merge, what is compared and written adds up."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from gapura.sectors.office.text import list_pieces, parse, render_html, words_of
from gapura.sectors.office.text.comparing import compare
from gapura.sectors.office.text.merging import choose, list_conflicts, merge
from gapura.sectors.office.text.writing import write

CALM = settings(deadline=None)  # a busy machine is slow, and that is no fault of the text
WORDS = st.text("abc xyz<>&\"'*_`[]()!#-+1.|\\~\n/:⟦⟧", max_size=80)
PARAGRAPHS = st.lists(st.sampled_from(["one", "two", "three", "four", "five", "six"]), max_size=6, unique=True)
EDITS = st.lists(
    st.sampled_from(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]), max_size=7, unique=True
)
ALLOWED = re.compile(
    r"</?(p|blockquote|ul|li|strong|em|code|table|tr|pre|td|h[1-6])>|<(hr|br)>|<ol( start=\"\d+\")?>|</(ol|div|a|th)>"
    r'|<div class="table-frame" tabindex="0">|<th scope="col"( class="align-\w+")?>|<td class="align-\w+">'
    r'|<a href="(https?://|mailto:)[^"<>]*" rel="noreferrer">|<img src="[^"<>]*" alt="[^"<>]*" loading="lazy">'
)
HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>)",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](a.jpg)',
    '[x](https://a.b/"onclick="x)',
    "<img src=x onerror=alert(1)>",
    "<https://a.b/<script>>",
    "[x]: javascript:alert(1)\n\n[x]",
    "&lt;script&gt;",
]


def joined(pieces):
    return "\n\n".join(pieces) + "\n" if pieces else ""


def stray_markup(html):
    return [tag for tag in re.findall(r"<[^>]*>?", html) if not ALLOWED.fullmatch(tag)]


@CALM
@given(WORDS)
def test_no_html_of_a_writer_passes(body):
    assert stray_markup(render_html(body, picture=lambda name: f"/files/{name}")) == []


def test_hostile_texts_are_words_and_a_planted_tag_is_found():
    for body in HOSTILE:
        html = render_html(body, picture=lambda name: f"/files/{name}")
        assert stray_markup(html) == [], body
        assert not re.search(r'(href|src)="\s*(javascript|data):', html, re.IGNORECASE), body
    assert stray_markup('<p onclick="x">') == ['<p onclick="x">']
    assert stray_markup("<script>") == ["<script>"]


@CALM
@given(WORDS)
def test_pieces_leave_no_word_out_and_cut_again_are_the_same(body):
    pieces = list_pieces(body)
    kept = "".join("\n".join(pieces).split())
    assert kept == "".join(body.split())
    assert list_pieces(joined(pieces)) == pieces or "[" in body  # a definition of a link may move no block


@CALM
@given(PARAGRAPHS, EDITS, EDITS)
def test_a_merge_loses_nobodys_paragraph(base, first, second):
    merged = merge(joined(base), joined(first), joined(second), first_author="Ayu", second_author="Budi")
    here = set(list_pieces(merged))
    for side, other in ((first, second), (second, first)):
        for paragraph in side:
            left_alone_and_taken_out_by_the_other = paragraph in base and paragraph not in other
            assert paragraph in here or left_alone_and_taken_out_by_the_other


@CALM
@given(PARAGRAPHS, EDITS)
def test_the_same_edit_twice_is_the_edit_and_no_edit_changes_nothing(base, edit):
    names = {"first_author": "Ayu", "second_author": "Budi"}
    assert merge(joined(base), joined(edit), joined(edit), **names) == joined(edit)
    assert merge(joined(base), joined(edit), joined(base), **names) == joined(edit)
    assert merge(joined(base), joined(base), joined(edit), **names) == joined(edit)


@CALM
@given(PARAGRAPHS, EDITS, EDITS)
def test_what_both_left_alone_stays_in_its_order(base, first, second):
    if [one for one in first if one in base] != base or [one for one in second if one in base] != base:
        return
    merged = list_pieces(merge(joined(base), joined(first), joined(second), first_author="A", second_author="B"))
    assert [one for one in merged if one in base] == base


def test_both_wordings_stand_until_somebody_chooses():
    base, first, second = "Head\n\nOld words.\n\nFoot\n", "Head\n\nAyu's words.\n\nFoot\n", "Head\n\nBudi's.\n\nFoot\n"
    merged = merge(base, first, second, first_author="Ayu", second_author="Budi")
    assert "⟦ Ayu ⟧\n\nAyu's words.\n\n⟦ Budi ⟧\n\nBudi's.\n\n⟦ / ⟧" in merged
    (conflict,) = list_conflicts(merged)
    assert [wording.author for wording in conflict.wordings] == ["Ayu", "Budi"]
    assert choose(merged, [[0]]) == first
    assert choose(merged, [[1, 0]]) == "Head\n\nBudi's.\n\nAyu's words.\n\nFoot\n"
    assert choose(merged, []) == choose(merged, [[]]) == merged


def test_a_third_wording_joins_the_two_and_a_removed_paragraph_is_a_wording_too():
    base = "Old words.\n"
    two = merge(base, "Ayu's.\n", "Budi's.\n", first_author="Ayu", second_author="Budi")
    three = merge(base, two, "Citra's.\n", first_author="Budi", second_author="Citra")
    assert [one.author for one in list_conflicts(three)[0].wordings] == ["Ayu", "Budi", "Citra"]
    gone = merge("Head\n\nOld.\n", "Head\n", "Head\n\nNew.\n", first_author="Ayu", second_author="Budi")
    assert [one.pieces for one in list_conflicts(gone)[0].wordings] == [(), ("New.",)]


def test_neighbors_changed_by_two_people_are_no_conflict():
    merged = merge("a\n\nb\n", "A\n\nb\n", "a\n\nB\n", first_author="Ayu", second_author="Budi")
    assert merged == "A\n\nB\n"


@CALM
@given(PARAGRAPHS, EDITS)
def test_a_comparison_holds_both_texts_whole(first, second):
    changes = compare(joined(first), joined(second))
    for signs, text in (("=-", first), ("=+", second)):
        words = "".join(run.text for change in changes for run in change.runs if run.sign in signs)
        assert words == "".join(text)


@CALM
@given(WORDS)
def test_what_was_read_and_written_again_says_the_same(body):
    tree = parse(body)
    again = write(tree)
    assert "".join(words_of(again).split()) == "".join(words_of(body).split())


def test_the_hard_cases_of_writing():
    for body in ("1\\. no list", "\\# no heading", "a *b*c", "- a\n\n  b\n- c", "1) x\n2) y", "> - a", "`` a`b ``"):
        assert words_of(write(parse(body))) == words_of(body)
