"""Files of reporters: which columns they have, and what may be wrong with a row (docs/how-to/report-for-tax.md)."""

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from gapura.sectors.withholding.types import Column, ColumnKind, Fault, Finding, Form, ReportedRow, ReportTerms

_MOST_MONEY = 10**15  # a thousand times what anybody in the country earns, and sums stay below 64 bits
_K = ColumnKind
COLUMNS: Mapping[Form, tuple[Column, ...]] = {
    Form.SLIPS: (
        Column("person_number", _K.PERSON),
        Column("slip_number", _K.TEXT, 30),
        Column("slip_kind", _K.CODE),
        Column("month_from", _K.MONTH),
        Column("month_until", _K.MONTH),
        Column("gross", _K.MONEY),
        Column("pension_contributions", _K.MONEY, default="0"),
        Column("zakat", _K.MONEY, default="0"),
        Column("other_deductions", _K.MONEY, default="0"),
        Column("tax_withheld", _K.MONEY),
        Column("tax_status", _K.CODE),
    ),
    Form.ITEMS: (
        Column("person_number", _K.PERSON),
        Column("item_number", _K.TEXT, 30),
        Column("item_kind", _K.CODE),
        Column("amount", _K.MONEY),
        Column("tax_withheld", _K.MONEY, default="0"),
    ),
}
_NUMBER = {Form.SLIPS: "slip_number", Form.ITEMS: "item_number"}
Values = Mapping[str, str]
IsPerson = Callable[[str], bool]


def read_row(
    form: Form, line: int, values: Values, *, year: int, terms: ReportTerms, is_person: IsPerson, today: date
) -> ReportedRow | list[Finding]:
    """The row, or everything that is wrong with it. ``is_person``: whether a number is formed as the country's are."""
    codes = {"slip_kind": terms.slip_kinds, "item_kind": terms.item_kinds, "tax_status": terms.tax_statuses}
    read: dict[str, str | int] = {}
    found: list[Finding] = []
    for column in COLUMNS[form]:
        value = _read_cell(column, values.get(column.name, "").strip(), codes.get(column.name, ()), is_person)
        if isinstance(value, Fault):
            found.append(Finding(line, column.name, value))
        else:
            read[column.name] = value
    found = found or [Finding(line, *one) for one in _find_contradictions(form, read, year, today)]
    return found or _as_row(form, line, read, year, terms)


def _read_cell(column: Column, text: str, codes: Iterable[str], is_person: IsPerson) -> str | int | Fault:
    text = text or column.default or ""
    if not text:
        return Fault.MISSING
    if column.kind in (_K.MONEY, _K.MONTH):
        return _read_whole(column, text)
    if column.kind is _K.CODE and text not in codes:
        return Fault.NOT_A_CODE
    if column.kind is _K.PERSON and not is_person(text):
        return Fault.NOT_A_NUMBER
    return Fault.TOO_LONG if column.most and len(text) > column.most else text


def _read_whole(column: Column, text: str) -> int | Fault:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        return Fault.NOT_WHOLE
    if text != digits:
        return Fault.NEGATIVE
    if len(digits) > len(str(_MOST_MONEY)) or int(digits) > _MOST_MONEY:
        return Fault.TOO_LARGE
    if column.kind is _K.MONTH and not 1 <= int(digits) <= 12:
        return Fault.NOT_A_MONTH
    return int(digits)


def _find_contradictions(
    form: Form, read: Mapping[str, str | int], year: int, today: date
) -> Iterable[tuple[str, Fault]]:
    whole = {name: value for name, value in read.items() if isinstance(value, int)}
    if form is Form.ITEMS:
        if whole["tax_withheld"] > whole["amount"]:
            yield "tax_withheld", Fault.WITHHELD_ABOVE_GROSS
        return
    first, last = whole["month_from"], whole["month_until"]
    if last < first:
        yield "month_until", Fault.MONTHS_REVERSED
    elif today <= end_of_month(year, last):
        yield "month_until", Fault.MONTHS_NOT_OVER
    if whole["pension_contributions"] + whole["zakat"] + whole["other_deductions"] > whole["gross"]:
        yield "gross", Fault.DEDUCTED_ABOVE_GROSS
    if whole["tax_withheld"] > whole["gross"]:
        yield "tax_withheld", Fault.WITHHELD_ABOVE_GROSS


def end_of_month(year: int, month: int) -> date:
    """Its last day, the 29th of February in a leap year."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _as_row(form: Form, line: int, read: Mapping[str, str | int], year: int, terms: ReportTerms) -> ReportedRow:
    facts: dict[str, str | int | bool | date] = {k: v for k, v in read.items() if k != "person_number"}
    month = read["month_from"] if form is Form.SLIPS else 1
    facts |= {"tax_year": year, "valid_from": date(year, int(month), 1)}
    if form is Form.SLIPS:
        facts["final"] = terms.slip_kinds[str(read["slip_kind"])].final
    return ReportedRow(line, str(read["person_number"]), str(read[_NUMBER[form]]), facts)


def find_repeated(form: Form, rows: Sequence[ReportedRow]) -> list[Finding]:
    """Rows whose number an earlier line of the same file bears already."""
    seen: set[str] = set()
    found = []
    for row in rows:
        if row.number in seen:
            found.append(Finding(row.line, _NUMBER[form], Fault.TWICE))
        seen.add(row.number)
    return found


def find_overlaps(
    rows: Sequence[ReportedRow], kept: Iterable[Mapping[str, object]], terms: ReportTerms
) -> list[Finding]:
    """Slips of one person whose months another slip of this employer covers, in the file or among those ``kept``."""
    taken: dict[tuple[str, str], set[int]] = {}
    for one in kept:
        key = (str(one["number"]), str(one["slip_kind"]))
        taken.setdefault(key, set()).update(range(int(str(one["month_from"])), int(str(one["month_until"])) + 1))
    found = []
    for row in rows:
        kind = str(row.facts["slip_kind"])
        months = set(range(int(str(row.facts["month_from"])), int(str(row.facts["month_until"])) + 1))
        others = taken.setdefault((row.person, kind), set())
        if months & others and not terms.slip_kinds[kind].overlaps:
            found.append(Finding(row.line, "month_from", Fault.OVERLAPPING))
        others |= months
    return found
