"""An outcome as files: one page to read, tables to reckon on, and everything as JSON."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from gapura.sectors.insight.presentation import list_tables, present
from gapura.web.jinja import money
from gapura.web.languages import reader_language
from gapura.web.tables import as_csv

_STYLES = ("tokens", "elements", "shell", "components")


def write_report(
    folder: Path, result: dict[str, Any], *, title: str, reform: str, population: str, on: date
) -> list[Path]:
    """``report.html``, ``result.json`` and a CSV file for each table; returns what was written."""
    language = reader_language()
    folder.mkdir(parents=True, exist_ok=True)
    context = {
        "title": title,
        "reform": reform,
        "population": population,
        "people": result["everybody"]["people"],
        "on": on,
        "law": result["law"],
        "reform_law": result["reform_law"],
        "shown": present(result, language=language, money=money),
        "styles": "\n".join(_read_style(name) for name in _STYLES),
    }
    files = {
        "report.html": render_to_string("insight/report.html", context),
        "result.json": json.dumps(result, ensure_ascii=False, indent=1),
    }
    for code, _caption, headings, rows in list_tables(result, language=language):
        files[f"{code}.csv"] = as_csv(headings, rows)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _read_style(name: str) -> str:
    found = finders.find(f"web/{name}.css")
    return Path(str(found)).read_text(encoding="utf-8") if found else ""
