"""Registers in words: titles for fields, labels for codes, both times of a version."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language

from gapura.foundation.texts import Text, in_language
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import Evidence, EvidenceType
from gapura.sectors.civil.queries import value_label
from gapura.sectors.civil.rules import REGISTERS
from gapura.sectors.civil.types import Version


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """An answer of a register: one list of named values a record, or a table when records repeat."""

    title: str
    repeats: bool
    columns: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The only record as named values."""
        return list(zip(self.columns, self.records[0], strict=True))


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version with its facts in words; ``can_correct`` while the register believes it."""

    version: Version
    facts: tuple[tuple[str, str], ...]
    can_correct: bool


def present_evidence(evidence: Evidence) -> ShownEvidence:
    declared = get_declared(evidence.evidence_type)
    return ShownEvidence(
        title=_spoken(declared.title),
        repeats=declared.repeats,
        columns=tuple(_spoken(field.title) for field in declared.fields),
        records=tuple(
            tuple(_value(field.code, record[field.code]) for field in declared.fields) for record in evidence.records
        ),
    )


def present_version(version: Version, register: str, may_correct: bool) -> ShownVersion:
    facts = [
        (_spoken(field.title), _value(field.code, version.facts[field.code]))
        for code in REGISTERS[register].evidence_types
        for field in get_declared(code).fields
        if field.code in version.facts
    ]
    believed = version.superseded_at is None
    return ShownVersion(version, tuple(dict(facts).items()), may_correct and believed)


def list_correctable(register: str) -> dict[str, str]:
    """Titles of the fields a correction may name, by code, in the order of the register."""
    titles = {
        field.code: _spoken(field.title)
        for code in REGISTERS[register].evidence_types
        for field in get_declared(code).fields
    }
    return {code: titles[code] for code in REGISTERS[register].correctable}


def get_register_title(register: str) -> str:
    return _spoken(get_declared(REGISTERS[register].evidence_types[0]).title)


def get_declared(evidence_type: str) -> EvidenceType:
    """Raises LookupError when the national standard does not declare the evidence type."""
    declared = find_evidence_type(evidence_type)
    if declared is None:
        raise LookupError(f"The standard declares no evidence type {evidence_type}.")
    return declared


def _spoken(text: Text) -> str:
    return in_language(text, get_language() or settings.LANGUAGE_CODE)


def _value(code: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if code.endswith(("_on", "_from", "_until")):
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return format_date(day, format="long", locale=get_language() or settings.LANGUAGE_CODE)
    return value_label(code, value)
