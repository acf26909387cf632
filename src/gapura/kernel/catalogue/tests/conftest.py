import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings

from gapura.foundation.jurisdictions import Jurisdiction, load
from gapura.kernel.catalogue.definitions import reading
from gapura.kernel.catalogue.definitions.problems import BadDefinitions

_parse_source = reading.parse_source


class DraftCountry:
    """A country's files in a folder of one's own, to be changed and read again."""

    def __init__(self, country: Jurisdiction) -> None:
        self.country = country

    def file(self, name: str) -> Path:
        return self.country.path(*name.split("/"))

    def change(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.file(name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        self.file(name).write_text(self.file(name).read_text(encoding="utf-8") + text, encoding="utf-8")

    def line_of(self, name: str, text: str) -> int:
        lines = self.file(name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)


@lru_cache(maxsize=500)
def _parse(content: bytes) -> reading.Source:
    return _parse_source(Path(), content)


def _parse_once(file: Path, content: bytes) -> reading.Source:
    """The country is read a hundred times, and each time one file differs."""
    try:
        return replace(_parse(content), file=file)
    except BadDefinitions:
        return _parse_source(file, content)  # which names the file


@pytest.fixture
def draft(tmp_path, monkeypatch):
    """A copy of the country in use."""
    monkeypatch.setattr(reading, "parse_source", _parse_once)
    country = load(settings.GAPURA_JURISDICTION)
    root = tmp_path / "country"
    shutil.copytree(country.root, root, ignore=shutil.ignore_patterns("villages.csv", "*.py", "__pycache__"))
    return DraftCountry(replace(country, root=root))
