"""The figures of openness, reckoned by hand once."""

import csv
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.actions import merge_units
from gapura.kernel.identity.queries import find_account, list_capacities
from gapura.kernel.identity.testing import sign_in
from gapura.kernel.search.actions import remove_entries
from gapura.sectors.office import testing
from gapura.sectors.office.actions.finding import index_everything
from gapura.sectors.office.actions.openness import MOST_SAMPLED, measure_finding
from gapura.sectors.office.models import FindingSample, FolderTerm, OfficialDocument, Transfer
from gapura.sectors.office.openness import DueFolder, Probe, Settled, by_unit, measure
from gapura.sectors.office.queries.finding import COLLECTION
from gapura.sectors.office.queries.openness import list_due_folders, list_probes
from gapura.sectors.office.testing import make_document, make_kept_folder, make_office

BEGAN = datetime(2026, 3, 2, 2, tzinfo=UTC)


def settled(unit="a", hours=2, online=True, steps=3, returns=0, public=True):
    return Settled(unit, BEGAN, BEGAN + timedelta(hours=hours), online, steps, returns, public)


def test_each_figure_is_what_its_name_says():
    figures = measure(
        [
            settled(hours=1),
            settled(hours=5, steps=6, returns=2),
            settled(hours=30, public=False),
            settled(online=False, hours=900, steps=0),
        ]
    )
    assert (figures.documents, figures.online, figures.disclosed) == (4, 75.0, 75.0)
    assert (figures.hours, figures.steps, figures.returned) == (5.0, 4.0, 33.3)


def test_what_cannot_be_counted_is_no_zero():
    figures = measure([])
    assert (figures.documents, figures.online, figures.hours, figures.steps) == (0, None, None, None)
    assert measure([settled(online=False)]).returned is None


def test_units_are_told_apart():
    assert {unit: one.documents for unit, one in by_unit([settled("b"), settled("a"), settled("a")]).items()} == {
        "a": 2,
        "b": 1,
    }


def register(document, serial, at, **chosen):
    OfficialDocument.objects.filter(pk=document.pk).update(
        status="registered", serial=serial, number=f"{serial}", year=at.year, registered_at=at, **chosen
    )


@pytest.fixture
def browser(db):
    office = make_office()
    for serial, (actor, chosen) in enumerate(
        [
            (office.analyst, {"disclosure": "open"}),
            (office.analyst, {"disclosure": "closed", "disclosure_ground": "f"}),
            (office.lawyer, {}),
            (office.neighbor, {}),
            (office.analyst, {"direction": "incoming"}),
        ],
        start=1,
    ):
        register(make_document(actor, now=BEGAN), serial, BEGAN + timedelta(hours=serial), **chosen)
    client = Client(headers={"Accept-Language": "en"})
    with clock.frozen(testing.NOW):
        sign_in(client, find_account("analyst"), post_code=office.analyst.post_code)
        yield client


OPENNESS = "/desk/office/openness/"


@pytest.mark.database
@pytest.mark.django_db
def test_the_page_counts_the_agencys_own_documents_of_the_year(browser):
    assert reverse("office:openness") == OPENNESS
    lines = list(csv.reader(browser.get(OPENNESS, {"format": "csv"}).content.decode().splitlines()))
    assert lines[0][:3] == ["Unit", "documents", "online"]
    assert [[*line[:3], line[6]] for line in lines[1:]] == [
        ["Biro Hukum", "1", "0.0", "100.0"],
        ["Bagian Standar Pelayanan", "2", "0.0", "50.0"],
    ]
    assert lines[0][7:] == ["findable", "due", "transferred"]
    assert [line[7:] for line in lines[1:]] == [["", "0", ""]] * 2
    assert "66.7 %" in browser.get(OPENNESS).content.decode()
    assert "Nothing was registered" in browser.get(OPENNESS, {"year": "2025"}).content.decode()
    assert browser.get(OPENNESS, {"year": "nonsense"}).status_code == 200


def test_of_several_probes_of_a_unit_the_last_one_counts():
    first, last = Probe("a", date(2026, 3, 1), 10, 1), Probe("a", date(2026, 4, 1), 30, 27)
    assert measure([], [last, first]).findable == 90.0
    assert measure([], [last, first, Probe("b", date(2026, 1, 1), 30, 15)]).findable == 70.0
    assert measure([]).findable is measure([]).transferred is None
    figures = by_unit([], [], [DueFolder("a", 2026, in_time=True), DueFolder("a", 2026, in_time=False)])
    assert (figures["a"].due, figures["a"].transferred) == (2, 50.0)


YEAR = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}


def probe(now=testing.NOW):
    return measure_finding(actor=system_actor("test"), today=now.date(), chance=Random(7))


def fill(office, many=4):
    made = [make_document(office.analyst, title=f"Quince {number}", now=BEGAN) for number in range(many)]
    made.append(make_document(office.lawyer, title="Medlar", now=BEGAN))
    incoming = make_document(office.lawyer, title="A letter that came", now=BEGAN)
    register(incoming, 90, BEGAN, direction="incoming")
    make_document(office.colleague, title="A draft is not counted", now=BEGAN)
    for serial, document in enumerate(made, 1):
        register(document, serial, BEGAN)
    list(index_everything())
    return made


@pytest.mark.database
@pytest.mark.django_db
def test_a_document_that_is_not_indexed_lowers_what_is_found():
    office = make_office()
    made = fill(office)
    assert probe() == 2
    assert {(one.unit_code, one.sample, one.found) for one in list_probes(testing.AGENCY, **YEAR)} == {
        (testing.STANDARDS, 4, 4),
        (testing.LEGAL, 1, 1),
    }
    remove_entries(collection=COLLECTION, keys=[f"document:{made[0].code}"])
    assert probe() == 0, "what was measured in the last week is not measured again"
    assert probe(testing.NOW + timedelta(days=7)) == 2
    found = by_unit([], list_probes(testing.AGENCY, **YEAR))
    assert (found[testing.STANDARDS].findable, found[testing.LEGAL].findable) == (75.0, 100.0)
    assert list_probes(testing.OTHER_AGENCY, **YEAR) == []


@pytest.mark.database
@pytest.mark.django_db
def test_of_many_documents_a_sample_is_looked_for():
    office = make_office()
    fill(office, many=MOST_SAMPLED + 5)
    probe()
    sample = FindingSample.objects.get(unit_code=testing.STANDARDS)
    assert (sample.sample, sample.found) == (MOST_SAMPLED, MOST_SAMPLED)


@pytest.mark.database
@pytest.mark.django_db
def test_in_time_is_what_the_archive_confirmed_before_the_year_was_over():
    office = make_office()
    due = {}
    for place, (task, year) in enumerate([("OT.01", 2026), ("OT.02", 2026), ("OT.03", 2026), ("OT.04", 2025)]):
        folder = due[task] = make_kept_folder(office.analyst if place else office.lawyer, task_code=task)
        FolderTerm.objects.filter(folder=folder).update(inactive_until=date(year, 1, 1))
    other = make_kept_folder(office.analyst, task_code="OT.05")
    FolderTerm.objects.filter(folder=other).update(inactive_until=date(2026, 1, 1), fate="destroy")
    last_moment = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # a minute before midnight in Jakarta
    for task, received in (("OT.01", last_moment), ("OT.02", last_moment + timedelta(minutes=1)), ("OT.04", None)):
        confirmed = {"state": "received", "receipt": {}, "receipt_seal": b"seal"} if received else {}
        Transfer.objects.create(
            code=f"T{task}", folder=due[task], agency_code=testing.AGENCY, digest="0" * 64, size=1,
            sent_by_label="A", sent_at=testing.NOW, received_at=received, **confirmed,
        )  # fmt: skip
    found = list_due_folders(testing.AGENCY, **YEAR)
    assert {(one.unit_code, one.in_time) for one in found} == {(testing.LEGAL, True), (testing.STANDARDS, False)}
    assert measure([], [], found).transferred == 33.3
    assert measure([], [], list_due_folders(testing.AGENCY, since=date(2025, 1, 1), until=date(2026, 1, 1))).due == 1
    merge_units(actor=system_actor("test"), code=testing.LEGAL, successor=testing.STANDARDS, on=testing.NOW.date())
    assert {one.unit_code for one in list_due_folders(testing.AGENCY, **YEAR)} == {testing.STANDARDS}


def analyst():
    capacities = list_capacities(find_account("analyst"), on=testing.NOW.date())
    return next(one.actor for one in capacities if one.actor.post_code)


@pytest.mark.database
@pytest.mark.django_db
def test_the_page_shows_what_is_found_and_what_went_to_the_archive(browser):
    assert "nothing was measured yet" in browser.get(OPENNESS).content.decode()
    list(index_everything())
    probe()
    folder = make_kept_folder(analyst(), task_code="OT.09")
    FolderTerm.objects.filter(folder=folder).update(inactive_until=date(2026, 1, 1))
    page = browser.get(OPENNESS).content.decode()
    for words in ("Found in search by who drafted it", "100.0 %", "0.0 % of 1", "Last measured on"):
        assert words in page, words
    lines = list(csv.reader(browser.get(OPENNESS, {"format": "csv"}).content.decode().splitlines()))
    assert [line[7:] for line in lines[1:]] == [["100.0", "0", ""], ["100.0", "1", "0.0"]]
