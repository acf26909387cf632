"""Reading a reporter's file, in the sandbox: CSV or JSON becomes lines of text by column name, and nothing else."""

import csv
import json
from io import StringIO
from typing import Any

from gapura.sectors.withholding.types import FileFault, FileUnreadable

MOST_LETTERS = 200
_BOM = b"\xef\xbb\xbf"
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"<?xml", b"%PDF", b"\xd0\xcf\x11\xe0", b"BZh", b"7z\xbc\xaf")
Row = tuple[int, dict[str, str]]


def read_rows(content: bytes, columns: list[str], most_rows: int) -> dict[str, Any]:
    """``rows``: line and text by column of each; or ``fault`` and ``detail``, why it cannot be read."""
    try:
        return {"rows": _read(content, columns, most_rows)}
    except FileUnreadable as error:
        return {"fault": error.fault, "detail": error.detail}


def _read(content: bytes, columns: list[str], most_rows: int) -> list[Row]:
    if content.startswith(_PACKED):
        raise FileUnreadable(FileFault.PACKED)
    try:
        text = content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileUnreadable(FileFault.NOT_UTF8, error.start + 1) from error
    if "\0" in text:
        raise FileUnreadable(FileFault.NOT_UTF8, text.index("\0") + 1)
    rows = (
        _read_json(text, columns, most_rows) if text.lstrip()[:1] in ("[", "{") else _read_csv(text, columns, most_rows)
    )
    if not rows:
        raise FileUnreadable(FileFault.EMPTY)
    return rows


def _read_csv(text: str, columns: list[str], most_rows: int) -> list[Row]:
    """With a comma or, as spreadsheets here write it, a semicolon; in any order of columns."""
    heading, _, _ = text.partition("\n")
    reader = csv.reader(StringIO(text, newline=""), delimiter=";" if ";" in heading else ",", strict=True)
    rows: list[Row] = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check_heading(names, columns)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                raise FileUnreadable(FileFault.CELLS, reader.line_num)
            _add(rows, reader.line_num, dict(zip(names, cells, strict=True)), most_rows)
    except csv.Error as error:
        raise FileUnreadable(FileFault.NOT_CSV, reader.line_num) from error
    return rows


def _read_json(text: str, columns: list[str], most_rows: int) -> list[Row]:
    """An array of objects. The first row counts as line 2, as under a heading."""
    try:
        said = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileUnreadable(FileFault.NOT_JSON, getattr(error, "lineno", "")) from error
    rows: list[Row] = []
    for line, one in enumerate(said if isinstance(said, list) else [said], start=2):
        if not isinstance(one, dict) or any(not isinstance(value, str | None) for value in one.values()):
            raise FileUnreadable(FileFault.NESTED, line)
        if unknown := one.keys() - set(columns):
            raise FileUnreadable(FileFault.HEADING_UNKNOWN, min(unknown))
        _add(rows, line, {name: value or "" for name, value in one.items()}, most_rows)
    return rows


def _check_heading(names: list[str], columns: list[str]) -> None:
    if missing := [name for name in columns if name not in names]:
        raise FileUnreadable(FileFault.HEADING_LACKS, missing[0])
    if unknown := [name for name in names if name not in columns]:
        raise FileUnreadable(FileFault.HEADING_UNKNOWN, unknown[0])
    if len(set(names)) < len(names):
        raise FileUnreadable(FileFault.HEADING_TWICE)


def _add(rows: list[Row], line: int, cells: dict[str, str], most_rows: int) -> None:
    if len(rows) >= most_rows:
        raise FileUnreadable(FileFault.ROWS, most_rows)
    if any(len(cell) > MOST_LETTERS for cell in cells.values()):
        raise FileUnreadable(FileFault.LETTERS, line)
    rows.append((line, cells))
