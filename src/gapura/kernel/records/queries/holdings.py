"""Everything the house holds about one person: a scan of every column declared to say whose a row is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import F, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from gapura.foundation.jurisdictions import BadPersonNumber, load
from gapura.foundation.personal_data import ColumnClass, TableDeclaration
from gapura.kernel.records.queries.elsewhere import get_terms_of_asking
from gapura.kernel.records.queries.tables import get_model, list_declarations
from gapura.kernel.records.rules import WITHHELD, Reader
from gapura.kernel.records.types import Holding

_CHUNK = 500


def list_holdings(person_number: str) -> list[Holding]:
    """What each table holds about the person, by table; tables with nothing, and what the law excepts, are left out.

    Slow by design: every mention in free text and JSON is searched too. Other people's data are masked and
    credentials withheld; sealed files are named by size (the person fetches them under My documents).
    """
    reader = get_reader(person_number)
    excepted = set(get_terms_of_asking().excepted)
    declarations = (one for _, one in sorted(list_declarations().items()) if not excepted & set(one.feeds))
    holdings = (_holding(declaration, reader) for declaration in declarations)
    return [holding for holding in holdings if holding.rows]


def get_reader(person_number: str) -> Reader:
    """The person as a reader of rows, with the country's way of masking."""
    scheme = load(settings.GAPURA_JURISDICTION).person_numbers

    def is_number(text: str) -> bool:
        try:
            scheme.parse(text)
        except BadPersonNumber:
            return False
        return True

    return Reader(person_number, scheme.mask, is_number)


def find_rows(declaration: TableDeclaration, person_number: str) -> dict[Any, set[str]]:
    """Primary keys of the rows about the person, each with the subject paths that say so (none: a mention)."""
    rows = get_model(declaration.table)._base_manager.order_by("pk")
    found: dict[Any, set[str]] = {}
    for path in declaration.subjects:
        for key in rows.filter(**{path: person_number}).values_list("pk", flat=True):
            found.setdefault(key, set()).add(path)
    for column in declaration.mentions:
        mentioning = with_text(rows, column).filter(**{f"{column}_text__contains": person_number})
        for key in mentioning.values_list("pk", flat=True):
            found.setdefault(key, set())
    return found


def with_text(rows: "QuerySet[Any]", column: str) -> "QuerySet[Any]":
    """The rows with a JSON or text column as text in ``<column>_text``."""
    shown: QuerySet[Any] = rows.annotate(**{f"{column}_text": Cast(F(column), TextField())})
    return shown


def about_person(declaration: TableDeclaration, person_number: str) -> Q:
    """The condition that a row is about the person, by its subject columns alone."""
    condition = Q(pk__in=[])
    for path in declaration.subjects:
        condition |= Q(**{path: person_number})
    return condition


def _holding(declaration: TableDeclaration, reader: Reader) -> Holding:
    found = find_rows(declaration, reader.number) if declaration.is_personal else {}
    rows = tuple(_shown(declaration, row, found[key], reader) for key, row in _read(declaration, list(found)))
    return Holding(declaration.table, declaration.title, declaration.retention, rows)


def _read(declaration: TableDeclaration, keys: Sequence[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    model: type[Model] = get_model(declaration.table)
    for start in range(0, len(keys), _CHUNK):
        rows = model._base_manager.filter(pk__in=keys[start : start + _CHUNK]).order_by("pk")
        for row in rows.values(*declaration.columns):
            yield row[model._meta.pk.name], row


def _shown(declaration: TableDeclaration, row: Mapping[str, Any], matched: set[str], reader: Reader) -> dict[str, Any]:
    open_columns = _open_columns(declaration, row, matched, reader)
    return {
        name: _value(row[name], declaration.columns[name], reader)
        if name in open_columns
        else _hidden(row[name], reader)
        for name in declaration.columns
    }


def _open_columns(declaration: TableDeclaration, row: Mapping[str, Any], matched: set[str], reader: Reader) -> set[str]:
    """The columns that speak of the reader: all but other people's, or only those of the path that matched."""
    if any(declaration.subjects[path] is None for path in matched):
        others = [path for path in declaration.subjects if path not in matched and row.get(path)]
        hidden = {column for path in others for column in (declaration.subjects[path] or {path})}
        return set(declaration.columns) - hidden
    columns = set(declaration.columns_of(ColumnClass.NONE))
    for path in matched:
        columns |= declaration.subjects[path] or set()
    return columns | {name for name in declaration.mentions if reader.number in str(row[name])}


def _value(value: Any, said: ColumnClass, reader: Reader) -> Any:
    if said is ColumnClass.CREDENTIAL:
        return WITHHELD
    if isinstance(value, bytes | memoryview):
        return {"bytes": len(value)}
    return reader.masked(value) if isinstance(value, str | dict | list) else value


def _hidden(value: Any, reader: Reader) -> Any:
    if value in ("", None):
        return value
    return reader.mask(value) if reader.is_other(value) else WITHHELD
