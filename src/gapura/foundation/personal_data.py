"""What every table holds about people: each column classed once, whose it is, and how long it is kept.

A module says it of its tables (and of those of the libraries it uses) in ``personal_data.yaml`` beside its
models; nothing here imports a model. The periods themselves are law and lie in the country's ``retention.yaml``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gapura.foundation.texts import Text

FILE = "personal_data.yaml"
WHOLE_ROW = "all"


class ColumnClass(StrEnum):
    """What a column says of a person. PSEUDONYM: only the house can tell who; CREDENTIAL: never shown to anybody."""

    NONE = "none"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    CREDENTIAL = "credential"
    PSEUDONYM = "pseudonym"


class Ending(StrEnum):
    """What happens when the period is over. MODULE: the module itself ends the row, sooner than the law asks."""

    DESTROY = "destroy"
    ERASE_CONTENT = "erase-content"
    ERASE_SUBJECT = "erase-subject"
    KEEP = "keep"
    MODULE = "module"


class BadDeclaration(ValueError):
    """A declaration contradicts itself; ``str()`` says which table and what to write."""


@dataclass(frozen=True)
class TableDeclaration:
    """One table.

    ``subjects``: the path to a person's number (``account__proofs__person_number``) and the columns that speak of
    that person, None for the whole row. ``mentions``: columns of text or JSON in which numbers may stand.
    ``since``: the column with the event that starts the period. ``part_of``: the foreign key to the row this one
    ends with. ``case``: the column with the case number. ``content``: what ERASE_CONTENT empties. ``feeds``:
    evidence types drawn from the table.
    """

    table: str
    title: Text
    retention: str
    columns: Mapping[str, ColumnClass]
    subjects: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    mentions: tuple[str, ...] = ()
    since: str = ""
    part_of: str = ""
    case: str = ""
    content: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether it holds anything about anybody."""
        return bool(self.subjects or self.mentions)

    def columns_of(self, *classes: ColumnClass) -> list[str]:
        """The columns of these classes, in the order of the declaration."""
        return [name for name, said in self.columns.items() if said in classes]


@dataclass(frozen=True)
class RetentionClass:
    """A period of the law: how long after the event, by which article, and what happens then."""

    code: str
    title: Text
    then: Ending
    why: str
    years: int = 0
    days: int = 0
    law: str = ""
    certainty: str = "high"

    def started_before(self, now: datetime) -> datetime:
        """What began before this moment is over at ``now``. 29 February counts as the 28th."""
        day = now - timedelta(days=self.days)
        try:
            return day.replace(year=day.year - self.years)
        except ValueError:
            return day.replace(year=day.year - self.years, day=28)


@cache
def read_declarations(folders: tuple[Path, ...]) -> Mapping[str, TableDeclaration]:
    """Every table declared in these folders, by label. Raises BadDeclaration when one is declared twice."""
    found: dict[str, TableDeclaration] = {}
    for folder in folders:
        if not (folder / FILE).is_file():
            continue
        for table, entry in (yaml.safe_load((folder / FILE).read_text()) or {}).items():
            if table in found:
                raise BadDeclaration(f"{table} is declared twice; keep the one beside its model.")
            found[table] = _declaration(table, entry)
    return found


@cache
def read_retention(file: Path) -> Mapping[str, RetentionClass]:
    """The retention classes of a country, by code."""
    entries = yaml.safe_load(file.read_text())["classes"]
    return {
        code: RetentionClass(code=code, **{**entry, "then": Ending(entry["then"])}) for code, entry in entries.items()
    }


def read_backup_days(file: Path) -> int:
    """How long a backup may be kept: what was destroyed today is gone from every copy after these days."""
    return int(yaml.safe_load(file.read_text())["backups"]["days"])


def _declaration(table: str, entry: Mapping[str, Any]) -> TableDeclaration:
    known = {"title", "retention", "columns", "subjects", "mentions", "since", "part_of", "case", "content", "feeds"}
    if unknown := sorted(set(entry) - known):
        raise BadDeclaration(f"{table}: nobody knows {', '.join(unknown)}; write one of {', '.join(sorted(known))}.")
    return TableDeclaration(
        table=table,
        title=entry["title"],
        retention=entry["retention"],
        columns=_columns(table, entry["columns"]),
        subjects={
            path: None if of == WHOLE_ROW else frozenset(of.split()) for path, of in entry.get("subjects", {}).items()
        },
        mentions=_words(entry, "mentions"),
        since=entry.get("since", ""),
        part_of=entry.get("part_of", ""),
        case=entry.get("case", ""),
        content=_words(entry, "content"),
        feeds=_words(entry, "feeds"),
    )


def _words(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(entry.get(name, "")).split())


def _columns(table: str, classes: Mapping[str, str]) -> dict[str, ColumnClass]:
    columns: dict[str, ColumnClass] = {}
    for said, names in classes.items():
        for name in names.split():
            if name in columns:
                raise BadDeclaration(f"{table}.{name} is classed twice, {columns[name]} and {said}; keep one.")
            columns[name] = ColumnClass(said)
    return columns


def find_faults(declared: Mapping[str, TableDeclaration], tables: Mapping[str, Iterable[str]]) -> list[str]:
    """What the declarations and the tables (label to columns) do not agree on, one sentence each."""
    faults = [f"{table} is declared and does not exist" for table in sorted(set(declared) - set(tables))]
    for table, names in sorted(tables.items()):
        if table not in declared:
            faults.append(f"{table} is not declared: say in its module's {FILE} what it holds")
            continue
        said, real = set(declared[table].columns), set(names)
        faults += [f"{table}.{name} is not classed" for name in sorted(real - said)]
        faults += [f"{table}.{name} is classed and does not exist" for name in sorted(said - real)]
    return faults
