"""A country's population file goes in row by row, comes out the same, and hostile files do no harm."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import system_actor
from gapura.kernel.registers.queries import list_registers
from gapura.sectors.civil.actions import regions
from gapura.sectors.civil.actions.population_file import importing
from gapura.sectors.civil.actions.population_file.cells import CannotReadFile, plain_cell, safe_cell
from gapura.sectors.civil.actions.population_file.exporting import export_population
from gapura.sectors.civil.actions.population_file.importing import ImportTotals, import_population
from gapura.sectors.civil.actions.population_file.records import COLUMNS, read_mapping
from gapura.sectors.civil.models import (
    FamilyEntry,
    FamilyMembership,
    PersonEntry,
    PopulationImport,
    ResidenceEntry,
)
from tools import fresh_house

COUNTRY = load("indonesia")
ACTOR = system_actor("test")
ON = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
VILLAGE = "31.71.01.1001"

pytestmark = pytest.mark.django_db


def person(serial: int = 1, **changes: str) -> dict[str, str]:
    """A row that loads; every serial is another woman at the head of another family."""
    return {
        "number": COUNTRY.person_numbers.compose("31.71.01", date(1990, 5, 4), "female", serial),
        "full_name": f"Siti Nurhaliza {serial}".rstrip("0123456789 "),
        "sex": "female",
        "birth_place": "Jakarta Pusat",
        "birth_on": "1990-05-04",
        "religion": "islam",
        "marital_status": "single",
        "occupation": "teacher",
        "education": "bachelor",
        "street": "Jl. Merdeka No. 1",
        "rt": "001",
        "rw": "002",
        "village_code": VILLAGE,
        "family_number": COUNTRY.person_numbers.compose_family("31.71.01", date(2015, 1, 1), serial),
        "relation_to_head": "head",
    } | changes


HEADER = tuple(person())


def write(file: Path, rows: Sequence[dict[str, str]], *, separator: str = ",", encoding: str = "utf-8") -> Path:
    with file.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, delimiter=separator, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    return file


def read_in(file: Path, mapping: Path | None = None, **options: Any) -> ImportTotals:
    totals = import_population(
        actor=ACTOR,
        country=COUNTRY,
        file=file,
        mapping=read_mapping(mapping),
        encoding=options.pop("encoding", None),
        on=ON,
        now=NOW,
        **options,
    )
    assert totals.read == totals.loaded + totals.unchanged + totals.quarantined
    return totals


def reasons(totals: ImportTotals) -> list[str]:
    assert totals.quarantine is not None
    with totals.quarantine.open(encoding="utf-8", newline="") as handle:
        return [row["reasons"] for row in csv.DictReader(handle)]


def empty() -> None:
    for register in list_registers():
        register.objects.all().delete()


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def _few_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading all 91,000 for every test would take a minute."""
    few = [region for region in regions.read_regions(COUNTRY) if VILLAGE.startswith(region[0])]
    monkeypatch.setattr(regions, "read_regions", lambda country: iter(few))


def test_a_good_row_fills_four_registers(tmp_path: Path) -> None:
    totals = read_in(write(tmp_path / "people.csv", [person()]))
    assert (totals.loaded, totals.quarantined, totals.quarantine) == (1, 0, None)
    entry = PersonEntry.objects.get()
    assert (entry.birth_on, entry.citizenship, entry.source_kind) == (date(1990, 5, 4), "ID", "import")
    assert entry.source_reference == totals.reference
    assert (entry.valid_from, entry.recorded_at) == (ON, NOW)
    assert ResidenceEntry.objects.get().village_code == VILLAGE
    assert FamilyMembership.objects.get().family_number == FamilyEntry.objects.get().family_number
    assert FamilyEntry.objects.get().head_number == entry.number
    assert AuditEvent.objects.filter(action="civil.population_imported").count() == 1


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "people.csv", [person(1), person(2), person(3, sex="male")])
    first = read_in(file)
    before = list(PersonEntry.objects.order_by("pk").values())
    again = read_in(file)
    assert (first.loaded, first.unchanged, first.quarantined) == (2, 0, 1)
    assert (again.loaded, again.unchanged, again.quarantined) == (0, 2, 1)
    assert again.reference != first.reference
    assert list(PersonEntry.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encoding_and_separator_are_found(tmp_path: Path, separator: str, encoding: str) -> None:
    rows = [person(1, full_name="André Müller-Łoś"), person(2, street="Jl. Contoh; No. 1, RT|2")]
    totals = read_in(write(tmp_path / "people.csv", rows, separator=separator, encoding=encoding))
    assert (totals.separator, totals.loaded) == (separator, 2)
    assert PersonEntry.objects.order_by("number").first().full_name == "André Müller-Łoś"


def test_an_old_encoding_is_guessed_or_told(tmp_path: Path) -> None:
    rows = [person(n, full_name="José Fernández", street="Jl. Señor José Núñez") for n in range(1, 30)]
    file = write(tmp_path / "people.csv", rows, encoding="cp1252")
    assert read_in(file).loaded == 29
    assert set(PersonEntry.objects.values_list("full_name", flat=True).order_by("pk")) == {"José Fernández"}
    empty()
    assert read_in(file, encoding="cp1252").loaded == 29
    with pytest.raises(CannotReadFile, match="No encoding"):
        read_in(file, encoding="klingon")


def test_a_countrys_own_columns_are_mapped(tmp_path: Path) -> None:
    file, mapping = tmp_path / "warga.csv", tmp_path / "warga.yaml"
    row = person()
    file.write_text(
        "NIK;NAMA;JK;TGL_LHR;DESA;NO_KK;SHDK;AGAMA\n"
        f"{row['number']};Siti;P;04-05-1990;{VILLAGE};{row['family_number']};1;1\n",
        encoding="utf-8",
    )
    mapping.write_text(
        """
columns: {number: nik, full_name: NAMA, sex: JK, birth_on: TGL_LHR, village_code: DESA,
          family_number: NO_KK, relation_to_head: SHDK, religion: AGAMA}
values: {sex: {L: male, P: female}, relation_to_head: {1: head}, religion: {1: islam}}
constants: {marital_status: single}
date_format: "%d-%m-%Y"
""",
        encoding="utf-8",
    )
    assert read_in(file, mapping).loaded == 1
    assert PersonEntry.objects.get().religion == "islam"


def test_a_mapping_or_file_that_cannot_be_meant_is_refused_with_what_is_known(tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text("columns: {nubmer: NIK}\n")
    with pytest.raises(CannotReadFile, match="nubmer"):
        read_mapping(mapping)
    file = tmp_path / "people.csv"
    file.write_text("name,age\nSiti,3\n")
    with pytest.raises(CannotReadFile, match=r"no column for number.*name, age"):
        read_in(file)
    file.write_text("")
    with pytest.raises(CannotReadFile, match="empty"):
        read_in(file)
    with pytest.raises(CannotReadFile, match="no file"):
        read_in(tmp_path / "nowhere.csv")


BAD = {
    "a number that is too short": ({"number": "31710144059000"}, "16 digits"),
    "a number with another sex": ({"sex": "male"}, "sex disagree"),
    "a number with another birth": ({"birth_on": "1990-05-05"}, "birth disagree"),
    "a number of an unknown region": ({"number": "9999014405900001"}, "unknown region, 99.99"),
    "a number of an impossible day": ({"number": "3171017905900001"}, "not a date"),
    "a date that is none": ({"birth_on": "1990-02-31"}, "no date of the form"),
    "a date in another form": ({"birth_on": "04/05/1990"}, "no date of the form"),
    "no name": ({"full_name": " "}, "name is missing"),
    "a name that is a formula": ({"full_name": "=HYPERLINK(1)"}, "no name has"),
    "a name that is too long": ({"full_name": "x" * 101}, "longer than 100"),
    "an unknown village": ({"village_code": "31.71.01.9999"}, "village code"),
    "a district for a village": ({"village_code": "31.71.01"}, "village code"),
    "an unknown religion": ({"religion": "jedi"}, "religion: jedi is not in the code list"),
    "an unknown relation": ({"relation_to_head": "boss"}, "relation_to_head: boss"),
    "no marital status": ({"marital_status": ""}, "marital_status"),
    "a bad family number": ({"family_number": "12"}, "family_number"),
    "control characters": ({"street": "Jl.\x07 Merdeka"}, "control characters"),
    "a zero byte": ({"street": "Jl.\x00 Merdeka"}, "control characters"),
    "a line break": ({"street": "Jl.\nMerdeka"}, "control characters"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_set_aside_with_its_reason_and_its_neighbors_load(tmp_path: Path, case: str) -> None:
    changes, reason = BAD[case]
    totals = read_in(write(tmp_path / "people.csv", [person(1), person(2, **changes), person(3)]))
    assert (totals.loaded, totals.quarantined) == (2, 1)
    assert reason in reasons(totals)[0]


def test_a_person_over_a_hundred_is_no_contradiction(tmp_path: Path) -> None:
    number = COUNTRY.person_numbers.compose("31.71.01", date(1920, 5, 4), "female", 1)
    assert read_in(write(tmp_path / "p.csv", [person(number=number, birth_on="1920-05-04")])).loaded == 1


def test_broken_lines_do_not_take_their_neighbors_along(tmp_path: Path) -> None:
    good = [",".join(person(n).values()) for n in range(1, 5)]
    broken = [
        ",".join(person(11, street='"never closed').values()),
        "only,three,cells",
        "x" * 300_000,
        ",".join(person(12).values()) + ",one,more",
    ]
    lines = [
        ",".join(HEADER),
        good[0],
        broken[0],
        good[1],
        broken[1],
        "",
        good[2],
        broken[2],
        broken[3],
        good[3],
    ]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    totals = read_in(file)
    # An unclosed quote is read as a letter of its cell: the row is whole, so it loads too.
    assert (totals.loaded, totals.quarantined) == (5, 3)
    assert sorted(reasons(totals)) == [
        "The line is longer than 65536 characters.",
        "The row has 17 cells, the header 15.",
        "The row has 3 cells, the header 15.",
    ]


def test_quoted_cells_may_hold_separators_and_quotes(tmp_path: Path) -> None:
    rows = [person(1, street='Jl. "Raya", No. 5'), person(2)]
    assert read_in(write(tmp_path / "people.csv", rows)).loaded == 2
    assert ResidenceEntry.objects.filter(street='Jl. "Raya", No. 5').exists()


def test_a_file_in_the_wrong_encoding_loads_nothing_false(tmp_path: Path) -> None:
    file = write(tmp_path / "people.csv", [person(1, full_name="José"), person(2)], encoding="cp1252")
    totals = read_in(file, encoding="utf-8")
    assert (totals.loaded, totals.quarantined) == (1, 1)
    assert "encoding" in reasons(totals)[0]


def test_who_is_twice_in_the_file_is_loaded_once(tmp_path: Path) -> None:
    rows = [person(1), person(1), person(1, full_name="Another"), person(2)]
    totals = read_in(write(tmp_path / "people.csv", rows))
    assert (totals.loaded, totals.quarantined) == (2, 2)
    assert all("twice" in reason for reason in reasons(totals))


def test_a_family_has_one_head(tmp_path: Path) -> None:
    second = person(2, family_number=person(1)["family_number"])
    totals = read_in(write(tmp_path / "people.csv", [person(1), second]))
    assert "another head" in reasons(totals)[0]
    later = read_in(write(tmp_path / "later.csv", [second]))
    assert "another head" in reasons(later)[0]
    assert FamilyEntry.objects.count() == 1


def test_families_without_a_head_are_counted(tmp_path: Path) -> None:
    rows = [person(1), person(2, relation_to_head="child"), person(3, relation_to_head="child")]
    assert read_in(write(tmp_path / "people.csv", rows)).families_without_head == 2


def test_what_the_register_knows_differently_is_not_overwritten(tmp_path: Path) -> None:
    read_in(write(tmp_path / "people.csv", [person(1), person(2)]))
    PersonEntry.objects.filter(number=person(2)["number"]).update(valid_until=date(2027, 1, 1))
    rows = [person(1, full_name="Changed", street="Moved"), person(2), person(3)]
    totals = read_in(write(tmp_path / "newer.csv", rows))
    assert (totals.loaded, totals.unchanged, totals.quarantined) == (1, 0, 2)
    assert "full_name, street" in reasons(totals)[0]
    assert "no longer living" in reasons(totals)[1]
    assert not PersonEntry.objects.filter(full_name="Changed").exists()


@pytest.mark.parametrize("text", ["=1+1", "+62", "-", "@home", "plain", "O'Brien", "", "'quoted"])
def test_no_cell_we_write_runs_in_a_spreadsheet_and_every_cell_comes_back(text: str) -> None:
    assert not safe_cell(text).startswith(("=", "+", "-", "@"))
    assert plain_cell(safe_cell(text)) == text


def test_the_quarantine_is_safe_to_open(tmp_path: Path) -> None:
    totals = read_in(write(tmp_path / "people.csv", [person(1, full_name="=cmd|' /C calc'!A0", rt="@SUM(1)")]))
    assert totals.quarantine is not None
    with totals.quarantine.open(encoding="utf-8", newline="") as handle:
        cells = [cell for row in csv.reader(handle) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


class Killed(BaseException):
    """Stands for the end of the process."""


def killed_after(batches: int) -> Callable[[int], None]:
    def progress(rows: int) -> None:
        if rows >= batches * 10:
            raise Killed

    return progress


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_BATCH", 10)


def mixed(count: int) -> list[dict[str, str]]:
    """Every seventh row is wrong and the last is there twice."""
    rows = [person(n, sex="male") if n % 7 == 0 else person(n) for n in range(1, count)]
    return [*rows, person(1)]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("batches", [1, 3])
def test_a_killed_import_goes_on_where_it_ended(tmp_path: Path, batches: int) -> None:
    whole = read_in(write(tmp_path / "whole.csv", mixed(45)))
    expected = whole.quarantine.read_text(encoding="utf-8") if whole.quarantine else ""
    people = sorted(PersonEntry.objects.values_list("number", flat=True))
    empty()
    file = write(tmp_path / "again.csv", [*mixed(45), person(500, sex="male")])
    with pytest.raises(Killed):
        read_in(file, progress=killed_after(batches))
    assert PopulationImport.objects.filter(finished_at=None).get().rows_read == batches * 10
    totals = read_in(file)
    assert totals.resumed == batches * 10
    assert (totals.read, totals.loaded) == (46, whole.loaded)
    assert totals.quarantined == whole.quarantined + 1
    assert totals.quarantine is not None
    assert totals.quarantine.read_text(encoding="utf-8").startswith(expected)
    assert sorted(PersonEntry.objects.values_list("number", flat=True)) == people


@pytest.mark.usefixtures("small_batches")
def test_a_batch_that_breaks_in_the_middle_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "people.csv", mixed(45))
    append, calls = importing.load_rows, iter(range(100))

    def break_in_the_third_batch(*arguments: Any) -> int:
        if next(calls) == 10:
            raise Killed
        return append(*arguments)

    monkeypatch.setattr(importing, "load_rows", break_in_the_third_batch)
    with pytest.raises(Killed):
        read_in(file)
    monkeypatch.setattr(importing, "load_rows", append)
    assert PersonEntry.objects.count() == ResidenceEntry.objects.count() == 18
    totals = read_in(file)
    assert (totals.resumed, totals.read, totals.quarantined) == (20, 45, 7)
    assert PersonEntry.objects.count() == totals.loaded == 38


@pytest.mark.usefixtures("small_batches")
def test_what_a_killed_batch_wrote_to_the_quarantine_is_taken_back(tmp_path: Path) -> None:
    file = write(tmp_path / "people.csv", mixed(45))
    with pytest.raises(Killed):
        read_in(file, progress=killed_after(2))
    quarantine = tmp_path / "people.quarantine.csv"
    with quarantine.open("a") as handle:
        handle.write("half a row of the batch that was never stor")
    assert len(reasons(read_in(file))) == 7
    assert "half a row" not in quarantine.read_text(encoding="utf-8")


def test_the_export_tells_a_past_day_too(tmp_path: Path) -> None:
    read_in(write(tmp_path / "people.csv", [person(1), person(2)]))
    PersonEntry.objects.filter(number=person(2)["number"]).update(valid_until=date(2026, 9, 1))
    file = tmp_path / "out.csv"
    assert export_population(actor=ACTOR, file=file, as_of=date(2026, 8, 1)) == 2
    assert export_population(actor=ACTOR, file=file, as_of=date(2026, 9, 1)) == 1
    assert export_population(actor=ACTOR, file=file, as_of=date(2026, 6, 30)) == 0
    assert file.read_text(encoding="utf-8").splitlines() == [",".join(COLUMNS)]


def test_the_commands_say_what_they_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "people.csv", [person(1), person(2, sex="male")])
    call_command("import_population", str(file), "--on", str(ON))
    assert "Read 2 rows (utf-8, separated by ','): 1 loaded, 0 unchanged, 1 quarantined" in capsys.readouterr().out
    call_command("export_population", str(tmp_path / "out.csv"), "--as-of", str(ON))
    assert "1 people alive on 2026-07-01" in capsys.readouterr().out


@pytest.mark.one_database
@pytest.mark.slow
def test_an_import_that_is_killed_goes_on_to_the_same_end(tmp_path: Path) -> None:
    """A real process, killed without warning between or inside batches."""
    file = write(tmp_path / "people.csv", mixed(5000))
    fresh_house.furnish(tmp_path, with_keys=False)
    database = tmp_path / fresh_house.DATABASE
    environment = os.environ | {"GAPURA_HOME": str(tmp_path), "GAPURA_DATABASE": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "django", "import_population", str(file), "--on", str(ON), "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None and not _rows_read(database):
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    process.kill()
    process.wait()
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    totals = json.loads(done.stdout)
    assert 0 < totals["resumed"] <= 5000
    assert (totals["read"], totals["loaded"], totals["quarantined"]) == (5000, 4285, 715)
    with closing(sqlite3.connect(database)) as connection:
        for table in ("civil_person", "civil_residence", "civil_membership", "civil_family"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (4285,)
    assert len((tmp_path / "people.quarantine.csv").read_text(encoding="utf-8").splitlines()) == 716


def _rows_read(database: Path) -> int:
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        return connection.execute("SELECT coalesce(sum(rows_read), 0) FROM civil_population_import").fetchone()[0]
