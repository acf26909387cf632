"""Tables for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_csv_file(name: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A table to keep, as ``name.csv``."""
    answer = HttpResponse(as_csv(headings, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def as_csv(headings: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Text that a spreadsheet takes for a formula is kept from being one (ASVS 1.2.10); figures stay."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return file.getvalue()


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
