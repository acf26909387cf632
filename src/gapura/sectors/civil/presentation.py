"""Registers in words: titles for fields, labels for codes, both times of a version."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _

from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import Evidence, EvidenceType
from gapura.sectors.civil.queries import value_label
from gapura.sectors.civil.rules import REGISTERS
from gapura.sectors.civil.types import Outlier, Version
from gapura.web.languages import localized, reader_language


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
        title=localized(declared.title),
        repeats=declared.repeats,
        columns=tuple(localized(field.title) for field in declared.fields),
        records=tuple(
            tuple(_value(field.code, record[field.code]) for field in declared.fields) for record in evidence.records
        ),
    )


def present_version(version: Version, register: str, may_correct: bool) -> ShownVersion:
    facts = [
        (localized(field.title), _value(field.code, version.facts[field.code]))
        for code in REGISTERS[register].evidence_types
        for field in get_declared(code).fields
        if field.code in version.facts
    ]
    believed = version.superseded_at is None
    return ShownVersion(version, tuple(dict(facts).items()), may_correct and believed)


def list_correctable(register: str) -> dict[str, str]:
    """Titles of the fields a correction may name, by code, in the order of the register."""
    titles = {
        field.code: localized(field.title)
        for code in REGISTERS[register].evidence_types
        for field in get_declared(code).fields
    }
    return {code: titles[code] for code in REGISTERS[register].correctable}


def get_register_title(register: str) -> str:
    return localized(get_declared(REGISTERS[register].evidence_types[0]).title)


def get_declared(evidence_type: str) -> EvidenceType:
    """Raises LookupError when the national standard does not declare the evidence type."""
    declared = find_evidence_type(evidence_type)
    if declared is None:
        raise LookupError(f"The standard declares no evidence type {evidence_type}.")
    return declared


def _value(code: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if code.endswith(("_on", "_from", "_until")):
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return format_date(day, format="long", locale=reader_language())
    return value_label(code, value)


def outlier_words(kind: str) -> str:
    """Why a look-up is conspicuous."""
    return {
        Outlier.HONEY: _("A person nobody has any business with"),
        Outlier.OWN_FAMILY: _("The official's own family"),
        Outlier.OWN_NAME: _("The official's own name"),
        Outlier.NEIGHBOR: _("A neighbor of the official"),
        Outlier.AT_NIGHT: _("Outside working hours"),
        Outlier.DAY_OFF: _("On a day off"),
        Outlier.NEAR_CEILING: _("Near the day's limit of look-ups"),
        Outlier.NO_DECISION: _("Many look-ups that led to no decision"),
    }[Outlier(kind)]
