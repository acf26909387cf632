"""The tasks of the state are whole, and the task that fits is among the first three, with its reasons."""

from pathlib import Path

import pytest
import yaml

from gapura.kernel.catalogue.queries import get_catalogue, list_agencies
from gapura.sectors.office import testing
from gapura.sectors.office.actions import register_document
from gapura.sectors.office.classification import Filed, read_classification
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries import (
    get_unit_task,
    list_retention_classes,
    list_unit_tasks,
    suggest_unit_tasks,
)
from gapura.sectors.office.queries.classification import read_country_classification
from gapura.sectors.office.testing import NOW, make_document, make_office

TITLES = yaml.safe_load(Path(__file__).with_name("titles.yaml").read_text("utf-8"))
FLOOR_AMONG_ITS_AGENCYS, FLOOR_AMONG_ALL = 95, 90


def hit_rate(limit, *, by_agency):
    classification = read_country_classification("indonesia")
    hits = 0
    for case in TITLES:
        agency = case["agency"] if by_agency else ""
        found = classification.suggest(case["title"], agency_code=agency, limit=limit)
        hits += case["task"] in [one.code for one in found]
    return 100 * hits // len(TITLES)


def test_the_right_task_is_among_the_first_three():
    assert len(TITLES) >= 60
    assert hit_rate(3, by_agency=True) >= FLOOR_AMONG_ITS_AGENCYS
    assert hit_rate(3, by_agency=False) >= FLOOR_AMONG_ALL


def test_every_labeled_title_is_of_a_task_that_the_agency_has():
    assert not [case for case in TITLES if not get_unit_task(case["task"]).is_for(case["agency"])]


def test_the_tasks_are_many_and_each_is_whole():
    tasks = list_unit_tasks()
    assert len(tasks) >= 120
    assert {task.function.area for task in tasks} == set(
        read_country_classification("indonesia").tasks[code].function.area for code in [task.code for task in tasks]
    )
    grounds = set(get_disclosure_terms().grounds)
    known, laws = {agency.code for agency in list_agencies()}, get_catalogue().laws
    for task in tasks:
        assert set(task.title) == set(task.reason) == set(task.function.title) == {"id", "en", "ko"}, task.code
        assert task.disclosure == "open" or task.disclosure_ground in grounds, task.code
        assert task.function.agencies <= known, task.code
    for retention in list_retention_classes().values():
        assert retention.fate in ("destroy", "appraise", "permanent")
        assert any(retention.law.startswith(law) for law in laws), retention.law


def test_tasks_of_other_agencies_are_never_suggested():
    classification = read_country_classification("indonesia")
    found = classification.suggest("Pemeriksaan pajak wajib pajak", agency_code="kemenkes", limit=10)
    assert found
    assert not [one for one in found if one.code.startswith("PJ")]


@pytest.mark.parametrize("title", ["", "!!!", "12345", "dan atau yang"])
def test_what_says_nothing_gets_no_suggestion(title):
    assert read_country_classification("indonesia").suggest(title) == []


def test_words_count_in_any_form_and_the_reasons_are_the_words():
    classification = read_country_classification("indonesia")
    best = classification.suggest("Pembayaran dan penagihan: dibayarkan kepada penyedia")[0]
    assert best.words
    assert set(best.words) <= {"pembayaran", "penagihan", "dibayarkan", "penyedia"}
    language = classification.language
    for forms in (["membayar", "dibayar", "pembayaran", "bayarkan"], ["pelaporan", "laporan", "dilaporkan"]):
        assert len({language.stem(word) for word in forms}) == 1, forms


def test_what_the_unit_filed_before_decides_where_words_do_not():
    classification = read_country_classification("indonesia")
    filed = [Filed("Proyek Garuda tahap kesatu", "TI.01"), Filed("Proyek Elang", "PL.02")]
    best = classification.suggest("Proyek Garuda tahap kedua", filed=filed)[0]
    assert (best.code, best.earlier) == ("TI.01", ("Proyek Garuda tahap kesatu",))


@pytest.mark.django_db
def test_a_units_own_registered_documents_are_what_it_filed():
    office = make_office()
    assert not suggest_unit_tasks("Proyek Garuda", "", testing.STANDARDS)
    document = make_document(office.analyst, title="Proyek Garuda", task_code="TI.01")
    assert not suggest_unit_tasks("Proyek Garuda", "", testing.STANDARDS)  # a draft tells nothing yet
    register_document(actor=office.head, document=document, now=NOW)
    assert [one.code for one in suggest_unit_tasks("Proyek Garuda", "", testing.STANDARDS)] == ["TI.01"]
    assert not suggest_unit_tasks("Proyek Garuda", "", testing.LEGAL)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"tasks": {"XX.01": {}}}, "no function"),
        ({"public": "closed"}, "without a ground"),
        ({"public": "open h"}, "open with one"),
    ],
)
def test_half_written_tasks_are_not_read(changed, why):
    title = {"id": "x"}
    task = {"title": title, "keywords": "x", "keep": "short", "because": "it", **changed}
    functions = {
        "areas": {"a": title},
        "functions": {"OT": {"area": "a", "title": title}},
        "tasks": changed.get("tasks") or {"OT.01": task},
        "language": {"starts": {}, "ends": [], "fillers": ""},
    }
    short = {"title": title, "active_years": 1, "inactive_years": 0, "fate": "destroy", "law": "x", "certainty": "low"}
    with pytest.raises(ValueError, match=why):
        read_classification(functions, {"classes": {"short": short}, "reasons": {"it": title}})
