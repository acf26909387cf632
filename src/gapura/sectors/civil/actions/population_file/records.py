"""One row of a population file as checked facts."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from gapura.foundation.jurisdictions import BadPersonNumber, Jurisdiction
from gapura.foundation.sandbox import FileRefused, open_apart
from gapura.sectors.civil.actions.population_file.cells import CannotReadFile, Row, plain_cell

PERSON_FACTS = (
    *("number", "full_name", "sex", "birth_place", "birth_on", "blood_type", "religion", "marital_status"),
    *("occupation", "education", "citizenship"),
    *("father_name", "mother_name", "father_number", "mother_number"),
)
ADDRESS_FACTS = ("street", "rt", "rw", "village_code", "postal_code")
MEMBERSHIP_FACTS = ("family_number", "relation_to_head", "position")
SINCE_DAYS = ("registered_from", "lives_there_from", "member_from", "family_from")
COLUMNS = (*PERSON_FACTS, *ADDRESS_FACTS, *MEMBERSHIP_FACTS, *SINCE_DAYS)
REQUIRED = ("number", "full_name", "sex", "birth_on", "village_code", "family_number", "relation_to_head")
_DAYS = frozenset(("birth_on", *SINCE_DAYS))
_CODE_LISTS = (
    *("sex", "blood_type", "religion", "marital_status", "occupation", "education"),
    *("citizenship", "relation_to_head"),
)
_LONGEST = {
    "full_name": 100,
    "birth_place": 60,
    "father_name": 100,
    "mother_name": 100,
    "street": 100,
    "rt": 3,
    "rw": 3,
    "postal_code": 5,
    "village_code": 13,
}
_NAMES = ("full_name", "father_name", "mother_name", "birth_place")
_NOT_IN_NAMES = frozenset('=+@<>|{}[]\\;"')
_LARGEST_POSITION = 99
_LARGEST_MAPPING = 256 * 1024


@dataclass(frozen=True)
class FileMapping:
    """How a country's file says what the register needs.

    ``columns``: our name → the file's; ``values``: per column, the file's word → our code; ``constants``:
    what the file leaves unsaid; ``number_region_level``: how much of the region in a person number must exist
    today (1 province, 2 regency, 3 district; regions are renumbered, numbers are not).
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    date_format: str
    number_region_level: int
    text: str


def read_mapping(file: Path | None) -> FileMapping:
    """The mapping of a YAML file; without one, that of our own export. Raises CannotReadFile."""
    given, text = _read_yaml(file) if file else ({}, "")
    known = {"columns", "values", "constants", "date_format", "number_region_level"}
    columns = given.get("columns", {name: name for name in COLUMNS})
    unknown = [*(set(given) - known), *(set(columns) - set(COLUMNS))]
    if unknown:
        raise CannotReadFile(
            f"The mapping names {', '.join(sorted(unknown))}, which we do not know. "
            f"Sections: {', '.join(sorted(known))}. Columns: {', '.join(COLUMNS)}."
        )
    return FileMapping(
        columns=columns,
        values={name: {str(k): v for k, v in words.items()} for name, words in given.get("values", {}).items()},
        constants=given.get("constants", {}),
        date_format=given.get("date_format", "%Y-%m-%d"),
        number_region_level=given.get("number_region_level", 2),
        text=text,
    )


def _read_yaml(file: Path) -> tuple[dict[str, Any], str]:
    """What the file says, and its text; opened in the sandbox, for others wrote it."""
    with file.open("rb") as opened:
        content = opened.read(_LARGEST_MAPPING)
    try:
        given = open_apart("gapura.foundation.openers:read_yaml", content, most_bytes=_LARGEST_MAPPING).value or {}
        text = content.decode()
    except (FileRefused, UnicodeDecodeError) as error:
        raise CannotReadFile(f"The mapping {file} cannot be read: {error}") from error
    if not isinstance(given, dict):
        raise CannotReadFile(f"The mapping {file} names no sections.")
    return given, text


@dataclass(frozen=True, slots=True)
class PopulationRecord:
    """Checked facts of one person by our column names; days are dates, ``position`` a number."""

    facts: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]

    @property
    def number(self) -> str:
        return str(self.facts["number"])


class RecordReader:
    """Turns rows into records for one file; knows the country's numbers, regions and code lists."""

    def __init__(
        self,
        country: Jurisdiction,
        mapping: FileMapping,
        header: Sequence[str],
        regions: frozenset[str],
        on: date,
    ) -> None:
        self._mapping, self._regions, self._on = mapping, regions, on
        self._scheme, self._own_citizens = country.person_numbers, country.code
        self._codes = {name: _read_codes(country, name) for name in _CODE_LISTS}
        self.width = len(header)
        positions = {name.strip().casefold(): index for index, name in enumerate(header)}
        self._at = {
            name: positions[theirs.casefold()]
            for name, theirs in mapping.columns.items()
            if theirs.casefold() in positions
        }
        missing = [name for name in REQUIRED if name not in self._at and name not in mapping.constants]
        if missing:
            raise CannotReadFile(
                f"The file has no column for {', '.join(missing)}. It has: {', '.join(header)[:500]}. "
                "Say which column means what with --mapping."
            )

    def read(self, row: Row) -> tuple[PopulationRecord | None, list[str]]:
        """The record, or None and every reason why there is none."""
        if row.problem:
            return None, [row.problem]
        if len(row.cells) != self.width:
            return None, [
                _("The row has %(found)s cells, the header %(expected)s.")
                % {"found": len(row.cells), "expected": self.width}
            ]
        if not all(_is_printable(cell) for cell in row.cells):
            return None, [_("The row holds unreadable or control characters; is the encoding right?")]
        facts = {name: self._value(name, row) for name in COLUMNS}
        facts["citizenship"] = facts["citizenship"] or self._own_citizens
        reasons = [*self._parse_days(facts), *self._check(facts)]
        return (None, reasons) if reasons else (PopulationRecord(facts), [])

    def _value(self, name: str, row: Row) -> Any:
        if name not in self._at:
            return self._mapping.constants.get(name, "")
        text = plain_cell(row.cells[self._at[name]])
        return self._mapping.values.get(name, {}).get(text, text)

    def _parse_days(self, facts: dict[str, Any]) -> Iterator[str]:
        for name in _DAYS:
            text = facts[name]
            if not text and name != "birth_on":
                facts[name] = None
                continue
            try:
                facts[name] = datetime.strptime(text, self._mapping.date_format).date()  # noqa: DTZ007 - a day
            except ValueError:
                facts[name] = None
                yield _("%(column)s: %(value)s is no date of the form %(form)s.") % {
                    "column": name,
                    "value": text[:30] or "–",
                    "form": self._mapping.date_format,
                }

    def _check(self, facts: dict[str, Any]) -> Iterator[str]:
        yield from self._check_number(facts)
        yield from self._check_texts(facts)
        yield from self._check_codes(facts)
        yield from self._check_family(facts)
        yield from self._check_days(facts)

    def _check_number(self, facts: Mapping[str, Any]) -> Iterator[str]:
        try:
            told = self._scheme.parse(facts["number"])
        except BadPersonNumber as error:
            yield str(error)
            return
        born = facts["birth_on"]
        if born and told.birth_on and not _same_day_of_some_century(told.birth_on, born):
            yield _("%(scheme)s and date of birth disagree.") % {"scheme": self._scheme.name}
        if told.sex and facts["sex"] != told.sex:
            yield _("%(scheme)s and sex disagree.") % {"scheme": self._scheme.name}
        region = ".".join((told.region_code or "").split(".")[: self._mapping.number_region_level])
        if region and region not in self._regions:
            yield _("%(scheme)s begins with an unknown region, %(region)s.") % {
                "scheme": self._scheme.name,
                "region": region,
            }

    def _check_texts(self, facts: Mapping[str, Any]) -> Iterator[str]:
        if not facts["full_name"]:
            yield _("The name is missing.")
        for name in _NAMES:
            if _NOT_IN_NAMES & set(facts[name]):
                yield _("%(column)s holds characters that no name has.") % {"column": name}
        for name, longest in _LONGEST.items():
            if len(facts[name]) > longest:
                yield _("%(column)s is longer than %(longest)s characters.") % {
                    "column": name,
                    "longest": longest,
                }
        if facts["village_code"] not in self._regions or facts["village_code"].count(".") != 3:
            yield _("The village code %(code)s is unknown.") % {"code": facts["village_code"][:20]}

    def _check_codes(self, facts: Mapping[str, Any]) -> Iterator[str]:
        for name, codes in self._codes.items():
            if facts[name] not in codes and (facts[name] or name in REQUIRED or name == "marital_status"):
                yield _("%(column)s: %(value)s is not in the code list.") % {
                    "column": name,
                    "value": facts[name][:30] or "–",
                }

    def _check_family(self, facts: dict[str, Any]) -> Iterator[str]:
        for name in ("family_number", "father_number", "mother_number"):
            number = facts[name]
            if (number or name == "family_number") and not (len(number) == 16 and number.isdigit()):
                yield _("%(column)s is not a number of 16 digits.") % {"column": name}
        position = facts["position"] or "1"
        if not str(position).isdecimal() or not 0 < int(position) <= _LARGEST_POSITION:
            yield _("position is not a number from 1 to %(largest)s.") % {"largest": _LARGEST_POSITION}
        else:
            facts["position"] = int(position)

    def _check_days(self, facts: dict[str, Any]) -> Iterator[str]:
        born = facts["birth_on"]
        for name in SINCE_DAYS:
            facts[name] = facts[name] or max(self._on, born or self._on)
        if born is None:
            return
        if born > self._on:
            yield _("The date of birth is in the future.")
        if facts["registered_from"] < born or facts["lives_there_from"] < born or facts["member_from"] < born:
            yield _("Something began before the person was born.")


def _read_codes(country: Jurisdiction, name: str) -> frozenset[str]:
    return frozenset(country.read("codelists", f"{name}.yaml"))


def _is_printable(cell: str) -> bool:
    return not any(letter == "\ufffd" or unicodedata.category(letter) in ("Cc", "Cs") for letter in cell)


def _same_day_of_some_century(told: date, born: date) -> bool:
    """A number may tell only two digits of the year."""
    return (told.day, told.month, told.year % 100) == (born.day, born.month, born.year % 100)
