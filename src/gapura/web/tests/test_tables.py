"""A file for a spreadsheet runs nothing, whoever wrote the words in it."""

import re
from pathlib import Path

import pytest

import gapura
from gapura.web.tables import as_csv_file

ROOT = Path(gapura.__file__).parent
OWN_WRITER = re.compile(r"\bcsv\.(writer|DictWriter)\b|\bfrom csv import\b.*[wW]riter")


def test_text_is_no_formula_and_figures_stay_figures() -> None:
    rows = [("=1+1", -1), ("@SUM(A1)", 2.5), ("\tx", 0), ("-1", None), ("plain", "")]
    answer = as_csv_file("table", ("a", "b"), rows)
    lines = answer.content.decode().splitlines()
    assert lines == ["a,b", "'=1+1,-1", "'@SUM(A1),2.5", "'\tx,0", "'-1,", "plain,"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="table.csv"'


def test_every_table_for_a_spreadsheet_is_written_here() -> None:
    """Actions write files for programs, which want each cell as it is."""
    exempt = {"actions", "tests"}
    others = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if exempt.isdisjoint(path.parts) and OWN_WRITER.search(path.read_text())
    }
    assert others == {"web/tables.py"}


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("csv.writer(response).writerow(cells)", True),
        ("writer = csv.DictWriter(file, NAMES)", True),
        ("from csv import reader, writer", True),
        ("for row in csv.reader(file):", False),
        ("return as_csv_file(name, headings, rows)", False),
    ],
)
def test_a_writer_of_ones_own_is_recognized(code: str, own: bool) -> None:
    assert bool(OWN_WRITER.search(code)) == own
