import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from gapura.foundation.jurisdictions import Jurisdiction, load


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


@pytest.fixture
def draft(tmp_path):
    """A copy of the country in use."""
    country = load(settings.GAPURA_JURISDICTION)
    root = tmp_path / "country"
    shutil.copytree(country.root, root, ignore=shutil.ignore_patterns("villages.csv", "*.py", "__pycache__"))
    return DraftCountry(replace(country, root=root))
