"""Worked examples: how they may be written, what is said when one is wrong."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gapura.kernel.law.examples import BadExample, read_examples, run_example

TODAY = date(2026, 6, 1)
RIGHT = "{id: A, kind: ter, as_of: 2024-01-31, in: {status: K/0, bruto: 10080000}, out: 226800}"
WRONG = "{id: B, kind: ter, as_of: 2024-01-31, in: {status: K/0, bruto: 10080000}, out: 226801}"


def outcome_of(text: str, tmp_path: Path):
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    examples = read_examples(tmp_path / "one.yaml")
    assert len(examples) == 1
    return run_example(examples[0], today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        f"- {RIGHT}",
        RIGHT,
        f"# a line of its own\n{RIGHT}\n",
        f"cases:\n  - {RIGHT}\n",
        RIGHT.replace("kind:", "rule:").replace("as_of:", "date:"),
        RIGHT.replace("10080000", "10_080_000").replace("226800", '"226_800"'),
        RIGHT.replace("bruto", "gaji_bulan"),
        RIGHT.replace("2024-01-31", "'2024-01-31'"),
        RIGHT.replace("2024-01-31", "2024-01-31 12:00:00"),
        RIGHT.replace("status: K/0", "status: K, tanggungan: 0"),
        RIGHT.replace("status: K/0", "kawin: true"),
        '[{"kind": "ter", "as_of": null, "in": {"status": "k/0", "gaji": 10080000}, "out": {"ter": 226800}}]',
        "- {kind: tarif_ter, in: {status: K/0, bruto: 10080000}, out: 2.25%}",
        "- {kind: tarif_ter, in: {status: K/0, bruto: 10080000}, out: 0.0225}",
        "- {kind: kawin, in: {status: K/0}, out: true}",
        "- {kind: ter, in: {orang: {status: K/0, bruto: 10080000}}, out: 226800}",
        "- {kind: ter, in: {orang: [{status: TK/0, bruto: 1}, {status: K/0, bruto: 10080000}]}, out: [0, 226800]}",
        "- {kind: setahun, in: {gaji_bulan: 10000000, ptkp: 54000000}, out: 3000000}",
        "- {kind: ter, in: {status: K/0, bruto: zehn}, out: {refused: no whole number}}",
        "- {kind: ter, in: {status: Q, bruto: 1}, out: refused}",
        "- {kind: ter, in: {status: K/0, bruto: 1}, as_of: 2020-01-01, out: 'refused: begin on 2024-01-01'}",
        "- {kind: pph, in: {pkp: 60000000}, out: 3000000}",
        "- {kind: ter_masa, in: {status: K/0, masa: [{bulan_ke: 1, bruto: 10080000}, {gaji: 0}]}, out: [226800, 0]}",
        "- {kind: kredit_pajak, in: {bukti: [{bruto: 1, pph_bukti: 5}, {pph_bukti: 6}]}, out: 11}",
        "- {kind: pip, in: {jenjang: SD, kelas: 2.0}, out: 450000}",
        "- {kind: pkh, in: {hamil: true, sd: 1}, out: 3900000}",
        "- {kind: tahunan, in: {status: TK/0, gaji: 10000000, iuran: 100000}, out: {pph_bulan: 200000}}",
        "- {kind: setahun, in: {status: TK/0, bruto: 120000000, iuran: 1200000}, out: 2940000}",
    ],
)
def test_an_example_may_be_written_so(text: str, tmp_path: Path) -> None:
    outcome = outcome_of(text, tmp_path)

    assert outcome.holds, (outcome.got, outcome.refusal)


@pytest.mark.parametrize(
    "text",
    [
        WRONG,
        "- {kind: ter, in: {status: K/0, bruto: 10080000}, out: refused}",
        "- {kind: ter, in: {status: K/0, bruto: 10080000}, out: true}",
        "- {kind: tarif_ter, in: {status: K/0, bruto: 10080000}, out: much}",
        "- {kind: ter, in: {status: K/0, bruto: 10080000}, out: [226800, 0]}",
        "- {kind: ter, in: {status: K/9, bruto: 1}, out: {refused: the moon}}",
    ],
)
def test_an_example_that_differs_is_found(text: str, tmp_path: Path) -> None:
    assert not outcome_of(text, tmp_path).holds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {kind: ter, in: {statsu: K/0}, out: 0}", "Nothing is called 'statsu'. Near: status"),
        ("- {kind: pkph, in: {}, out: 0}", "No rule and no set of figures is called 'pkph'. Near: "),
        ("- {kind: ter, in: {orang: [3]}, out: 0}", "3 is no row"),
        ("- {kind: pph21_masa, in: {bruto: [1, 2], iuran: [1, 2, 3]}, out: 0}", "values are given for"),
        ("- {kind: pbb, in: {njop: 1, tarif: 1/0}, out: 0}", "tarif_pbb: '1/0' is no rate"),
        ("- {kind: pbb, in: {njop: 1, tarif: 1e999999999}, out: 0}", "is no rate"),
        ("- {kind: pbb, in: {njop: 1, tarif: []}, out: 0}", "tarif_pbb"),
        ("- {kind: ter, as_of: 1970-01-01, in: {bruto: 1}, out: 0}", "begin on 2024-01-01"),
        ("- {kind: ter, in: {bruto: null}, out: 0}", ""),
        ("- {kind: bunga, in: {pokok: 1, jatuh_tempo: '2023-02-29', dibayar_pada: 2023-03-01}, out: 0}", "is no date"),
        ("- {kind: pbi, in: {jiwa: -1}, out: 0}", "jiwa: -1 is not between 0 and"),
    ],
)
def test_a_question_that_means_nothing_is_refused_in_words(text: str, words: str, tmp_path: Path) -> None:
    assert words in outcome_of(text, tmp_path).refusal


@pytest.mark.parametrize("kind", ["ter", "tarif_ter", "ter_bulan", "tahunan"])
@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("kategori: A, status: K/1", "kategori: A contradicts status: K/1, which gives B. Leave one"),
        ("status: K/1, kategori: A", "kategori: A contradicts status: K/1, which gives B. Leave one"),
        ("kategori_ter: c, status: TK, tanggungan: 2", "kategori_ter: c contradicts status: TK, tanggungan: 2, which"),
        ("kategori: B, ptkp_status: K/3", "kategori: B contradicts ptkp_status: K/3, which gives C"),
        ("kategori: C, kawin: true", "kategori: C contradicts kawin: True, which gives A"),
        ("orang: [{status: TK/0, kategori: A}, {status: K/3, kategori: A}]", "kategori: A contradicts status: K/3"),
        ("kategori: A, orang: [{status: K/3}]", "kategori: A contradicts status: K/3, which gives C"),
        ("kategori: A, status: Q", "status"),
    ],
)
def test_a_category_that_contradicts_the_status_is_refused(kind: str, said: str, message: str, tmp_path: Path) -> None:
    assert message in outcome_of(f"- {{kind: {kind}, in: {{{said}, bruto: 10080000}}, out: 0}}", tmp_path).refusal


@pytest.mark.parametrize(
    ("category", "status"),
    [
        ("A", "TK/0"),
        ("a", "tk/1"),
        ("A", "K/0"),
        ("B", "TK/2"),
        ("B", "TK/3"),
        ("B", "K/1"),
        ("B", "K/2"),
        ("C", "K/3"),
    ],
)
def test_a_category_that_agrees_with_the_status_passes(category: str, status: str, tmp_path: Path) -> None:
    alone = outcome_of(f"- {{kind: ter, in: {{kategori: {category}, bruto: 10080000}}, out: 0}}", tmp_path).got
    by_status = outcome_of(f"- {{kind: ter, in: {{status: {status}, bruto: 10080000}}, out: 0}}", tmp_path).got
    text = f"- {{kind: ter, in: {{kategori: {category}, status: {status}, bruto: 10080000}}, out: 0}}"
    both = outcome_of(text, tmp_path)

    assert (both.refusal, both.unused) == ("", ())
    assert both.got == alone == by_status


def test_a_word_that_the_rule_does_not_read_is_named(tmp_path: Path) -> None:
    assert outcome_of("- {kind: tarif, in: {pkp: 60000000, harga: 3}, out: 3000000}", tmp_path).unused == ("harga",)


def test_a_rule_with_an_end_is_asked_for_its_last_day(tmp_path: Path) -> None:
    text = "- {kind: dtp, in: {sektor_dtp: true, status: TK/0, bruto: 10000000}, out: 200000}"
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")

    outcome = run_example(read_examples(tmp_path / "one.yaml")[0], today=date(2030, 1, 1))

    assert (outcome.holds, outcome.as_of) == (True, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {kind: ter", "is not YAML"),
        ("- {kind: ter, as_of: 2023-02-29, out: 0}", "day is out of range for month"),
        ("just words", "no list of examples"),
        ("- 3", "is no example"),
        ("- {in: {}, out: 1}", "does not say what to reckon"),
        ("- {kind: ter, in: {}}", "does not say what is right"),
        ("- {kind: ter, in: 3, out: 1}", "is no mapping"),
        ("- {kind: ter, as_of: 31 January, out: 1}", "is no date"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(BadExample, match=words):
        read_examples(tmp_path / "one.yaml")


def test_the_command_tells_what_differs_and_why(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(f"- {RIGHT}\n- {WRONG}\n", encoding="utf-8")
    out = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("law_run", str(tmp_path), explain=True, stdout=out)

    assert stopped.value.code == 1
    assert "1 of 2 examples are right." in out.getvalue()
    assert "expected 226,801" in out.getvalue()
    assert "tarif_ter = " in out.getvalue()
    assert "PP 58/2023" in out.getvalue()


def test_the_command_speaks_to_programs(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(f"- {RIGHT}\n", encoding="utf-8")
    out = StringIO()

    call_command("law_run", str(tmp_path / "one.yaml"), json=True, stdout=out)

    (outcome,) = json.loads(out.getvalue())
    assert (outcome["id"], outcome["right"], outcome["got"]) == ("A", True, {"ter": 226800})


def test_the_command_refuses_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("law_run", str(tmp_path / "none.yaml"))
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe- {")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("law_run", str(tmp_path / "bad.yaml"))


def test_the_law_of_the_country_is_checked_from_the_shell() -> None:
    out = StringIO()

    call_command("law_check", list=True, stdout=out)

    assert "no mistakes in the law" in out.getvalue()
    assert "pph_terutang" in out.getvalue()
