"""Adopted definitions as files: to the byte, and the same catalogue when they are read."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.kernel.catalogue.queries import get_catalogue, take_up_editions
from gapura.kernel.catalogue.testing import read_catalogue
from gapura.kernel.editions.testing import BEGINS, CARD, ServiceEdition, adopt, adopted, begin, ended, propose, write

TITLE = "en: Family card copy"


@pytest.fixture
def country(tmp_path: Path) -> Jurisdiction:
    """A copy of the country in use."""
    country = load(settings.GAPURA_JURISDICTION)
    shutil.copytree(
        country.root, tmp_path / "country", ignore=shutil.ignore_patterns("villages.csv", "*.py", "__pycache__")
    )
    return replace(country, root=tmp_path / "country")


def test_what_is_written_is_to_the_byte_what_was_adopted_and_reads_as_the_same(country: Jurisdiction) -> None:
    files_before = {path: path.read_bytes() for path in country.root.rglob("*") if path.is_file()}
    first = adopted(TITLE, "en: Second")
    adopted("en: Second", 'en: "Third – ‘ä’ 한"', begins=BEGINS + timedelta(days=30))
    adopt(propose(write(begin("civil.card-by-post", copy_of=CARD))))
    ended(date(2026, 12, 1), "civil.never-married")

    call_command("services_write", str(country.root))

    assert {path: path.read_bytes() for path in files_before} == files_before
    assert (country.root / "services" / f"{CARD}@{BEGINS}.yaml").read_bytes() == first.text.encode()
    read, live = read_catalogue(country), get_catalogue()
    assert read.services == live.services
    assert read.texts == live.texts
    assert len(read.services[CARD]) == 3


def test_an_edition_that_came_into_the_files_is_not_there_twice(country: Jurisdiction) -> None:
    edition = adopted(TITLE, "en: X")
    call_command("services_write", str(country.root))
    files = read_catalogue(country).files

    assert files.with_editions([edition.edition]).services == read_catalogue(country).services


def test_the_check_reads_editions_too(capsys: pytest.CaptureFixture[str]) -> None:
    edition = adopted(TITLE, "en: X")
    call_command("services_check")
    assert "no mistakes" in capsys.readouterr().out

    broken = edition.text.replace("checks: [is-alive]", "checks: [gone]")
    row = ServiceEdition.objects.filter(pk=edition.pk)
    edition.text = broken
    row.update(text=broken, digest=edition.fingerprint, adoption=2)

    with pytest.raises(CommandError, match="1 mistakes"):
        call_command("services_check")
    assert f"{CARD}@{BEGINS}.yaml" in capsys.readouterr().err


def test_an_edition_that_the_files_no_longer_bear_is_left_out_and_the_house_stands() -> None:
    """The files changed under it: the service goes on as it was, and the others with it."""
    edition, other = adopted(TITLE, "en: X"), adopted(code="civil.never-married")
    edition.text = edition.text.replace("checks: [is-alive]", "checks: [gone]")
    ServiceEdition.objects.filter(pk=edition.pk).update(text=edition.text, digest=edition.fingerprint, adoption=7)

    take_up_editions()

    services = get_catalogue().services
    assert [one.valid_until for one in services[CARD]] == [None]
    assert services["civil.never-married"][-1].version == other.digest
